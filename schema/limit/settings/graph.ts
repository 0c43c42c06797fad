import type { BudgetPeriod } from '@keyward/engine/lease/window'
import type { LimitAction } from '@keyward/prisma/generated/prisma/client'
import { targetOf as keyTarget } from '../../api-key/access.ts'
import { ApiKey } from '../../api-key/graph.ts'
import { keyPayload } from '../../api-key/payload.ts'
import { builder } from '../../graphql/builder.ts'
import { guardField } from '../../graphql/guard.ts'
import { mutation } from '../../graphql/mutation.ts'
import { targetOf as organizationTarget } from '../../organization/access.ts'
import { Organization, organizationPayload } from '../../organization/graph.ts'
import { targetOf as projectTarget } from '../../project/access.ts'
import { Project, projectPayload } from '../../project/graph.ts'
import { type BudgetSetting, type LimitSettings, MAX_CONCURRENT } from './input.ts'
import type { BudgetState } from './loaders.ts'
import { ConcurrencyStatus, OF_EACH_KIND, OF_EACH_RATE, Rate, RateInput, RateStatus } from './rate-graph.ts'
import { MAX_REQUESTS_PER_MINUTE, requestsPerMinuteOf } from './rates.ts'
import { setApiKeyLimits, setOrganizationLimits, setProjectLimits } from './service.ts'

export const BudgetPeriodEnum = builder.enumType('BudgetPeriod', {
  description: 'Period of a budget. Days, weeks and months follow `Organization.timeZone`.',
  values: {
    DAY: { description: 'From midnight to midnight.' },
    WEEK: { description: 'From Monday to Monday.' },
    MONTH: { description: 'From the first of a month to the first of the next.' },
    TOTAL: { description: 'The whole lifetime, without a reset.' },
  } satisfies Record<BudgetPeriod, object>,
})

export const LimitActionEnum = builder.enumType('LimitAction', {
  description: 'Behavior when a budget is spent.',
  values: {
    REJECT: { description: 'Requests are denied with BUDGET_EXCEEDED until the period ends.' },
    ALERT: { description: 'Requests are still allowed, and an alert is raised.' },
  } satisfies Record<LimitAction, object>,
})

const Budget = builder.objectRef<BudgetSetting>('Budget').implement({
  description: 'The amount that may be spent in a period.',
  fields: (t) => ({
    period: t.expose('period', { type: BudgetPeriodEnum, description: 'Period.' }),
    usd: t.expose('usd', { type: 'Decimal', description: 'Amount in US dollars.' }),
    onLimit: t.expose('onLimit', { type: LimitActionEnum, description: 'Behavior when the budget is spent.' }),
    alertThresholds: t.exposeIntList('alertThresholds', {
      description:
        'Percentages of the amount at which alerts are raised, in ascending order. An alert at 100 is always raised.',
    }),
  }),
})

export const UsageLimits = builder.objectRef<LimitSettings>('UsageLimits').implement({
  description:
    'Limits of an organization, project, key, tag or consumer. A request is allowed only if every limit that applies to it has room.',
  fields: (t) => ({
    requestsPerMinute: t.int({
      nullable: true,
      description:
        'Maximum number of requests a minute. `rates` also contains this rate. Null if there is no such rate.',
      resolve: ({ rates }) => requestsPerMinuteOf(rates),
    }),
    rates: t.field({
      type: [Rate],
      description: 'Rates, at most one for each unit, period and model. Empty if there are none.',
      complexity: OF_EACH_KIND,
      resolve: ({ rates }) => rates,
    }),
    budgets: t.field({
      type: [Budget],
      description: 'Budgets, at most one for each period. Empty if there are none.',
      complexity: { field: 1, multiplier: 4 },
      resolve: ({ budgets }) => budgets,
    }),
    maxConcurrent: t.exposeInt('maxConcurrent', {
      nullable: true,
      description: 'Maximum number of concurrent requests. Null if unlimited.',
    }),
  }),
})

export const BudgetStatus = builder.objectRef<BudgetState>('BudgetStatus').implement({
  description: 'State of a budget in its current period.',
  fields: (t) => ({
    period: t.expose('period', { type: BudgetPeriodEnum, description: 'Period of the budget.' }),
    usd: t.expose('usd', { type: 'Decimal', description: 'Amount of the budget, in US dollars.' }),
    spent: t.expose('spent', { type: 'Decimal', description: 'Amount spent, in US dollars.' }),
    reserved: t.expose('reserved', {
      type: 'Decimal',
      description: 'Amount reserved for running requests or leased to gateways, in US dollars.',
    }),
    remaining: t.expose('remaining', {
      type: 'Decimal',
      description: 'Amount left, in US dollars. Never less than 0.',
    }),
    debt: t.expose('debt', {
      type: 'Decimal',
      description:
        'Amount by which the actual costs of requests exceeded their reservations, in US dollars. Included in `spent`.',
    }),
    windowStart: t.expose('windowStart', {
      type: 'DateTime',
      description: 'Start of the current period, by the time zone of the organization.',
    }),
    resetsAt: t.expose('resetsAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'End of the current period and start of the next, by the time zone of the organization. Null for TOTAL.',
    }),
  }),
})

