import { builder } from '../graphql/builder.ts'
import { ApiKeyAdviceEnum, ApiKeyStatusEnum, WorkloadEnum } from './enums.ts'
import { START_SEARCH } from './filter.ts'

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
      description: `Keys whose name contains this text, ignoring case. A text of at least ${START_SEARCH} characters without spaces also matches keys by the beginning of a current or former secret.`,
    }),
    workload: t.field({ type: WorkloadEnum, description: 'Keys that allow this workload.' }),
    tag: t.field({ type: TagFilter, description: 'Keys with this tag.' }),
    createdBy: t.id({ description: 'Keys created by this principal: `usr_…` or `svc_…`.' }),
    expiresBefore: t.field({ type: 'DateTime', description: 'Keys that expire before this time.' }),
    unusedForDays: t.int({
      description: 'Keys that are at least this many days old and have not been used for this many days.',
    }),
    advice: t.field({
      type: [ApiKeyAdviceEnum],
      description:
        'Keys with any of these recommendations. `CREATOR_GONE` matches only keys whose creator you may read.',
    }),
  }),
})

const ApiKeyOrderField = builder.enumType('ApiKeyOrderField', {
  description: 'Field to sort keys by.',
  values: {
    CREATED_AT: { description: 'Order of creation or import in this system.' },
    NAME: { description: 'Name, ignoring case.' },
    CREATED_BY: {
      description:
        'Name of the creator at the time of creation. The collation of the database determines how upper and lower case sort.',
    },
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

/** The argument `filter` of a list of keys. */
export const FILTER = { type: ApiKeyFilterInput, description: 'Conditions that keys must match.' } as const
/** The argument `orderBy` of a list of keys. */
export const ORDER_BY = { type: ApiKeyOrderInput, description: 'Sort order. Default: newest first.' } as const
