const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const full = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })
const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })

/** `3 hours ago`, `in 2 days`. */
export function fromNow(time: string): string {
  const seconds = (new Date(time).getTime() - Date.now()) / 1000
  const step = STEPS.find(([, length]) => Math.abs(seconds) >= length)
  return step ? relative.format(Math.trunc(seconds / step[1]), step[0]) : seconds > 0 ? 'in seconds' : 'just now'
}

export const fullTime = (time: string): string => full.format(new Date(time))
export const dayOf = (time: string): string => day.format(new Date(time))

/** A time relative to now, with the exact time on hover. */
export function Ago({ time, never = 'Never' }: { time: string | null | undefined; never?: string }) {
  if (!time) return <>{never}</>
  return (
    <time dateTime={time} title={fullTime(time)}>
      {fromNow(time)}
    </time>
  )
}

/** A calendar day, with the exact time on hover. */
export function Day({ time }: { time: string }) {
  return (
    <time dateTime={time} title={fullTime(time)}>
      {dayOf(time)}
    </time>
  )
}
