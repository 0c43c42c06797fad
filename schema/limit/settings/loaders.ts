import { BUDGET_PERIODS, type BudgetPeriod } from '@keyward/engine/lease/window'
import { formatUsd, parseUsd } from '@keyward/engine/money'
import type { Database } from '@keyward/prisma/database'
import DataLoader from 'dataloader'
import { windowAt } from '../ledger/window.ts'
import type { LimitSettings } from './input.ts'
import { findBudgetStates, findLimitsOf, type StateRow } from './sql.ts'
import { settingsOf } from './store.ts'

/** A budget in its present window. Amounts are decimals in US dollars. */
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

/** Batches reads of limits within a request. Keys are the UUIDs of organizations, projects and keys. */
export class LimitLoaders {
  readonly settings: DataLoader<string, LimitSettings>
  readonly states: DataLoader<string, BudgetState[]>

  constructor(database: Database) {
    this.settings = new DataLoader(
      async (ids) => {
        const rows = await findLimitsOf(database, ids)
        return ids.map((id) => settingsOf(rows.filter((row) => row.scope_id === id)))
      },
      { cache: false },
    )
    this.states = new DataLoader(
      async (ids) => {
        const now = database.clock.now()
        const starts = BUDGET_PERIODS.map((period) => windowAt(period, now).start)
        const rows = await findBudgetStates(database, ids, starts)
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
