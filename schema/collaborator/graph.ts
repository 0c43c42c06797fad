import { builder } from '../graphql/builder.ts'
import { guardField, guardType } from '../graphql/guard.ts'
import { mutation } from '../graphql/mutation.ts'
import { registerNode } from '../graphql/node/registry.ts'
import { connectionFields, edgeFields, parentId } from '../graphql/pagination/connection-fields.ts'
import { ORDER, page, pageComplexity } from '../graphql/pagination/page.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { Invitation } from '../invitation/graph.ts'
import { targetOf } from '../project/access.ts'
import { Project } from '../project/graph.ts'
import { ProjectRoleEnum } from '../role/graph.ts'
import { Principal, principalOf } from '../user/principal.ts'
import { IDEMPOTENCY_KEY } from '../write/idempotency/field.ts'
import {
  type Added,
  addCollaborator,
  removeCollaborator,
  setCollaboratorRole,
  visibleCollaborators,
} from './service.ts'

export const Collaborator = builder.prismaNode('Collaborator', {
  id: { field: 'id', description: 'The id of this membership, `col_…`.' },
  description:
    "A person's or service account's membership in a project. Access that follows from a role in the organization has no row here.",
  ...guardType('collaborator:list', (row: { organizationId: string; projectId: string }) => row),
  fields: (t) => ({
    project: t.relation('project', { description: 'The project.' }),
    principal: t.field({
      type: Principal,
      description: 'The person or service account.',
      select: { user: true, serviceAccount: true },
      resolve: ({ user, serviceAccount }, _args, context) => {
        const principal = principalOf(context, user, serviceAccount)
        if (!principal) throw new Error('A collaborator is a person or a service account')
        return principal
      },
    }),
    role: t.expose('role', { type: ProjectRoleEnum, description: 'The role in the project.' }),
    external: t.boolean({
      description: 'Whether this collaborator is not a member of the organization.',
      resolve: async (row, _args, { users }) =>
        (await users.standing(row.organizationId, row.userId ?? row.serviceAccountId ?? '')) !== 'MEMBER',
    }),
    addedAt: t.expose('addedAt', { type: 'DateTime', description: 'Since when.' }),
    addedBy: t.field({
      type: Principal,
      nullable: true,
      description: 'Who added or invited them; null once that one is gone.',
      select: { addedByUser: true, addedByServiceAccount: true },
      resolve: (row, _args, context) => principalOf(context, row.addedByUser, row.addedByServiceAccount),
    }),
  }),
})

registerNode('Collaborator', ({ access, runtime }, ids, query) =>
  runtime.database.prisma.collaborator.findMany({
    ...query,
    where: { AND: [{ id: { in: ids } }, visibleCollaborators(access)] },
  }),
)

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
        'Its collaborators, oldest first; access that follows from a role in the organization has no row. For those who may read the project; null, with FORBIDDEN, to others and to keys.',
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
    'Adds a member or service account of the organization to a project, or invites an e-mail address to it as an external collaborator. For the project’s ADMINs.',
  input: (t) => ({
    projectId: t.id({ required: true, description: 'The project, `prj_…`.' }),
    principalId: t.id({
      description: 'Who: `mem_…`, `usr_…` or `svc_…` of the organization. Either this or `email`.',
    }),
    email: t.string({
      description: 'An address to invite. It always makes an invitation and never tells whether an account exists.',
    }),
    role: t.field({ type: ProjectRoleEnum, required: true, description: 'The role in the project.' }),
    idempotencyKey: t.string(IDEMPOTENCY_KEY),
  }),
  payloadDescription: 'The collaborator, or the invitation.',
  payload: (t: FieldsOf<Added>) => ({
    project: t.prismaField({
      type: Project,
      description: 'The project.',
      resolve: (query, { projectId }, _args, { runtime }) =>
        runtime.database.prisma.project.findUniqueOrThrow({ ...query, where: { id: projectId } }),
    }),
    collaborator: t.prismaField({
      type: Collaborator,
      nullable: true,
      description: 'Who was added; null when an e-mail address was invited.',
      resolve: (query, { collaboratorId }, _args, { runtime }) =>
        collaboratorId
          ? runtime.database.prisma.collaborator.findUniqueOrThrow({ ...query, where: { id: collaboratorId } })
          : null,
    }),
    invitation: t.prismaField({
      type: Invitation,
      nullable: true,
      description: 'The invitation; null when someone was added by id.',
      resolve: (query, { invited }, _args, { runtime }) =>
        invited
          ? runtime.database.prisma.invitation.findUniqueOrThrow({ ...query, where: { id: invited.invitationId } })
          : null,
    }),
    acceptUrl: t.string({
      nullable: true,
      description: 'The link by which the invitation is accepted, shown this once; null when someone was added by id.',
      resolve: ({ invited }) => invited?.acceptUrl ?? null,
    }),
  }),
  errors: ['CONFLICT', 'INVALID_STATE', 'LIMIT_EXCEEDED'],
  resolve: (input, context) => addCollaborator(context, input),
})

mutation('collaboratorRoleSet', {
  description:
    'Changes a collaborator’s role in a project. Who becomes a MEMBER loses the open invitations to it that they may not send any more, and those that would make them an ADMIN again. For the project’s ADMINs.',
  input: (t) => ({
    id: t.id({ required: true, description: 'The membership, `col_…`.' }),
    role: t.field({ type: ProjectRoleEnum, required: true, description: 'The role from now on.' }),
  }),
  payloadDescription: 'The collaborator with the new role.',
  payload: (t: FieldsOf<{ collaboratorId: string }>) => ({
    collaborator: t.prismaField({
      type: Collaborator,
      nullable: true,
      description: 'The collaborator as it is now; null where your own new role hides it.',
      resolve: (query, { collaboratorId }, _args, { access, runtime }) =>
        runtime.database.prisma.collaborator.findFirst({
          ...query,
          where: { AND: [{ id: collaboratorId }, visibleCollaborators(access)] },
        }),
    }),
  }),
  resolve: (input, context) => setCollaboratorRole(context, input),
})

mutation('collaboratorRemove', {
  description:
    'Removes a collaborator from a project, or lets oneself leave. Open invitations to them lose the project, and those that they may not send any more are cancelled. The keys they made keep working. For the project’s ADMINs.',
  input: (t) => ({ id: t.id({ required: true, description: 'The membership, `col_…`.' }) }),
  payloadDescription: 'What was left.',
  payload: (t: FieldsOf<{ organizationId: string; projectId: string }>) => ({
    project: t.prismaField({
      type: Project,
      nullable: true,
      description: 'The project; null to who can no longer see it.',
      resolve: (query, { organizationId, projectId }, _args, { access, runtime }) =>
        access.can('organization:listProjects', { organizationId, projectId })
          ? runtime.database.prisma.project.findUnique({ ...query, where: { id: projectId } })
          : null,
    }),
  }),
  resolve: (input, context) => removeCollaborator(context, input),
})
