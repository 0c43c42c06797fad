import { builder } from '../graphql/builder.ts'
import { guardField, guardType } from '../graphql/guard.ts'
import { mutation } from '../graphql/mutation.ts'
import { registerNode } from '../graphql/node/registry.ts'
import { connectionFields, edgeFields, parentId } from '../graphql/pagination/connection-fields.ts'
import { ORDER, page, pageComplexity } from '../graphql/pagination/page.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { targetOf } from '../organization/access.ts'
import { Organization } from '../organization/graph.ts'
import { OrganizationRoleEnum } from '../role/graph.ts'
import { User } from '../user/graph.ts'
import { Principal, principalOf } from '../user/principal.ts'
import { removeMember, setMemberRole, visibleMembers } from './service.ts'

export const Member = builder.prismaNode('Member', {
  id: { field: 'id', description: 'The id of this membership, `mem_…`.' },
  description: "A person's or service account's membership in an organization.",
  ...guardType('organization:listMembers', (member: { organizationId: string }) => member),
  fields: (t) => ({
    organization: t.relation('organization', { description: 'The organization.' }),
    principal: t.field({
      type: Principal,
      description: 'The person or service account.',
      select: { user: true, serviceAccount: true },
      resolve: ({ user, serviceAccount }, _args, context) => {
        const principal = principalOf(context, user, serviceAccount)
        if (!principal) throw new Error('A member is a person or a service account')
        return principal
      },
    }),
    role: t.expose('role', { type: OrganizationRoleEnum, description: 'The role in the organization.' }),
    joinedAt: t.expose('joinedAt', { type: 'DateTime', description: 'Since when.' }),
  }),
})

registerNode('Member', ({ access, runtime }, ids, query) =>
  runtime.database.prisma.member.findMany({ ...query, where: { AND: [{ id: { in: ids } }, visibleMembers(access)] } }),
)

const MemberEdge = builder.edgeObject({ type: Member, ...edgeFields('Member', 'members') })
const MemberConnection = builder.connectionObject(
  connectionFields('Member', Member, 'members', ({ runtime }, parent, _args, take) =>
    runtime.database.prisma.member.count({ where: { organizationId: parentId(parent) }, take }),
  ),
  MemberEdge,
)

builder.prismaObjectFields('Organization', (t) => ({
  members: t.relatedConnection(
    'members',
    {
      type: Member,
      cursor: 'id',
      nullable: true,
      description: 'Its members, oldest first. For members; null, with FORBIDDEN, to external collaborators and keys.',
      ...guardField('organization:listMembers', targetOf),
      complexity: pageComplexity,
      query: (args) => page(args, ORDER.oldestFirst),
    },
    MemberConnection,
    MemberEdge,
  ),
  owner: t.field({
    type: User,
    nullable: true,
    description: 'Its one Owner. For members; null, with FORBIDDEN, to external collaborators and keys.',
    ...guardField('organization:listMembers', targetOf),
    resolve: async (organization, _args, context) => {
      const owner = await context.runtime.database.prisma.member.findFirst({
        where: { organizationId: organization.id, role: 'OWNER' },
        include: { user: true },
      })
      return owner?.user ? context.vouch(owner.user) : null
    },
  }),
}))

mutation('memberRoleSet', {
  description:
    'Changes a member’s role. Who becomes a MEMBER loses the open invitations that they may not send any more, and those that would make them an ADMIN again. For the Owner and ADMINs; one’s own role is at least theirs and at least the one given. Never the Owner’s.',
  input: (t) => ({
    id: t.id({ required: true, description: 'The membership, `mem_…`.' }),
    role: t.field({ type: OrganizationRoleEnum, required: true, description: 'ADMIN or MEMBER.' }),
  }),
  payloadDescription: 'The member with the new role.',
  payload: (t: FieldsOf<{ memberId: string }>) => ({
    member: t.prismaField({
      type: Member,
      description: 'The member as it is now.',
      resolve: (query, { memberId }, _args, { runtime }) =>
        runtime.database.prisma.member.findUniqueOrThrow({ ...query, where: { id: memberId } }),
    }),
  }),
  errors: ['INVALID_STATE'],
  resolve: (input, context) => setMemberRole(context, input),
})

mutation('memberRemove', {
  description:
    'Removes a member from an organization, or lets oneself leave. Project roles in it go too, and so do open invitations that they sent or were sent; what they made stays. Never the Owner. For the Owner and ADMINs, and for oneself.',
  input: (t) => ({ id: t.id({ required: true, description: 'The membership, `mem_…`.' }) }),
  payloadDescription: 'What was left.',
  payload: (t: FieldsOf<{ organizationId: string }>) => ({
    organization: t.prismaField({
      type: Organization,
      nullable: true,
      description: 'The organization; null to who left it.',
      resolve: (query, { organizationId }, _args, { access, runtime }) =>
        access.can('organization:read', { organizationId })
          ? runtime.database.prisma.organization.findUnique({ ...query, where: { id: organizationId } })
          : null,
    }),
  }),
  errors: ['INVALID_STATE'],
  resolve: (input, context) => removeMember(context, input),
})
