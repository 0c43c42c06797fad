import type { Prisma } from '@keyward/prisma/generated/prisma/client'
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import { builder } from '../graphql/builder.ts'
import type { GraphContext } from '../graphql/context.ts'
import { guardField } from '../graphql/guard.ts'
import { belongsToRow, connectionFields, edgeFields, parentId } from '../graphql/pagination/connection-fields.ts'
import { page, pageComplexity } from '../graphql/pagination/page.ts'
import { ALL_RULES, type KeyRule } from '../key-policy/bounds.ts'
import { outsidePolicy } from '../key-policy/outside.ts'
import { targetOf } from '../project/access.ts'
import { visibleApiKeys } from './access.ts'
import { ApiKeyStatusEnum, WorkloadEnum } from './enums.ts'
import { type ApiKeyFilter, type ApiKeyOrder, answering, filterWhere, orderOf, START_SEARCH } from './filter.ts'
import { ApiKey } from './graph.ts'
import { findKeysByStart, type StartOfSecret } from './sql.ts'
import '../organization/graph.ts'

const TagFilter = builder.inputType('TagFilter', {
  description: 'Matches keys with a tag.',
  fields: (t) => ({
    key: t.string({ required: true, description: 'Name of the tag.' }),
    value: t.string({ description: 'Value of the tag. Omitted: any value.' }),
  }),
})

export const ApiKeyFilterInput = builder.inputType('ApiKeyFilter', {
  description: 'Filters keys. All given conditions must match.',
  fields: (t) => ({
    statuses: t.field({ type: [ApiKeyStatusEnum], description: 'Keys with any of these statuses.' }),
    search: t.string({
      description: `Keys whose name contains this text, ignoring case. A text of ${START_SEARCH} or more characters without spaces also matches keys with a secret, current or former, whose \`start\` begins with it.`,
    }),
    workload: t.field({ type: WorkloadEnum, description: 'Keys that allow this workload.' }),
    tag: t.field({ type: TagFilter, description: 'Keys with this tag.' }),
    createdBy: t.id({ description: 'Keys created by this principal: `usr_…` or `svc_…`.' }),
    expiresBefore: t.field({ type: 'DateTime', description: 'Keys that expire before this time.' }),
    unusedForDays: t.int({ description: 'Keys at least this many days old and unused for as long.' }),
  }),
})

const ApiKeyOrderField = builder.enumType('ApiKeyOrderField', {
  description: 'Field to sort keys by.',
  values: {
    CREATED_AT: { description: 'Order of creation or import in this system.' },
    NAME: { description: 'Name, ignoring case.' },
    EXPIRES_AT: { description: 'Expiration time. Keys that never expire come last.' },
    LAST_USED_AT: { description: 'Time of last use. Keys that were never used come last.' },
  },
})

const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Sort direction.',
  values: {
    ASC: { description: 'Ascending: smallest, oldest or A first.' },
    DESC: { description: 'Descending: largest, newest or Z first.' },
  },
})

const ApiKeyOrderInput = builder.inputType('ApiKeyOrder', {
  description:
    'Sort order of keys. Ids break ties. A key whose sort value changes between pages can be repeated or skipped.',
  fields: (t) => ({
    field: t.field({ type: ApiKeyOrderField, required: true, description: 'Field to sort by.' }),
    direction: t.field({ type: OrderDirection, required: true, description: 'Sort direction.' }),
  }),
})

/** The lists of one operation search their secrets together, and their totals do not search again. */
const startLoader = createContextCache(
  ({ runtime }: GraphContext) =>
    new DataLoader((starts: readonly StartOfSecret[]) => findKeysByStart(runtime.database, starts), {
      cacheKeyFn: ({ organizationId, start }) => `${organizationId} ${start}`,
    }),
)

const whereOf = (
  filter: ApiKeyFilter | null | undefined,
  organizationIds: readonly string[],
  context: GraphContext,
): Prisma.ApiKeyWhereInput | Promise<Prisma.ApiKeyWhereInput> =>
  filterWhere(filter, organizationIds, context.runtime.database.clock.now(), (start) =>
    startLoader(context).load(start),
  )

/** The WHERE of the keys of a project or an organization, and of a filter of them. */
async function ownedBy(
  parent: unknown,
  filter: ApiKeyFilter | undefined,
  context: GraphContext,
): Promise<Prisma.ApiKeyWhereInput[]> {
  const id = parentId(parent)
  const isProject = typeof parent === 'object' && parent !== null && 'organizationId' in parent
  return isProject
    ? [{ projectId: id }, await whereOf(filter, [String(parent.organizationId)], context)]
    : [{ organizationId: id }, await whereOf(filter, [id], context)]
}

const FILTER = { type: ApiKeyFilterInput, description: 'Conditions that keys must match.' } as const
const ORDER_BY = { type: ApiKeyOrderInput, description: 'Sort order. Default: newest first.' } as const

interface KeyListArguments {
  filter?: ApiKeyFilter | null | undefined
  orderBy?: ApiKeyOrder | null | undefined
}

/** The query of a page of keys. The statement that reads the list's owner also reads the page. */
function keysPage(args: KeyListArguments, context: GraphContext) {
  const { organizationIds } = context.access.reach('organization:read')
  const query = (filter: Prisma.ApiKeyWhereInput) =>
    page(args, orderOf(args.orderBy), { AND: [visibleApiKeys(context.access), filter] })
  const filter = whereOf(args.filter, organizationIds, context)
  return filter instanceof Promise ? filter.then(query) : query(filter)
}

export const ApiKeyEdge = builder.edgeObject({ type: ApiKey, ...edgeFields('ApiKey', 'keys') })
/** Arguments of the lists of keys. Only the list of keys outside a policy has rules. */
interface CountArguments {
  filter?: ApiKeyFilter
  rules?: KeyRule[] | null
}

export const ApiKeyConnection = builder.connectionObject(
  connectionFields('ApiKey', ApiKey, 'keys', async (context, parent, args: CountArguments, take) => {
    const { access, runtime } = context
    // A list that belongs to no row is the playground's.
    const listed = belongsToRow(parent)
      ? await ownedBy(parent, args.filter, context)
      : [answering(runtime.database.clock.now())]
    const outside =
      args.rules === undefined ? {} : await outsidePolicy(runtime.database, parentId(parent), args.rules ?? ALL_RULES)
    return runtime.database.prisma.apiKey.count({
      where: { AND: [...listed, outside, visibleApiKeys(access)] },
      take,
    })
  }),
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
        'Keys of the project, including revoked ones, newest first. Visible to anyone who can read the project; a key sees only itself. Null with FORBIDDEN for others.',
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
