import { decodeId } from '../core/ids.ts'
import { builder } from '../graphql/builder.ts'
import { guardField, guardType } from '../graphql/guard.ts'
import { MAY_LAG } from '../graphql/may-lag.ts'
import { mutation } from '../graphql/mutation.ts'
import { registerNode } from '../graphql/node/registry.ts'
import { connectionFields, edgeFields } from '../graphql/pagination/connection-fields.ts'
import { ORDER, page, pageComplexity } from '../graphql/pagination/page.ts'
import '../organization/graph.ts'
import { ACTIONS, type Action, levelOf } from '../core/policy.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { ProjectRoleEnum } from '../role/graph.ts'
import { actionEnum, askedActions, viewerCanArgs, viewerCanComplexity } from '../viewer-can/action-enum.ts'
import { targetOf, visibleProjects } from './access.ts'
import { archiveProject, createProject, restoreProject, updateProject } from './service.ts'

/** Whether an action of an organization applies to one of its projects. */
const isOfProject = (action: Action): boolean => levelOf(action) !== 'organization' || action.startsWith('project:')

const PROJECT_ACTIONS = ACTIONS.filter((action) => levelOf(action) !== 'instance' && isOfProject(action))

const ProjectAction = actionEnum('ProjectAction', 'Action on a project, or on what it contains.', PROJECT_ACTIONS)

export const Project = builder.prismaNode('Project', {
  id: { field: 'id', description: 'Permanent id, `prj_…`.' },
  description: 'An isolated workspace of an organization, with its own keys, collaborators and resources.',
  ...guardType('organization:listProjects', targetOf),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name of the project.' }),
    description: t.exposeString('description', {
      nullable: true,
      description:
        'Purpose of the project. Null if not set. Visible to anyone who can read the project. Others get null and a FORBIDDEN error.',
      ...guardField('project:read', targetOf),
    }),
    isDefault: t.exposeBoolean('isDefault', {
      description:
        'Whether this is the organization’s default project. Every organization has one, and it cannot be archived.',
    }),
    archivedAt: t.expose('archivedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Archival time. Null unless archived. Keys of an archived project do not work.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Creation time.' }),
    organization: t.relation('organization', { description: 'Organization that owns the project.' }),
    viewerRole: t.field({
      type: ProjectRoleEnum,
      nullable: true,
      description:
        'Your effective role in the project, including the role that follows from your organization role. Null if you have none, and for keys.',
      resolve: (project, _args, { access }) =>
        access.projectRole({ organizationId: project.organizationId, projectId: project.id }),
    }),
    viewerActions: t.stringList({
      description:
        'Actions on this project that the authorization policy permits you, such as `apiKey:create`. Future versions may add actions.',
      resolve: (project, _args, { access }) =>
        PROJECT_ACTIONS.filter((action) => access.can(action, targetOf(project))),
    }),
    viewerCan: t.boolean({
      description: 'Whether the authorization policy permits you all of these actions on this project.',
      complexity: viewerCanComplexity,
      args: viewerCanArgs(ProjectAction),
      resolve: (project, given, { access }) =>
        [...askedActions(given, PROJECT_ACTIONS)].every((action) => access.can(action, targetOf(project))),
    }),
  }),
})

registerNode('Project', ({ access, runtime }, ids, query) =>
  runtime.database.rows.project.findMany({
    ...query,
    where: { AND: [{ id: { in: ids } }, visibleProjects(access)] },
  }),
)

interface ProjectListArguments {
  includeArchived?: boolean | null | undefined
}

const listed = (args: ProjectListArguments) => (args.includeArchived ? {} : { archivedAt: null })

const includeArchived = {
  defaultValue: false,
  description: 'Whether to include archived projects.',
} as const

export const ProjectEdge = builder.edgeObject({ type: Project, ...edgeFields('Project', 'projects') })
export const ProjectConnection = builder.connectionObject(
  connectionFields('Project', Project, 'projects', ({ access, runtime }, parent, args: ProjectListArguments, take) => {
    const organization =
      typeof parent === 'object' && parent !== null && 'id' in parent ? { organizationId: String(parent.id) } : {}
    return runtime.database.prisma.project.count({
      where: { AND: [organization, visibleProjects(access), listed(args)] },
      take,
    })
  }),
  ProjectEdge,
)

