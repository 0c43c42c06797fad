import type { KeyVerifier } from '@keyward/schema/verification/verifier'
import type { Log } from './log.ts'

const EVERY_MS = 5_000

/**
 * Logs how many decisions were served from memory because the database is away, every few seconds and at the end of the
 * outage. Returns a function that stops it.
 */
export function logOutages(
  verifier: Pick<KeyVerifier, 'servedDuringOutage'>,
  log: Log,
  everyMs = EVERY_MS,
): () => void {
  let logged = 0
  let before = 0
  const look = () => {
    const served = verifier.servedDuringOutage
    if (served > logged) {
      log.warn('database unavailable: known keys are served from memory', { decisions: served - before })
    } else if (logged > before) {
      log.info('database available again: no key is served from memory', { decisions: logged - before })
      before = logged
    }
    logged = served
  }
  const timer = setInterval(look, everyMs).unref()
  return () => {
    clearInterval(timer)
    look()
  }
}
