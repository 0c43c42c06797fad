import type { LimitKind } from '@keyward/engine/lease/kind'
import { isCalendarKind } from '@keyward/engine/lease/window'
import { formatUsd, parseUsd } from '@keyward/engine/money'
import type { LeaseGrant, LeaseRequest, RateGrant, RateRequest } from '@keyward/engine/ports'
import { RECALLS_CHANNEL } from '@keyward/prisma/channels'
import { type Database, NOT_AWAITED, type Transaction } from '@keyward/prisma/database'
import { readModel } from '../part.ts'
import { calendarsOf, windowFinder } from '../windows/window.ts'
import { locate, type Place } from './places.ts'

/**
 * Reports leases of budgets, rates and concurrency, and requests more, each under the lock of its counter. Grants are
 * keyed by lease.
 */
export async function takeLeases(
  database: Database,
  holderId: string,
  requests: readonly LeaseRequest[],
): Promise<Map<string, LeaseGrant>> {
  if (requests.length === 0) return new Map()
  const asked = located(requests, await locate(database, requests))
  const now = database.clock.now()
  // A lease belongs to the window that is current by this clock, whatever clock its holder uses.
  const calendars = await calendarsOf(
    database,
    asked.flatMap(([{ kind }, { owner, scope }]) => (isCalendarKind(kind) ? [owner ?? scope] : [])),
  )
  const windowOf = windowFinder()
  const windowIn = (kind: LimitKind, { owner, scope }: Place, at: number) =>
    windowOf(kind, at, calendars.get(owner ?? scope))
  const rows = await database.sql<
    Record<'lease_id' | 'granted' | 'taken' | 'room' | 'idle', string> & { of_window: Date }
  >(
    `SELECT t.lease_id, t.granted::text AS granted, t.taken::text AS taken, round(t.room, 9)::text AS room,
            t.idle_with_others::text AS idle, t.of_window
       FROM keyward_take_leases($1::jsonb, $2) t`,
    [
      JSON.stringify(
        asked.map(([{ leaseId, kind, used, returned, need, want, least }, place]) => ({
          lease: leaseId,
          holder: holderId,
          ...place,
          kind,
          window: new Date(windowIn(kind, place, now.getTime()).start).toISOString(),
          used: formatUsd(used),
          returned: formatUsd(returned),
          need: formatUsd(need),
          want: formatUsd(want),
          least: formatUsd(least),
        })),
      ),
      now,
    ],
  )
  // The database returns ids in lower case.
  const asks = new Map(asked.map((ask) => [ask[0].leaseId.toLowerCase(), ask]))
  return new Map(
    rows.flatMap(({ lease_id, of_window, ...row }) => {
      const [request, place] = asks.get(lease_id) ?? []
      if (!request || !place) return []
      const { end } = windowIn(request.kind, place, of_window.getTime())
      const [granted, taken] = [parseUsd(row.granted), parseUsd(row.taken)]
      return [
        [request.leaseId, { granted, taken, remaining: parseUsd(row.room), idleWithOthers: parseUsd(row.idle), end }],
      ]
    }),
  )
}

/** The requests whose scopes have limits, with their places. */
const located = <Request>(requests: readonly Request[], places: readonly (Place | null)[]): [Request, Place][] =>
  requests.flatMap((request, index) => {
    const place = places[index]
    return place ? [[request, place]] : []
  })

/** Takes requests from rates and returns unused ones. Grants are keyed by scope. A scope without a rate has none. */
export async function takeRequestTokens(
  database: Database,
  requests: readonly RateRequest[],
): Promise<Map<string, RateGrant & { perMinute: number }>> {
  if (requests.length === 0) return new Map()
  const ofRates = requests.map((request) => ({ ...request, kind: 'REQUESTS_PER_MINUTE' as const }))
  const asked = located(requests, await locate(database, ofRates))
  const rows = await database.sql<{ scope_id: string; granted: number; tokens: number; per_minute: number }>(
    // A crash may lose the most recent requests of a rate, which costs no money.
    `SELECT scope_id, granted, tokens, per_minute FROM ${NOT_AWAITED}, keyward_take_requests($1::jsonb, $2)`,
    [
      JSON.stringify(asked.map(([{ scopeId: _, ...amounts }, place]) => ({ ...place, ...amounts }))),
      database.clock.ahead,
    ],
  )
  const names = new Map(asked.map(([{ scopeId }, { scope }]) => [scope, scopeId]))
  return new Map(
    rows.map(({ scope_id, granted, tokens, per_minute }) => [
      names.get(scope_id) ?? scope_id,
      // A bucket refills continuously, so it can contain a fraction.
      { granted: Math.floor(granted), remaining: Math.floor(tokens), perMinute: per_minute },
    ]),
  )
}

/**
 * Recalls one kind of limit of a scope from every other holder, for every model. A lost notification only costs another
 * attempt.
 */
export function notifyRecall(database: Database, holderId: string, scopeId: string, kind: string): void {
  const subject = readModel(scopeId)?.scopeId ?? scopeId
  // The name of a consumer may contain spaces.
  const payload = `${holderId} ${encodeURIComponent(subject)} ${kind}`
  database.sql('SELECT pg_notify($1, $2)', [RECALLS_CHANNEL, payload]).catch(() => {})
}

