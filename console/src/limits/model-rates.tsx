import { useState } from 'react'
import type { LimitsFragment } from '../generated/graphql.ts'
import { Button } from '../ui/button.tsx'
import { FieldGroup, FieldRow, SelectField, TextField, textOf } from '../ui/field.tsx'
import classes from './model-rates.module.css'
import { PERIODS, UNITS } from './rates.tsx'

/** Maximum number of rates by model per owner, the same as on the server. */
const MAX_ROWS = 20

const nameOf = (row: number, field: string): string => `model-rate-${row}-${field}`

const findValue = <Value extends string>(all: readonly (readonly [Value, string])[], text: string): Value | undefined =>
  all.find(([value]) => value === text)?.[0]

/** The rates by model of a form. A row without a model or a maximum is not a rate. */
export const modelRatesOf = (values: FormData) =>
  Array.from(values.keys()).flatMap((key) => {
    const row = Number(/^model-rate-(\d+)-model$/.exec(key)?.[1] ?? -1)
    if (row < 0) return []
    const [model, max] = [textOf(values, key).trim(), textOf(values, nameOf(row, 'max')).trim()]
    const unit = findValue(UNITS, textOf(values, nameOf(row, 'unit')))
    const per = findValue(PERIODS, textOf(values, nameOf(row, 'per')))
    return model && max && unit && per ? [{ unit, per, max, model }] : []
  })

/** Rows of a form, and the number of rows ever added, so that no field name is reused. */
interface Rows {
  rows: { row: number; rate: LimitsFragment['rates'][number] | null }[]
  made: number
}

/** The rates by model of a key, a project or an organization. */
export function ModelRateFields({ limits }: { limits?: LimitsFragment | null | undefined }) {
  const [{ rows, made }, setState] = useState((): Rows => {
    const rates = (limits?.rates ?? []).filter(({ model }) => model !== null)
    return { rows: rates.map((rate, row) => ({ row, rate })), made: rates.length }
  })
  return (
    <FieldGroup
      label="Rates by model"
      hint="Each counts only requests for one model, or for models that match a pattern such as meta/*."
    >
      {rows.map(({ row, rate }, index) => (
        <fieldset key={row} className={classes.rate} aria-label={`Rate ${index + 1}`}>
          <FieldRow>
            <TextField
              label="Model"
              name={nameOf(row, 'model')}
              required
              mono
              maxLength={200}
              defaultValue={rate?.model ?? ''}
              placeholder="meta/*"
            />
            <TextField
              label="Maximum"
              name={nameOf(row, 'max')}
              required
              inputMode="numeric"
              pattern="[1-9][0-9]{0,12}"
              title="A whole number such as 100000"
              defaultValue={rate?.max ?? ''}
            />
          </FieldRow>
          <FieldRow>
            <SelectField label="Unit" name={nameOf(row, 'unit')} defaultValue={rate?.unit ?? 'TOKENS'}>
              {UNITS.map(([unit, noun]) => (
                <option key={unit} value={unit}>
                  {noun}
                </option>
              ))}
            </SelectField>
            <SelectField label="Period" name={nameOf(row, 'per')} defaultValue={rate?.per ?? 'MINUTE'}>
              {PERIODS.map(([per, span]) => (
                <option key={per} value={per}>
                  {span}
                </option>
              ))}
            </SelectField>
          </FieldRow>
          <Button
            kind="quiet"
            aria-label={`Remove rate ${index + 1}`}
            onClick={() => setState({ rows: rows.filter((each) => each.row !== row), made })}
          >
            Remove
          </Button>
        </fieldset>
      ))}
      {rows.length < MAX_ROWS && (
        <Button onClick={() => setState({ rows: [...rows, { row: made, rate: null }], made: made + 1 })}>
          Add a rate by model
        </Button>
      )}
    </FieldGroup>
  )
}
