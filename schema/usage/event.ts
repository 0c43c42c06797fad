import { hash } from 'node:crypto'
import { readReservation } from '@keyward/engine/lease/reservation'
import { parseUsd } from '@keyward/engine/money'
import { LineItem, ServiceTier, Workload } from '@keyward/prisma/generated/prisma/enums'
import { z } from 'zod'
import { listOf, text } from '../core/input.ts'
import { InvalidRow } from '../core/rows.ts'
import { consumer } from './consumers/consumer.ts'

/** Maximum delay after which an event may be reported. */
export const LATEST_DAYS = 30
/** Maximum number of events in one call. */
export const MAX_EVENTS = 1_000
const MAX_UNITS = 100
export const MAX_EVENT_ID = 128
const MAX_SLUG = 200
/** Maximum quantity of one line item of an event, so that large sums stay within 64 bits. */
export const MAX_QUANTITY = 1_000_000_000_000n
/** The cost of one event must be below this. */
export const COST_BOUND = parseUsd('1000000000')

/** The metered usage of one request, by line item. */
export interface Unit {
  lineItem: LineItem
  quantity: bigint
}

const unit = z.object({
  lineItem: z.enum(LineItem).exclude(['ADJUSTMENT']),
  quantity: z
    .bigint()
    .min(0n, { error: 'Must not be negative.' })
    .max(MAX_QUANTITY, { error: `Must be at most ${MAX_QUANTITY}.` }),
})

export const units = listOf(unit, MAX_UNITS).refine(
  (given) => new Set(given.map(({ lineItem }) => lineItem)).size === given.length,
  {
    error: 'Must name each line item once.',
  },
)

const cost = z.string().transform((value, context) => {
  const nanos = /^\d{1,15}(\.\d{1,9})?$/.test(value) ? parseUsd(value) : COST_BOUND
  if (nanos < COST_BOUND) return nanos
  context.addIssue({ code: 'custom', message: 'Must be from 0 to 999999999.999999999 US dollars.' })
  return z.NEVER
})

/** The service tier of a request. */
export const serviceTier = z
  .enum(ServiceTier)
  .nullish()
  .transform((value) => value ?? 'STANDARD')

const reservation = z.string().transform((value, context) => {
  const read = readReservation(value)
  if (read) return read
  context.addIssue({ code: 'custom', message: 'Must be the token of a reservation.' })
  return z.NEVER
})

/** The tokens of reservations to release. */
export const released = listOf(reservation, MAX_EVENTS, `At most ${MAX_EVENTS} at a time.`)
  .nullish()
  .transform((value) => value ?? [])

const event = z.object({
  eventId: text(MAX_EVENT_ID).regex(/^[\x21-\x7e]{1,128}$/, {
    error: `Must be 1 to ${MAX_EVENT_ID} printable ASCII characters without spaces, such as a UUID.`,
  }),
  credentialId: z.string(),
  organizationId: z.string().nullish(),
  projectId: z.string().nullish(),
  workload: z.enum(Workload),
  model: text(MAX_SLUG).nullish(),
  occurredAt: z
    .date()
    .nullish()
    .transform((value) => value ?? null),
  ageSeconds: z
    .number()
    .int()
    .min(0, { error: 'Must be at least 0.' })
    .max(LATEST_DAYS * 86_400, { error: `Must be at most ${LATEST_DAYS * 86_400} (${LATEST_DAYS} days).` })
    .nullish()
    .transform((value) => value ?? 0),
  units: units.nullish().transform((value) => value ?? []),
  cost: cost.nullish().transform((value) => value ?? null),
  reservation: reservation.nullish().transform((value) => value ?? null),
  consumer: consumer.nullish().transform((value) => value ?? null),
  serviceTier,
})

/** One usage event as a gateway reports it. */
export type GivenEvent = z.output<typeof event> & {
  /** SHA-256 of the event's content, in hexadecimal. Recognizes an event that is sent again. */
  hash: string
}

/** An event that is not valid, with its first invalid field. */
export interface InvalidEvent {
  field: string | null
  message: string
}

/** Reads one event, or names its first invalid field. */
export function readEvent(given: unknown): GivenEvent | InvalidEvent {
  if (given instanceof InvalidRow)
    return { field: given.field, message: `\`${given.field ?? 'event'}\`: ${given.message}` }
  const { success, data, error } = event.safeParse(given)
  if (success) return withHash(data)
  const [issue] = error.issues
  const field = issue?.path.join('.') ?? ''
  return { field: field || null, message: `\`${field}\`: ${issue?.message ?? ''}` }
}

/** Names every field, because a spread object keeps its fields in two places, and thousands of events live at a time. */
const withHash = (data: z.output<typeof event>): GivenEvent => ({
  eventId: data.eventId,
  credentialId: data.credentialId,
  organizationId: data.organizationId,
  projectId: data.projectId,
  workload: data.workload,
  model: data.model,
  occurredAt: data.occurredAt,
  ageSeconds: data.ageSeconds,
  units: data.units,
  cost: data.cost,
  reservation: data.reservation,
  consumer: data.consumer,
  serviceTier: data.serviceTier,
  hash: contentHash(data),
})

/** The canonical form of an event, regardless of the order of its units and the spelling of its cost. */
function contentHash(given: z.output<typeof event>): string {
  const { credentialId, organizationId, projectId, workload, model, occurredAt, cost, reservation } = given
  const measured = given.units.map(({ lineItem, quantity }) => `${lineItem} ${quantity}`).sort()
  const canonical = [
    credentialId,
    organizationId ?? null,
    workload,
    model ?? null,
    // The age is left out, because it grows until the event is sent again.
    occurredAt?.getTime() ?? null,
    measured,
    cost?.toString() ?? null,
    reservation?.id ?? null,
    // Left out if not given, so that events from before the field existed keep their hash.
    ...(projectId == null ? [] : [projectId]),
    ...(given.consumer === null ? [] : [{ consumer: given.consumer }]),
    ...(given.serviceTier === 'STANDARD' ? [] : [{ serviceTier: given.serviceTier }]),
  ]
  return hash('sha256', JSON.stringify(canonical))
}
