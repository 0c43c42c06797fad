import type { Prisma } from '@keyward/prisma/generated/prisma/client'
import { createContextCache } from '@pothos/core'
import { Loader } from '../core/loader.ts'
import { builder } from '../graphql/builder.ts'
import type { GraphContext } from '../graphql/context.ts'
import { guardField } from '../graphql/guard.ts'
import { belongsToRow, connectionFields, edgeFields, parentId } from '../graphql/pagination/connection-fields.ts'
import { listed, page, pageComplexity, pageOn } from '../graphql/pagination/page.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { ALL_RULES, type KeyRule } from '../key-policy/bounds.ts'
import { outsidePolicy } from '../key-policy/outside.ts'
import { targetOf } from '../project/access.ts'
import { Viewer } from '../viewer/graph.ts'
import { visibleApiKeys } from './access.ts'
import { adviceWhere } from './advice-filter.ts'
import { ADVICE_KINDS } from './advice-kinds.ts'
import { ApiKeyAdviceCount, ApiKeyStatusCount, type CountOf, countKeys, countValues, STATUSES } from './counts.ts'
import { type ApiKeyFilter, type ApiKeyOrder, answering, filterWhere, orderOf, statusWhere } from './filter.ts'
import { FILTER, ORDER_BY } from './filter-input.ts'
import { ApiKey } from './graph.ts'
import { findKeys, type KeySearch } from './sql.ts'
import '../organization/graph.ts'

/** The lists of one operation share a search with each other and with their totals. */
const searchLoader = createContextCache(
  ({ runtime }: GraphContext) =>
    new Loader(runtime.database, (searches: readonly KeySearch[]) => findKeys(runtime.database, searches), {
      cacheKeyFn: ({ organizationId, name, start }) => JSON.stringify([organizationId, name, start]),
    }),
)

const whereOf = (
  filter: ApiKeyFilter | null | undefined,
  organizationIds: readonly string[],
  context: GraphContext,
): Prisma.ApiKeyWhereInput | Promise<Prisma.ApiKeyWhereInput> => {
  const readable = context.access.reach('user:readName').organizationIds
  const scope = { organizationIds, readableCreators: organizationIds.filter((id) => readable.includes(id)) }
  return filterWhere(filter, scope, context.runtime.database.clock.now(), (search) =>
    searchLoader(context).load(search),
  )
}

const readOrganizations = ({ access }: GraphContext) => access.reach('organization:read').organizationIds

/** WHERE condition for the list's keys that match its filter. */
async function ownedBy(
  parent: unknown,
  filter: ApiKeyFilter | undefined,
  context: GraphContext,
): Promise<Prisma.ApiKeyWhereInput[]> {
  if (!belongsToRow(parent)) return [await whereOf(filter, readOrganizations(context), context)]
  const id = parentId(parent)
  const isProject = typeof parent === 'object' && parent !== null && 'organizationId' in parent
  return isProject
    ? [{ projectId: id }, await whereOf(filter, [String(parent.organizationId)], context)]
    : [{ organizationId: id }, await whereOf(filter, [id], context)]
}

interface KeyListArguments {
  filter?: ApiKeyFilter | null | undefined
  orderBy?: ApiKeyOrder | null | undefined
}

/** Query for a page of keys. The statement that reads the list's owner also reads the page. */
function keysPage(args: KeyListArguments, context: GraphContext) {
  const query = (filter: Prisma.ApiKeyWhereInput) =>
    page(args, orderOf(args.orderBy), { AND: [visibleApiKeys(context.access), filter] })
  const filter = whereOf(args.filter, readOrganizations(context), context)
  return filter instanceof Promise ? filter.then(query) : query(filter)
}

export const ApiKeyEdge = builder.edgeObject({ type: ApiKey, ...edgeFields('ApiKey', 'keys') })

/** Arguments of the lists of keys. Only the list of keys outside a policy has rules. */
interface CountArguments {
  filter?: ApiKeyFilter
  rules?: KeyRule[] | null
}

const isPlayground = (parent: unknown): boolean =>
  typeof parent === 'object' && parent !== null && 'playground' in parent

/** WHERE condition for all keys of a list, on every page. */
async function listedWhere(
  context: GraphContext,
  parent: unknown,
  { filter, rules }: CountArguments,
): Promise<Prisma.ApiKeyWhereInput> {
  const { access, runtime } = context
  const listed = isPlayground(parent)
    ? [answering(runtime.database.clock.now())]
    : await ownedBy(parent, filter, context)
  const outside = rules === undefined ? {} : await outsidePolicy(runtime.database, parentId(parent), rules ?? ALL_RULES)
  return { AND: [...listed, outside, visibleApiKeys(access)] }
}

