import type { LimitsFragment, RatePeriod, RateRowFragment, RateUnit } from '../generated/graphql.ts'
import classes from '../keys/keys.module.css'
import { Bar, type Tone } from '../ui/feedback.tsx'
import { FieldGroup, FieldRow, TextField, textOf } from '../ui/field.tsx'
import { layout } from '../ui/layout.tsx'

export const UNITS: readonly (readonly [RateUnit, string])[] = [
  ['REQUESTS', 'Requests'],
  ['TOKENS', 'Tokens'],
  ['INPUT_TOKENS', 'Input tokens'],
  ['OUTPUT_TOKENS', 'Output tokens'],
]
export const PERIODS: readonly (readonly [RatePeriod, string])[] = [
  ['MINUTE', 'a minute'],
  ['HOUR', 'an hour'],
  ['DAY', 'a day'],
]

const FIELDS = UNITS.map(([unit, noun]) => ({
  unit,
  noun,
  // Requests a minute have their own field.
  periods: PERIODS.filter(([per]) => unit !== 'REQUESTS' || per !== 'MINUTE'),
}))

const nameOf = (unit: RateUnit, per: RatePeriod): string => `rate-${unit}-${per}`

/** The rates of a form, except requests a minute. An empty field removes its rate. */
export const ratesOf = (values: FormData) =>
  FIELDS.flatMap(({ unit, periods }) =>
    periods.flatMap(([per]) => {
      const max = textOf(values, nameOf(unit, per)).trim()
      return max ? [{ unit, per, max }] : []
    }),
  )

/** The rates of a key, a project or an organization, except requests a minute. */
export function RateFields({ limits }: { limits?: LimitsFragment | null | undefined }) {
  return (
    <FieldGroup label="Rates in requests and tokens" hint="Minutes, hours and days in UTC.">
      {FIELDS.map(({ unit, noun, periods }) => (
        <FieldRow key={unit}>
          {periods.map(([per, span]) => (
            <TextField
              key={per}
              label={`${noun} ${span}`}
              name={nameOf(unit, per)}
              type="text"
              inputMode="numeric"
              pattern="[1-9][0-9]{0,12}"
              title="A whole number such as 100000"
              defaultValue={
                limits?.rates.find((rate) => rate.unit === unit && rate.per === per && rate.model === null)?.max ?? ''
              }
              placeholder="No limit"
            />
          ))}
        </FieldRow>
      ))}
    </FieldGroup>
  )
}

const toneOf = (share: number): Tone | undefined => (share >= 1 ? 'bad' : share >= 0.8 ? 'warn' : undefined)

const countOf = (text: string): string => Number(text).toLocaleString('en')

const wordsOf = ({ unit, per, model }: LimitsFragment['rates'][number]): string =>
  `${UNITS.find(([each]) => each === unit)?.[1].toLowerCase() ?? unit} ${PERIODS.find(([each]) => each === per)?.[1] ?? per}${model === null ? '' : ` for ${model}`}`

const keyOf = ({ unit, per, model }: LimitsFragment['rates'][number]): string => `${unit} ${per} ${model}`

/** Rates, for people who may not read the used amounts. */
export const RateList = ({ rates }: { rates: LimitsFragment['rates'] }) => (
  <>
    {rates.map((rate) => (
      <p key={keyOf(rate)}>
        {countOf(rate.max)} {wordsOf(rate)}
      </p>
    ))}
  </>
)

/** The number of running requests. */
export const ConcurrencyMeter = ({ status }: { status: { max: number; used: number } | null | undefined }) =>
  status && (
    <div className={classes.meter}>
      <p>
        <span>
          {status.used} of {status.max.toLocaleString('en')} requests under way
        </span>
      </p>
      <Bar share={status.used / status.max} tone={toneOf(status.used / status.max)} />
    </div>
  )

/** The used share of each rate. */
export const RateMeters = ({ rates }: { rates: readonly RateRowFragment[] | null | undefined }) => (
  <>
    {rates?.map((rate) => {
      const { max, used, reserved, remaining } = rate
      const share = (Number(used) + Number(reserved)) / Number(max)
      return (
        <div key={keyOf(rate)} className={classes.meter}>
          <p>
            <span>
              {countOf(used)} of {countOf(max)} {wordsOf(rate)}
            </span>
            <span className={layout.soft}>{countOf(remaining)} left</span>
          </p>
          <Bar share={share} tone={toneOf(share)} />
        </div>
      )
    })}
  </>
)