export const BudgetInput = builder.inputType('BudgetInput', {
  description: 'The amount that may be spent in a period.',
  fields: (t) => ({
    period: t.field({ type: BudgetPeriodEnum, required: true, description: 'Period.' }),
    usd: t.field({
      type: 'Decimal',
      required: true,
      description: 'Amount in US dollars: more than 0, at most 999999999.',
    }),
    onLimit: t.field({ type: LimitActionEnum, description: 'Behavior when the budget is spent. Defaults to REJECT.' }),
    alertThresholds: t.intList({
      description:
        'Percentages of the amount at which alerts are raised: at most 10, each from 1 to 100. Default: only 100.',
    }),
  }),
})

export const UsageLimitsInput = builder.inputType('UsageLimitsInput', {
  description: 'Limits of a key.',
  fields: (t) => ({
    requestsPerMinute: t.int({
      description: `Maximum number of requests a minute, 1 to ${MAX_REQUESTS_PER_MINUTE}. Null: no limit.`,
    }),
    rates: t.field({
      type: [RateInput],
      description: 'Rates, at most one for each unit, period and model. Null or empty removes all.',
    }),
    budgets: t.field({
      type: [BudgetInput],
      description: 'Budgets, at most one for each period. Null or empty: none.',
    }),
    maxConcurrent: t.int({
      description: `Maximum number of concurrent requests, 1 to ${MAX_CONCURRENT}. Null removes it.`,
    }),
  }),
})

export const REQUESTS_PER_MINUTE = `Maximum number of requests a minute, 1 to ${MAX_REQUESTS_PER_MINUTE}. Null removes it. Omitted: unchanged.`
export const RATES =
  'Rates that replace the current ones, at most one for each unit, period and model. Null or empty removes all. Omitted: unchanged, unless `requestsPerMinute` changes the rate in requests a minute.'
export const BUDGETS =
  'Budgets that replace the current ones, at most one for each period. Null or empty removes all. Omitted: unchanged.'

export const CONCURRENT = `Maximum number of concurrent requests, 1 to ${MAX_CONCURRENT}. Null removes it. Omitted: unchanged.`

/** At most one budget for each period. */
export const OF_EACH_PERIOD = { field: 1, multiplier: 4 }

builder.prismaObjectFields(Organization, (t) => ({
  usageLimits: t.field({
    type: UsageLimits,
    nullable: true,
    description:
      'Limits of the whole organization. Visible to its Owner and ADMINs. Others get null and a FORBIDDEN error.',
    ...guardField('organization:readUsageLimits', organizationTarget),
    resolve: ({ id }, _args, { limits }) => limits.settings.load(id),
  }),
  budgetStatus: t.field({
    type: [BudgetStatus],
    nullable: true,
    complexity: OF_EACH_PERIOD,
    description:
      'State of each budget of the organization. Visible to its Owner and ADMINs. Others get null and a FORBIDDEN error.',
    ...guardField('organization:readUsageLimits', organizationTarget),
    resolve: ({ id }, _args, { limits }) => limits.states.load(id),
  }),
  rateStatus: t.field({
    type: [RateStatus],
    nullable: true,
    complexity: OF_EACH_RATE,
    description:
      'State of each rate of the organization. Visible to its Owner and ADMINs. Others get null and a FORBIDDEN error.',
    ...guardField('organization:readUsageLimits', organizationTarget),
    resolve: ({ id }, _args, { limits }) => limits.rates.load(id),
  }),
  concurrencyStatus: t.field({
    type: ConcurrencyStatus,
    nullable: true,
    description:
      'State of the organization’s concurrency limit. Null if it has none. Visible to its Owner and ADMINs. Others get null and a FORBIDDEN error.',
    ...guardField('organization:readUsageLimits', organizationTarget),
    resolve: async ({ id }, _args, { limits }) => (await limits.concurrency.load(id))[0] ?? null,
  }),
}))

