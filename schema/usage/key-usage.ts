import { targetOf as keyTarget } from '../api-key/access.ts'
import { builder } from '../graphql/builder.ts'
import { guardField } from '../graphql/guard.ts'
import { LineItemEnum } from '../model/graph.ts'
import { formatUsd } from '../money.ts'
import { type Analytics, analyze, type CostGroup } from './analytics.ts'
import { FROM, GRANULARITY, REFUSED, seriesComplexity, TO } from './arguments.ts'
import { UsageUnitEnum, usageUnitOf } from './enums.ts'

const UsageLine = builder.objectRef<CostGroup>('UsageLine').implement({
  description: 'How much of one thing was used.',
  fields: (t) => ({
    lineItem: t.field({
      type: LineItemEnum,
      description: 'What was used.',
      resolve: ({ sum }) => sum.lineItem ?? 'OTHER',
    }),
    requests: t.field({
      type: 'BigInt',
      description: 'How many requests used it.',
      resolve: ({ sum }) => sum.requests,
    }),
    quantity: t.field({
      type: 'BigInt',
      description: 'How much was used, in `unit`.',
      resolve: ({ sum }) => sum.quantity,
    }),
    unit: t.field({
      type: UsageUnitEnum,
      nullable: true,
      description: 'What `quantity` counts; null for OTHER.',
      resolve: ({ sum }) => usageUnitOf(sum.lineItem ?? 'OTHER'),
    }),
    cost: t.field({
      type: 'Decimal',
      description: 'What it cost, in US dollars, exact.',
      resolve: ({ sum }) => formatUsd(sum.nanos),
    }),
  }),
})

const UsageBucket = builder.objectRef<Analytics['buckets'][number]>('UsageBucket').implement({
  description: 'An hour or a day of a key’s usage.',
  fields: (t) => ({
    start: t.expose('start', { type: 'DateTime', description: 'When it begins.' }),
    end: t.expose('end', { type: 'DateTime', description: 'When it ends; this moment is in the next one.' }),
    requests: t.field({
      type: 'BigInt',
      description: 'How many requests there were.',
      resolve: ({ groups }) => groups.reduce((total, { sum }) => total + sum.events, 0n),
    }),
    cost: t.field({
      type: 'Decimal',
      description: 'What they cost, in US dollars, exact.',
      resolve: ({ groups }) => formatUsd(groups.reduce((total, { sum }) => total + sum.nanos, 0n)),
    }),
    lineItems: t.field({
      type: [UsageLine],
      description: 'What was used, the most expensive first; empty where nothing was.',
      resolve: ({ groups }) => groups,
    }),
  }),
})

const UsageSeries = builder.objectRef<Analytics>('UsageSeries').implement({
  description: 'The usage of a key over time.',
  fields: (t) => ({
    buckets: t.expose('buckets', {
      type: [UsageBucket],
      description: 'Every hour or day that was asked for, in order and without gaps.',
      complexity: { field: 1, multiplier: 1 },
    }),
    total: t.expose('total', { type: 'Decimal', description: 'What all of it cost, in US dollars, exact.' }),
    totalRequests: t.expose('totalRequests', { type: 'BigInt', description: 'How many requests there were in all.' }),
    currency: t.string({ description: 'The currency of all costs: `USD`.', resolve: () => 'USD' }),
    asOf: t.expose('asOf', { type: 'DateTime', description: 'When this was read.' }),
  }),
})

const UsageInput = builder.inputType('UsageInput', {
  description: 'Which usage of a key.',
  fields: (t) => ({
    from: t.field(FROM),
    to: t.field(TO),
    granularity: t.field(GRANULARITY),
  }),
})

builder.prismaObjectField('ApiKey', 'usage', (t) =>
  t.field({
    type: UsageSeries,
    nullable: true,
    description: `What was used with it, also before it was rotated, and what that cost. ${REFUSED} For those who have a role in its project, but not for external collaborators, and for the key itself; null, with FORBIDDEN, to others.`,
    ...guardField('apiKey:readUsage', keyTarget),
    args: { input: t.arg({ type: UsageInput, required: true, description: 'Which usage.' }) },
    complexity: seriesComplexity,
    resolve: ({ id }, { input }, context) => analyze(context, 'CREDENTIAL', id, { ...input, groupBy: ['LINE_ITEM'] }),
  }),
)
