import type { Prisma } from '@keyward/prisma/generated/prisma/client'
import { createContextCache } from '@pothos/core'
import { MAX_EMAIL } from '../core/input.ts'
import { Loader } from '../core/loader.ts'
import { INVITATION_MAILS } from '../core/quotas.ts'
import { builder } from '../graphql/builder.ts'
import type { GraphContext } from '../graphql/context.ts'
import { guardField } from '../graphql/guard.ts'
import { mutation } from '../graphql/mutation.ts'
import { registerNode } from '../graphql/node/registry.ts'
import { connectionFields, edgeFields, parentId } from '../graphql/pagination/connection-fields.ts'
import { ORDER, page, pageComplexity, pageOn } from '../graphql/pagination/page.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { targetOf as organizationTarget } from '../organization/access.ts'
import { Organization } from '../organization/graph.ts'
import { targetOf, visibleProjects } from '../project/access.ts'
import { Project } from '../project/graph.ts'
import { OrganizationRoleEnum, ProjectRoleEnum } from '../role/graph.ts'
import { Principal, principalOf } from '../user/principal.ts'
import { IDEMPOTENCY_KEY } from '../write/idempotency/field.ts'
import { acceptInvitation } from './accept.ts'
import { cancelInvitation, type Invited, inviteMember, visibleInvitations } from './service.ts'
import { statusOf } from './status.ts'

/** Description of the field `mailed` in payloads that contain an invitation. */
export const MAILED = `Whether the server mails the link. False if mail is not configured, or after ${INVITATION_MAILS.perRecipient} mails to the address, ${INVITATION_MAILS.perSender} by you or ${INVITATION_MAILS.perOrganization} by the organization in a day. If false, send the link yourself.`

/** Maximum number of projects in which one invitation can give roles. */
const MAX_PROJECTS = 50

export const InvitationStatus = builder.enumType('InvitationStatus', {
  description: 'Status of an invitation.',
  values: {
    OPEN: { description: 'The invitation can be accepted.' },
    ACCEPTED: { description: 'The invitation was accepted.' },
    CANCELLED: { description: 'The invitation was cancelled, or replaced by a newer one.' },
    EXPIRED: { description: 'The invitation was not accepted within 7 days.' },
  },
})

builder.prismaObject('InvitationGrant', {
  name: 'ProjectGrant',
  description: 'A project role granted by an invitation.',
  fields: (t) => ({
    project: t.relation('project', { description: 'Project in which the role is granted.' }),
    role: t.expose('role', { type: ProjectRoleEnum, description: 'Role in the project.' }),
  }),
})

