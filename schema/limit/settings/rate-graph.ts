import type { RatePeriod, RateUnit } from '@keyward/engine/lease/kind'
import { builder } from '../../graphql/builder.ts'
import type { ConcurrencyState, RateState } from './loaders.ts'
import { MAX_MODEL_RATES, MAX_RATE, MAX_REQUESTS_PER_MINUTE, type RateSetting } from './rates.ts'

/** At most one rate for each unit and period. Consumers and tags, which are listed, can only have such rates. */
export const OF_EACH_KIND = { field: 1, multiplier: 12 }

/** At most one rate for each unit and period, plus the rates by model. */
export const OF_EACH_RATE = { field: 1, multiplier: 12 + MAX_MODEL_RATES }

const MODEL =
  'Slug of the model whose requests are counted. A trailing `*` matches any suffix, as in `meta/*`. Null: all requests are counted.'

const RateUnitEnum = builder.enumType('RateUnit', {
  description: 'Unit of a rate. The list may grow.',
  values: {
    REQUESTS: { description: 'Requests that were allowed.' },
    TOKENS: { description: 'Input and output tokens.' },
    INPUT_TOKENS: { description: 'Input tokens, cached ones included.' },
    OUTPUT_TOKENS: { description: 'Output tokens.' },
  } satisfies Record<RateUnit, object>,
})

const RatePeriodEnum = builder.enumType('RatePeriod', {
  description:
    'Period of a rate, by the UTC clock. Requests a minute refill evenly. Every other rate is reset at the start of each period.',
  values: {
    MINUTE: { description: 'A minute.' },
    HOUR: { description: 'An hour.' },
    DAY: { description: 'A day.' },
  } satisfies Record<RatePeriod, object>,
})

export const Rate = builder.objectRef<RateSetting>('Rate').implement({
  description: 'The requests or tokens that may be used in a period.',
  fields: (t) => ({
    unit: t.expose('unit', { type: RateUnitEnum, description: 'Unit.' }),
    per: t.expose('per', { type: RatePeriodEnum, description: 'Period.' }),
    max: t.expose('max', { type: 'BigInt', description: 'Maximum in each period.' }),
    model: t.exposeString('model', { nullable: true, description: MODEL }),
  }),
})

export const RateStatus = builder.objectRef<RateState>('RateStatus').implement({
  description: 'State of a rate in its current period.',
  fields: (t) => ({
    unit: t.expose('unit', { type: RateUnitEnum, description: 'Unit of the rate.' }),
    per: t.expose('per', { type: RatePeriodEnum, description: 'Period of the rate.' }),
    max: t.expose('max', { type: 'BigInt', description: 'Maximum in each period.' }),
    model: t.exposeString('model', { nullable: true, description: MODEL }),
    used: t.expose('used', { type: 'BigInt', description: 'Amount used in the current period.' }),
    reserved: t.expose('reserved', {
      type: 'BigInt',
      description: 'Amount reserved for running requests or leased to gateways.',
    }),
    remaining: t.expose('remaining', { type: 'BigInt', description: 'Amount left. Never less than 0.' }),
    debt: t.expose('debt', {
      type: 'BigInt',
      description: 'Amount by which the actual usage of requests exceeded their reservations. Included in `used`.',
    }),
    resetsAt: t.expose('resetsAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Start of the next period. Null for requests a minute, which refill constantly.',
    }),
  }),
})

export const ConcurrencyStatus = builder.objectRef<ConcurrencyState>('ConcurrencyStatus').implement({
  description: 'State of a concurrency limit.',
  fields: (t) => ({
    max: t.exposeInt('max', { description: 'Maximum number of concurrent requests.' }),
    used: t.exposeInt('used', {
      description: 'Number of running requests, plus slots that servers and gateways have leased for a few seconds.',
    }),
    remaining: t.exposeInt('remaining', {
      description: 'Number of further requests that may start now. Never less than 0.',
    }),
  }),
})

export const RateInput = builder.inputType('RateInput', {
  description: 'The requests or tokens that may be used in a period.',
  fields: (t) => ({
    unit: t.field({ type: RateUnitEnum, required: true, description: 'Unit.' }),
    per: t.field({ type: RatePeriodEnum, required: true, description: 'Period.' }),
    max: t.field({
      type: 'BigInt',
      required: true,
      description: `Maximum in each period, from 1 to ${MAX_RATE}; at most ${MAX_REQUESTS_PER_MINUTE} requests a minute.`,
    }),
    model: t.string({
      description: `Model whose requests are counted: its id (\`mdl_…\`), its slug, or a slug prefix that ends with \`*\`, such as \`meta/*\`; at most 200 characters. Null: all requests are counted. At most ${MAX_MODEL_RATES} rates of an organization, project or key have a model; other owners have no such rates.`,
    }),
  }),
})
