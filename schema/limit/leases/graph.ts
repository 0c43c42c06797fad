import { builder } from '../../graphql/builder.ts'
import { mutation } from '../../graphql/mutation.ts'
import type { FieldsOf } from '../../graphql/types.ts'
import { LimitKindEnum } from '../../verification/graph.ts'
import { BudgetPeriodEnum } from '../settings/graph.ts'
import { MAX_REQUESTS_PER_MINUTE } from '../settings/rates.ts'
import { type ExchangedLease, type ExchangedRate, exchangeLeases, MAX_EXCHANGES } from './exchange.ts'

const SCOPE =
  'Owner of the limit: an organization (`org_…`), a project (`prj_…`) or a key (`key_…`). For a consumer of a project: the id of the project, a slash and the consumer. For a tag, a child token or a rate by model: the `scopeId` of the limit. At most 1000 characters.'

const LeaseExchangeInput = builder.inputType('LeaseExchangeInput', {
  description:
    'A report of a lease of a limit, and a request for more. The first report opens the lease. Amounts are US dollars, requests or tokens.',
  fields: (t) => ({
    leaseId: t.string({ required: true, description: 'UUID chosen by the gateway.' }),
    scopeId: t.id({ required: true, description: SCOPE }),
    kind: t.field({ type: LimitKindEnum, description: 'Kind of the limit, except requests a minute.' }),
    period: t.field({ type: BudgetPeriodEnum, description: 'Period of the budget, if `kind` is not given.' }),
    windowStart: t.field({
      type: 'DateTime',
      description: 'Ignored. The server opens a lease in the window that is current by its clock.',
      deprecationReason:
        'Ignored. Read the end of the window from `ExchangedLease.resetsAt`. Removal not before 2027-12-01.',
    }),
    used: t.field({
      type: 'Decimal',
      required: true,
      description: 'Total amount reserved for requests since the lease was opened.',
    }),
    returned: t.field({
      type: 'Decimal',
      required: true,
      description: 'Total amount returned since the lease was opened.',
    }),
    need: t.field({
      type: 'Decimal',
      required: true,
      description: 'Amount that requests wait for. 0 requests nothing.',
    }),
    want: t.field({
      type: 'Decimal',
      required: true,
      description: 'Expected need. Beyond `need`, at most 1% of the remaining amount is granted.',
    }),
    least: t.field({ type: 'Decimal', required: true, description: 'Nothing is granted if less than this is left.' }),
  }),
})

const AT_MOST = `At most ${MAX_REQUESTS_PER_MINUTE}.`

const RateExchangeInput = builder.inputType('RateExchangeInput', {
  description: 'Returned and requested amounts of a rate, in requests.',
  fields: (t) => ({
    scopeId: t.id({ required: true, description: SCOPE }),
    back: t.int({ required: true, description: `Unused requests of an earlier exchange. ${AT_MOST}` }),
    need: t.int({ required: true, description: `Requests that wait now; 0 for none. ${AT_MOST}` }),
    want: t.int({
      required: true,
      description: `Requests expected soon. Beyond the need, at most 1% of the remaining rate is granted. ${AT_MOST}`,
    }),
  }),
})

const ExchangedLeaseRef = builder.objectRef<ExchangedLease>('ExchangedLease').implement({
  description: 'The result for one lease. Amounts are US dollars, requests or tokens.',
  fields: (t) => ({
    leaseId: t.exposeString('leaseId', { description: 'Id of the lease.' }),
    granted: t.expose('granted', { type: 'Decimal', description: 'Amount granted now.' }),
    taken: t.expose('taken', {
      type: 'Decimal',
      description: 'Total amount granted since the lease was opened, including grants whose response was lost.',
    }),
    remaining: t.expose('remaining', { type: 'Decimal', description: 'Amount left for everybody.' }),
    idleWithOthers: t.expose('idleWithOthers', {
      type: 'Decimal',
      description: 'Unused amount that others hold, if less than the need was granted. Ask again soon.',
    }),
    resetsAt: t.expose('resetsAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'End of the lease’s window, by the calendar of the limit. Open another lease from then on. Null for TOTAL and CONCURRENCY.',
    }),
  }),
})

const ExchangedRateRef = builder.objectRef<ExchangedRate>('ExchangedRate').implement({
  description: 'The result for one rate, in requests.',
  fields: (t) => ({
    scopeId: t.exposeID('scopeId', { description: 'Owner of the rate.' }),
    granted: t.exposeInt('granted', { description: 'Requests granted now.' }),
    remaining: t.exposeInt('remaining', { description: 'Requests left for everybody.' }),
    requestsPerMinute: t.exposeInt('requestsPerMinute', { description: 'Requests a minute.' }),
  }),
})

mutation('limitLeasesExchange', {
  description:
    'Takes, renews, reports and returns leases of rates and budgets. Reports carry running totals, so a repeated call is not counted twice; it returns grants again. For gateways; FORBIDDEN to others.',
  input: (t) => ({
    connectionId: t.string({
      required: true,
      description: 'UUID of the gateway’s process, which owns the leases.',
    }),
    leases: t.field({
      type: [LeaseExchangeInput],
      required: true,
      description: `Leases of budgets and rates, at most ${MAX_EXCHANGES}.`,
    }),
    rates: t.field({
      type: [RateExchangeInput],
      required: true,
      description: `Rates in requests a minute, at most ${MAX_EXCHANGES}.`,
    }),
  }),
  payloadDescription: 'The results of the exchange.',
  payload: (t: FieldsOf<{ leases: ExchangedLease[]; rates: ExchangedRate[] }>) => ({
    leases: t.expose('leases', {
      type: [ExchangedLeaseRef],
      description: 'One result for each lease of an existing limit.',
    }),
    rates: t.expose('rates', { type: [ExchangedRateRef], description: 'One result for each existing rate.' }),
  }),
  rows: ({ leases, rates }) => leases.length + rates.length,
  resolve: (input, context) => exchangeLeases(context, input),
})
