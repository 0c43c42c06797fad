import type { Project } from '../app/session.ts'
import { ConcurrencyMeter, RateList, RateMeters } from '../limits/rates.tsx'
import { Bar } from '../ui/feedback.tsx'
import { Card, layout } from '../ui/layout.tsx'
import { money, round } from '../ui/money.ts'
import { Ago } from '../ui/time.tsx'
import { shareOf, spentOf, toneOf } from './key-budget.tsx'
import classes from './keys.module.css'
import type { KeyDetail } from './queries.ts'
import { PERIODS } from './words.ts'

/** The limits of a key, each with its remaining amount. */
export function KeyLimits({ row, project }: { row: KeyDetail; project: Project }) {
  const { limits, budgetStatus, rateStatus, concurrencyStatus } = row
  const isEmpty = limits.rates.length === 0 && limits.budgets.length === 0 && limits.maxConcurrent === null
  return (
    <Card title="Limits" note="Limits of the project and of the organization apply as well.">
      {isEmpty && <p className={layout.soft}>This key has no limits of its own.</p>}
      {rateStatus ? <RateMeters rates={rateStatus} /> : <RateList rates={limits.rates} />}
      {concurrencyStatus ? (
        <ConcurrencyMeter status={concurrencyStatus} />
      ) : (
        limits.maxConcurrent !== null && <p>{limits.maxConcurrent.toLocaleString('en')} requests at the same time</p>
      )}
      {limits.budgets.map((budget) => {
        const status = budgetStatus?.find(({ period }) => period === budget.period)
        return (
          <div key={budget.period} className={classes.meter}>
            <p>
              <span>
                {round(budget.usd)} {PERIODS[budget.period]}
                {budget.onLimit === 'ALERT' && ', alert only'}
              </span>
              {status && <span className={layout.soft}>{money(status.remaining)} left</span>}
            </p>
            {status && <Bar share={shareOf(status)} tone={toneOf(shareOf(status))} />}
            {status && (
              <p className={layout.soft}>
                <span>{spentOf(status)}</span>
                {status.resetsAt && (
                  <span>
                    Resets <Ago time={status.resetsAt} />
                  </span>
                )}
              </p>
            )}
          </div>
        )
      })}
      {!project.canReadBudget && !isEmpty && (
        <p className={layout.soft}>External collaborators do not see what is spent.</p>
      )}
    </Card>
  )
}
