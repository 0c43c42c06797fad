import { RATE_PERIODS, RATE_UNITS, type RateKind, type RatePeriod, type RateUnit } from '@keyward/engine/lease/kind'
import { isModelPattern, MAX_PATTERN } from '@keyward/engine/models'
import type { Transaction } from '@keyward/prisma/database'
import { z } from 'zod'
import type { Access } from '../../core/access.ts'
import { ValidationError } from '../../core/errors.ts'
import { text } from '../../core/input.ts'
import { findNamed, slugsOf } from '../../model/patterns.ts'

export const MAX_REQUESTS_PER_MINUTE = 10_000_000
export const MAX_RATE = 1_000_000_000_000n

/** A rate: the requests or tokens that may be used in each minute, hour or day. */
export interface RateSetting {
  unit: RateUnit
  per: RatePeriod
  max: bigint
  /** Pattern of the models whose requests are counted. Null: all. */
  model: string | null
}

/**
 * Maximum number of rates with a model for one owner, because a reservation names every limit to which a request is
 * charged.
 */
export const MAX_MODEL_RATES = 20

export const rateKindOf = ({ unit, per }: Pick<RateSetting, 'unit' | 'per'>): RateKind => `${unit}_PER_${per}`

/** Two rates with the same key cannot both be limits of the same owner. */
export const rateKeyOf = ({ model, ...rate }: Omit<RateSetting, 'max'>): string => `${rateKindOf(rate)} ${model ?? ''}`

const rate = z
  .object({
    unit: z.enum(RATE_UNITS),
    per: z.enum(RATE_PERIODS),
    max: z
      .bigint()
      .min(1n, { error: 'Must be at least 1. To forbid requests, revoke the key or archive the project.' })
      .max(MAX_RATE, { error: `Must be at most ${MAX_RATE}.` }),
    model: text(MAX_PATTERN)
      .refine(isModelPattern, {
        error: 'Must be the id or slug of a model, or a slug prefix that ends with `*`, such as `meta/*`.',
      })
      .nullish()
      .transform((value) => value ?? null),
  })
  .refine(({ unit, per, max }) => unit !== 'REQUESTS' || per !== 'MINUTE' || max <= MAX_REQUESTS_PER_MINUTE, {
    error: `Must be at most ${MAX_REQUESTS_PER_MINUTE} requests a minute.`,
    path: ['max'],
  })

const orderOf = ({ unit, per }: RateSetting): number =>
  RATE_UNITS.indexOf(unit) * RATE_PERIODS.length + RATE_PERIODS.indexOf(per)

/** Sorted by unit and period. Rates for all models come first. */
export const sortRates = (rates: readonly RateSetting[]): RateSetting[] =>
  [...rates].sort((a, b) => orderOf(a) - orderOf(b) || ((a.model ?? '') < (b.model ?? '') ? -1 : 1))

const isUnique = (rates: readonly RateSetting[]): boolean => new Set(rates.map(rateKeyOf)).size === rates.length
const TWICE = 'May have one rate for each unit, period and model.'

export const rates = z
  .array(rate)
  .refine(isUnique, { error: TWICE })
  .refine((given) => given.filter(({ model }) => model !== null).length <= MAX_MODEL_RATES, {
    error: `May have at most ${MAX_MODEL_RATES} rates with a model.`,
  })
  .transform(sortRates)

/** Whether no rate names a model: only organizations, projects and keys have such rates. */
export const areOfEveryModel = (rates: readonly Pick<RateSetting, 'model'>[] | null | undefined): boolean =>
  (rates ?? []).every(({ model }) => model === null)

/** Replaces ids of models in rates by slugs, because requests name models by slug. */
export async function withSlugs<Given extends GivenRates>(
  tx: Transaction,
  access: Access,
  given: Given,
  projectId: string | null,
): Promise<Given> {
  const { rates } = given
  const models = (rates ?? []).flatMap(({ model }) => model ?? [])
  if (!rates || models.length === 0) return given
  const named = await findNamed(tx, access, models)
  const resolved = rates.map((each, index) => {
    const path = ['rates', String(index), 'model']
    return each.model === null
      ? each
      : { ...each, model: slugsOf(named, [each.model], projectId, path)[0] ?? each.model }
  })
  if (!isUnique(resolved)) throw ValidationError.at('rates', TWICE)
  return { ...given, rates: sortRates(resolved) }
}

const isPerMinute = ({ unit, per, model }: RateSetting): boolean =>
  unit === 'REQUESTS' && per === 'MINUTE' && model === null

/** The rate in requests a minute among rates; null if there is none. */
export function requestsPerMinuteOf(rates: readonly RateSetting[]): number | null {
  const found = rates.find(isPerMinute)
  return found ? Number(found.max) : null
}

/** Fields of an input that set rates. */
export interface GivenRates {
  rates?: RateSetting[] | null | undefined
  /** Sets the rate in requests a minute and keeps the other rates. */
  requestsPerMinute?: number | null | undefined
}

/**
 * The current rates, with the given ones replaced. `rates` replaces all rates, `requestsPerMinute` only the rate in
 * requests a minute.
 */
export function mergedRates(before: readonly RateSetting[], { rates, requestsPerMinute }: GivenRates): RateSetting[] {
  const after = rates === undefined ? [...before] : (rates ?? [])
  if (requestsPerMinute === undefined) return after
  if (rates?.some(isPerMinute) && requestsPerMinuteOf(rates) !== requestsPerMinute)
    throw ValidationError.at('requestsPerMinute', 'Give requests a minute either in `rates` or here, not both.')
  const others = after.filter((each) => !isPerMinute(each))
  if (requestsPerMinute === null) return others
  return sortRates([...others, { unit: 'REQUESTS', per: 'MINUTE', max: BigInt(requestsPerMinute), model: null }])
}
