import { formatUsd, parseUsd } from '@keyward/engine/money'
import { type Database, NOT_AWAITED } from '@keyward/prisma/database'
import type { BudgetPeriod } from './window.ts'

/** What a holder reports of a lease, and asks for. Amounts are nano-dollars; used and returned are sums since it was opened. */
export interface LeaseAsk {
  lease: string
  scopeId: string
  kind: BudgetPeriod
  windowStart: Date
  used: bigint
  returned: bigint
  /** What requests wait for; 0 asks for nothing. */
  need: bigint
  /** What will be needed soon: of what is beyond the need, at most a hundredth of what is left is given. */
  want: bigint
  /** What the smallest of them needs: nothing is given where less is left. */
  least: bigint
}

export interface LeaseGrant {
  granted: bigint
  taken: bigint
  /** What is left after this. */
  room: bigint
  /** What others hold and have not used, where less than the need was granted. */
  idleWithOthers: bigint
}

/** Reports leases of budgets and takes more, each ask by itself under the lock of its counter. Keys are lease ids. */
export async function takeLeases(
  database: Database,
  holderId: string,
  asks: readonly LeaseAsk[],
): Promise<Map<string, LeaseGrant>> {
  const rows = await database.sql<Record<'lease_id' | 'granted' | 'taken' | 'room' | 'idle', string>>(
    `SELECT lease_id, granted::text AS granted, taken::text AS taken, round(room, 9)::text AS room,
            idle_with_others::text AS idle FROM keyward_take_leases($1::jsonb, $2)`,
    [
      JSON.stringify(
        asks.map((ask) => ({
          lease: ask.lease,
          holder: holderId,
          scope: ask.scopeId,
          kind: ask.kind,
          window: ask.windowStart.toISOString(),
          used: formatUsd(ask.used),
          returned: formatUsd(ask.returned),
          need: formatUsd(ask.need),
          want: formatUsd(ask.want),
          least: formatUsd(ask.least),
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
        room: parseUsd(row.room),
        idleWithOthers: parseUsd(row.idle),
      },
    ]),
  )
}

export interface TokenAsk {
  scopeId: string
  /** Whole tokens that were taken before and not used. */
  back: number
  need: number
  want: number
}

export interface TokenGrant {
  granted: number
  /** What is left in the bucket; a fraction, since it fills as time passes. */
  tokens: number
  perMinute: number
}

/** Takes tokens of rates and gives some back. Keys are the scopes; one without a rate is missing. */
export async function takeTokens(database: Database, asks: readonly TokenAsk[]): Promise<Map<string, TokenGrant>> {
  const rows = await database.sql<{ scope_id: string; granted: number; tokens: number; per_minute: number }>(
    // What a crash of the database forgets of a rate is no money.
    `SELECT scope_id, granted, tokens, per_minute FROM ${NOT_AWAITED}, keyward_take_tokens($1::jsonb, $2)`,
    [JSON.stringify(asks.map(({ scopeId, ...ask }) => ({ scope: scopeId, ...ask }))), database.clock.now()],
  )
  return new Map(
    rows.map((row) => [row.scope_id, { granted: row.granted, tokens: row.tokens, perMinute: row.per_minute }]),
  )
}