/** A lease that was not renewed for long, and the owner of its budget. */
export interface StaleLease {
  id: string
  organization_id: string
  project_id: string | null
  api_key_id: string | null
  name: string
}

/** Finds leases with open amounts that were not renewed since a time, oldest first. */
export const findStaleLeases = (database: Database, since: Date, limit: number): Promise<StaleLease[]> =>
  database.sql(
    `SELECT l.id, coalesce(o.id, p.organization_id, k.organization_id) AS organization_id, coalesce(p.id, k.project_id) AS project_id,
            k.id AS api_key_id, coalesce(o.name, p.name, k.name) AS name
       FROM limit_lease l LEFT JOIN organization o ON o.id = coalesce(l.owner_id, l.scope_id)
            LEFT JOIN project p ON p.id = coalesce(l.owner_id, l.scope_id)
            LEFT JOIN api_key k ON k.id = coalesce(l.owner_id, l.scope_id)
      WHERE l.kind IN ('DAY', 'WEEK', 'MONTH', 'TOTAL') AND l.renewed_at < $1 AND l.taken > l.returned + l.settled AND coalesce(o.id, p.id, k.id) IS NOT NULL
      ORDER BY l.renewed_at LIMIT $2`,
    [since, limit],
  )

/** Locks the counter of a lease. Every change of a lease takes this lock first. */
export async function lockCounterOf(tx: Transaction, leaseId: string): Promise<void> {
  await tx.$queryRaw`
    SELECT 1 FROM limit_counter c JOIN limit_lease l USING (scope_id, kind, window_start)
     WHERE l.id = ${leaseId}::uuid FOR UPDATE OF c`
}

/** Finds the amount that a lease still holds, if the lease was not renewed since a time. */
export async function findOpenLease(
  tx: Transaction,
  leaseId: string,
  since: Date,
): Promise<{ open: string; kind: string; window_start: Date } | undefined> {
  const rows = await tx.$queryRaw<{ open: string; kind: string; window_start: Date }[]>`
    SELECT (taken - returned - settled)::text AS open, kind::text AS kind, window_start FROM limit_lease
     WHERE id = ${leaseId}::uuid AND renewed_at < ${since}`
  return rows[0]
}

/** Returns everything that a lease still holds to its counter. */
export async function returnOpen(tx: Transaction, leaseId: string, now: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE limit_counter c SET held = c.held - (l.taken - l.returned - l.settled) FROM limit_lease l
     WHERE l.id = ${leaseId}::uuid AND c.scope_id = l.scope_id AND c.kind = l.kind AND c.window_start = l.window_start`
  await tx.$executeRaw`
    UPDATE limit_lease SET settled = taken - returned, reconciled_at = ${now} WHERE id = ${leaseId}::uuid`
}

/**
 * Deletes leases and settlements that are too old to be named by any usage, and counters of windows that ended long
 * ago.
 */
export async function deleteOldLeases(
  database: Database,
  before: Date,
  ratesBefore: Date,
  lapsedBefore: Date,
): Promise<void> {
  await database.sql('DELETE FROM limit_lease WHERE renewed_at < $1 AND taken = returned + settled', [before])
  // Windows of rates are short. When they end, amounts still held by leases end with them.
  const rates = "kind::text LIKE '%\\_PER\\_%'"
  await database.sql(`DELETE FROM limit_lease WHERE ${rates} AND renewed_at < $1`, [ratesBefore])
  // After its counter was reduced, a lapsed lease of concurrency holds nothing.
  const lapsed = "kind = 'CONCURRENCY' AND lapses_at < $1 AND taken = returned + settled"
  await database.sql(`DELETE FROM limit_lease WHERE ${lapsed}`, [lapsedBefore])
  await database.sql(`DELETE FROM limit_counter WHERE ${rates} AND window_start < $1`, [ratesBefore])
  await database.sql('DELETE FROM limit_settlement WHERE at < $1', [before])
  // A bucket that was unused for a minute is full. A missing bucket is treated as full, too.
  await database.sql('DELETE FROM limit_bucket WHERE at < $1', [lapsedBefore])
  // Counters of deleted child tokens, and of parts whose owner no longer limits parts.
  await database.sql(
    `DELETE FROM limit_counter c WHERE c.owner_id IS NOT NULL AND c.kind IN ('TOTAL', 'CONCURRENCY')
        AND NOT EXISTS (SELECT FROM usage_limit u WHERE u.part IS NOT NULL AND u.organization_id = c.owner_id AND u.project_id IS NULL)
        AND NOT EXISTS (SELECT FROM usage_limit u WHERE u.part IS NOT NULL AND u.project_id = c.owner_id AND u.api_key_id IS NULL)
        AND NOT EXISTS (SELECT FROM usage_limit u WHERE u.scope_id = c.scope_id)
        AND NOT EXISTS (SELECT FROM limit_lease l WHERE l.scope_id = c.scope_id AND l.kind = c.kind)`,
  )
  await database.sql(
    "DELETE FROM limit_counter WHERE kind NOT IN ('TOTAL', 'CONCURRENCY') AND window_start < $1::timestamptz - interval '60 days'",
    [before],
  )
}

/** Counts the leases that are not reconciled. */
export async function countOpenLeases(database: Database): Promise<number> {
  const [row] = await database.sql<{ open: number }>(
    'SELECT count(*)::int AS open FROM limit_lease WHERE reconciled_at IS NULL',
  )
  return row?.open ?? 0
}
