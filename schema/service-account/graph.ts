import { builder } from '../builder.ts'
import { OrganizationRoleEnum } from '../role/graph.ts'

/** Who lists an organization's members sees its service accounts; others see those that a resolver vouches for. */
export const ServiceAccount = builder.prismaNode('ServiceAccount', {
  id: { field: 'id', description: 'The id, `svc_…`. It never changes.' },
  description: 'A non-human member of an organization, for automation. It authenticates with its own token.',
  authScopes: (account, { access, isVouched }) =>
    isVouched(account) || access.can('organization:listMembers', { organizationId: account.organizationId }),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, unique among the service accounts of its organization.' }),
    organization: t.relation('organization', { description: 'The organization that it belongs to.' }),
    role: t.field({
      type: OrganizationRoleEnum,
      description: 'Its role in the organization: ADMIN or MEMBER, never OWNER.',
      select: { member: { select: { role: true } } },
      resolve: ({ member }) => member?.role ?? 'MEMBER',
    }),
    tokenStart: t.exposeString('tokenStart', {
      description: 'The first characters of its token, to recognize it by.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its token was last used, within a few seconds; null when never.',
    }),
  }),
})
