import type { Runtime } from '@keyward/schema/runtime'
import type { Log } from './log.ts'

/**
 * Logs that the database no longer continues the history that this process followed, for example after a restore or
 * failover. Only `audit verify` can find out whether changes were lost. Returns a function that stops the logging.
 */
export const logHistories = (changes: Runtime['changes'], log: Log): (() => void) =>
  changes.subscribe({
    onChange: () => undefined,
    onReset(problem) {
      if (problem === 'TOO_OLD') return
      log.warn('the database was restored or failed over; run keyward-server audit verify')
    },
  })
