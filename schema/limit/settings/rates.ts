import { RATE_PERIODS, RATE_UNITS, type RateKind, type RatePeriod, type RateUnit } from '@keyward/engine/lease/kind'
import { z } from 'zod'
import { ValidationError } from '../../core/errors.ts'

export const MAX_REQUESTS_PER_MINUTE = 10_000_000
export const MAX_RATE = 1_000_000_000_000n

/** A rate: the requests or tokens that may be used in each minute, hour or day. */
export interface RateSetting {
  unit: RateUnit
  per: RatePeriod
  max: bigint
}

export const rateKindOf = ({ unit, per }: Pick<RateSetting, 'unit' | 'per'>): RateKind => `${unit}_PER_${per}`

const rate = z
  .object({
    unit: z.enum(RATE_UNITS),
    per: z.enum(RATE_PERIODS),
    max: z
      .bigint()
      .min(1n, { error: 'Must be at least 1. To forbid requests, revoke the key or archive the project.' })
      .max(MAX_RATE, { error: `Must be at most ${MAX_RATE}.` }),
  })
  .refine(({ unit, per, max }) => unit !== 'REQUESTS' || per !== 'MINUTE' || max <= MAX_REQUESTS_PER_MINUTE, {
    error: `Must be at most ${MAX_REQUESTS_PER_MINUTE} requests a minute.`,
    path: ['max'],
  })

const orderOf = ({ unit, per }: RateSetting): number =>
  RATE_UNITS.indexOf(unit) * RATE_PERIODS.length + RATE_PERIODS.indexOf(per)

export const sortRates = (rates: readonly RateSetting[]): RateSetting[] =>
  [...rates].sort((a, b) => orderOf(a) - orderOf(b))

export const rates = z
  .array(rate)
  .refine((given) => new Set(given.map(rateKindOf)).size === given.length, {
    error: 'May have one rate for each unit and period.',
  })
  .transform(sortRates)

const isPerMinute = ({ unit, per }: RateSetting): boolean => unit === 'REQUESTS' && per === 'MINUTE'

/** The rate in requests a minute among rates; null if there is none. */
export function requestsPerMinuteOf(rates: readonly RateSetting[]): number | null {
  const found = rates.find(isPerMinute)
  return found ? Number(found.max) : null
}

/** Fields of an input that set rates. */
export interface GivenRates {
  rates?: RateSetting[] | null | undefined
  /** Sets the rate in requests a minute and keeps the others. */
  requestsPerMinute?: number | null | undefined
}

/** Rates as they are, with what was given in their place. `rates` replaces all, `requestsPerMinute` that one. */
export function mergedRates(before: readonly RateSetting[], { rates, requestsPerMinute }: GivenRates): RateSetting[] {
  const after = rates === undefined ? [...before] : (rates ?? [])
  if (requestsPerMinute === undefined) return after
  if (rates?.some(isPerMinute) && requestsPerMinuteOf(rates) !== requestsPerMinute)
    throw ValidationError.at('requestsPerMinute', 'Give requests a minute in `rates`, or here, and not both.')
  const others = after.filter((each) => !isPerMinute(each))
  if (requestsPerMinute === null) return others
  return sortRates([...others, { unit: 'REQUESTS', per: 'MINUTE', max: BigInt(requestsPerMinute) }])
}