export const Invitation = builder.prismaNode('Invitation', {
  id: { field: 'id', description: 'Permanent id, `inv_…`. It differs from the token in the invitation link.' },
  description: 'An e-mail invitation to an organization, or to a project as an external collaborator.',
  // WHERE condition for every list and look-up is the first check. This is the second.
  authScopes: async (invitation, context) =>
    context.access.can('invitation:listOrganization', invitation) ||
    (invitation.role === null && (await visibility(context).load(invitation.id))),
  extensions: { action: 'invitation:listOrganization' },
  fields: (t) => ({
    email: t.exposeString('email', {
      description: 'Invited e-mail address. Only this address can accept the invitation.',
    }),
    organization: t.relation('organization', { description: 'Organization that the invitation grants access to.' }),
    role: t.expose('role', {
      type: OrganizationRoleEnum,
      nullable: true,
      description: 'Role granted in the organization. Null if the invitation is for an external collaborator.',
    }),
    projects: t.relation('grants', {
      description: 'Project roles granted by the invitation, limited to projects visible to you.',
      query: (_args, { access }) => ({ where: { project: visibleProjects(access) }, orderBy: { projectId: 'asc' } }),
      complexity: { field: 1, multiplier: MAX_PROJECTS },
    }),
    invitedBy: t.field({
      type: Principal,
      nullable: true,
      description: 'Sender of the invitation. Null once the sender is deleted.',
      select: (_args, _context, nested) => ({
        invitedByUser: nested(true, [], 'User'),
        invitedByServiceAccount: nested(true, [], 'ServiceAccount'),
      }),
      resolve: (row, _args, context) => principalOf(context, row.invitedByUser, row.invitedByServiceAccount),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Time at which the invitation was sent.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Expiration time, 7 days after sending.' }),
    status: t.field({
      type: InvitationStatus,
      description: 'Current status.',
      resolve: (invitation, _args, { runtime }) => statusOf(invitation, runtime.database.clock.now()),
    }),
  }),
})

/** Batches the visibility of invitations. Uncached: roles may change during a stream. */
const visibility = createContextCache(
  (context: GraphContext) =>
    new Loader<string, boolean>(context.runtime.database, (ids) => areVisible(context, ids), { cache: false }),
)

async function areVisible({ access, runtime }: GraphContext, ids: readonly string[]): Promise<boolean[]> {
  const rows = await runtime.database.prisma.invitation.findMany({
    where: { AND: [{ id: { in: [...new Set(ids)] } }, visibleInvitations(access)] },
    select: { id: true },
  })
  const found = new Set(rows.map((row) => row.id))
  return ids.map((id) => found.has(id))
}

registerNode('Invitation', ({ access, runtime }, ids, query) =>
  runtime.database.rows.invitation.findMany({
    ...query,
    where: { AND: [{ id: { in: ids } }, visibleInvitations(access)] },
  }),
)

/** The invitations of external collaborators to a project. */
const toProject = (projectId: string): Prisma.InvitationWhereInput => ({ role: null, grants: { some: { projectId } } })

const isOpen = (now: Date) => ({ acceptedAt: null, cancelledAt: null, expiresAt: { gt: now } })

const InvitationEdge = builder.edgeObject({ type: Invitation, ...edgeFields('Invitation', 'invitations') })
const InvitationConnection = builder.connectionObject(
  connectionFields('Invitation', Invitation, 'invitations', ({ access, runtime }, parent, _args, take) => {
    const id = parentId(parent)
    const of = { OR: [{ organizationId: id }, toProject(id)] }
    return runtime.database.prisma.invitation.count({
      where: { AND: [of, isOpen(runtime.database.clock.now()), visibleInvitations(access)] },
      take,
    })
  }),
  InvitationEdge,
)

builder.prismaObjectField('Organization', 'invitations', (t) =>
  t.relatedConnection(
    'invitations',
    {
      type: Invitation,
      cursor: 'id',
      nullable: true,
      description:
        'Pending invitations of the organization, newest first. Visible to the Owner and ADMINs. Others get null and a FORBIDDEN error.',
      ...guardField('invitation:listOrganization', organizationTarget),
      complexity: pageComplexity,
      query: (args, { runtime }) => page(args, ORDER.newestFirst, isOpen(runtime.database.clock.now())),
    },
    InvitationConnection,
    InvitationEdge,
  ),
)

builder.prismaObjectField('Project', 'invitations', (t) =>
  t.prismaConnection(
    {
      type: Invitation,
      cursor: 'id',
      nullable: true,
      description:
        'Pending invitations of external collaborators to the project, newest first. Visible to its ADMINs. Others get null and a FORBIDDEN error.',
      ...guardField('invitation:listProject', targetOf),
      complexity: pageComplexity,
      ownStatement: true,
      resolve: (query, project, args, { runtime }) =>
        runtime.database.rows.invitation.findMany(
          pageOn(query, args, ORDER.newestFirst, {
            AND: [toProject(project.id), isOpen(runtime.database.clock.now())],
          }),
        ),
    },
    InvitationConnection,
    InvitationEdge,
  ),
)

const ProjectGrantInput = builder.inputType('ProjectGrantInput', {
  description: 'A project role to grant with an invitation.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'Id of a project in the same organization, `prj_…`.' }),
    role: t.field({ type: ProjectRoleEnum, required: true, description: 'Role in the project.' }),
  }),
})

