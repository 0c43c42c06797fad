import { builder } from '../graphql/builder.ts'
import { guardField, guardType, requireToAsk } from '../graphql/guard.ts'
import { mutation } from '../graphql/mutation.ts'
import { registerNode } from '../graphql/node/registry.ts'
import { connectionFields, edgeFields, parentId } from '../graphql/pagination/connection-fields.ts'
import { ORDER, page, pageComplexity } from '../graphql/pagination/page.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { targetOf } from '../organization/access.ts'
import { Organization } from '../organization/graph.ts'
import { OrganizationRoleEnum } from '../role/graph.ts'
import { type EndedTokens, NO_TOKENS } from '../service-account/seen-tokens.ts'
import {
  endedTokensFields,
  KEEP_TOKENS_OF,
  LastSeenToken,
  seenTokensOf,
  vouchForTokens,
} from '../service-account/seen-tokens-graph.ts'
import { User } from '../user/graph.ts'
import { Principal, principalOf } from '../user/principal.ts'
import { filterMembers, memberRemoval, removeMember, setMemberRole, visibleMembers } from './service.ts'

export const Member = builder.prismaNode('Member', {
  id: { field: 'id', description: 'Id of the membership, `mem_…`.' },
  description: 'Membership of a person or service account in an organization.',
  ...guardType('organization:listMembers', (member: { organizationId: string }) => member),
  fields: (t) => ({
    organization: t.relation('organization', { description: 'Organization of the membership.' }),
    principal: t.field({
      type: Principal,
      description: 'Person or service account that is the member.',
      select: (_args, _context, nested) => ({
        user: nested(true, [], 'User'),
        serviceAccount: nested(true, [], 'ServiceAccount'),
      }),
      resolve: ({ user, serviceAccount }, _args, context) => {
        const principal = principalOf(context, user, serviceAccount)
        if (!principal) throw new Error('A member is a person or a service account')
        return principal
      },
    }),
    role: t.expose('role', { type: OrganizationRoleEnum, description: 'Role in the organization.' }),
    joinedAt: t.expose('joinedAt', { type: 'DateTime', description: 'Time at which the member joined.' }),
    lastSeenTokens: t.field({
      type: [LastSeenToken],
      nullable: true,
      description:
        'Working tokens that the member last saw. Removing the member ends these tokens. Visible to the Owner and ADMINs. Others get null and a FORBIDDEN error.',
      ...guardField('serviceAccount:list', (member) => member),
      complexity: { field: 1, multiplier: 10 },
      select: { userId: true, serviceAccountId: true, organizationId: true },
      resolve: (member, _args, context) => seenTokensOf(context).load(member),
    }),
  }),
})

registerNode('Member', ({ access, runtime }, ids, query) =>
  runtime.database.rows.member.findMany({ ...query, where: { AND: [{ id: { in: ids } }, visibleMembers(access)] } }),
)

interface MemberListArguments {
  hasSecondFactor?: boolean | null | undefined
}

const MemberEdge = builder.edgeObject({ type: Member, ...edgeFields('Member', 'members') })
const MemberConnection = builder.connectionObject(
  connectionFields('Member', Member, 'members', ({ runtime }, parent, args: MemberListArguments, take) =>
    runtime.database.prisma.member.count({
      where: { organizationId: parentId(parent), ...filterMembers(args.hasSecondFactor) },
      take,
    }),
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
      description:
        'Members of the organization, oldest first. Visible to members. External collaborators and keys get null and a FORBIDDEN error.',
      extensions: { action: 'organization:listMembers' },
      authScopes: (organization, args, { access }) => {
        const { hasSecondFactor }: MemberListArguments = args
        if (hasSecondFactor != null) requireToAsk(access, 'member:readSecondFactor', targetOf(organization))
        return access.can('organization:listMembers', targetOf(organization))
      },
      args: {
        hasSecondFactor: t.arg.boolean({
          description:
            'Members whose `hasSecondFactor` has this value. Only the Owner and ADMINs may use it; others get a FORBIDDEN error. Omitted: all.',
        }),
      },
      complexity: pageComplexity,
      query: (args) => page(args, ORDER.oldestFirst, filterMembers(args.hasSecondFactor)),
    },
    MemberConnection,
    MemberEdge,
  ),
  owner: t.field({
    type: User,
    nullable: true,
    description:
      'Owner of the organization. Visible to members. External collaborators and keys get null and a FORBIDDEN error.',
    ...guardField('organization:listMembers', targetOf),
    ownStatement: true,
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
    'Changes a member’s role, except the Owner’s. A demotion to MEMBER cancels pending invitations that exceed the new role. It also ends tokens that the member last saw and is no longer permitted to see. Requires OWNER or ADMIN.',
  input: (t) => ({
    id: t.id({ required: true, description: 'Id of the membership, `mem_…`.' }),
    role: t.field({ type: OrganizationRoleEnum, required: true, description: 'New role: ADMIN or MEMBER.' }),
    keepTokensOf: t.idList(KEEP_TOKENS_OF),
  }),
  payloadDescription: 'The member with the new role.',
  payload: (t: FieldsOf<{ memberId: string } & EndedTokens>) => ({
    ...endedTokensFields(t),
    member: t.prismaField({
      type: Member,
      description: 'The member after the change.',
      resolve: (query, { memberId }, _args, { runtime }) =>
        runtime.database.rows.member.findUniqueOrThrow({ ...query, where: { id: memberId } }),
    }),
  }),
  errors: ['INVALID_STATE'],
  ownRoles: 'MAY_LOSE',
  resolve: async (input, context) => vouchForTokens(context, await setMemberRole(context, input)),
})

mutation('memberRemove', {
  description:
    'Removes a member and their project roles from an organization. Also cancels their pending invitations and ends the tokens that they last saw. Keys they created keep working, unless the organization’s key policy pauses them. The Owner cannot be removed. Repeating the removal changes nothing and succeeds. Requires OWNER or ADMIN, except to leave.',
  removes: { rule: memberRemoval, again: ({ organizationId }) => ({ organizationId, ...NO_TOKENS }) },
  input: (t) => ({
    id: t.id({ required: true, description: 'Id of the membership, `mem_…`.' }),
    keepTokensOf: t.idList(KEEP_TOKENS_OF),
  }),
  payloadDescription: 'The organization after the removal.',
  payload: (t: FieldsOf<{ organizationId: string } & EndedTokens>) => ({
    ...endedTokensFields(t),
    organization: t.prismaField({
      type: Organization,
      nullable: true,
      description: 'Organization of the removed member. Null if you removed yourself.',
      resolve: (query, { organizationId }, _args, { access, runtime }) =>
        access.can('organization:read', { organizationId })
          ? runtime.database.rows.organization.findUnique({ ...query, where: { id: organizationId } })
          : null,
    }),
  }),
  errors: ['INVALID_STATE'],
  ownRoles: 'MAY_LOSE',
  resolve: async (input, context) => vouchForTokens(context, await removeMember(context, input)),
})
