import type { Transaction } from '@keyward/prisma/database'
import type { LineItem, Workload } from '@keyward/prisma/generated/prisma/enums'
import type { Reservation } from '../limit/ledger/reservation.ts'
import { formatUsd } from '../money.ts'
import type { Line } from './cost.ts'
import type { Payer } from './payer.ts'

/** Stands for "no model" where a key of the sums cannot be null. */
export const NO_MODEL = '00000000-0000-0000-0000-000000000000'

const HOUR_MS = 3_600_000

/** A usage event that is complete: priced, and attributed. */
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

/**
 * Keeps organizations as they are until the end of the transaction: whoever gives one a budget counts either all of what
 * is recorded here, or nothing of it.
 */
export async function lockOrganizations(tx: Transaction, events: readonly Metered[]): Promise<void> {
  const ids = [...new Set(events.map(({ payer }) => payer.organizationId))].sort()
  await tx.$queryRaw`SELECT id FROM organization WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR KEY SHARE`
}

/** Inserts the events that are not there yet, and answers the ids of those. Sorted, so that replicas do not deadlock. */
export async function insertEvents(
  tx: Transaction,
  origin: { gatewayId: string; now: Date },
  events: readonly Metered[],
): Promise<Set<string>> {
  const sorted = [...events].sort((a, b) => (a.id < b.id ? -1 : 1))
  const column = (read: (event: Metered) => string | null) => sorted.map(read)
  const rows = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO usage_event (id, content_hash, organization_id, project_id, credential_kind, credential_id, user_id,
                             workload, model_id, gateway_id, occurred_at, recorded_at, units, cost, reservation_id)
    SELECT id, decode(hash, 'hex'), organization_id, project_id, kind, credential_id, user_id, workload, model_id,
           ${origin.gatewayId}::uuid, occurred_at, ${origin.now}, units, cost, reservation_id
      FROM unnest(${column(({ id }) => id)}::text[], ${column(({ hash }) => hash)}::text[],
                  ${column(({ payer }) => payer.organizationId)}::uuid[], ${column(({ payer }) => payer.projectId)}::uuid[],
                  ${column(({ payer }) => payer.kind)}::"CredentialKind"[], ${column(({ payer }) => payer.id)}::uuid[],
                  ${column(({ payer }) => payer.userId)}::uuid[], ${column(({ workload }) => workload)}::"Workload"[],
                  ${column(({ modelId }) => modelId)}::uuid[],
                  ${column(({ occurredAt }) => occurredAt.toISOString())}::timestamptz[],
                  ${column(({ lines }) => unitsOf(lines))}::jsonb[], ${column(({ nanos }) => formatUsd(nanos))}::numeric[],
                  ${column(({ reservation }) => reservation?.id ?? null)}::uuid[])
        AS t(id, hash, organization_id, project_id, kind, credential_id, user_id, workload, model_id, occurred_at, units,
             cost, reservation_id)
    ON CONFLICT (id) DO NOTHING RETURNING id`
  return new Set(rows.map(({ id }) => id))
}

/** Quantities can be beyond what a JavaScript number holds: they are written as they are. */
const unitsOf = (lines: readonly Line[]): string =>
  `{${lines.map(({ lineItem, quantity }) => `"${lineItem}":${quantity}`).join(',')}}`

/** What the events of some ids say, as hashes; those of nothing are missing. */
export async function findHashes(tx: Transaction, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.$queryRaw<{ id: string; hash: string }[]>`
    SELECT id, encode(content_hash, 'hex') AS hash FROM usage_event WHERE id = ANY(${ids}::text[])`
  return new Map(rows.map(({ id, hash }) => [id, hash]))
}

interface Sum {
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

/** The sums of events by hour and everything that they are told apart by, in the order of the primary key. */
function sumsOf(events: readonly Metered[]): Sum[] {
  const sums = new Map<string, Sum>()
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

/** Adds events to the sums of their hours. Locked in one order, so that replicas do not deadlock. */
export async function addToSums(tx: Transaction, events: readonly Metered[]): Promise<void> {
  const sums = sumsOf(events)
  const column = (read: (sum: Sum) => string | null) => sums.map(read)
  await tx.$executeRaw`
    INSERT INTO usage_hourly AS h (organization_id, hour, project_id, credential_kind, credential_id, user_id, workload,
                                   model_id, line_item, events, requests, quantity, cost)
    SELECT * FROM unnest(
      ${column(({ payer }) => payer.organizationId)}::uuid[], ${column(({ hour }) => hour)}::timestamptz[],
      ${column(({ payer }) => payer.projectId)}::uuid[], ${column(({ payer }) => payer.kind)}::"CredentialKind"[],
      ${column(({ payer }) => payer.id)}::uuid[], ${column(({ payer }) => payer.userId)}::uuid[],
      ${column(({ workload }) => workload)}::"Workload"[], ${column(({ modelId }) => modelId)}::uuid[],
      ${column(({ lineItem }) => lineItem)}::"LineItem"[], ${column(({ events }) => events.toString())}::bigint[],
      ${column(({ requests }) => requests.toString())}::bigint[], ${column(({ quantity }) => quantity.toString())}::bigint[],
      ${column(({ nanos }) => formatUsd(nanos))}::numeric[])
    ON CONFLICT (organization_id, hour, project_id, credential_id, workload, model_id, line_item) DO UPDATE
       SET events = h.events + excluded.events, requests = h.requests + excluded.requests,
           quantity = h.quantity + excluded.quantity, cost = h.cost + excluded.cost`
}
