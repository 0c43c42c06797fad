import { builder } from '../graphql/builder.ts'
import { registerNode } from '../graphql/node/registry.ts'
import { visibleUsers } from './service.ts'

/** Rows of people reach the graph only through resolvers that vouch for them (see GraphContext.vouch). */
export const User = builder.prismaNode('User', {
  id: { field: 'id', description: 'The id, `usr_…`. It never changes.' },
  description: 'A person. Visible to oneself, and to those who share an organization or a project with them.',
  authScopes: (user, context) => context.isVouched(user),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name they gave themselves.' }),
    email: t.string({
      nullable: true,
      description:
        'Their e-mail address. Null unless it is oneself, or you administer an organization or a project that they belong to.',
      extensions: { action: 'user:readEmail' },
      resolve: async (user, _args, { access, users }) => {
        const oneself = access.actor.kind === 'USER' && access.actor.id === user.id
        return oneself || (await users.mayReadEmail(user.id)) ? user.email : null
      },
    }),
    imageUrl: t.exposeString('image', {
      nullable: true,
      description: 'Where their picture is; null when they have none.',
    }),
  }),
})

registerNode('User', async (context, ids, query) => {
  const rows = await context.runtime.database.prisma.user.findMany({
    ...query,
    where: { AND: [{ id: { in: ids } }, visibleUsers(context.access)] },
  })
  return rows.map((row) => context.vouch(row))
})
