import { formatUsd } from '@keyward/engine/money'
import type { Database, Transaction } from '@keyward/prisma/database'
import { inBatches } from '../../write/batches.ts'
import { consumerSumsOf, type HourlySum, type Metered, SUMS_AT_ONCE } from '../metered.ts'
import { MAX_CONSUMERS } from './consumer.ts'

/** Runs queries, in a transaction or outside. */
type Reader = Pick<Transaction, '$queryRaw'>

/** A consumer in the sums of a project and an hour. */
export interface NamedConsumer {
  projectId: string
  hour: string
  consumer: string
}

const columnsOf = (named: readonly NamedConsumer[]) => ({
  projects: named.map(({ projectId }) => projectId),
  hours: named.map(({ hour }) => hour),
  consumers: named.map(({ consumer }) => consumer),
})

/** Finds the combinations of project, hour and consumer that the sums do not yet contain. */
export async function findUnnamed(tx: Transaction, named: readonly NamedConsumer[]): Promise<number[]> {
  const { projects, hours, consumers } = columnsOf(named)
  const rows = await tx.$queryRaw<{ place: number }[]>`
    SELECT a.place::int AS place
      FROM unnest(${projects}::uuid[], ${hours}::timestamptz[], ${consumers}::text[]) WITH ORDINALITY
           AS a(project_id, hour, consumer, place)
     WHERE NOT EXISTS (SELECT FROM usage_consumer_hourly u
                        WHERE u.project_id = a.project_id AND u.hour = a.hour AND u.consumer = a.consumer)
     ORDER BY place`
  return rows.map(({ place }) => place - 1)
}

/** Locks the naming of consumers for hours of projects, until the transaction ends. Always locks in the same order. */
export async function lockNaming(tx: Transaction, named: readonly NamedConsumer[]): Promise<void> {
  const places = [...new Set(named.map(({ projectId, hour }) => `${projectId} ${hour}`))].sort()
  await tx.$executeRaw`
    SELECT pg_advisory_xact_lock(hashtextextended(place, 7)) FROM (
      SELECT place FROM unnest(${places}::text[]) AS p(place) ORDER BY hashtextextended(place, 7)) AS ordered`
}

/** Counts the named consumers of each project and hour, up to the maximum. One index probe for each consumer. */
export async function countNamed(tx: Transaction, places: readonly NamedConsumer[]): Promise<number[]> {
  const { projects, hours } = columnsOf(places)
  const rows = await tx.$queryRaw<{ named: number }[]>`
    SELECT (WITH RECURSIVE each_one AS (
              (SELECT consumer FROM usage_consumer_hourly u
                WHERE u.project_id = a.project_id AND u.hour = a.hour AND consumer > '' ORDER BY consumer LIMIT 1)
              UNION ALL
              SELECT (SELECT u.consumer FROM usage_consumer_hourly u
                       WHERE u.project_id = a.project_id AND u.hour = a.hour AND u.consumer > each_one.consumer
                       ORDER BY u.consumer LIMIT 1)
                FROM each_one WHERE each_one.consumer IS NOT NULL)
            SELECT count(*)::int FROM (SELECT FROM each_one WHERE consumer IS NOT NULL LIMIT ${MAX_CONSUMERS}) AS bounded) AS named
      FROM unnest(${projects}::uuid[], ${hours}::timestamptz[]) WITH ORDINALITY AS a(project_id, hour, place)
     ORDER BY place`
  return rows.map(({ named }) => named)
}

/**
 * Adds the events that name a consumer to its hourly sums. Always locks in the same order, so that replicas do not
 * deadlock.
 */
export async function addToConsumerSums(tx: Transaction, events: readonly Metered[]): Promise<void> {
  const sums = consumerSumsOf(events)
  const insert = (batch: HourlySum[]) => {
    const column = (read: (sum: HourlySum) => string | null) => batch.map(read)
    return tx.$executeRaw`
      INSERT INTO usage_consumer_hourly AS h (organization_id, hour, project_id, consumer, credential_kind, credential_id,
                                              user_id, workload, model_id, line_item, events, requests, quantity, cost)
      SELECT * FROM unnest(
        ${column(({ payer }) => payer.organizationId)}::uuid[], ${column(({ hour }) => hour)}::timestamptz[],
        ${column(({ payer }) => payer.projectId)}::uuid[], ${column(({ consumer }) => consumer)}::text[],
        ${column(({ payer }) => payer.kind)}::"CredentialKind"[], ${column(({ payer }) => payer.id)}::uuid[],
        ${column(({ payer }) => payer.userId)}::uuid[], ${column(({ workload }) => workload)}::"Workload"[],
        ${column(({ modelId }) => modelId)}::uuid[], ${column(({ lineItem }) => lineItem)}::"LineItem"[],
        ${column(({ events }) => events.toString())}::bigint[], ${column(({ requests }) => requests.toString())}::bigint[],
        ${column(({ quantity }) => quantity.toString())}::bigint[], ${column(({ nanos }) => formatUsd(nanos))}::numeric[])
      ON CONFLICT (project_id, hour, consumer, credential_id, workload, model_id, line_item) DO UPDATE
         SET events = h.events + excluded.events, requests = h.requests + excluded.requests,
             quantity = h.quantity + excluded.quantity, cost = h.cost + excluded.cost`
  }
  await inBatches(sums, insert, SUMS_AT_ONCE)
}

/** Reads the salt with which an organization hashes consumers now. Null if it stores them unhashed. */
export async function findSaltInUse(tx: Reader, organizationId: string): Promise<Uint8Array | null> {
  const rows = await tx.$queryRaw<{ salt: Uint8Array | null }[]>`
    SELECT CASE WHEN hash_consumers THEN consumer_salt END AS salt FROM organization WHERE id = ${organizationId}::uuid`
  return rows[0]?.salt ?? null
}

/** Reads the salts of organizations that hash consumers now or hashed them before. */
export const findSalts = (database: Database, organizationIds: readonly string[]) =>
  database.sql<{ salt: Uint8Array }>(
    'SELECT consumer_salt AS salt FROM organization WHERE id = ANY($1::uuid[]) AND consumer_salt IS NOT NULL',
    [organizationIds],
  )
