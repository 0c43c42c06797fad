import { formatUsd, parseUsd } from '@keyward/engine/money'
import type { LeaseGrant, LeaseRequest, RateGrant, RateRequest } from '@keyward/engine/ports'
import { type Database, NOT_AWAITED, RECALLS_CHANNEL } from '@keyward/prisma/database'

/** Reports leases of budgets and takes more, each request under the lock of its counter. Grants are keyed by lease. */
export async function takeLeases(
  database: Database,
  holderId: string,
  requests: readonly LeaseRequest[],
): Promise<Map<string, LeaseGrant>> {
  if (requests.length === 0) return new Map()
  const rows = await database.sql<Record<'lease_id' | 'granted' | 'taken' | 'room' | 'idle', string>>(
    `SELECT lease_id, granted::text AS granted, taken::text AS taken, round(room, 9)::text AS room,
            idle_with_others::text AS idle FROM keyward_take_leases($1::jsonb, $2)`,
    [
      JSON.stringify(
        requests.map(({ leaseId, scopeId, period, windowStart, used, returned, need, want, least }) => ({
          lease: leaseId,
          holder: holderId,
          scope: scopeId,
          kind: period,
          window: new Date(windowStart).toISOString(),
          used: formatUsd(used),
          returned: formatUsd(returned),
          need: formatUsd(need),
          want: formatUsd(want),
          least: formatUsd(least),
        })),
      ),
      database.clock.now(),
    ],
  )
  return new Map(
    rows.map((row) => [
      row.lease_id,
      {
        granted: parseUsd(row.granted),
        taken: parseUsd(row.taken),
        remaining: parseUsd(row.room),
        idleWithOthers: parseUsd(row.idle),
      },
    ]),
  )
}

/** Takes requests of rates and returns unused ones. Grants are keyed by scope; a scope without a rate has none. */
export async function takeRates(
  database: Database,
  requests: readonly RateRequest[],
): Promise<Map<string, RateGrant & { perMinute: number }>> {
  if (requests.length === 0) return new Map()
  const rows = await database.sql<{ scope_id: string; granted: number; tokens: number; per_minute: number }>(
    // What a crash of the database forgets of a rate is no money.
    `SELECT scope_id, granted, tokens, per_minute FROM ${NOT_AWAITED}, keyward_take_tokens($1::jsonb, $2)`,
    [JSON.stringify(requests.map(({ scopeId, ...amounts }) => ({ scope: scopeId, ...amounts }))), database.clock.now()],
  )
  return new Map(
    rows.map(({ scope_id, granted, tokens, per_minute }) => [
      scope_id,
      // A bucket fills as time passes, so that it holds a fraction.
      { granted: Math.floor(granted), remaining: Math.floor(tokens), perMinute: per_minute },
    ]),
  )
}

/** Recalls one kind of limit of a scope from every other holder. Lost notifications only cost another try. */
export function notifyRecall(database: Database, holderId: string, scopeId: string, kind: string): void {
  database.sql('SELECT pg_notify($1, $2)', [RECALLS_CHANNEL, `${holderId} ${scopeId} ${kind}`]).catch(() => {})
}

/** Which of some organizations, projects and keys have limits. */
export async function findLimited(database: Database, scopeIds: readonly string[]): Promise<Set<string>> {
  const rows = await database.sql<{ scope_id: string }>(
    'SELECT DISTINCT scope_id FROM usage_limit WHERE scope_id = ANY($1::uuid[])',
    [scopeIds],
  )
  return new Set(rows.map(({ scope_id }) => scope_id))
}
