import { builder } from '../graphql/builder.ts'
import { registerNode } from '../graphql/node/registry.ts'

/** A gateway can read itself. No other caller can read it here. */
export const Gateway = builder.prismaNode('Gateway', {
  id: { field: 'id', description: 'Permanent id, `gtw_…`.' },
  description:
    'A trusted data-plane server, created by the operator. It authorizes requests, records usage and registers resources. Visible only to itself.',
  authScopes: ({ id }, { access: { actor } }) => actor.kind === 'GATEWAY' && actor.id === id,
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name given by the operator.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Creation time.' }),
    lastSeenAt: t.expose('lastSeenAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Time of last use of its token, accurate to a few seconds. Null if never used.',
    }),
  }),
})

registerNode('Gateway', async ({ access: { actor }, runtime }, ids, { select }) =>
  actor.kind === 'GATEWAY' && ids.includes(actor.id)
    ? runtime.database.prisma.gateway.findMany({ ...(select && { select }), where: { id: actor.id } })
    : [],
)