mutation('memberInvite', {
  description:
    'Invites an e-mail address to an organization for 7 days. Returns the link, and mails it if the instance sends mail. Replaces an earlier pending invitation of that address. Requires OWNER or ADMIN.',
  input: (t) => ({
    organizationId: t.id({ required: true, description: 'Id of the organization, `org_…`.' }),
    email: t.string({
      required: true,
      description: `E-mail address to invite, at most ${MAX_EMAIL} characters. Only this address can accept the invitation.`,
    }),
    role: t.field({ type: OrganizationRoleEnum, required: true, description: 'Role to grant: ADMIN or MEMBER.' }),
    projects: t.field({
      type: [ProjectGrantInput],
      description: `Project roles to grant in addition, at most ${MAX_PROJECTS}.`,
    }),
    idempotencyKey: t.string(IDEMPOTENCY_KEY),
  }),
  payloadDescription: 'The created invitation with its link.',
  payload: (t: FieldsOf<Invited>) => ({
    invitation: t.prismaField({
      type: Invitation,
      description: 'The created invitation.',
      resolve: (query, { invitationId }, _args, { runtime }) =>
        runtime.database.rows.invitation.findUniqueOrThrow({ ...query, where: { id: invitationId } }),
    }),
    acceptUrl: t.exposeString('acceptUrl', { description: 'Link for accepting the invitation. Returned only once.' }),
    mailed: t.exposeBoolean('mailed', { description: MAILED }),
  }),
  errors: ['CONFLICT', 'INVALID_STATE', 'LIMIT_EXCEEDED'],
  resolve: (input, context) => inviteMember(context, input),
})

mutation('invitationAccept', {
  description: 'Accepts an invitation within 7 days. Requires a person signed in with the invited e-mail address.',
  input: (t) => ({
    token: t.string({ required: true, description: 'Token of the invitation, which follows `#token=` in the link.' }),
  }),
  payloadDescription: 'The organization and projects that you now have access to.',
  payload: (t: FieldsOf<{ organizationId: string; projectIds: string[] }>) => ({
    organization: t.prismaField({
      type: Organization,
      description: 'Organization of the invitation.',
      resolve: (query, { organizationId }, _args, { runtime }) =>
        runtime.database.rows.organization.findUniqueOrThrow({ ...query, where: { id: organizationId } }),
    }),
    projects: t.prismaField({
      type: [Project],
      description: 'Projects in which the invitation granted you a role, without archived ones.',
      complexity: { field: 1, multiplier: MAX_PROJECTS },
      resolve: (query, { projectIds }, _args, { runtime }) =>
        runtime.database.rows.project.findMany({
          ...query,
          where: { id: { in: projectIds } },
          orderBy: { id: 'asc' },
        }),
    }),
  }),
  errors: ['INVALID_STATE', 'LIMIT_EXCEEDED'],
  ownRoles: 'MAY_GAIN',
  resolve: (input, context) => acceptInvitation(context, input),
})

mutation('invitationCancel', {
  description:
    'Cancels a pending invitation, so that its link stops working. Requires the permission to send such an invitation.',
  input: (t) => ({ id: t.id({ required: true, description: 'Id of the invitation, `inv_…`.' }) }),
  payloadDescription: 'The cancelled invitation.',
  payload: (t: FieldsOf<{ invitationId: string }>) => ({
    invitation: t.prismaField({
      type: Invitation,
      description: 'The invitation after the change.',
      resolve: (query, { invitationId }, _args, { runtime }) =>
        runtime.database.rows.invitation.findUniqueOrThrow({ ...query, where: { id: invitationId } }),
    }),
  }),
  errors: ['INVALID_STATE'],
  resolve: (input, context) => cancelInvitation(context, input),
})
