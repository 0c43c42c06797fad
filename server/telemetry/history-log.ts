import type { Runtime } from '@keyward/schema/runtime'
import type { Log } from './log.ts'

/**
 * Logs that the database continues from another history than the one that this process followed, as after a restore or a
 * failover. Only `audit verify` knows whether changes were lost. Returns a function that stops it.
 */
export const logHistories = (changes: Runtime['changes'], log: Log): (() => void) =>
  changes.subscribe({
    onChange: () => undefined,
    onReset(problem) {
      if (problem === 'TOO_OLD') return
      log.warn('the database was restored or failed over; run keyward-server audit verify')
    },
  })
