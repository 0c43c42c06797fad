import type { Reservation } from '@keyward/engine/lease/reservation'
import type { CredentialKind, LineItem, ServiceTier, Workload } from '@keyward/prisma/generated/prisma/enums'
import type { Line } from './cost.ts'

/** The key of sums without a model. The column is not nullable. */
export const NO_MODEL = '00000000-0000-0000-0000-000000000000'

const HOUR_MS = 3_600_000

/** The credential that usage is attributed to. Ids are UUIDs. */
export interface Payer {
  kind: CredentialKind
  /** The key, the legacy key, or the person who uses the playground. */
  id: string
  organizationId: string
  projectId: string
  /** The key's creator or the playground's user; null if unknown. */
  userId: string | null
}

/** A usage event that is priced and attributed. */
export interface Metered {
  id: string
  hash: string
  payer: Payer
  workload: Workload
  modelId: string | null
  /** Slug of the model. */
  model: string | null
  occurredAt: Date
  /** Start of the hour, or of the part of the hour, in which the event is counted, as text. */
  hour: string
  tier: ServiceTier
  lines: Line[]
  nanos: bigint
  reservation: Reservation | null
  /** The end customer in its stored form: plain, hashed, or `OTHERS` in sums. */
  consumer: string | null
}

/** The sums of one hour, or part of an hour, and one combination of dimensions. */
export interface HourlySum {
  key: string
  hour: string
  payer: Payer
  workload: Workload
  modelId: string
  lineItem: LineItem
  /** Null in sums of all consumers. */
  consumer: string | null
  events: bigint
  requests: bigint
  quantity: bigint
  nanos: bigint
}

/** Number of sums in one statement. Writing its arrays as text blocks the event loop. */
export const SUMS_AT_ONCE = 2_000

/** The start of an hour, as text. */
export const hourOf = (at: Date): string => new Date(at.getTime() - (at.getTime() % HOUR_MS)).toISOString()

/** Sums events by hour and all dimensions except the consumer, in the order of the primary key. */
export const hourlySumsOf = (events: readonly Metered[]): HourlySum[] => sumsBy(events, () => null)

/** Sums the events that name a consumer by hour and all dimensions, always in the same order. */
export const consumerSumsOf = (events: readonly Metered[]): HourlySum[] =>
  sumsBy(
    events.filter(({ consumer }) => consumer !== null),
    ({ consumer }) => consumer,
  )

function sumsBy(events: readonly Metered[], consumerOf: (event: Metered) => string | null): HourlySum[] {
  const sums = new Map<string, HourlySum>()
  for (const event of events) {
    const { payer, hour, workload, lines } = event
    const modelId = event.modelId ?? NO_MODEL
    const consumer = consumerOf(event)
    const suffix = consumer === null ? '' : ` ${consumer}`
    const shared = `${payer.organizationId} ${hour} ${payer.projectId} ${payer.id} ${workload} ${modelId}`
    for (const [index, { lineItem, quantity, nanos }] of lines.entries()) {
      const key = `${shared} ${lineItem}${suffix}`
      let sum = sums.get(key)
      if (!sum) {
        const [events, requests, quantity, nanos] = [0n, 0n, 0n, 0n]
        sum = { key, hour, payer, workload, modelId, lineItem, consumer, events, requests, quantity, nanos }
        sums.set(key, sum)
      }
      // An adjustment is not counted as a request.
      if (lineItem !== 'ADJUSTMENT') {
        if (index === 0) sum.events += 1n
        sum.requests += 1n
      }
      sum.quantity += quantity
      sum.nanos += nanos
    }
  }
  return [...sums.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}
