import { RateLimitError, ServerError } from '../core/errors.ts'

const FIRST_MS = 250
const LONGEST_MS = 8_000

/** A server that asks for more than this is not waited for: the error says when to come back. */
const LONGEST_RETRY_AFTER_S = 60

/** The header, in seconds; null when it is missing or says nothing. */
export function retryAfterOf(headers: Headers): number | null {
  const given = headers.get('retry-after')
  if (given === null) return null
  const seconds = /^\d+(\.\d+)?$/.test(given) ? Number(given) : (Date.parse(given) - Date.now()) / 1_000
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null
}

/** How long to wait before the next attempt, in milliseconds: longer each time, and never all clients at once. */
export const backoff = (failures: number): number =>
  Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 16)) * (0.5 + Math.random() / 2)

/** How long to wait after an error, in milliseconds; null when the server asks for more than is worth waiting. */
export function delayAfter(error: unknown, failures: number): number | null {
  const asked = error instanceof RateLimitError || error instanceof ServerError ? error.retryAfter : null
  if (asked !== null && asked > LONGEST_RETRY_AFTER_S) return null
  return Math.max((asked ?? 0) * 1_000, backoff(failures))
}

/** Waits; an abort ends the wait at once, with its reason. */
export function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const abort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', abort, { once: true })
  })
}