builder.prismaObjectFields(Project, (t) => ({
  usageLimits: t.field({
    type: UsageLimits,
    nullable: true,
    description:
      'Limits of the whole project. Visible to its collaborators, except external ones. Others get null and a FORBIDDEN error.',
    ...guardField('project:readUsageLimits', projectTarget),
    resolve: ({ id }, _args, { limits }) => limits.settings.load(id),
  }),
  budgetStatus: t.field({
    type: [BudgetStatus],
    nullable: true,
    complexity: OF_EACH_PERIOD,
    description:
      'State of each budget of the project. Visible to its collaborators, except external ones. Others get null and a FORBIDDEN error.',
    ...guardField('project:readUsageLimits', projectTarget),
    resolve: ({ id }, _args, { limits }) => limits.states.load(id),
  }),
  rateStatus: t.field({
    type: [RateStatus],
    nullable: true,
    complexity: OF_EACH_RATE,
    description:
      'State of each rate of the project. Visible to its collaborators, except external ones. Others get null and a FORBIDDEN error.',
    ...guardField('project:readUsageLimits', projectTarget),
    resolve: ({ id }, _args, { limits }) => limits.rates.load(id),
  }),
  concurrencyStatus: t.field({
    type: ConcurrencyStatus,
    nullable: true,
    description:
      'State of the project’s concurrency limit. Null if it has none. Visible to its collaborators, except external ones. Others get null and a FORBIDDEN error.',
    ...guardField('project:readUsageLimits', projectTarget),
    resolve: async ({ id }, _args, { limits }) => (await limits.concurrency.load(id))[0] ?? null,
  }),
}))

builder.prismaObjectFields(ApiKey, (t) => ({
  limits: t.field({
    type: UsageLimits,
    description: 'Limits of the key itself. The limits of its project and organization apply, too.',
    resolve: ({ id }, _args, { limits }) => limits.settings.load(id),
  }),
  budgetStatus: t.field({
    type: [BudgetStatus],
    nullable: true,
    complexity: OF_EACH_PERIOD,
    description:
      'State of each budget of the key. Visible to the key itself and the project’s collaborators, except external ones. Others get null and a FORBIDDEN error.',
    ...guardField('apiKey:readBudget', keyTarget),
    resolve: ({ id }, _args, { limits }) => limits.states.load(id),
  }),
  rateStatus: t.field({
    type: [RateStatus],
    nullable: true,
    complexity: OF_EACH_RATE,
    description:
      'State of each rate of the key. Visible to the key itself and the project’s collaborators, except external ones. Others get null and a FORBIDDEN error.',
    ...guardField('apiKey:readBudget', keyTarget),
    resolve: ({ id }, _args, { limits }) => limits.rates.load(id),
  }),
  concurrencyStatus: t.field({
    type: ConcurrencyStatus,
    nullable: true,
    description:
      'State of the key’s concurrency limit. Null if it has none. Visible to the key itself and the project’s collaborators, except external ones. Others get null and a FORBIDDEN error.',
    ...guardField('apiKey:readBudget', keyTarget),
    resolve: async ({ id }, _args, { limits }) => (await limits.concurrency.load(id))[0] ?? null,
  }),
}))

mutation('organizationUsageLimitsSet', {
  description: 'Sets the limits of an organization. Requires OWNER or ADMIN.',
  input: (t) => ({
    organizationId: t.id({ required: true, description: 'The organization, `org_…`.' }),
    requestsPerMinute: t.int({ description: REQUESTS_PER_MINUTE }),
    rates: t.field({ type: [RateInput], description: RATES }),
    budgets: t.field({ type: [BudgetInput], description: BUDGETS }),
    maxConcurrent: t.int({ description: CONCURRENT }),
  }),
  payloadDescription: 'The organization whose limits were set.',
  payload: organizationPayload,
  resolve: (input, context) => setOrganizationLimits(context, input),
})

mutation('projectUsageLimitsSet', {
  description: 'Sets the limits of a project. Requires ADMIN in the project.',
  input: (t) => ({
    projectId: t.id({ required: true, description: 'The project, `prj_…`.' }),
    requestsPerMinute: t.int({ description: REQUESTS_PER_MINUTE }),
    rates: t.field({ type: [RateInput], description: RATES }),
    budgets: t.field({ type: [BudgetInput], description: BUDGETS }),
    maxConcurrent: t.int({ description: CONCURRENT }),
  }),
  payloadDescription: 'The project whose limits were set.',
  payload: projectPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => setProjectLimits(context, input),
})

mutation('apiKeyLimitsSet', {
  description: 'Sets the limits of a key, within the key policy of its project. Requires ADMIN in the project.',
  input: (t) => ({
    id: t.id({ required: true, description: 'The key, `key_…`.' }),
    requestsPerMinute: t.int({ description: REQUESTS_PER_MINUTE }),
    rates: t.field({ type: [RateInput], description: RATES }),
    budgets: t.field({ type: [BudgetInput], description: BUDGETS }),
    maxConcurrent: t.int({ description: CONCURRENT }),
  }),
  payloadDescription: 'The key whose limits were set.',
  payload: keyPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => setApiKeyLimits(context, input),
})
