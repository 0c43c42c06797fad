import type { Reservation } from '@keyward/engine/lease/reservation'
import type { CredentialKind, LineItem, Workload } from '@keyward/prisma/generated/prisma/enums'
import type { Line } from './cost.ts'

/** The key of sums without a model, because the column is not nullable. */
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
  occurredAt: Date
  lines: Line[]
  nanos: bigint
  reservation: Reservation | null
}

/** The sums of one hour and one combination of dimensions. */
export interface HourlySum {
  key: string
  hour: string
  payer: Payer
  workload: Workload
  modelId: string
  lineItem: LineItem
  events: bigint
  requests: bigint
  quantity: bigint
  nanos: bigint
}

/** Sums events by hour and all dimensions, in the order of the primary key. */
export function hourlySumsOf(events: readonly Metered[]): HourlySum[] {
  const sums = new Map<string, HourlySum>()
  for (const { payer, workload, modelId: model, occurredAt, lines } of events) {
    const hour = new Date(occurredAt.getTime() - (occurredAt.getTime() % HOUR_MS)).toISOString()
    const modelId = model ?? NO_MODEL
    const shared = `${payer.organizationId} ${hour} ${payer.projectId} ${payer.id} ${workload} ${modelId}`
    for (const [index, { lineItem, quantity, nanos }] of lines.entries()) {
      const key = `${shared} ${lineItem}`
      let sum = sums.get(key)
      if (!sum) {
        sum = { key, hour, payer, workload, modelId, lineItem, events: 0n, requests: 0n, quantity: 0n, nanos: 0n }
        sums.set(key, sum)
      }
      if (index === 0) sum.events += 1n
      sum.requests += 1n
      sum.quantity += quantity
      sum.nanos += nanos
    }
  }
  return [...sums.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}
