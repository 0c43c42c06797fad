const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const full = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })
const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })

/**
 * A relative time: `3 hours ago`, `in 2 days`. Rounded, so that a period of 24 hours that has just begun ends in 24
 * hours, not in 23.
 */
export function fromNow(time: string): string {
  const seconds = (new Date(time).getTime() - Date.now()) / 1000
  const step = STEPS.find(([, length]) => Math.abs(seconds) >= length)
  return step ? relative.format(Math.round(seconds / step[1]), step[0]) : seconds > 0 ? 'in seconds' : 'just now'
}

export const fullTime = (time: string): string => full.format(new Date(time))
export const dayOf = (time: string): string => day.format(new Date(time))

/** A calendar day in a time zone. A zone that this browser does not know is shown as UTC. */
export const dayIn = (time: string, zone: string): string => dayBy('en', time, zone, { dateStyle: 'medium' })

/** A calendar day in a time zone, as `2027-01-31`. */
export const isoDayIn = (time: string, zone: string): string => dayBy('sv-SE', time, zone, { dateStyle: 'short' })

function dayBy(locale: string, time: string, zone: string, style: Intl.DateTimeFormatOptions): string {
  try {
    return new Intl.DateTimeFormat(locale, { ...style, timeZone: zone }).format(new Date(time))
  } catch {
    return new Intl.DateTimeFormat(locale, { ...style, timeZone: 'UTC' }).format(new Date(time))
  }
}

/** The time zone of the browser. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

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
