import type { LineItem, ModelStatus, Prisma, Workload } from '@keyward/prisma/generated/prisma/client'
import { WorkloadEnum } from '../api-key/enums.ts'
import { builder } from '../graphql/builder.ts'
import { guardField } from '../graphql/guard.ts'
import { registerNode } from '../graphql/node/registry.ts'
import { belongsToRow, connectionFields, edgeFields, parentId } from '../graphql/pagination/connection-fields.ts'
import { byUniqueText } from '../graphql/pagination/list-order.ts'
import { pageComplexity, pageOn } from '../graphql/pagination/page.ts'
import { targetOf as projectTarget } from '../project/access.ts'
import { Project } from '../project/graph.ts'
import { maySee, visibleModels } from './access.ts'
import { type PriceUnit, presentPrices, unitOf } from './prices.ts'

export const ModelStatusEnum = builder.enumType('ModelStatus', {
  description: 'Whether a model can be called.',
  values: {
    ONLINE: { description: 'It can be called.' },
    OFFLINE: { description: 'It cannot be called at present.' },
  } satisfies Record<ModelStatus, object>,
})

export const LineItemEnum = builder.enumType('LineItem', {
  description: 'What is counted and paid for. The list may grow.',
  values: {
    INPUT_TOKENS: { description: 'Tokens that a model reads.' },
    CACHED_INPUT_TOKENS: { description: 'Tokens that it had read before and needs not read again.' },
    OUTPUT_TOKENS: { description: 'Tokens that it writes.' },
    IMAGES: { description: 'Images that it makes.' },
    SECONDS: { description: 'Seconds of audio, video or computing.' },
    SESSIONS: { description: 'Sessions of a sandbox.' },
    OTHER: { description: 'What a gateway charged without saying what for. It has no price in the catalogue.' },
  } satisfies Record<LineItem, object>,
})

export const PriceUnitEnum = builder.enumType('PriceUnit', {
  description: 'How many units a price is for.',
  values: {
    PER_MILLION: { description: 'For a million of them: tokens.' },
    PER_UNIT: { description: 'For each.' },
  } satisfies Record<PriceUnit, object>,
})

const ModelPrice = builder.prismaObject('ModelPrice', {
  description: 'What something about a model costs from a moment on, until a later price of the same line item.',
  fields: (t) => ({
    lineItem: t.expose('lineItem', { type: LineItemEnum, description: 'What is paid for.' }),
    usd: t.field({
      type: 'Decimal',
      description: 'The price in US dollars, exact.',
      resolve: ({ usd }) => usd.toFixed(),
    }),
    unit: t.field({
      type: PriceUnitEnum,
      description: 'How many units the price is for.',
      resolve: ({ lineItem }) => unitOf(lineItem),
    }),
    effectiveFrom: t.expose('effectiveFrom', {
      type: 'DateTime',
      description: 'From when on it holds; ahead of now for a price that is announced.',
    }),
  }),
})

export const Model = builder.prismaNode('Model', {
  id: { field: 'id', description: 'The id, `mdl_…`. It never changes.' },
  description: 'An entry of the catalogue that can be called: a public one, or one that belongs to a project.',
  authScopes: (model, { access }) => maySee(access, model),
  extensions: { action: 'model:list' },
  fields: (t) => ({
    slug: t.exposeString('slug', { description: 'The name by which requests call it. Unique.' }),
    displayName: t.exposeString('displayName', { description: 'Its name for people.' }),
    workload: t.expose('workload', { type: WorkloadEnum, description: 'What it is for.' }),
    status: t.expose('status', { type: ModelStatusEnum, description: 'Whether it can be called.' }),
    project: t.field({
      type: Project,
      nullable: true,
      description: 'The project that it belongs to; null for a public one, and to gateways, which see no projects.',
      select: (_args, _context, nestedSelection) => ({ project: nestedSelection(true) }),
      resolve: ({ organizationId, projectId, project }, _args, { access }) =>
        organizationId !== null && access.can('organization:listProjects', { organizationId, projectId })
          ? project
          : null,
    }),
    prices: t.field({
      type: [ModelPrice],
      description: 'What it costs now, and prices that are announced for later. By line item, then by time.',
      select: { prices: true },
      resolve: ({ prices }, _args, { runtime }) => presentPrices(prices, runtime.database.clock.now()),
    }),
  }),
})

registerNode('Model', ({ access, runtime }, ids, query) =>
  runtime.database.prisma.model.findMany({ ...query, where: { AND: [{ id: { in: ids } }, visibleModels(access)] } }),
)

interface ModelListArguments {
  workload?: Workload | null | undefined
  status?: ModelStatus | null | undefined
}

const filterWhere = ({ workload, status }: ModelListArguments): Prisma.ModelWhereInput => ({
  ...(workload ? { workload } : {}),
  ...(status ? { status } : {}),
})

/** What can be called from a project: what is public, and what belongs to it. */
const ofProject = (projectId: string): Prisma.ModelWhereInput => ({ OR: [{ projectId: null }, { projectId }] })

const ModelEdge = builder.edgeObject({ type: Model, ...edgeFields('Model', 'models') })
const ModelConnection = builder.connectionObject(
  connectionFields('Model', Model, 'models', ({ access, runtime }, parent, args: ModelListArguments, take) => {
    const within = belongsToRow(parent) ? ofProject(parentId(parent)) : {}
    return runtime.database.prisma.model.count({
      where: { AND: [within, visibleModels(access), filterWhere(args)] },
      take,
    })
  }),
  ModelEdge,
)

/** The order of the catalogue. */
export const BY_SLUG = byUniqueText('slug', 'asc')

builder.queryField('models', (t) =>
  t.prismaConnection(
    {
      type: Model,
      cursor: 'id',
      description:
        'The catalogue, by slug: the public models, and those of the projects where you may list models. For every credential.',
      authScopes: { authenticated: true },
      args: {
        workload: t.arg({ type: WorkloadEnum, description: 'Those for this; all if not given.' }),
        status: t.arg({ type: ModelStatusEnum, description: 'Those of this status; all if not given.' }),
      },
      complexity: pageComplexity,
      resolve: (query, _root, args, { access, runtime }) =>
        runtime.database.prisma.model.findMany(
          pageOn(query, args, BY_SLUG, { AND: [visibleModels(access), filterWhere(args)] }),
        ),
    },
    ModelConnection,
    ModelEdge,
  ),
)

builder.prismaObjectField('Project', 'models', (t) =>
  t.prismaConnection(
    {
      type: Model,
      cursor: 'id',
      nullable: true,
      description:
        'The models that can be called from it, by slug: the public ones and its own. For those who may read the project; null, with FORBIDDEN, to others.',
      ...guardField('model:list', projectTarget),
      args: {
        workload: t.arg({ type: WorkloadEnum, description: 'Those for this; all if not given.' }),
        status: t.arg({ type: ModelStatusEnum, description: 'Those of this status; all if not given.' }),
      },
      complexity: pageComplexity,
      resolve: (query, project, args, { access, runtime }) =>
        runtime.database.prisma.model.findMany(
          pageOn(query, args, BY_SLUG, { AND: [ofProject(project.id), visibleModels(access), filterWhere(args)] }),
        ),
    },
    ModelConnection,
    ModelEdge,
  ),
)
