import { FieldRow, SelectField, TextField } from '../ui/field.tsx'
import { dayOf } from '../ui/time.tsx'
import type { PolicyBounds } from './policy-bounds.ts'

const DAY_S = 86_400
const DAYS = [
  ['7', '7 days'],
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', '1 year'],
] as const

/** The choice of an expiration: a number of days, `date` or `never`. */
export interface ExpirationValue {
  choice: string
  /** The chosen date, `2030-01-31`. */
  day: string
}

/** The choice within the key policy: the chosen one, or the longest one permitted. */
export function withinPolicy(choice: string, { maximumDays, requiresExpiration }: PolicyBounds): string {
  if (choice === 'never' && maximumDays === null) return requiresExpiration ? '365' : choice
  if (maximumDays === null || choice === 'date') return choice
  if (choice !== 'never' && Number(choice) <= maximumDays) return choice
  return DAYS.findLast(([days]) => Number(days) <= maximumDays)?.[0] ?? String(maximumDays)
}

/** The expiration of a choice: the end of the chosen day where the person is, or days that the server counts. */
export function expirationOf({ choice, day }: ExpirationValue) {
  if (choice === 'never') return { expiresAt: null }
  if (choice === 'date') return { expiresAt: new Date(`${day}T23:59:59`).toISOString() }
  return { expiresInSeconds: Number(choice) * DAY_S }
}

const inDays = (days: number): Date => new Date(Date.now() + days * DAY_S * 1_000)

interface ExpirationFieldProps {
  value: ExpirationValue
  change: (value: ExpirationValue) => void
  bounds: PolicyBounds
  error: string | undefined
}

export function ExpirationField({ value, change, bounds, error }: ExpirationFieldProps) {
  const { maximumDays, requiresExpiration } = bounds
  const choice = withinPolicy(value.choice, bounds)
  const fits = DAYS.filter(([days]) => maximumDays === null || Number(days) <= maximumDays)
  const options = fits.length > 0 ? fits : [[String(maximumDays), `${maximumDays} days`] as const]
  const date = choice === 'date' || choice === 'never' ? null : inDays(Number(choice))
  return (
    <FieldRow>
      <SelectField
        label="Expiration"
        value={choice}
        onChange={(event) => change({ ...value, choice: event.currentTarget.value })}
        hint={
          maximumDays !== null
            ? `The key policy permits at most ${maximumDays} days.`
            : [
                date && `On ${dayOf(date.toISOString())}.`,
                requiresExpiration && 'The key policy requires an expiration.',
              ]
                .filter(Boolean)
                .join(' ')
        }
        error={choice === 'date' ? undefined : error}
      >
        {options.map(([days, label]) => (
          <option key={days} value={days}>
            {label}
          </option>
        ))}
        <option value="date">On a date</option>
        {maximumDays === null && !requiresExpiration && <option value="never">Never</option>}
      </SelectField>
      {choice === 'date' && (
        <TextField
          label="Date"
          type="date"
          required
          value={value.day}
          onChange={(event) => change({ ...value, day: event.currentTarget.value })}
          error={error}
        />
      )}
    </FieldRow>
  )
}
