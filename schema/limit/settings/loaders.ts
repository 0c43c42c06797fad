import {
  isBucketKind,
  isRateKind,
  ONE,
  RATE_KINDS,
  type RatePeriod,
  type RateUnit,
  readRateKind,
} from '@keyward/engine/lease/kind'
import { BUDGET_PERIODS, type BudgetPeriod, type Calendar, UTC } from '@keyward/engine/lease/window'
import { formatUsd, parseUsd } from '@keyward/engine/money'
import type { Database } from '@keyward/prisma/database'
import { grouped } from '../../core/grouped.ts'
import { Loader } from '../../core/loader.ts'
import { calendarsOfLimits, type DateWindow, windowAt } from '../windows/window.ts'
import type { LimitSettings } from './input.ts'
import { findLimitStates, findLimitsOf, type LimitedScope, type StateRow } from './sql.ts'
import { settingsOf } from './store.ts'

const MINUTE_MS = 60_000

/** A budget in its current window. Amounts are decimals in US dollars. */
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

/** A rate in its current window. Amounts are requests or tokens. */
export interface RateState {
  unit: RateUnit
  per: RatePeriod
  max: bigint
  /** Pattern of the models whose requests are counted. Null: all. */
  model: string | null
  used: bigint
  reserved: bigint
  remaining: bigint
  debt: bigint
  resetsAt: Date | null
}

/** The current state of a concurrency limit. */
export interface ConcurrencyState {
  max: number
  used: number
  remaining: number
}

/** Batches reads of limits within a request. Keys are the UUIDs of organizations, projects, keys and parts of them. */
export class LimitLoaders {
  readonly settings: Loader<string, LimitSettings>
  readonly states: StateLoader<BudgetState>
  readonly rates: StateLoader<RateState>
  readonly concurrency: StateLoader<ConcurrencyState>

  constructor(database: Database) {
    this.settings = new Loader(
      database,
      async (ids) => {
        const rowsOf = grouped(await findLimitsOf(database, ids), ({ scope_id }) => scope_id)
        return ids.map((id) => settingsOf(rowsOf.get(id) ?? []))
      },
      { cache: false },
    )
    this.states = statesBy(database, BUDGET_PERIODS, budgetState, calendarsOfLimits)
    this.rates = statesBy(database, RATE_KINDS, rateState, noCalendars)
    this.concurrency = statesBy(database, ['CONCURRENCY'], concurrencyState, noCalendars)
  }
}

/** A key of the loader is a scope, or a scope together with the scope whose limits apply to it. */
type StateLoader<State> = Loader<string | LimitedScope, State[]>

const limitedScope = (key: string | LimitedScope): LimitedScope =>
  typeof key === 'string' ? { scopeId: key, limitsOf: key } : key

function statesBy<State>(
  database: Database,
  kinds: readonly StateRow['kind'][],
  stateOf: (row: StateRow, window: DateWindow, now: number) => State,
  findCalendars: (database: Database, limitsOf: string[]) => Promise<ReadonlyMap<string, Calendar>>,
): StateLoader<State> {
  return new Loader(
    database,
    async (keys) => {
      const now = database.clock.now()
      const limited = keys.map(limitedScope)
      const found = await findCalendars(
        database,
        limited.map(({ limitsOf }) => limitsOf),
      )
      const calendars = [...new Set([UTC, ...found.values()])]
      const calendarOf = ({ limitsOf }: LimitedScope) => calendars.indexOf(found.get(limitsOf) ?? UTC)
      const windows = calendars.map((calendar) => new Map(kinds.map((kind) => [kind, windowAt(kind, now, calendar)])))
      const scopes = new Map(limited.map((scope) => [scope.scopeId, { ...scope, calendar: calendarOf(scope) }]))
      const starts = windows.flatMap((each, calendar) =>
        [...each].map(([kind, { start }]) => ({ calendar, kind, start })),
      )
      const rows = await findLimitStates(database, [...scopes.values()], starts, now)
      const rowsOf = grouped(rows, ({ scope_id }) => scope_id)
      return limited.map((scope) =>
        (rowsOf.get(scope.scopeId) ?? []).flatMap((row) => {
          const window = windows[calendarOf(scope)]?.get(row.kind)
          return window ? [stateOf(row, window, now.getTime())] : []
        }),
      )
    },
    { cache: false },
  )
}

/** Rates and concurrency do not depend on a calendar. */
const noCalendars = async () => new Map<string, Calendar>()

const atLeastZero = (amount: bigint): bigint => (amount > 0n ? amount : 0n)

function budgetState(row: StateRow, { start, end }: DateWindow): BudgetState {
  const [usd, spent, held] = [parseUsd(row.amount), parseUsd(row.spent), parseUsd(row.held)]
  return {
    // The query selects no other kinds.
    period: row.kind as BudgetPeriod,
    usd: formatUsd(usd),
    spent: formatUsd(spent),
    reserved: formatUsd(held),
    remaining: formatUsd(atLeastZero(usd - spent - held)),
    debt: formatUsd(parseUsd(row.debt)),
    windowStart: start,
    resetsAt: end,
  }
}

function concurrencyState({ amount, held }: StateRow): ConcurrencyState {
  const [max, used] = [Number(amount), Number(held)]
  return { max, used, remaining: Math.max(0, max - used) }
}

function rateState({ kind, amount, model, tokens, at, ...row }: StateRow, { end }: DateWindow, now: number): RateState {
  if (!isRateKind(kind)) throw new TypeError(`Not a rate: ${kind}`)
  const max = parseUsd(amount) / ONE
  const of = { ...readRateKind(kind), max, model }
  if (isBucketKind(kind)) {
    const refilled =
      at === null ? Number(max) : (tokens ?? 0) + (Number(max) * Math.max(0, now - at.getTime())) / MINUTE_MS
    const remaining = atLeastZero(BigInt(Math.floor(Math.min(Number(max), refilled))))
    return { ...of, used: max - remaining, reserved: 0n, remaining, debt: 0n, resetsAt: null }
  }
  // Fractions of requests and tokens are rounded up.
  const wholeOf = (text: string) => (parseUsd(text) + ONE - 1n) / ONE
  const [used, reserved, debt] = [wholeOf(row.spent), wholeOf(row.held), wholeOf(row.debt)]
  return { ...of, used, reserved, remaining: atLeastZero(max - used - reserved), debt, resetsAt: end }
}
