import { useState } from 'react'
import fieldClasses from './field.module.css'
import { layout } from './layout.tsx'

/** The first day that may be meant: while a year is typed, the field has years such as 0002. */
const FIRST_DAY = '1000-01-01'

interface DayFieldProps {
  label: string
  /** Such as `2027-01-31`. Empty: none. */
  day: string
  /** Called with a whole day, or with an empty text for none. */
  change: (day: string) => void
}

/** A day of the calendar, which is chosen at once by the field's calendar, and by typing once the field is left or Enter. */
export const DayField = (props: DayFieldProps) => <Draft key={props.day} {...props} />

function Draft({ label, day, change }: DayFieldProps) {
  const [draft, setDraft] = useState(day)
  // Every typed digit makes another day.
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
