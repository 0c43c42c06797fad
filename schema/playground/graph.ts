import type { ModelStatus, Prisma, Workload } from '@keyward/prisma/generated/prisma/client'
import { ApiKeyConnection, ApiKeyEdge } from '../api-key/connection.ts'
import { WorkloadEnum } from '../api-key/enums.ts'
import { ApiKey } from '../api-key/graph.ts'
import { builder } from '../graphql/builder.ts'
import { mutation } from '../graphql/mutation.ts'
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

const PlaygroundModel = builder.prismaObject('Model', {
  variant: 'PlaygroundModel',
  description: 'A model that you can call, with what you can call it through.',
  authScopes: (model, { access }) => maySee(access, model),
  extensions: { action: 'model:list' },
  fields: (t) => ({
    model: t.variant(Model, { description: 'The model.' }),
    projects: t.field({
      type: [Project],
      description: `Your projects from which it can be called, oldest first, at most ${MAX_SHOWN}: all of them for a public model, its own for a project’s. Not archived ones.`,
      complexity: SHOWN,
      select: { projectId: true },
      resolve: (model, _args, context) => reachOf(context).projectsOf(model),
    }),
    apiKeys: t.field({
      type: [ApiKey],
      description: `The keys by which it can be called, newest first, at most ${MAX_SHOWN}: the live keys of your projects from which it can be called, whose workloads allow its own.`,
      complexity: SHOWN,
      select: { projectId: true, workload: true },
      resolve: (model, _args, context) => reachOf(context).keysOf(model),
    }),
  }),
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
      runtime.database.prisma.model.count({ where: { AND: [usableModels(access), filterWhere(args)] }, take }),
  ),
  PlaygroundModelEdge,
)

const Playground = builder.objectRef<{ playground: true }>('Playground').implement({
  description: 'What you can call models with, across all organizations that you have a role in.',
  fields: (t) => ({
    apiKeys: t.prismaConnection(
      {
        type: ApiKey,
        cursor: 'id',
        description:
          'Every live key of every project that you may use, across all organizations, newest first. Not those of archived projects.',
        complexity: pageComplexity,
        resolve: (query, _playground, args, { access, runtime }) =>
          runtime.database.prisma.apiKey.findMany(
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
          'Every model that you can call, by slug: the public ones, and those of the projects that you may use. None for who has no role in any organization.',
        args: {
          status: t.arg({
            type: ModelStatusEnum,
            defaultValue: 'ONLINE',
            description: 'Those of this status; null: all.',
          }),
          workload: t.arg({ type: WorkloadEnum, description: 'Those for this; all if not given.' }),
        },
        complexity: pageComplexity,
        resolve: (query, _playground, args, { access, runtime }) =>
          runtime.database.prisma.model.findMany(
            pageOn(query, args, BY_SLUG, { AND: [usableModels(access), filterWhere(args)] }),
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
    description: 'The playground of the person who is asking; null for who is not one.',
    resolve: (_viewer, _args, { access }) => (access.actor.kind === 'USER' ? { playground: true as const } : null),
  }),
)

mutation('playgroundTokenCreate', {
  description: `Makes a token by which you can call models for ${TOKEN_MINUTES} minutes, in one organization, as if by a key: gateways verify it, this API does not take it. What it uses is attributed to you and to the organization’s default project. For people who have a role in the organization; FORBIDDEN to service accounts and keys. LIMIT_EXCEEDED while 20 tokens of yours are live.`,
  input: (t) => ({
    organizationId: t.id({ required: true, description: 'The organization that pays, `org_…`.' }),
    idempotencyKey: t.string(IDEMPOTENCY_KEY),
  }),
  payloadDescription: 'The token that was made.',
  payload: (t: FieldsOf<IssuedPlaygroundToken>) => ({
    token: t.exposeString('token', { description: 'The token, `kw_play_…`. Shown this once; only its hash is kept.' }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When it stops. It stops sooner where your last role in the organization ends.',
      resolve: ({ expiresAt }) => new Date(expiresAt),
    }),
    organization: t.prismaField({
      type: Organization,
      description: 'The organization that pays.',
      resolve: (query, { organizationId }, _args, { runtime }) =>
        runtime.database.prisma.organization.findUniqueOrThrow({ ...query, where: { id: organizationId } }),
    }),
  }),
  errors: ['CONFLICT', 'LIMIT_EXCEEDED'],
  resolve: (input, context) => createPlaygroundToken(context, input),
})
