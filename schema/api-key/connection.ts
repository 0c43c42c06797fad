import { builder } from '../graphql/builder.ts'
import { guardField } from '../graphql/guard.ts'
import { belongsToRow, connectionFields, edgeFields, parentId } from '../graphql/pagination/connection-fields.ts'
import { page, pageComplexity } from '../graphql/pagination/page.ts'
import { targetOf } from '../project/access.ts'
import { visibleApiKeys } from './access.ts'
import { ApiKeyStatusEnum, WorkloadEnum } from './enums.ts'
import { type ApiKeyFilter, answering, filterWhere, orderOf } from './filter.ts'
import { ApiKey } from './graph.ts'

const TagFilter = builder.inputType('TagFilter', {
  description: 'Keys that carry a tag.',
  fields: (t) => ({
    key: t.string({ required: true, description: 'The key of the tag.' }),
    value: t.string({ description: 'Its value; any if not given.' }),
  }),
})

const ApiKeyFilterInput = builder.inputType('ApiKeyFilter', {
  description: 'Narrows a list of keys; everything given has to hold.',
  fields: (t) => ({
    statuses: t.field({ type: [ApiKeyStatusEnum], description: 'Keys of any of these statuses.' }),
    search: t.string({ description: 'Keys whose name contains this, whatever the case.' }),
    workload: t.field({ type: WorkloadEnum, description: 'Keys that may be used for this.' }),
    tag: t.field({ type: TagFilter, description: 'Keys that carry this tag.' }),
    createdBy: t.id({ description: 'Keys of this creator: `usr_…` or `svc_…`.' }),
    expiresBefore: t.field({ type: 'DateTime', description: 'Keys that expire before this.' }),
    unusedForDays: t.int({ description: 'Keys that are at least this old and were not used for so many days.' }),
  }),
})

const ApiKeyOrderField = builder.enumType('ApiKeyOrderField', {
  description: 'What keys are sorted by.',
  values: {
    CREATED_AT: { description: 'In which order they were created or imported here.' },
    NAME: { description: 'Their names, whatever the case.' },
    EXPIRES_AT: { description: 'When they expire; those that never do come last.' },
    LAST_USED_AT: { description: 'When they were last used; those that never were come last.' },
  },
})

const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which way a list is sorted.',
  values: {
    ASC: { description: 'Smallest, oldest or A first.' },
    DESC: { description: 'Largest, newest or Z first.' },
  },
})

const ApiKeyOrderInput = builder.inputType('ApiKeyOrder', {
  description:
    'How keys are sorted. Ids break ties, so that pages never overlap; but a key that moves while they are read, such as by being used, is found where it is then.',
  fields: (t) => ({
    field: t.field({ type: ApiKeyOrderField, required: true, description: 'What by.' }),
    direction: t.field({ type: OrderDirection, required: true, description: 'Which way.' }),
  }),
})

export const ApiKeyEdge = builder.edgeObject({ type: ApiKey, ...edgeFields('ApiKey', 'keys') })
export const ApiKeyConnection = builder.connectionObject(
  connectionFields('ApiKey', ApiKey, 'keys', ({ access, runtime }, parent, args: { filter?: ApiKeyFilter }, take) => {
    const now = runtime.database.clock.now()
    // A list that belongs to no project is the playground's.
    const listed = belongsToRow(parent) ? { projectId: parentId(parent) } : answering(now)
    return runtime.database.prisma.apiKey.count({
      where: { AND: [listed, visibleApiKeys(access), filterWhere(args.filter, now)] },
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
        'Its keys, newest first, revoked ones included. For those who may read the project; a key sees itself alone. Null, with FORBIDDEN, to others.',
      ...guardField('apiKey:list', targetOf),
      args: {
        filter: t.arg({ type: ApiKeyFilterInput, description: 'Which keys.' }),
        orderBy: t.arg({ type: ApiKeyOrderInput, description: 'In which order; newest first if not given.' }),
      },
      complexity: pageComplexity,
      query: (args, { access, runtime }) => {
        const filter = filterWhere(args.filter, runtime.database.clock.now())
        return page(args, orderOf(args.orderBy), { AND: [visibleApiKeys(access), filter] })
      },
    },
    ApiKeyConnection,
    ApiKeyEdge,
  ),
)
