import type { ResourceKind } from '@keyward/prisma/generated/prisma/enums'
import { builder } from '../graphql/builder.ts'
import { guardField, guardType } from '../graphql/guard.ts'
import { mutation } from '../graphql/mutation.ts'
import { registerNode } from '../graphql/node/registry.ts'
import { connectionFields, edgeFields, parentId } from '../graphql/pagination/connection-fields.ts'
import { ORDER, page, pageComplexity } from '../graphql/pagination/page.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { targetOf as projectTarget, visibleProjects } from '../project/access.ts'
import { Project } from '../project/graph.ts'
import { placeInProject } from '../write/removed.ts'
import { targetOf, visibleResources } from './access.ts'
import { type RemovedResource, registerResource, removeResource, resourceRemoval } from './service.ts'

const ResourceKindEnum = builder.enumType('ResourceKind', {
  description: 'Kind of resource. More values may be added.',
  values: {
    FINE_TUNED_MODEL: { description: 'A fine-tuned model.' },
    ENDPOINT: { description: 'A dedicated endpoint.' },
    CLUSTER: { description: 'A cluster.' },
    FILE: { description: 'A file.' },
    EVALUATION: { description: 'An evaluation of models.' },
  } satisfies Record<ResourceKind, object>,
})

const Resource = builder.prismaNode('Resource', {
  id: { field: 'id', description: 'Permanent id, `res_…`.' },
  description: 'An object owned by a project, such as a file or an endpoint. Only keys of that project can access it.',
  ...guardType('resource:list', targetOf),
  fields: (t) => ({
    kind: t.expose('kind', { type: ResourceKindEnum, description: 'Kind of the resource.' }),
    name: t.exposeString('name', { description: 'Name, unique among the project’s resources of the same kind.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Registration time.' }),
    project: t.field({
      type: Project,
      nullable: true,
      description: 'Project that owns the resource. Null for gateways, which cannot see projects.',
      select: (_args, _context, nestedSelection) => ({ project: nestedSelection(true) }),
      resolve: (resource, _args, { access }) =>
        access.can('organization:listProjects', targetOf(resource)) ? resource.project : null,
    }),
  }),
})

registerNode('Resource', ({ access, runtime }, ids, query) =>
  runtime.database.rows.resource.findMany({
    ...query,
    where: { AND: [{ id: { in: ids } }, visibleResources(access)] },
  }),
)

interface ResourceListArguments {
  kind?: ResourceKind | null | undefined
}

const ofKind = ({ kind }: ResourceListArguments) => (kind ? { kind } : {})

const ResourceEdge = builder.edgeObject({ type: Resource, ...edgeFields('Resource', 'resources') })
const ResourceConnection = builder.connectionObject(
  connectionFields('Resource', Resource, 'resources', ({ runtime }, parent, args: ResourceListArguments, take) =>
    runtime.database.prisma.resource.count({ where: { projectId: parentId(parent), ...ofKind(args) }, take }),
  ),
  ResourceEdge,
)

builder.prismaObjectField('Project', 'resources', (t) =>
  t.relatedConnection(
    'resources',
    {
      type: Resource,
      cursor: 'id',
      nullable: true,
      description:
        'Resources of the project, newest first. Visible to anyone who can read the project. Others get null and a FORBIDDEN error.',
      ...guardField('resource:list', projectTarget),
      args: { kind: t.arg({ type: ResourceKindEnum, description: 'Resources of this kind. Omitted: all.' }) },
      complexity: pageComplexity,
      query: (args) => page(args, ORDER.newestFirst, ofKind(args)),
    },
    ResourceConnection,
    ResourceEdge,
  ),
)

mutation('resourceRegister', {
  description:
    'Registers a resource in a project, so that only this project’s keys can access it. Repeating a registration returns the same resource. Requires a role in the project, or a gateway token.',
  input: (t) => ({
    projectId: t.id({ required: true, description: 'Id of the project, `prj_…`.' }),
    kind: t.field({ type: ResourceKindEnum, required: true, description: 'Kind of the resource.' }),
    name: t.string({
      required: true,
      description: 'Name: 1 to 100 characters, unique among the project’s resources of the same kind.',
    }),
  }),
  payloadDescription: 'The registered resource.',
  payload: (t: FieldsOf<{ resourceId: string }>) => ({
    resource: t.prismaField({
      type: Resource,
      description: 'The registered resource.',
      resolve: (query, { resourceId }, _args, { runtime }) =>
        runtime.database.rows.resource.findUniqueOrThrow({ ...query, where: { id: resourceId } }),
    }),
  }),
  errors: ['INVALID_STATE', 'LIMIT_EXCEEDED'],
  resolve: (input, context) => registerResource(context, input),
})

mutation('resourceRemove', {
  description:
    'Removes a resource, so that requests naming it are denied. Removing it again changes nothing and succeeds. Requires a role in the project, or a gateway token.',
  removes: { rule: resourceRemoval, again: placeInProject },
  input: (t) => ({ id: t.id({ required: true, description: 'Id of the resource, `res_…`.' }) }),
  payloadDescription: 'The project after the removal.',
  payload: (t: FieldsOf<RemovedResource>) => ({
    project: t.prismaField({
      type: Project,
      nullable: true,
      description: 'Project that owned the resource. Null for gateways, which cannot see projects.',
      resolve: (query, { projectId }, _args, { access, runtime }) =>
        runtime.database.rows.project.findFirst({
          ...query,
          where: { AND: [{ id: projectId }, visibleProjects(access)] },
        }),
    }),
  }),
  errors: ['INVALID_STATE'],
  resolve: (input, context) => removeResource(context, input),
})
