import { builder } from '../graphql/builder.ts'
import { registerNode } from '../graphql/node/registry.ts'

/** A gateway sees itself; nobody else sees it here. */
export const Gateway = builder.prismaNode('Gateway', {
  id: { field: 'id', description: 'The id, `gtw_…`. It never changes.' },
  description:
    'A trusted server of the data plane, made by the operator on the command line. It verifies keys, takes of their limits, records usage and registers resources; only itself can read it.',
  authScopes: ({ id }, { access: { actor } }) => actor.kind === 'GATEWAY' && actor.id === id,
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What its operator called it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    lastSeenAt: t.expose('lastSeenAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its token was last used, within a few seconds; null when never.',
    }),
  }),
})

registerNode('Gateway', async ({ access: { actor }, runtime }, ids, { select }) =>
  actor.kind === 'GATEWAY' && ids.includes(actor.id)
    ? runtime.database.prisma.gateway.findMany({ ...(select && { select }), where: { id: actor.id } })
    : [],
)
