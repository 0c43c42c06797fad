import { decodeId } from '../core/ids.ts'
import { builder } from '../graphql/builder.ts'
import { guardField, guardType } from '../graphql/guard.ts'
import { mutation } from '../graphql/mutation.ts'
import { registerNode } from '../graphql/node/registry.ts'
import { connectionFields, edgeFields } from '../graphql/pagination/connection-fields.ts'
import { ORDER, page, pageComplexity } from '../graphql/pagination/page.ts'
import '../organization/graph.ts'
import { RequestError } from '../core/errors.ts'
import { isAction, levelOf } from '../core/policy.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { unknownAction } from '../organization/unknown-action.ts'
import { ProjectRoleEnum } from '../role/graph.ts'
import { targetOf, visibleProjects } from './access.ts'
import { archiveProject, createProject, restoreProject, updateProject } from './service.ts'

export const Project = builder.prismaNode('Project', {
  id: { field: 'id', description: 'The id, `prj_…`. It never changes.' },
  description: 'An isolated workspace of an organization. It owns keys and collaborators.',
  ...guardType('organization:listProjects', targetOf),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it is called.' }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'What it is for; null when nobody said. For those who may read the project, not only its name.',
      ...guardField('project:read', targetOf),
    }),
    isDefault: t.exposeBoolean('isDefault', {
      description: 'Whether it is the default project, which every organization has and which cannot be archived.',
    }),
    archivedAt: t.expose('archivedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was archived; null while it is not. The keys of an archived project do not answer.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    organization: t.relation('organization', { description: 'The organization that it belongs to.' }),
    viewerRole: t.field({
      type: ProjectRoleEnum,
      nullable: true,
      description:
        'Your effective role in it: ADMIN for the Owner and ADMINs of its organization, MEMBER of the default project for members. Null for who has none, and for keys.',
      resolve: (project, _args, { access }) =>
        access.projectRole({ organizationId: project.organizationId, projectId: project.id }),
    }),
    viewerCan: t.boolean({
      description: 'Whether you may do an action to it, by the same policy that decides requests.',
      args: {
        action: t.arg.string({
          required: true,
          description: 'The action, such as `apiKey:create`. An unknown one is BAD_REQUEST, with the list of actions.',
        }),
      },
      resolve: (project, { action }, { access }) => {
        if (!isAction(action)) throw unknownAction()
        if (levelOf(action) === 'organization' && !action.startsWith('project:')) {
          throw new RequestError('BAD_REQUEST', `${action} is done to an organization: ask \`viewerCan\` of it.`)
        }
        return access.can(action, targetOf(project))
      },
    }),
  }),
})

registerNode('Project', ({ access, runtime }, ids, query) =>
  runtime.database.prisma.project.findMany({
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
  description: 'Whether archived projects are listed too.',
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
      description: 'Its projects whose name you may see, oldest first.',
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
    description: 'The project that every organization has. Null where you may not see it.',
    resolve: (query, organization, _args, { access, runtime }) =>
      runtime.database.prisma.project.findFirst({
        ...query,
        where: { AND: [{ organizationId: organization.id, isDefault: true }, visibleProjects(access)] },
      }),
  }),
}))

builder.queryField('project', (t) =>
  t.prismaField({
    type: Project,
    nullable: true,
    description: 'A project by its id; null when there is none whose name you may see.',
    args: { id: t.arg.id({ required: true, description: 'Its id, `prj_…`.' }) },
    resolve: (query, _root, { id }, { access, runtime }) => {
      const uuid = decodeId('Project', id)
      return runtime.database.prisma.project.findFirst({
        ...query,
        where: { AND: [{ id: { in: uuid ? [uuid] : [] } }, visibleProjects(access)] },
      })
    },
  }),
)

/** The field by which payloads show the project that was changed. */
export const projectPayload = (t: FieldsOf<{ projectId: string }>) => ({
  project: t.prismaField({
    type: Project,
    description: 'The project as it is now.',
    resolve: (query, { projectId }, _args, { runtime }) =>
      runtime.database.prisma.project.findUniqueOrThrow({ ...query, where: { id: projectId } }),
  }),
})

const ID = { required: true, description: 'The project, `prj_…`.' } as const

mutation('projectCreate', {
  description: 'Creates a project, whose ADMIN one becomes. For the Owner and ADMINs of the organization.',
  input: (t) => ({
    organizationId: t.id({ required: true, description: 'The organization, `org_…`.' }),
    name: t.string({ required: true, description: 'What it is called: 1 to 100 characters.' }),
    description: t.string({ description: 'What it is for: at most 1,000 characters.' }),
  }),
  payloadDescription: 'The project that was created.',
  payload: projectPayload,
  errors: ['LIMIT_EXCEEDED'],
  resolve: (input, context) => createProject(context, input),
})

mutation('projectUpdate', {
  description: 'Renames a project or describes it anew; what is not given stays. For its ADMINs.',
  input: (t) => ({
    id: t.id(ID),
    name: t.string({ description: 'What it is called from now on: 1 to 100 characters.' }),
    description: t.string({ description: 'What it is for: at most 1,000 characters; empty removes it.' }),
  }),
  payloadDescription: 'The project that was changed.',
  payload: projectPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => updateProject(context, input),
})

mutation('projectArchive', {
  description:
    'Archives a project: its keys stop answering until it is restored. Not the default one. For the Owner and ADMINs of the organization.',
  input: (t) => ({ id: t.id(ID) }),
  payloadDescription: 'The project that was archived.',
  payload: projectPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => archiveProject(context, input),
})

mutation('projectRestore', {
  description: 'Restores an archived project, and with it its keys. For the Owner and ADMINs of the organization.',
  input: (t) => ({ id: t.id(ID) }),
  payloadDescription: 'The project that was restored.',
  payload: projectPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => restoreProject(context, input),
})
