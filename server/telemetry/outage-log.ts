import { innermostReason } from '@keyward/prisma/errors'
import type { KeyVerifier } from '@keyward/schema/verification/verifier'
import type { Log } from './log.ts'

const EVERY_MS = 5_000

/**
 * Logs how many requests were decided from memory because the database is unreachable, every few seconds and at the end
 * of the outage. Returns a function that stops the logging.
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

/** Minimum time between two log lines about the same problem, in milliseconds. */
const LINE_EVERY_MS = 1_000

/** Returns the number of lines omitted since the last one, or null if this line is to be omitted. */
function everySecond(lines: WeakMap<Log, { at: number; omitted: number }>, log: Log): number | null {
  const last = lines.get(log)
  const now = performance.now()
  if (last !== undefined && now - last.at < LINE_EVERY_MS) {
    last.omitted += 1
    return null
  }
  lines.set(log, { at: now, omitted: 0 })
  return last?.omitted ?? 0
}

const failures = new WeakMap<Log, { at: number; omitted: number }>()

/**
 * Logs why the database was unavailable to a request, because the response does not contain the reason. Logs at most
 * one line per second, with the number of lines omitted since the last one.
 */
export function logUnavailable(log: Log, error: unknown, requestId: string): void {
  const omitted = everySecond(failures, log)
  if (omitted === null) return
  log.warn('database unavailable: a request failed', {
    requestId,
    ...innermostReason(error),
    omitted: omitted || undefined,
  })
}

const unreadable = new WeakMap<Log, { at: number; omitted: number }>()

/** Logs that a credential is denied because a stored value cannot be read. Logs at most one line per second. */
export function logUnreadable(log: Log, error: unknown): void {
  const omitted = everySecond(unreadable, log)
  if (omitted !== null) log.error('stored value cannot be read: a credential is denied', error, { omitted })
}
