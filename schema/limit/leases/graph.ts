import { builder } from '../../graphql/builder.ts'
import { mutation } from '../../graphql/mutation.ts'
import type { FieldsOf } from '../../graphql/types.ts'
import { BudgetPeriodEnum } from '../settings/graph.ts'
import { MAX_REQUESTS_PER_MINUTE } from '../settings/input.ts'
import { type ExchangedLease, type ExchangedRate, exchangeLeases, MAX_EXCHANGES } from './exchange.ts'

const SCOPE = 'What the limit belongs to: an organization (`org_…`), a project (`prj_…`) or a key (`key_…`).'

const LeaseExchangeInput = builder.inputType('LeaseExchangeInput', {
  description:
    'What a verifier reports of a lease of a budget, and asks for. A lease is opened by being named for the first time. Amounts are US dollars.',
  fields: (t) => ({
    leaseId: t.string({ required: true, description: 'A UUID that the verifier chose.' }),
    scopeId: t.id({ required: true, description: SCOPE }),
    period: t.field({ type: BudgetPeriodEnum, required: true, description: 'Which budget of it.' }),
    windowStart: t.field({ type: 'DateTime', required: true, description: 'The start of the budget’s window.' }),
    used: t.field({
      type: 'Decimal',
      required: true,
      description: 'What was reserved for requests since it was opened, in all.',
    }),
    returned: t.field({
      type: 'Decimal',
      required: true,
      description: 'What was given back since it was opened, in all.',
    }),
    need: t.field({ type: 'Decimal', required: true, description: 'What requests wait for; 0 asks for nothing.' }),
    want: t.field({
      type: 'Decimal',
      required: true,
      description: 'What will be needed soon: beyond the need, at most a hundredth of what is left is given.',
    }),
    least: t.field({ type: 'Decimal', required: true, description: 'Nothing is given where less than this is left.' }),
  }),
})

const AT_MOST = `At most ${MAX_REQUESTS_PER_MINUTE}.`

const RateExchangeInput = builder.inputType('RateExchangeInput', {
  description: 'What a verifier gives back of a rate, and asks for, in requests.',
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
  description: 'What the exchange of a lease came to. Amounts are US dollars.',
  fields: (t) => ({
    leaseId: t.exposeString('leaseId', { description: 'The lease.' }),
    granted: t.expose('granted', { type: 'Decimal', description: 'What was given now.' }),
    taken: t.expose('taken', {
      type: 'Decimal',
      description: 'What was given since it was opened, in all: also what an answer that was lost had given.',
    }),
    remaining: t.expose('remaining', { type: 'Decimal', description: 'What is left for everybody.' }),
    idleWithOthers: t.expose('idleWithOthers', {
      type: 'Decimal',
      description:
        'What others hold and have not used, where less than the need was given: it is worth asking again soon.',
    }),
  }),
})

const ExchangedRateRef = builder.objectRef<ExchangedRate>('ExchangedRate').implement({
  description: 'What the exchange of a rate came to, in requests.',
  fields: (t) => ({
    scopeId: t.exposeID('scopeId', { description: 'What the rate belongs to.' }),
    granted: t.exposeInt('granted', { description: 'How many were given now.' }),
    remaining: t.exposeInt('remaining', { description: 'How many are left for everybody.' }),
    requestsPerMinute: t.exposeInt('requestsPerMinute', { description: 'The rate.' }),
  }),
})

mutation('limitLeasesExchange', {
  description:
    'Takes, renews, reports and returns slices of rates and budgets, for verifiers that decide in their own process. Reports are sums, so that repeating a call counts nothing twice; what it asked for is given again. For gateways.',
  input: (t) => ({
    verifierId: t.string({ required: true, description: 'A UUID of the verifier’s process: its leases are its own.' }),
    leases: t.field({
      type: [LeaseExchangeInput],
      required: true,
      description: `Leases of budgets, at most ${MAX_EXCHANGES}.`,
    }),
    rates: t.field({ type: [RateExchangeInput], required: true, description: `Rates, at most ${MAX_EXCHANGES}.` }),
  }),
  payloadDescription: 'What the exchange came to.',
  payload: (t: FieldsOf<{ leases: ExchangedLease[]; rates: ExchangedRate[] }>) => ({
    leases: t.expose('leases', {
      type: [ExchangedLeaseRef],
      description: 'One for each lease of a budget that there is.',
    }),
    rates: t.expose('rates', { type: [ExchangedRateRef], description: 'One for each rate that there is.' }),
  }),
  rows: ({ leases, rates }) => leases.length + rates.length,
  resolve: (input, context) => exchangeLeases(context, input),
})
