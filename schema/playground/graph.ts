import type { ModelStatus, Prisma, Workload } from '@keyward/prisma/generated/prisma/client'
import { ApiKeyConnection, ApiKeyEdge } from '../api-key/connection.ts'
import { WorkloadEnum } from '../api-key/enums.ts'
import { ApiKey } from '../api-key/graph.ts'
import { builder } from '../graphql/builder.ts'
import { mutation } from '../graphql/mutation.ts'
import { registerNode } from '../graphql/node/registry.ts'
import { connectionFields, edgeFields } from '../graphql/pagination/connection-fields.ts'
import { ORDER, pageComplexity, pageOn } from '../graphql/pagination/page.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { maySee } from '../model/access.ts'
import { BY_SLUG, Model, ModelStatusEnum } from '../model/graph.ts'
import { Organization } from '../organization/graph.ts'
import { Project } from '../project/graph.ts'
import { Viewer } from '../viewer/graph.ts'
import { IDEMPOTENCY_KEY } from '../write/idempotency/field.ts'
import { MAX_SHOWN, reachOf, usableKeys, usableModels } from './reach.ts'
import { createPlaygroundToken, type IssuedPlaygroundToken, TOKEN_MINUTES } from './service.ts'

const SHOWN = { field: 1, multiplier: MAX_SHOWN }

const PlaygroundModel = builder.prismaNode('Model', {
  variant: 'PlaygroundModel',
  id: { field: 'id', description: 'Permanent id of the model in your playground, `pgm_…`.' },
  description: 'A model you can call, with the projects and keys that give access to it.',
  authScopes: (model, { access }) => maySee(access, model),
  extensions: { action: 'model:list' },
  fields: (t) => ({
    model: t.variant(Model, { description: 'The callable model.' }),
    projects: t.field({
      type: [Project],
      description: `Your projects that can call the model, oldest first, at most ${MAX_SHOWN}. Archived and paused projects are not included.`,
      complexity: SHOWN,
      select: { projectId: true },
      resolve: (model, _args, context) => reachOf(context).projectsOf(model),
    }),
    apiKeys: t.field({
      type: [ApiKey],
      description: `Live keys of your projects that can call the model, newest first, at most ${MAX_SHOWN}.`,
      complexity: SHOWN,
      select: { projectId: true, workload: true, slug: true },
      resolve: (model, _args, context) => reachOf(context).keysOf(model),
    }),
  }),
})

registerNode('PlaygroundModel', async ({ access, runtime }, ids, query) => {
  if (access.actor.kind !== 'USER') return []
  const where = { AND: [{ id: { in: ids } }, usableModels(access, runtime.database.clock.now())] }
  return runtime.database.rows.model.findMany({ ...query, where })
})

interface ModelListArguments {
  workload?: Workload | null | undefined
  status?: ModelStatus | null | undefined
}

const filterWhere = ({ workload, status }: ModelListArguments): Prisma.ModelWhereInput => ({
  ...(workload ? { workload } : {}),
  ...(status ? { status } : {}),
})

const PlaygroundModelEdge = builder.edgeObject({ type: PlaygroundModel, ...edgeFields('PlaygroundModel', 'models') })
const PlaygroundModelConnection = builder.connectionObject(
  connectionFields(
    'PlaygroundModel',
    PlaygroundModel,
    'models',
    ({ access, runtime }, _parent, args: ModelListArguments, take) =>
      runtime.database.prisma.model.count({
        where: { AND: [usableModels(access, runtime.database.clock.now()), filterWhere(args)] },
        take,
      }),
  ),
  PlaygroundModelEdge,
)

const Playground = builder.objectRef<{ playground: true }>('Playground').implement({
  description: 'Keys and models available to you across all organizations in which you have a role.',
  fields: (t) => ({
    apiKeys: t.prismaConnection(
      {
        type: ApiKey,
        cursor: 'id',
        description: 'Live keys of all projects that you may use, newest first, without archived projects.',
        complexity: pageComplexity,
        resolve: (query, _playground, args, { access, runtime }) =>
          runtime.database.rows.apiKey.findMany(
            pageOn(query, args, ORDER.newestFirst, usableKeys(access, runtime.database.clock.now())),
          ),
      },
      ApiKeyConnection,
      ApiKeyEdge,
    ),
    models: t.prismaConnection(
      {
        type: PlaygroundModel,
        cursor: 'id',
        description:
          'Models that you can call, sorted by slug: public ones and those of projects that you may use. Empty without a role in any organization.',
        args: {
          status: t.arg({
            type: ModelStatusEnum,
            defaultValue: 'ONLINE',
            description: 'Models with this status. Null: all.',
          }),
          workload: t.arg({ type: WorkloadEnum, description: 'Models for this workload. Omitted: all.' }),
        },
        complexity: pageComplexity,
        resolve: (query, _playground, args, { access, runtime }) =>
          runtime.database.rows.model.findMany(
            pageOn(query, args, BY_SLUG, {
              AND: [usableModels(access, runtime.database.clock.now()), filterWhere(args)],
            }),
          ),
      },
      PlaygroundModelConnection,
      PlaygroundModelEdge,
    ),
  }),
})

builder.objectField(Viewer, 'playground', (t) =>
  t.field({
    type: Playground,
    nullable: true,
    description: 'Playground of the caller. Null unless the caller is a person.',
    resolve: (_viewer, _args, { access }) => (access.actor.kind === 'USER' ? { playground: true as const } : null),
  }),
)

mutation('playgroundTokenCreate', {
  description: `Creates a token with which you can call models at gateways for ${TOKEN_MINUTES} minutes. Its usage is attributed to you and charged to a project that you may use. Requires a person with a role in the organization.`,
  input: (t) => ({
    organizationId: t.id({ required: true, description: 'Id of the organization that pays, `org_…`.' }),
    projectId: t.id({
      description:
        'Id of the project to charge, `prj_…`. You must be allowed to use it. Default: the default project for members of the organization, or else your only project there.',
    }),
    idempotencyKey: t.string(IDEMPOTENCY_KEY),
  }),
  payloadDescription: 'The created token.',
  payload: (t: FieldsOf<IssuedPlaygroundToken>) => ({
    token: t.exposeString('token', { description: 'Token, `kw_play_…`. Returned only once; only its hash is stored.' }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'Expiration time. The token stops working earlier if you may no longer use the project.',
      resolve: ({ expiresAt }) => new Date(expiresAt),
    }),
    organization: t.prismaField({
      type: Organization,
      description: 'Organization that pays.',
      resolve: (query, { organizationId }, _args, { runtime }) =>
        runtime.database.rows.organization.findUniqueOrThrow({ ...query, where: { id: organizationId } }),
    }),
    project: t.prismaField({
      type: Project,
      description: 'Project that is charged and whose limits apply.',
      resolve: (query, { projectId }, _args, { runtime }) =>
        runtime.database.rows.project.findUniqueOrThrow({ ...query, where: { id: projectId } }),
    }),
  }),
  errors: ['CONFLICT', 'INVALID_STATE', 'LIMIT_EXCEEDED'],
  resolve: (input, context) => createPlaygroundToken(context, input),
})
