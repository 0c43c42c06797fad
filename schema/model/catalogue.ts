import { ModelStatus, ServiceTier, Workload } from '@keyward/prisma/generated/prisma/enums'
import { z } from 'zod'
import { ValidationError, type ValidationIssue } from '../core/errors.ts'
import { name, text } from '../core/input.ts'
import { MAX_QUANTITY } from '../usage/event.ts'
import { PRICED_ITEMS, seriesOf } from './prices.ts'

const MAX_SLUG = 200

const slug = text(MAX_SLUG).refine((value) => /^[A-Za-z0-9][A-Za-z0-9._:/@+-]*$/.test(value), {
  error: 'Must have 1 to 200 letters, digits and . _ : / @ + -, and begin with a letter or digit.',
})

/**
 * At most 15 digits, because joined rows come from the database as JSON numbers, which hold no more. Each amount has
 * one spelling: `5`, not `5.00`.
 */
const usd = z
  .string({ error: 'Must be a decimal in quotes, such as "0.88".' })
  .refine((value) => /^(0|[1-9]\d{0,5})(\.\d{1,9})?$/.test(value), {
    error: 'Must be a decimal in quotes, such as "0.88": at most 6 digits before and 9 after the point, not negative.',
    abort: true,
  })
  .transform((value) => (value.includes('.') ? value.replace(/\.?0+$/, '') : value))

const time = z.iso
  .datetime({ offset: true, error: 'Must be an RFC 3339 time with a time zone, such as "2027-01-31T12:00:00Z".' })
  .transform((value) => new Date(value))

const MAX_ABOVE = Number(MAX_QUANTITY)

const price = z
  .strictObject({
    lineItem: z.enum(PRICED_ITEMS),
    serviceTier: z.enum(ServiceTier).default('STANDARD'),
    aboveInputTokens: z
      .int({ error: 'Must be a whole number, such as 200000.' })
      .min(1, { error: 'Must be at least 1. Omit it if the price applies to every request.' })
      .max(MAX_ABOVE, { error: `Must be at most ${MAX_ABOVE}.` })
      .optional()
      .transform((value) => BigInt(value ?? 0)),
    usd,
    effectiveFrom: time.optional(),
    effectiveUntil: time.optional().transform((value) => value ?? null),
  })
  .superRefine(({ effectiveFrom, effectiveUntil }, context) => {
    if (effectiveUntil === null || (effectiveFrom && effectiveFrom < effectiveUntil)) return
    context.addIssue({
      code: 'custom',
      path: ['effectiveUntil'],
      message: 'Must be after `effectiveFrom`, which is then required.',
    })
  })

const model = z.strictObject({
  slug,
  displayName: name(),
  workload: z.enum(Workload),
  status: z.enum(ModelStatus).default('ONLINE'),
  project: z.string().optional(),
  prices: z.array(price).default([]),
})

const file = z.strictObject({ models: z.array(model) })

/** A price as the operator's file describes it. */
export type CataloguePrice = z.output<typeof price>

/** A model as the operator's file describes it. */
export type CatalogueModel = z.output<typeof model>

/** Names an issue's row in the file by its position and, if present, its slug. */
export function rowIssue(models: unknown, row: number, path: PropertyKey[], message: string): ValidationIssue {
  const entry = Array.isArray(models) ? models[row] : undefined
  const named = typeof entry === 'object' && entry !== null && 'slug' in entry && typeof entry.slug === 'string'
  return {
    path: ['models', String(row), ...path.map(String)],
    message: named ? `${message} (In the model ${JSON.stringify(entry.slug.slice(0, MAX_SLUG))}.)` : message,
  }
}

/** Reads a catalogue. If rows are invalid, names each of them and the reason. */
export function readCatalogue(input: unknown): CatalogueModel[] {
  const result = file.safeParse(input)
  const given = typeof input === 'object' && input !== null && 'models' in input ? input.models : undefined
  if (!result.success) {
    throw new ValidationError(
      result.error.issues.map(({ path: [first, row, ...rest], message }) =>
        first === 'models' && typeof row === 'number'
          ? rowIssue(given, row, rest, message)
          : { path: first === undefined ? ['models'] : [String(first)], message },
      ),
    )
  }
  const { models } = result.data
  const repeated = repetitions(models)
  if (repeated.length > 0) throw new ValidationError(repeated)
  return models
}

/** Two rows with the same slug, or two prices from the same time, contradict each other. */
function repetitions(models: CatalogueModel[]): ValidationIssue[] {
  const issues: ValidationIssue[] = []
  const slugs = new Set<string>()
  for (const [row, model] of models.entries()) {
    if (slugs.has(model.slug)) issues.push(rowIssue(models, row, ['slug'], 'Must occur only once in the file.'))
    slugs.add(model.slug)
    const moments = new Set<string>()
    for (const [index, price] of model.prices.entries()) {
      const moment = `${seriesOf(price)} ${price.effectiveFrom?.getTime() ?? 'now'}`
      if (moments.has(moment)) {
        const message = `Must be the only price of ${price.lineItem} from this moment on.`
        issues.push(rowIssue(models, row, ['prices', index], message))
      }
      moments.add(moment)
    }
  }
  return issues
}
