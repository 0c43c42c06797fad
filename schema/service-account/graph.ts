import { builder } from '../graphql/builder.ts'
import { guardField } from '../graphql/guard.ts'
import { OrganizationRoleEnum } from '../role/graph.ts'

const targetOf = (account: { organizationId: string }) => ({ organizationId: account.organizationId })

/**
 * Visible to callers who may list the organization's members. Other callers see only accounts that a resolver has
 * marked as visible (`vouch`).
 */
export const ServiceAccount = builder.prismaNode('ServiceAccount', {
  id: { field: 'id', description: 'Permanent id, `svc_…`.' },
  description: 'A non-human member of an organization, for automation. It authenticates with its own token.',
  authScopes: (account, { access, isVouched }) =>
    isVouched(account) || access.can('organization:listMembers', { organizationId: account.organizationId }),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name, unique among the organization’s service accounts.' }),
    organization: t.relation('organization', { description: 'Organization of the service account.' }),
    role: t.field({
      type: OrganizationRoleEnum,
      nullable: true,
      description:
        'Role in the organization: ADMIN or MEMBER. Visible to members. External collaborators get null and a FORBIDDEN error.',
      ...guardField('organization:listMembers', targetOf),
      select: { member: { select: { role: true } } },
      resolve: ({ member }) => member?.role ?? 'MEMBER',
    }),
    tokenStart: t.exposeString('tokenStart', {
      nullable: true,
      description:
        'First characters of the token, for display. Visible to members. External collaborators get null and a FORBIDDEN error.',
      ...guardField('organization:listMembers', targetOf),
    }),
    tokenExpiresAt: t.expose('tokenExpiresAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'Expiration time of the token. Null if it does not expire. Visible to members. External collaborators get null and a FORBIDDEN error.',
      ...guardField('organization:listMembers', targetOf),
    }),
    tokenEndedAt: t.expose('tokenEndedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'Time at which the token was ended because the person who last saw it lost the right to see it. Null while the token works. A rotation resets this to null. Visible to members. External collaborators get null and a FORBIDDEN error.',
      ...guardField('organization:listMembers', targetOf),
    }),
    previousRetiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'Time at which the previous token stops working. Null unless a rotation is in its overlap. Visible to members. External collaborators get null and a FORBIDDEN error.',
      ...guardField('organization:listMembers', targetOf),
      select: { previousRetiresAt: true },
      resolve: ({ previousRetiresAt }, _args, { runtime }) =>
        previousRetiresAt && previousRetiresAt > runtime.database.clock.now() ? previousRetiresAt : null,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Creation time.' }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'Time of last use of the token, accurate to a few seconds. Null if never used. Visible to members. External collaborators get null and a FORBIDDEN error.',
      ...guardField('organization:listMembers', targetOf),
    }),
  }),
})