builder.prismaObjectFields('Organization', (t) => ({
  projects: t.relatedConnection(
    'projects',
    {
      type: Project,
      cursor: 'id',
      description: 'Projects of the organization that are visible to you, oldest first.',
      args: { includeArchived: t.arg.boolean(includeArchived) },
      complexity: pageComplexity,
      query: (args, { access }) => page(args, ORDER.oldestFirst, { AND: [visibleProjects(access), listed(args)] }),
    },
    ProjectConnection,
    ProjectEdge,
  ),
  defaultProject: t.prismaField({
    type: Project,
    nullable: true,
    description: 'Default project of the organization. Null if you may not see it.',
    ownStatement: true,
    resolve: (query, organization, _args, { access, runtime }) =>
      runtime.database.rows.project.findFirst({
        ...query,
        where: { AND: [{ organizationId: organization.id, isDefault: true }, visibleProjects(access)] },
      }),
  }),
}))

builder.queryField('project', (t) =>
  t.prismaField({
    type: Project,
    nullable: true,
    description: 'Fetches a project by its id. Null if it does not exist or is not visible to you.',
    ...MAY_LAG,
    args: { id: t.arg.id({ required: true, description: 'Id of the project, `prj_…`.' }) },
    resolve: (query, _root, { id }, { access, runtime }) => {
      const uuid = decodeId('Project', id)
      return runtime.database.rows.project.findFirst({
        ...query,
        where: { AND: [{ id: { in: uuid ? [uuid] : [] } }, visibleProjects(access)] },
      })
    },
  }),
)

/** The payload field with the changed project. */
export const projectPayload = (t: FieldsOf<{ projectId: string }>) => ({
  project: t.prismaField({
    type: Project,
    description: 'The project after the change.',
    resolve: (query, { projectId }, _args, { runtime }) =>
      runtime.database.rows.project.findUniqueOrThrow({ ...query, where: { id: projectId } }),
  }),
})

const ID = { required: true, description: 'Id of the project, `prj_…`.' } as const

mutation('projectCreate', {
  description: 'Creates a project and makes you its ADMIN. Requires OWNER or ADMIN in the organization.',
  input: (t) => ({
    organizationId: t.id({ required: true, description: 'Id of the organization, `org_…`.' }),
    name: t.string({ required: true, description: 'Name of the project: 1 to 100 characters.' }),
    description: t.string({ description: 'Purpose of the project: at most 1,000 characters.' }),
  }),
  payloadDescription: 'The created project.',
  payload: projectPayload,
  errors: ['LIMIT_EXCEEDED'],
  ownRoles: 'MAY_GAIN',
  resolve: (input, context) => createProject(context, input),
})

mutation('projectUpdate', {
  description:
    'Changes the name or description of a project. Omitted fields stay unchanged. Requires ADMIN in the project.',
  input: (t) => ({
    id: t.id(ID),
    name: t.string({ description: 'New name: 1 to 100 characters.' }),
    description: t.string({ description: 'New description: at most 1,000 characters. Empty clears it.' }),
  }),
  payloadDescription: 'The changed project.',
  payload: projectPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => updateProject(context, input),
})

mutation('projectArchive', {
  description:
    'Archives a project, which disables its keys until it is restored. Archiving an archived project changes nothing and succeeds. The default project cannot be archived. Requires OWNER or ADMIN in the organization.',
  input: (t) => ({ id: t.id(ID) }),
  payloadDescription: 'The archived project.',
  payload: projectPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => archiveProject(context, input),
})

mutation('projectRestore', {
  description: 'Restores an archived project and enables its keys again. Requires OWNER or ADMIN in the organization.',
  input: (t) => ({ id: t.id(ID) }),
  payloadDescription: 'The restored project.',
  payload: projectPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => restoreProject(context, input),
})
