import { parseUsd } from '@keyward/engine/money'
import type { Transaction } from '@keyward/prisma/database'
import type { Workload } from '@keyward/prisma/generated/prisma/enums'
import { OTHERS } from '../consumers/consumer.ts'
import { NO_MODEL } from '../metered.ts'
import { type SumParts, WHOLE_HOURS } from '../parts.ts'

/** The usage of a key in one hour. Ids are UUIDs. */
export interface Place {
  organizationId: string
  projectId: string
  apiKeyId: string
  hour: Date
  workload: Workload
  modelId: string | null
}

/** A recorded event of a key. */
export interface RecordedEvent {
  workload: Workload
  model_id: string | null
  occurred_at: Date
  recorded_at: Date
  consumer: string | null
  cost: string
}

/** Finds an event of a key. */
export async function findEvent(tx: Transaction, apiKeyId: string, id: string): Promise<RecordedEvent | undefined> {
  const rows = await tx.$queryRaw<RecordedEvent[]>`
    SELECT workload::text AS workload, model_id, occurred_at, recorded_at, consumer, cost::text AS cost FROM usage_record
     WHERE id = ${id} AND credential_kind = 'API_KEY' AND credential_id = ${apiKeyId}::uuid`
  return rows[0]
}

/** Sums the adjustments that name an event of a key, in nano-dollars. */
export async function sumOfEvent(tx: Transaction, apiKeyId: string, eventId: string): Promise<bigint> {
  const rows = await tx.$queryRaw<{ amount: string }[]>`
    SELECT coalesce(sum(amount), 0)::text AS amount FROM usage_adjustment
     WHERE api_key_id = ${apiKeyId}::uuid AND event_id = ${eventId}`
  return parseUsd(rows[0]?.amount ?? '0')
}

/** The costs of a key in one hour and combination of dimensions, in nano-dollars. */
export interface PlaceCosts {
  total: bigint
  /** Costs by consumer, in its stored form. */
  byConsumer: ReadonlyMap<string, bigint>
}

const endOf = (hour: Date): Date => new Date(hour.getTime() + 3_600_000)

/** Reads such costs: in total, of the given consumers, and of the other consumers. */
export async function findCosts(tx: Transaction, place: Place, consumers: readonly string[]): Promise<PlaceCosts> {
  const { organizationId, projectId, apiKeyId, hour, workload } = place
  const modelId = place.modelId ?? NO_MODEL
  const rows = await tx.$queryRaw<{ consumer: string | null; cost: string }[]>`
    SELECT NULL::text AS consumer, coalesce(sum(cost), 0)::text AS cost FROM usage_hourly
     WHERE organization_id = ${organizationId}::uuid AND hour >= ${hour} AND hour < ${endOf(hour)} AND project_id = ${projectId}::uuid
       AND credential_id = ${apiKeyId}::uuid AND workload = ${workload}::"Workload" AND model_id = ${modelId}::uuid
    UNION ALL
    SELECT consumer, sum(cost)::text FROM usage_consumer_hourly
     WHERE project_id = ${projectId}::uuid AND hour >= ${hour} AND hour < ${endOf(hour)} AND consumer = ANY(${[...consumers, OTHERS]}::text[])
       AND credential_id = ${apiKeyId}::uuid AND workload = ${workload}::"Workload" AND model_id = ${modelId}::uuid
     GROUP BY consumer`
  const byConsumer = new Map<string, bigint>()
  let total = 0n
  for (const { consumer, cost } of rows) {
    if (consumer === null) total = parseUsd(cost)
    else byConsumer.set(consumer, parseUsd(cost))
  }
  return { total, byConsumer }
}

/** Sums such costs for all named consumers, in nano-dollars. */
export async function sumOfConsumers(tx: Transaction, place: Place): Promise<bigint> {
  const { projectId, apiKeyId, hour, workload } = place
  const rows = await tx.$queryRaw<{ cost: string }[]>`
    SELECT coalesce(sum(cost), 0)::text AS cost FROM usage_consumer_hourly
     WHERE project_id = ${projectId}::uuid AND hour >= ${hour} AND hour < ${endOf(hour)} AND credential_id = ${apiKeyId}::uuid
       AND workload = ${workload}::"Workload" AND model_id = ${place.modelId ?? NO_MODEL}::uuid`
  return parseUsd(rows[0]?.cost ?? '0')
}

/** The settings of an organization that determine how its usage is stored. */
export interface Settings extends SumParts {
  /** The salt with which it hashes consumers now, or hashed them before. Null if it never did. */
  salt: Uint8Array | null
}

/** Locks an organization against new budgets, as recording does. Returns its settings. */
export async function keepOrganization(tx: Transaction, organizationId: string): Promise<Settings> {
  const rows = await tx.$queryRaw<Settings[]>`
    SELECT consumer_salt AS salt, half_hours_from AS "halfHoursFrom", quarter_hours_from AS "quarterHoursFrom"
      FROM organization WHERE id = ${organizationId}::uuid FOR KEY SHARE`
  return rows[0] ?? { salt: null, ...WHOLE_HOURS }
}
