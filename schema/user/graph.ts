import { builder } from '../graphql/builder.ts'
import { registerNode } from '../graphql/node/registry.ts'
import { administered, knownMemberships, mayReadEmail } from './memberships.ts'
import { visibleUsers } from './service.ts'

/** Rows of people reach the graph only through resolvers that mark them as visible (see GraphContext.vouch). */
export const User = builder.prismaNode('User', {
  id: { field: 'id', description: 'Permanent id, `usr_…`.' },
  description: 'A person. Visible to themselves and to those who share an organization or project with them.',
  authScopes: (user, context) => context.isVouched(user),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Display name chosen by the person.' }),
    email: t.string({
      nullable: true,
      description:
        'E-mail address. Null unless this is you, or you administer an organization or project of this person.',
      extensions: { action: 'user:readEmail' },
      select: (_args, { access }) => ({ members: knownMemberships(access), collaborators: administered(access) }),
      resolve: (user, _args, { access }) => (mayReadEmail(access, user) ? user.email : null),
    }),
    imageUrl: t.exposeString('image', {
      nullable: true,
      description: 'URL of the profile picture. Null if none is set.',
    }),
  }),
})

registerNode('User', async (context, ids, query) => {
  const rows = await context.runtime.database.rows.user.findMany({
    ...query,
    where: { AND: [{ id: { in: ids } }, visibleUsers(context.access)] },
  })
  return rows.map((row) => context.vouch(row))
})
