import { formatUsd } from '@keyward/engine/money'
import { targetOf as keyTarget } from '../api-key/access.ts'
import { builder } from '../graphql/builder.ts'
import { guardField } from '../graphql/guard.ts'
import { LineItemEnum } from '../model/graph.ts'
import { type Analytics, analyze, type CostGroup } from './analytics.ts'
import { FROM, GRANULARITY, REFUSED, seriesComplexity, TIME_ZONE, TO } from './arguments.ts'
import { UsageUnitEnum, usageUnitOf } from './enums.ts'

const UsageLine = builder.objectRef<CostGroup>('UsageLine').implement({
  description: 'Usage of one line item.',
  fields: (t) => ({
    lineItem: t.field({
      type: LineItemEnum,
      description: 'Line item that was used.',
      resolve: ({ sum }) => sum.lineItem ?? 'OTHER',
    }),
    requests: t.field({
      type: 'BigInt',
      description: 'Number of requests that used the line item.',
      resolve: ({ sum }) => sum.requests,
    }),
    quantity: t.field({
      type: 'BigInt',
      description: 'Quantity used, in `unit`.',
      resolve: ({ sum }) => sum.quantity,
    }),
    unit: t.field({
      type: UsageUnitEnum,
      nullable: true,
      description: 'Unit of `quantity`. Null for OTHER.',
      resolve: ({ sum }) => usageUnitOf(sum.lineItem ?? 'OTHER'),
    }),
    cost: t.field({
      type: 'Decimal',
      description: 'Cost in US dollars, exact.',
      resolve: ({ sum }) => formatUsd(sum.nanos),
    }),
  }),
})

const UsageBucket = builder.objectRef<Analytics['buckets'][number]>('UsageBucket').implement({
  description: 'Usage of a key in one hour, day or month.',
  fields: (t) => ({
    start: t.expose('start', { type: 'DateTime', description: 'Start of the bucket, inclusive.' }),
    end: t.expose('end', { type: 'DateTime', description: 'End of the bucket, exclusive.' }),
    requests: t.field({
      type: 'BigInt',
      description: 'Number of requests.',
      resolve: ({ groups }) => groups.reduce((total, { sum }) => total + sum.events, 0n),
    }),
    cost: t.field({
      type: 'Decimal',
      description: 'Cost in US dollars, exact.',
      resolve: ({ groups }) => formatUsd(groups.reduce((total, { sum }) => total + sum.nanos, 0n)),
    }),
    lineItems: t.field({
      type: [UsageLine],
      description: 'Usage by line item, most expensive first. Empty if there was no usage.',
      resolve: ({ groups }) => groups,
    }),
  }),
})

const UsageSeries = builder.objectRef<Analytics>('UsageSeries').implement({
  description: 'Usage of a key over time.',
  fields: (t) => ({
    buckets: t.expose('buckets', {
      type: [UsageBucket],
      description: 'One bucket for every hour, day or month of the period, in order and without gaps.',
      complexity: { field: 1, multiplier: 1 },
    }),
    total: t.expose('total', { type: 'Decimal', description: 'Total cost in US dollars, exact.' }),
    totalRequests: t.expose('totalRequests', { type: 'BigInt', description: 'Total number of requests.' }),
    currency: t.string({ description: 'Currency of all costs: `USD`.', resolve: () => 'USD' }),
    asOf: t.expose('asOf', { type: 'DateTime', description: 'Time at which the data was read.' }),
  }),
})

export const UsageInput = builder.inputType('UsageInput', {
  description: 'Period and granularity of a key’s usage.',
  fields: (t) => ({
    from: t.field(FROM),
    to: t.field(TO),
    granularity: t.field(GRANULARITY),
    timeZone: t.field(TIME_ZONE),
  }),
})

builder.prismaObjectField('ApiKey', 'usage', (t) =>
  t.field({
    type: UsageSeries,
    nullable: true,
    description: `Usage and cost over time, across all secrets of the key. ${REFUSED} Visible to the key itself and the project’s collaborators, except external ones. Others get null and a FORBIDDEN error.`,
    ...guardField('apiKey:readUsage', keyTarget),
    args: { input: t.arg({ type: UsageInput, required: true, description: 'Period and granularity.' }) },
    complexity: seriesComplexity,
    resolve: ({ id, organizationId }, { input }, context) =>
      analyze(context, { kind: 'CREDENTIAL', id, organizationId }, { ...input, groupBy: ['LINE_ITEM'] }),
  }),
)
