import { restOf, useAction } from '../app/action.ts'
import type { LimitsFragment, RateRowFragment } from '../generated/graphql.ts'
import { shareOf, toneOf } from '../keys/key-budget.tsx'
import classes from '../keys/keys.module.css'
import { PERIODS } from '../keys/words.ts'
import { Button } from '../ui/button.tsx'
import { Bar, ErrorNote } from '../ui/feedback.tsx'
import { Form } from '../ui/field.tsx'
import { Card, layout } from '../ui/layout.tsx'
import { money, round } from '../ui/money.ts'
import { LimitFields, limitsOf } from './limit-fields.tsx'
import { ConcurrencyMeter, RateMeters } from './rates.tsx'

interface Status {
  period: keyof typeof PERIODS
  usd: string
  spent: string
  remaining: string
}

interface LimitsCardProps {
  note: string
  limits: LimitsFragment | null | undefined
  status: readonly Status[] | null | undefined
  rates: readonly RateRowFragment[] | null | undefined
  concurrency: { max: number; used: number } | null | undefined
  canSet: boolean
  set: (limits: ReturnType<typeof limitsOf>) => Promise<unknown>
}

/** The limits of a project or an organization, with what is used of each. */
export function LimitsCard({ note, limits, status, rates, concurrency, canSet, set }: LimitsCardProps) {
  const { mutate, error, isPending } = useAction({
    run: (values: FormData) => set(limitsOf(values)),
    done: 'The limits are set.',
  })
  return (
    <Card title="Limits" note={note}>
      {status?.map((budget) => (
        <div key={budget.period} className={classes.meter}>
          <p>
            <span>
              {money(budget.spent)} of {round(budget.usd)} {PERIODS[budget.period]}
            </span>
            <span className={layout.soft}>{money(budget.remaining)} left</span>
          </p>
          <Bar share={shareOf(budget)} tone={toneOf(shareOf(budget))} />
        </div>
      ))}
      <RateMeters rates={rates} />
      <ConcurrencyMeter status={concurrency} />
      {canSet ? (
        <Form key={JSON.stringify(limits)} onSend={mutate}>
          <LimitFields limits={limits} />
          <ErrorNote error={restOf(error)} />
          <div>
            <Button type="submit" busy={isPending}>
              Set limits
            </Button>
          </div>
        </Form>
      ) : (
        limits?.budgets.length === 0 && <p className={layout.soft}>No budgets are set.</p>
      )}
    </Card>
  )
}
