import { useState } from 'react'
import fieldClasses from './field.module.css'
import { layout } from './layout.tsx'

/** The first day that is accepted as input. While a year is typed, the field contains years such as 0002. */
const FIRST_DAY = '1000-01-01'

interface DayFieldProps {
  label: string
  /** A day such as `2027-01-31`. Empty: none. */
  day: string
  /** Called with a complete day, or with an empty text for none. */
  change: (day: string) => void
}

/**
 * A field for a calendar day. A day picked in the calendar applies at once. A typed day applies when the field loses
 * the focus or Enter is pressed.
 */
export const DayField = (props: DayFieldProps) => <Draft key={props.day} {...props} />

function Draft({ label, day, change }: DayFieldProps) {
  const [draft, setDraft] = useState(day)
  // Every typed digit changes the day.
  const commit = () => {
    if (draft === day) return
    if (draft === '' || draft >= FIRST_DAY) change(draft)
    setDraft(day)
  }
  return (
    <label className={layout.inline}>
      <span className={layout.soft}>{label}</span>
      <input
        type="date"
        className={fieldClasses.input}
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
    </label>
  )
}
