import { builder } from '../graphql/builder.ts'
import { guardField } from '../graphql/guard.ts'
import { OrganizationRoleEnum } from '../role/graph.ts'

const targetOf = (account: { organizationId: string }) => ({ organizationId: account.organizationId })

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
      nullable: true,
      description:
        'Its role in the organization: ADMIN or MEMBER, never OWNER. For members; null, with FORBIDDEN, to external collaborators.',
      ...guardField('organization:listMembers', targetOf),
      select: { member: { select: { role: true } } },
      resolve: ({ member }) => member?.role ?? 'MEMBER',
    }),
    tokenStart: t.exposeString('tokenStart', {
      nullable: true,
      description:
        'The first characters of its token, to recognize it by. For members; null, with FORBIDDEN, to external collaborators.',
      ...guardField('organization:listMembers', targetOf),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When its token was last used, within a few seconds; null when never. For members; null, with FORBIDDEN, to external collaborators.',
      ...guardField('organization:listMembers', targetOf),
    }),
  }),
})
