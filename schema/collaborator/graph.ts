import { MAX_EMAIL } from '../core/input.ts'
import { builder } from '../graphql/builder.ts'
import { registerHolder } from '../graphql/error/holder.ts'
import { guardField, guardType } from '../graphql/guard.ts'
import { mutation } from '../graphql/mutation.ts'
import { registerNode } from '../graphql/node/registry.ts'
import { connectionFields, edgeFields, parentId } from '../graphql/pagination/connection-fields.ts'
import { ORDER, page, pageComplexity } from '../graphql/pagination/page.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { Invitation, MAILED } from '../invitation/graph.ts'
import { targetOf } from '../project/access.ts'
import { Project } from '../project/graph.ts'
import { ProjectRoleEnum } from '../role/graph.ts'
import { type EndedTokens, NO_TOKENS } from '../service-account/seen-tokens.ts'
import { endedTokensFields, KEEP_TOKENS_OF } from '../service-account/seen-tokens-graph.ts'
import { knownMemberships } from '../user/memberships.ts'
import { Principal, principalOf } from '../user/principal.ts'
import { IDEMPOTENCY_KEY } from '../write/idempotency/field.ts'
import { placeInProject } from '../write/removed.ts'
import {
  type Added,
  addCollaborator,
  collaboratorRemoval,
  removeCollaborator,
  setCollaboratorRole,
  visibleCollaborators,
} from './service.ts'

export const Collaborator = builder.prismaNode('Collaborator', {
  id: { field: 'id', description: 'Id of the membership, `col_…`.' },
  description:
    'Membership of a person or service account in a project. Access through an organization role is not listed as a collaborator.',
  ...guardType('collaborator:list', (row: { organizationId: string; projectId: string }) => row),
  fields: (t) => ({
    project: t.relation('project', { description: 'Project of the membership.' }),
    principal: t.field({
      type: Principal,
      description: 'Person or service account that is the collaborator.',
      select: (_args, _context, nested) => ({
        user: nested(true, [], 'User'),
        serviceAccount: nested(true, [], 'ServiceAccount'),
      }),
      resolve: ({ user, serviceAccount }, _args, context) => {
        const principal = principalOf(context, user, serviceAccount)
        if (!principal) throw new Error('A collaborator is a person or a service account')
        return principal
      },
    }),
    role: t.expose('role', { type: ProjectRoleEnum, description: 'Role in the project.' }),
    external: t.boolean({
      description: 'Whether the collaborator is not a member of the organization.',
      select: (_args, { access }) => ({
        user: { select: { members: knownMemberships(access) } },
        serviceAccount: { select: { member: { select: { organizationId: true } } } },
      }),
      resolve: ({ organizationId, user, serviceAccount }) =>
        !user?.members.some((member) => member.organizationId === organizationId) &&
        serviceAccount?.member?.organizationId !== organizationId,
    }),
    addedAt: t.expose('addedAt', { type: 'DateTime', description: 'Time at which the collaborator was added.' }),
    addedBy: t.field({
      type: Principal,
      nullable: true,
      description:
        'Person or service account that added or invited the collaborator. Null once that principal is deleted.',
      select: (_args, _context, nested) => ({
        addedByUser: nested(true, [], 'User'),
        addedByServiceAccount: nested(true, [], 'ServiceAccount'),
      }),
      resolve: (row, _args, context) => principalOf(context, row.addedByUser, row.addedByServiceAccount),
    }),
  }),
})

registerNode('Collaborator', ({ access, runtime }, ids, query) =>
  runtime.database.rows.collaborator.findMany({
    ...query,
    where: { AND: [{ id: { in: ids } }, visibleCollaborators(access)] },
  }),
)

registerHolder('Collaborator', async ({ access, runtime }, held) => {
  const rows = await runtime.database.prisma.collaborator.findMany({
    where: {
      AND: [
        { OR: held.map(({ projectId, userId, serviceAccountId }) => ({ projectId, userId, serviceAccountId })) },
        visibleCollaborators(access),
      ],
    },
    include: { user: { select: { name: true } }, serviceAccount: { select: { name: true } } },
  })
  return (value) => {
    const row = rows.find(
      (each) =>
        each.projectId === value.projectId &&
        each.userId === value.userId &&
        each.serviceAccountId === value.serviceAccountId,
    )
    return row && { id: row.id, name: row.user?.name ?? row.serviceAccount?.name ?? null }
  }
})

const CollaboratorEdge = builder.edgeObject({ type: Collaborator, ...edgeFields('Collaborator', 'collaborators') })
const CollaboratorConnection = builder.connectionObject(
  connectionFields('Collaborator', Collaborator, 'collaborators', ({ runtime }, parent, _args, take) =>
    runtime.database.prisma.collaborator.count({ where: { projectId: parentId(parent) }, take }),
  ),
  CollaboratorEdge,
)

builder.prismaObjectField('Project', 'collaborators', (t) =>
  t.relatedConnection(
    'collaborators',
    {
      type: Collaborator,
      cursor: 'id',
      nullable: true,
      description:
        'Collaborators of the project, oldest first. Visible to people and service accounts that can read the project. Others get null and a FORBIDDEN error.',
      ...guardField('collaborator:list', targetOf),
      complexity: pageComplexity,
      query: (args) => page(args, ORDER.oldestFirst),
    },
    CollaboratorConnection,
    CollaboratorEdge,
  ),
)