// Prisma would bind each id that a search has found by itself: more than a statement may have, in many organizations.
const CONNECTION = connectionFields('ApiKey', ApiKey, 'keys', async (context, parent, args: CountArguments, take) => {
  const [total = 0] = await countKeys(context.runtime.database, [await listedWhere(context, parent, args)], take)
  return total
})

/** Counts the keys of a list for each of several values. Leaves out the list's own condition on these values. */
async function countEach<Value>(
  connection: object,
  context: GraphContext,
  leftOut: 'statuses' | 'advice',
  values: readonly Value[],
  whereOf: (value: Value) => Prisma.ApiKeyWhereInput,
): Promise<CountOf<Value>[]> {
  const { parent, args } = listed(connection)
  const given: CountArguments = args
  const { [leftOut]: _own, ...filter } = given.filter ?? {}
  const where = await listedWhere(context, parent, { ...given, filter })
  const wheres = values.map((value) => ({ AND: [where, whereOf(value)] }))
  return countValues(context.runtime.database, values, wheres)
}

export const ApiKeyConnection = builder.connectionObject(
  {
    ...CONNECTION,
    fields: (t: FieldsOf<object>) => ({
      ...CONNECTION.fields(t),
      countsByStatus: t.field({
        type: [ApiKeyStatusCount],
        description: 'Number of keys with each status, regardless of the filter’s `statuses` condition.',
        complexity: { field: 10, multiplier: STATUSES.length },
        ownStatement: 50,
        resolve: (connection, _args, context) =>
          countEach(connection, context, 'statuses', STATUSES, (status) =>
            statusWhere(status, context.runtime.database.clock.now()),
          ),
      }),
      countsByAdvice: t.field({
        type: [ApiKeyAdviceCount],
        description:
          'Number of keys with each recommendation, regardless of the filter’s `advice` condition. A key can have several recommendations.',
        complexity: { field: 10, multiplier: ADVICE_KINDS.length },
        ownStatement: 50,
        resolve: (connection, _args, context) => {
          const readable = context.access.reach('user:readName').organizationIds
          return countEach(connection, context, 'advice', ADVICE_KINDS, (advice) =>
            adviceWhere([advice], context.runtime.database.clock.now(), readable),
          )
        },
      }),
    }),
  },
  ApiKeyEdge,
)

builder.prismaObjectField('Project', 'apiKeys', (t) =>
  t.relatedConnection(
    'apiKeys',
    {
      type: ApiKey,
      cursor: 'id',
      nullable: true,
      description:
        'Keys of the project, including revoked ones, newest first. Visible to anyone who can read the project; a key sees only itself. Others get null and a FORBIDDEN error.',
      ...guardField('apiKey:list', targetOf),
      args: { filter: t.arg(FILTER), orderBy: t.arg(ORDER_BY) },
      complexity: pageComplexity,
      query: keysPage,
    },
    ApiKeyConnection,
    ApiKeyEdge,
  ),
)

builder.prismaObjectField('Organization', 'apiKeys', (t) =>
  t.relatedConnection(
    'apiKeys',
    {
      type: ApiKey,
      cursor: 'id',
      description:
        'Keys of all projects that you can read, including revoked keys and keys of archived projects, newest first. A key sees only itself.',
      args: { filter: t.arg(FILTER), orderBy: t.arg(ORDER_BY) },
      complexity: pageComplexity,
      query: keysPage,
    },
    ApiKeyConnection,
    ApiKeyEdge,
  ),
)

builder.objectField(Viewer, 'apiKeys', (t) =>
  t.prismaConnection(
    {
      type: ApiKey,
      cursor: 'id',
      description:
        'Keys of all projects that you can read, in all organizations, including revoked keys and keys of archived projects, newest first. A key sees only itself.',
      args: { filter: t.arg(FILTER), orderBy: t.arg(ORDER_BY) },
      complexity: pageComplexity,
      resolve: async (query, _viewer, args, context) => {
        const filter = await whereOf(args.filter, readOrganizations(context), context)
        const where = { AND: [visibleApiKeys(context.access), filter] }
        return context.runtime.database.rows.apiKey.findMany(pageOn(query, args, orderOf(args.orderBy), where))
      },
    },
    ApiKeyConnection,
    ApiKeyEdge,
  ),
)
