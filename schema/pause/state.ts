/** The columns of a pause. Without an end it lasts until somebody resumes. */
export interface Pause {
  pausedAt: Date | null
  pausedUntil: Date | null
}

/** Whether a pause is in force. An expired pause does not count, though its row still has it. */
export const isPaused = ({ pausedAt, pausedUntil }: Pause, now: Date): boolean =>
  pausedAt !== null && (pausedUntil === null || pausedUntil > now)

/** The WHERE of rows that are paused. */
export const paused = (now: Date) => ({
  pausedAt: { not: null },
  OR: [{ pausedUntil: null }, { pausedUntil: { gt: now } }],
})

/** The WHERE of rows that are not paused. */
export const notPaused = (now: Date) => ({ OR: [{ pausedAt: null }, { pausedUntil: { lte: now } }] })
