import type { RateRowFragment } from '../generated/graphql.ts'
import { shareOf, spentOf, toneOf } from '../keys/key-budget.tsx'
import classes from '../keys/keys.module.css'
import { PERIODS } from '../keys/words.ts'
import { Bar } from '../ui/feedback.tsx'
import { layout } from '../ui/layout.tsx'
import { money, round } from '../ui/money.ts'
import { ConcurrencyMeter, RateMeters } from './rates.tsx'

export interface LimitStatus {
  budgetStatus?:
    | readonly { period: keyof typeof PERIODS; usd: string; spent: string; reserved: string; remaining: string }[]
    | null
    | undefined
  rateStatus?: readonly RateRowFragment[] | null | undefined
  concurrencyStatus?: { max: number; used: number } | null | undefined
}

/** The used share of each limit, as a bar. */
export const LimitMeters = ({ budgetStatus, rateStatus, concurrencyStatus }: LimitStatus) => (
  <>
    {budgetStatus?.map((budget) => (
      <div key={budget.period} className={classes.meter}>
        <p>
          <span>
            {spentOf(budget)} of {round(budget.usd)} {PERIODS[budget.period]}
          </span>
          <span className={layout.soft}>{money(budget.remaining)} left</span>
        </p>
        <Bar share={shareOf(budget)} tone={toneOf(shareOf(budget))} />
      </div>
    ))}
    <RateMeters rates={rateStatus} />
    <ConcurrencyMeter status={concurrencyStatus} />
  </>
)
