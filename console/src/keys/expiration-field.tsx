import type { ReactNode } from 'react'
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

/** The choice of an expiration: a number of days, `longest`, `date` or `never`. */
export interface ExpirationValue {
  choice: string
  /** The chosen date, `2030-01-31`. */
  day: string
}

/** The numbers of days that the longest permitted lifetime allows. */
const daysWithin = (maximumSeconds: number | null) =>
  DAYS.filter(([days]) => maximumSeconds === null || Number(days) * DAY_S <= maximumSeconds)

/** The choice within the key policy: the person's choice, or the longest permitted one. */
function withinPolicy(choice: string, { maximumSeconds, requiresExpiration }: PolicyBounds): string {
  const days = daysWithin(maximumSeconds)
  if (choice === 'date' || days.some(([one]) => one === choice)) return choice
  if (maximumSeconds === null) return choice === 'never' && !requiresExpiration ? choice : '365'
  return choice === 'longest' ? choice : (days.at(-1)?.[0] ?? 'longest')
}

/**
 * The expiration for a choice: the end of the chosen day in the person's time zone, or a number of seconds that the
 * server counts.
 */
export function expirationOf({ choice, day }: ExpirationValue, bounds: PolicyBounds) {
  const chosen = withinPolicy(choice, bounds)
  if (chosen === 'never') return { expiresAt: null }
  if (chosen === 'date') return { expiresAt: new Date(`${day}T23:59:59`).toISOString() }
  return { expiresInSeconds: secondsOf(chosen, bounds.maximumSeconds) }
}

const secondsOf = (choice: string, maximumSeconds: number | null): number =>
  choice === 'longest' && maximumSeconds !== null ? maximumSeconds : Number(choice) * DAY_S

const UNITS = [
  ['day', DAY_S],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

/** A lifetime in its largest units, such as `1 hour 30 minutes`. */
function lifetimeOf(seconds: number): string {
  let rest = seconds
  const parts = UNITS.flatMap(([unit, size]) => {
    const count = Math.floor(rest / size)
    rest -= count * size
    return count > 0 ? [`${count} ${unit}${count === 1 ? '' : 's'}`] : []
  })
  return parts.join(' ')
}

interface ExpirationFieldProps {
  value: ExpirationValue
  change: (value: ExpirationValue) => void
  bounds: PolicyBounds
  error: ReactNode
}

export function ExpirationField({ value, change, bounds, error }: ExpirationFieldProps) {
  const { maximumSeconds, requiresExpiration } = bounds
  const choice = withinPolicy(value.choice, bounds)
  const isDated = choice === 'date' || choice === 'never'
  const date = isDated ? null : new Date(Date.now() + secondsOf(choice, maximumSeconds) * 1_000)
  return (
    <FieldRow>
      <SelectField
        label="Expiration"
        value={choice}
        onChange={(event) => change({ ...value, choice: event.currentTarget.value })}
        hint={
          maximumSeconds !== null
            ? `The key policy permits at most ${lifetimeOf(maximumSeconds)}.`
            : [
                date && `On ${dayOf(date.toISOString())}.`,
                requiresExpiration && 'The key policy requires an expiration.',
              ]
                .filter(Boolean)
                .join(' ')
        }
        error={choice === 'date' ? undefined : error}
      >
        {daysWithin(maximumSeconds).map(([days, label]) => (
          <option key={days} value={days}>
            {label}
          </option>
        ))}
        {maximumSeconds !== null && <option value="longest">The longest permitted</option>}
        <option value="date">On a date</option>
        {maximumSeconds === null && !requiresExpiration && <option value="never">Never</option>}
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
