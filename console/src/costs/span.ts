const DAY_MS = 86_400_000

/** The last days of a time zone. */
export interface Span {
  days: number
  zone: string
}

/** The period of the last days, today included. The server extends it to whole days of the time zone. */
export function spanOf(days: number): { from: string; to: string } {
  const now = Date.now()
  return { from: new Date(now - (days - 1) * DAY_MS).toISOString(), to: new Date(now).toISOString() }
}
