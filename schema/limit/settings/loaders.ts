import type { BudgetPeriod } from '@keyward/engine/lease/window'
import { formatUsd, parseUsd } from '@keyward/engine/money'
import type { Database } from '@keyward/prisma/database'
import DataLoader from 'dataloader'
import { windowAt } from '../ledger/window.ts'
import type { LimitSettings } from './input.ts'
import { type LimitRow, settingsOf } from './store.ts'

/** How a budget stands in its present window. Amounts are decimals in US dollars. */
export interface BudgetState {
  period: BudgetPeriod
  usd: string
  spent: string
  reserved: string
  remaining: string
  debt: string
  windowStart: Date
  resetsAt: Date | null
}

interface StateRow {
  scope_id: string
  kind: BudgetPeriod
  amount: string
  spent: string
  held: string
  debt: string
}

/** What a request asks about limits, batched. Keys are the UUIDs of organizations, projects and keys. */
export class LimitLoaders {
  readonly settings: DataLoader<string, LimitSettings>
  readonly states: DataLoader<string, BudgetState[]>

  constructor(database: Database) {
    this.settings = new DataLoader(
      async (ids) => {
        const rows = await database.sql<LimitRow & { scope_id: string }>(
          `SELECT scope_id, kind::text AS kind, amount::text AS amount, action::text AS action, thresholds
             FROM usage_limit WHERE scope_id = ANY($1::uuid[])`,
          [ids],
        )
        return ids.map((id) => settingsOf(rows.filter((row) => row.scope_id === id)))
      },
      { cache: false },
    )
    this.states = new DataLoader(
      async (ids) => {
        const now = database.clock.now()
        const rows = await database.sql<StateRow>(
          `SELECT u.scope_id, u.kind::text AS kind, u.amount::text AS amount, coalesce(c.spent, 0)::text AS spent,
                  coalesce(c.held, 0)::text AS held, coalesce(c.debt, 0)::text AS debt
             FROM usage_limit u LEFT JOIN limit_counter c
               ON c.scope_id = u.scope_id AND c.kind = u.kind AND c.window_start = CASE u.kind
                  WHEN 'DAY' THEN $2::timestamptz WHEN 'WEEK' THEN $3::timestamptz
                  WHEN 'MONTH' THEN $4::timestamptz ELSE $5::timestamptz END
            WHERE u.scope_id = ANY($1::uuid[]) AND u.kind <> 'REQUESTS_PER_MINUTE' ORDER BY u.kind`,
          [ids, ...(['DAY', 'WEEK', 'MONTH', 'TOTAL'] as const).map((period) => windowAt(period, now).start)],
        )
        return ids.map((id) => rows.filter((row) => row.scope_id === id).map((row) => stateOf(row, now)))
      },
      { cache: false },
    )
  }
}

function stateOf(row: StateRow, now: Date): BudgetState {
  const window = windowAt(row.kind, now)
  const [usd, spent, held] = [parseUsd(row.amount), parseUsd(row.spent), parseUsd(row.held)]
  const left = usd - spent - held
  return {
    period: row.kind,
    usd: formatUsd(usd),
    spent: formatUsd(spent),
    reserved: formatUsd(held),
    remaining: formatUsd(left > 0n ? left : 0n),
    debt: formatUsd(parseUsd(row.debt)),
    windowStart: window.start,
    resetsAt: window.end,
  }
}
