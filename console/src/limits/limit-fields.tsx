import type { BudgetPeriod, LimitsFragment } from '../generated/graphql.ts'
import { FieldGroup, FieldRow, SelectField, TextField, textOf } from '../ui/field.tsx'
import { Fold } from '../ui/fold.tsx'
import { ModelRateFields, modelRatesOf } from './model-rates.tsx'
import { RateFields, ratesOf } from './rates.tsx'

const PERIODS: readonly (readonly [BudgetPeriod, string])[] = [
  ['DAY', 'Budget a day'],
  ['WEEK', 'Budget a week'],
  ['MONTH', 'Budget a month'],
  ['TOTAL', 'Budget in total'],
]

/** The limits of a form: an empty field removes its limit. */
export function limitsOf(values: FormData) {
  const rate = textOf(values, 'requestsPerMinute').trim()
  const concurrent = textOf(values, 'maxConcurrent').trim()
  const action = textOf(values, 'onLimit') === 'ALERT' ? ('ALERT' as const) : ('REJECT' as const)
  const alertThresholds = textOf(values, 'alertThresholds')
    .split(/[\s,%]+/)
    .filter(Boolean)
    .map(Number)
  const budgets = PERIODS.flatMap(([period]) => {
    const usd = textOf(values, `budget-${period}`).trim()
    return usd ? [{ period, usd, onLimit: action, alertThresholds }] : []
  })
  return {
    requestsPerMinute: rate ? Number(rate) : null,
    rates: [...ratesOf(values), ...modelRatesOf(values)],
    budgets,
    maxConcurrent: concurrent ? Number(concurrent) : null,
  }
}

const hasMoreRates = (limits: LimitsFragment | null | undefined): boolean =>
  limits?.rates.some(({ unit, per, model }) => model !== null || unit !== 'REQUESTS' || per !== 'MINUTE') ?? false

/** The rates and the budgets of a key, a project or an organization. `byModel`: whether rates by model are possible. */
export function LimitFields({
  limits,
  byModel = true,
}: {
  limits?: LimitsFragment | null | undefined
  byModel?: boolean
}) {
  const budgetOf = (period: BudgetPeriod) => limits?.budgets.find((budget) => budget.period === period)
  const [first] = limits?.budgets ?? []
  return (
    <>
      <FieldRow>
        <TextField
          label="Requests a minute"
          name="requestsPerMinute"
          type="number"
          min={1}
          step={1}
          optional
          defaultValue={limits?.requestsPerMinute ?? ''}
          placeholder="No limit"
        />
        <TextField
          label="Requests at the same time"
          name="maxConcurrent"
          type="number"
          min={1}
          max={1_000_000}
          step={1}
          optional
          defaultValue={limits?.maxConcurrent ?? ''}
          placeholder="No limit"
        />
      </FieldRow>
      <FieldGroup
        label="Budgets in US dollars"
        hint="Days, weeks and months are those of the organization’s time zone."
      >
        <FieldRow>
          {PERIODS.map(([period, label]) => (
            <TextField
              key={period}
              label={label}
              name={`budget-${period}`}
              type="text"
              inputMode="decimal"
              pattern="[0-9]+(\.[0-9]+)?"
              title="An amount such as 250 or 99.50"
              defaultValue={budgetOf(period)?.usd ?? ''}
              placeholder="No budget"
            />
          ))}
        </FieldRow>
      </FieldGroup>
      <FieldRow>
        <SelectField label="When a budget is spent" name="onLimit" defaultValue={first?.onLimit ?? 'REJECT'}>
          <option value="REJECT">Deny requests</option>
          <option value="ALERT">Send an alert only</option>
        </SelectField>
        <TextField
          label="Alert at percent"
          name="alertThresholds"
          optional
          inputMode="numeric"
          pattern="[0-9, %]*"
          defaultValue={first?.alertThresholds.join(', ') ?? ''}
          placeholder="50, 80"
        />
      </FieldRow>
      <Fold summary="More rates" open={hasMoreRates(limits)}>
        <RateFields limits={limits} />
        {byModel && <ModelRateFields limits={limits} />}
      </Fold>
    </>
  )
}