mutation('collaboratorAdd', {
  description:
    'Adds a member or service account of the organization to a project, or invites an e-mail address as an external collaborator. Requires ADMIN in the project.',
  input: (t) => ({
    projectId: t.id({ required: true, description: 'Id of the project, `prj_…`.' }),
    principalId: t.id({
      description: 'Id of a member of the organization: `mem_…`, `usr_…` or `svc_…`. Give either this or `email`.',
    }),
    email: t.string({
      description: `E-mail address to invite, at most ${MAX_EMAIL} characters. Always creates an invitation, so that the existence of an account is not revealed.`,
    }),
    role: t.field({ type: ProjectRoleEnum, required: true, description: 'Role in the project.' }),
    idempotencyKey: t.string(IDEMPOTENCY_KEY),
  }),
  payloadDescription: 'The added collaborator or the created invitation.',
  payload: (t: FieldsOf<Added>) => ({
    project: t.prismaField({
      type: Project,
      description: 'Project of the membership.',
      resolve: (query, { projectId }, _args, { runtime }) =>
        runtime.database.rows.project.findUniqueOrThrow({ ...query, where: { id: projectId } }),
    }),
    collaborator: t.prismaField({
      type: Collaborator,
      nullable: true,
      description: 'The added collaborator. Null if an e-mail address was invited.',
      resolve: (query, { collaboratorId }, _args, { runtime }) =>
        collaboratorId
          ? runtime.database.rows.collaborator.findUniqueOrThrow({ ...query, where: { id: collaboratorId } })
          : null,
    }),
    invitation: t.prismaField({
      type: Invitation,
      nullable: true,
      description: 'The created invitation. Null if a principal was added by id.',
      resolve: (query, { invited }, _args, { runtime }) =>
        invited
          ? runtime.database.rows.invitation.findUniqueOrThrow({ ...query, where: { id: invited.invitationId } })
          : null,
    }),
    acceptUrl: t.string({
      nullable: true,
      description: 'Link for accepting the invitation, returned only once. Null if a principal was added by id.',
      resolve: ({ invited }) => invited?.acceptUrl ?? null,
    }),
    mailed: t.boolean({
      nullable: true,
      description: `${MAILED} Null if a principal was added by id.`,
      resolve: ({ invited }) => invited?.mailed ?? null,
    }),
  }),
  errors: ['CONFLICT', 'INVALID_STATE', 'LIMIT_EXCEEDED'],
  ownRoles: 'MAY_GAIN',
  resolve: (input, context) => addCollaborator(context, input),
})

mutation('collaboratorRoleSet', {
  description:
    'Changes a collaborator’s role. A demotion to MEMBER cancels pending invitations to the project that exceed the new role. Requires ADMIN in the project.',
  input: (t) => ({
    id: t.id({ required: true, description: 'Id of the membership, `col_…`.' }),
    role: t.field({ type: ProjectRoleEnum, required: true, description: 'New role.' }),
  }),
  payloadDescription: 'The collaborator with the new role.',
  payload: (t: FieldsOf<{ collaboratorId: string }>) => ({
    collaborator: t.prismaField({
      type: Collaborator,
      nullable: true,
      description: 'The collaborator after the change. Null if the change hides it from you.',
      resolve: (query, { collaboratorId }, _args, { access, runtime }) =>
        runtime.database.rows.collaborator.findFirst({
          ...query,
          where: { AND: [{ id: collaboratorId }, visibleCollaborators(access)] },
        }),
    }),
  }),
  ownRoles: 'MAY_LOSE',
  resolve: (input, context) => setCollaboratorRole(context, input),
})

mutation('collaboratorRemove', {
  description:
    'Removes a collaborator from a project. Also cancels their pending invitations to the project and ends tokens that they may no longer see. Keys they created keep working, unless this was their last role and the organization’s key policy pauses such keys. Repeating the removal changes nothing and succeeds. Requires ADMIN in the project, except to leave it.',
  removes: { rule: collaboratorRemoval, again: (removal) => ({ ...placeInProject(removal), ...NO_TOKENS }) },
  input: (t) => ({
    id: t.id({ required: true, description: 'Id of the membership, `col_…`.' }),
    keepTokensOf: t.idList(KEEP_TOKENS_OF),
  }),
  payloadDescription: 'The project after the removal.',
  payload: (t: FieldsOf<{ organizationId: string; projectId: string } & EndedTokens>) => ({
    ...endedTokensFields(t),
    project: t.prismaField({
      type: Project,
      nullable: true,
      description: 'Project of the removed collaborator. Null if you can no longer see it.',
      resolve: (query, { organizationId, projectId }, _args, { access, runtime }) =>
        access.can('organization:listProjects', { organizationId, projectId })
          ? runtime.database.rows.project.findUnique({ ...query, where: { id: projectId } })
          : null,
    }),
  }),
  ownRoles: 'MAY_LOSE',
  resolve: (input, context) => removeCollaborator(context, input),
})
