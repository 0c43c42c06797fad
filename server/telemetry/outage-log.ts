import type { Verifier } from '@keyward/schema/verification/verifier'
import type { Log } from './log.ts'

const EVERY_MS = 5_000

/**
 * Tells the operator, every few seconds and when it is over, how many answers gateways were given from memory because the
 * database is away. The answer ends it.
 */
export function logOutages(verifier: Pick<Verifier, 'servedDuringOutage'>, log: Log, everyMs = EVERY_MS): () => void {
  let told = 0
  let before = 0
  const look = () => {
    const served = verifier.servedDuringOutage
    if (served > told) {
      log.warn('the database is away: known keys are answered for from memory', { answers: served - before })
    } else if (told > before) {
      log.info('no key is answered for from memory any more', { answers: told - before })
      before = told
    }
    told = served
  }
  const timer = setInterval(look, everyMs).unref()
  return () => {
    clearInterval(timer)
    look()
  }
}
