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
    'Reports the use of a lease of a limit, and requests more. The first report opens the lease. Amounts are US dollars, requests or tokens.',
  fields: (t) => ({
    leaseId: t.string({ required: true, description: 'UUID chosen by the gateway.' }),
    scopeId: t.id({ required: true, description: SCOPE }),
    kind: t.field({
      type: LimitKindEnum,
      description: 'Kind of the limit. Requests a minute are exchanged in `rates` instead.',
    }),
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
      description: 'Amount that waiting requests need. If it is 0, nothing is requested.',
    }),
    want: t.field({
      type: 'Decimal',
      required: true,
      description: 'Expected need. Beyond `need`, at most 1% of the remaining amount is granted.',
    }),
    least: t.field({
      type: 'Decimal',
      required: true,
      description: 'Minimum amount that must be left. If less is left, nothing is granted.',
    }),
  }),
})

const AT_MOST = `At most ${MAX_REQUESTS_PER_MINUTE}.`

const RateExchangeInput = builder.inputType('RateExchangeInput', {
  description: 'Returns unused requests of a rate, and requests more.',
  fields: (t) => ({
    scopeId: t.id({ required: true, description: SCOPE }),
    back: t.int({
      required: true,
      description: `Number of unused requests to return from an earlier exchange. ${AT_MOST}`,
    }),
    need: t.int({ required: true, description: `Number of requests that are waiting now. ${AT_MOST}` }),
    want: t.int({
      required: true,
      description: `Number of requests expected soon. Beyond \`need\`, at most 1% of the remaining rate is granted. ${AT_MOST}`,
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
    remaining: t.expose('remaining', {
      type: 'Decimal',
      description: 'Amount of the limit that is still available to all servers and gateways.',
    }),
    idleWithOthers: t.expose('idleWithOthers', {
      type: 'Decimal',
      description:
        'Unused amount that other servers and gateways have leased. If it is above 0 and less than `need` was granted, try again soon.',
    }),
    resetsAt: t.expose('resetsAt', {
      type: 'DateTime',
      nullable: true,
      description: 'End of the lease’s window. Open a new lease after this time. Null for TOTAL and CONCURRENCY.',
    }),
  }),
})

const ExchangedRateRef = builder.objectRef<ExchangedRate>('ExchangedRate').implement({
  description: 'The result for one rate, in requests.',
  fields: (t) => ({
    scopeId: t.exposeID('scopeId', { description: 'Owner of the rate.' }),
    granted: t.exposeInt('granted', { description: 'Requests granted now.' }),
    remaining: t.exposeInt('remaining', {
      description: 'Requests that are still available to all servers and gateways.',
    }),
    requestsPerMinute: t.exposeInt('requestsPerMinute', { description: 'Requests a minute.' }),
  }),
})

mutation('limitLeasesExchange', {
  description:
    'Opens, renews, reports and returns leases of limits. Reports contain running totals, so a repeated call is not counted twice. It returns the same grants again. Available to gateways only; others get a FORBIDDEN error.',
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
