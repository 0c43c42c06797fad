import type { Invitation as InvitationRow, Prisma } from '@keyward/prisma/generated/prisma/client'
import DataLoader from 'dataloader'
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
import { cancelInvitation, inviteMember, visibleInvitations } from './service.ts'

/** Projects that one invitation can give roles in. */
const MAX_PROJECTS = 50

const InvitationStatus = builder.enumType('InvitationStatus', {
  description: 'Where an invitation stands.',
  values: {
    OPEN: { description: 'It can be accepted.' },
    ACCEPTED: { description: 'It was accepted; it cannot be accepted again.' },
    CANCELLED: { description: 'It was cancelled, or replaced by a newer one.' },
    EXPIRED: { description: 'Its 7 days are over.' },
  },
})

const statusOf = (invitation: InvitationRow, now: Date) =>
  invitation.acceptedAt
    ? 'ACCEPTED'
    : invitation.cancelledAt
      ? 'CANCELLED'
      : invitation.expiresAt <= now
        ? 'EXPIRED'
        : 'OPEN'

builder.prismaObject('InvitationGrant', {
  name: 'ProjectGrant',
  description: 'A role in a project that an invitation gives.',
  fields: (t) => ({
    project: t.relation('project', { description: 'The project.' }),
    role: t.expose('role', { type: ProjectRoleEnum, description: 'The role in it.' }),
  }),
})

export const Invitation = builder.prismaNode('Invitation', {
  id: { field: 'id', description: 'The id, `inv_…`. It is not the token of the link.' },
  description: 'An invitation by e-mail: to an organization, or to a project as an external collaborator.',
  // The WHERE of every list and look-up is the first lock; this is the second.
  authScopes: async (invitation, context) =>
    context.access.can('invitation:listOrganization', invitation) ||
    (invitation.role === null && (await mayListExternal(context, invitation.id))),
  extensions: { action: 'invitation:listOrganization' },
  fields: (t) => ({
    email: t.exposeString('email', {
      description: 'The address that it was sent to; only this address can accept it.',
    }),
    organization: t.relation('organization', { description: 'The organization that it leads to.' }),
    role: t.expose('role', {
      type: OrganizationRoleEnum,
      nullable: true,
      description: 'The role in the organization; null where it invites an external collaborator.',
    }),
    projects: t.relation('grants', {
      description: 'The project roles that it gives, as far as you may see the projects.',
      query: (_args, { access }) => ({ where: { project: visibleProjects(access) }, orderBy: { projectId: 'asc' } }),
      complexity: { field: 1, multiplier: MAX_PROJECTS },
    }),
    invitedBy: t.field({
      type: Principal,
      nullable: true,
      description: 'Who sent it; null once they are gone.',
      select: { invitedByUser: true, invitedByServiceAccount: true },
      resolve: (row, _args, context) => principalOf(context, row.invitedByUser, row.invitedByServiceAccount),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was sent.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until when it can be accepted: 7 days.' }),
    status: t.field({
      type: InvitationStatus,
      description: 'Where it stands.',
      resolve: (invitation, _args, { runtime }) => statusOf(invitation, runtime.database.clock.now()),
    }),
  }),
})

const visibility = new WeakMap<GraphContext, DataLoader<string, boolean>>()

/** Asks for all rows of a list at once, and remembers nothing: a stream's context outlives the roles it began with. */
function mayListExternal(context: GraphContext, id: string): Promise<boolean> {
  let loader = visibility.get(context)
  if (!loader) {
    loader = new DataLoader((ids) => areVisible(context, ids), { cache: false })
    visibility.set(context, loader)
  }
  return loader.load(id)
}

async function areVisible({ access, runtime }: GraphContext, ids: readonly string[]): Promise<boolean[]> {
  const rows = await runtime.database.prisma.invitation.findMany({
    where: { AND: [{ id: { in: [...new Set(ids)] } }, visibleInvitations(access)] },
    select: { id: true },
  })
  const found = new Set(rows.map((row) => row.id))
  return ids.map((id) => found.has(id))
}

registerNode('Invitation', ({ access, runtime }, ids, query) =>
  runtime.database.prisma.invitation.findMany({
    ...query,
    where: { AND: [{ id: { in: ids } }, visibleInvitations(access)] },
  }),
)

/** Those of external collaborators to a project. */
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
      description: 'Its open invitations, newest first. For its Owner and ADMINs; null, with FORBIDDEN, to others.',
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
        'Open invitations of external collaborators to this project, newest first. For its ADMINs; null, with FORBIDDEN, to others.',
      ...guardField('invitation:listProject', targetOf),
      complexity: pageComplexity,
      resolve: (query, project, args, { runtime }) =>
        runtime.database.prisma.invitation.findMany(
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
  description: 'A role in a project that an invitation is to give.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'The project, `prj_…`, of the same organization.' }),
    role: t.field({ type: ProjectRoleEnum, required: true, description: 'The role in it.' }),
  }),
})

