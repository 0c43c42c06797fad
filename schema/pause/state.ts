/** The columns of a pause. A pause without an end lasts until somebody resumes it. */
export interface Pause {
  pausedAt: Date | null
  pausedUntil: Date | null
}

/** Whether a pause is in force. A pause whose end has passed is not in force, although the row still contains it. */
export const isPaused = ({ pausedAt, pausedUntil }: Pause, now: Date): boolean =>
  pausedAt !== null && (pausedUntil === null || pausedUntil > now)

/** No pause ends before this time. An earlier end, such as -infinity, cannot be read and is ignored. */
const FIRST_END = new Date(0)

/** WHERE condition for rows that are paused. */
export const paused = (now: Date) => ({
  pausedAt: { not: null },
  OR: [{ pausedUntil: null }, { pausedUntil: { gt: now } }, { pausedUntil: { lt: FIRST_END } }],
})

/** WHERE condition for rows that are not paused. */
export const notPaused = (now: Date) => ({
  OR: [{ pausedAt: null }, { pausedUntil: { gte: FIRST_END, lte: now } }],
})
