/** The columns of a pause. Without an end it lasts until somebody resumes. */
export interface Pause {
  pausedAt: Date | null
  pausedUntil: Date | null
}

/** Whether a pause is in force. An expired pause does not count, though its row still has it. */
export const isPaused = ({ pausedAt, pausedUntil }: Pause, now: Date): boolean =>
  pausedAt !== null && (pausedUntil === null || pausedUntil > now)

/** No pause ends before it: an earlier end, such as -infinity, cannot be read and counts as none. */
const FIRST_END = new Date(0)

/** The WHERE of rows that are paused. */
export const paused = (now: Date) => ({
  pausedAt: { not: null },
  OR: [{ pausedUntil: null }, { pausedUntil: { gt: now } }, { pausedUntil: { lt: FIRST_END } }],
})

/** The WHERE of rows that are not paused. */
export const notPaused = (now: Date) => ({
  OR: [{ pausedAt: null }, { pausedUntil: { gte: FIRST_END, lte: now } }],
})
