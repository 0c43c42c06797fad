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
import { targetOf, visibleResources } from './access.ts'
import { type RemovedResource, registerResource, removeResource } from './service.ts'

const ResourceKindEnum = builder.enumType('ResourceKind', {
  description: 'What a resource is. The list may grow.',
  values: {
    FINE_TUNED_MODEL: { description: 'A model that was trained further.' },
    ENDPOINT: { description: 'A dedicated endpoint.' },
    CLUSTER: { description: 'A cluster.' },
    FILE: { description: 'A file.' },
    EVALUATION: { description: 'An evaluation of models.' },
  } satisfies Record<ResourceKind, object>,
})

const Resource = builder.prismaNode('Resource', {
  id: { field: 'id', description: 'The id, `res_…`. It never changes.' },
  description:
    'Something that lives in a project. Requests that name it are allowed to the keys of that project alone.',
  ...guardType('resource:list', targetOf),
  fields: (t) => ({
    kind: t.expose('kind', { type: ResourceKindEnum, description: 'What it is.' }),
    name: t.exposeString('name', { description: 'Its name, unique among the resources of its kind in its project.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was registered.' }),
    project: t.field({
      type: Project,
      nullable: true,
      description: 'The project that it lives in; null to gateways, which see no projects.',
      select: (_args, _context, nestedSelection) => ({ project: nestedSelection(true) }),
      resolve: (resource, _args, { access }) =>
        access.can('organization:listProjects', targetOf(resource)) ? resource.project : null,
    }),
  }),
})

registerNode('Resource', ({ access, runtime }, ids, query) =>
  runtime.database.prisma.resource.findMany({
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
        'What lives in it, newest first. For those who may read the project; null, with FORBIDDEN, to others.',
      ...guardField('resource:list', projectTarget),
      args: { kind: t.arg({ type: ResourceKindEnum, description: 'Those of this kind; all if not given.' }) },
      complexity: pageComplexity,
      query: (args) => page(args, ORDER.newestFirst, ofKind(args)),
    },
    ResourceConnection,
    ResourceEdge,
  ),
)

mutation('resourceRegister', {
  description:
    'Registers a resource in a project: from then on requests that name it are allowed to keys of this project alone. Registering the same again answers the same resource. For everyone with a role in the project, and for gateways.',
  input: (t) => ({
    projectId: t.id({ required: true, description: 'The project, `prj_…`.' }),
    kind: t.field({ type: ResourceKindEnum, required: true, description: 'What it is.' }),
    name: t.string({
      required: true,
      description: 'Its name: 1 to 100 characters, unique among the resources of its kind in the project.',
    }),
  }),
  payloadDescription: 'The resource that is registered.',
  payload: (t: FieldsOf<{ resourceId: string }>) => ({
    resource: t.prismaField({
      type: Resource,
      description: 'The resource as it is now.',
      resolve: (query, { resourceId }, _args, { runtime }) =>
        runtime.database.prisma.resource.findUniqueOrThrow({ ...query, where: { id: resourceId } }),
    }),
  }),
  errors: ['INVALID_STATE', 'LIMIT_EXCEEDED'],
  resolve: (input, context) => registerResource(context, input),
})

mutation('resourceRemove', {
  description:
    'Removes a resource: no request may name it any more. For everyone with a role in the project, and for gateways.',
  input: (t) => ({ id: t.id({ required: true, description: 'The resource, `res_…`.' }) }),
  payloadDescription: 'What was left.',
  payload: (t: FieldsOf<RemovedResource>) => ({
    project: t.prismaField({
      type: Project,
      nullable: true,
      description: 'The project that it lived in; null to gateways, which see no projects.',
      resolve: (query, { projectId }, _args, { access, runtime }) =>
        runtime.database.prisma.project.findFirst({
          ...query,
          where: { AND: [{ id: projectId }, visibleProjects(access)] },
        }),
    }),
  }),
  errors: ['INVALID_STATE'],
  resolve: (input, context) => removeResource(context, input),
})