mutation('memberInvite', {
  description:
    'Invites someone by e-mail to an organization, for 7 days. Mailed where the instance sends mail; the link is returned either way. An earlier open invitation of the same address is cancelled. For the Owner and ADMINs.',
  input: (t) => ({
    organizationId: t.id({ required: true, description: 'The organization, `org_…`.' }),
    email: t.string({ required: true, description: 'The address to invite; only it can accept.' }),
    role: t.field({ type: OrganizationRoleEnum, required: true, description: 'ADMIN or MEMBER.' }),
    projects: t.field({ type: [ProjectGrantInput], description: 'Project roles to give too; at most 50.' }),
    idempotencyKey: t.string(IDEMPOTENCY_KEY),
  }),
  payloadDescription: 'The invitation, with its link.',
  payload: (t: FieldsOf<{ invitationId: string; acceptUrl: string }>) => ({
    invitation: t.prismaField({
      type: Invitation,
      description: 'The invitation.',
      resolve: (query, { invitationId }, _args, { runtime }) =>
        runtime.database.prisma.invitation.findUniqueOrThrow({ ...query, where: { id: invitationId } }),
    }),
    acceptUrl: t.exposeString('acceptUrl', { description: 'The link by which it is accepted. Shown this once.' }),
  }),
  errors: ['CONFLICT', 'INVALID_STATE', 'LIMIT_EXCEEDED'],
  resolve: (input, context) => inviteMember(context, input),
})

mutation('invitationAccept', {
  description:
    'Accepts an invitation. Once, within 7 days. For people, signed in with the e-mail address that it was sent to.',
  input: (t) => ({
    token: t.string({ required: true, description: 'The token: what follows `#token=` in the link.' }),
  }),
  payloadDescription: 'Where one belongs now.',
  payload: (t: FieldsOf<{ organizationId: string; projectIds: string[] }>) => ({
    organization: t.prismaField({
      type: Organization,
      description: 'The organization.',
      resolve: (query, { organizationId }, _args, { runtime }) =>
        runtime.database.prisma.organization.findUniqueOrThrow({ ...query, where: { id: organizationId } }),
    }),
    projects: t.prismaField({
      type: [Project],
      description: 'The projects in which one has a role by it; without those that were archived meanwhile.',
      complexity: { field: 1, multiplier: MAX_PROJECTS },
      resolve: (query, { projectIds }, _args, { runtime }) =>
        runtime.database.prisma.project.findMany({
          ...query,
          where: { id: { in: projectIds } },
          orderBy: { id: 'asc' },
        }),
    }),
  }),
  errors: ['INVALID_STATE', 'LIMIT_EXCEEDED'],
  resolve: (input, context) => acceptInvitation(context, input),
})

mutation('invitationCancel', {
  description: 'Cancels an open invitation: its link leads nowhere from then on. For those who could have sent it.',
  input: (t) => ({ id: t.id({ required: true, description: 'The invitation, `inv_…`.' }) }),
  payloadDescription: 'The invitation that was cancelled.',
  payload: (t: FieldsOf<{ invitationId: string }>) => ({
    invitation: t.prismaField({
      type: Invitation,
      description: 'The invitation as it is now.',
      resolve: (query, { invitationId }, _args, { runtime }) =>
        runtime.database.prisma.invitation.findUniqueOrThrow({ ...query, where: { id: invitationId } }),
    }),
  }),
  errors: ['INVALID_STATE'],
  resolve: (input, context) => cancelInvitation(context, input),
})
