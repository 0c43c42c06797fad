import { RateLimitError, ServerError } from '../core/errors.ts'

const FIRST_MS = 250
const LONGEST_MS = 8_000

/** Maximum Retry-After that the client waits for. If it is longer, the call throws an error with `retryAfter`. */
const LONGEST_RETRY_AFTER_S = 60

/** The Retry-After header, in seconds. Null if it is missing or invalid. */
export function retryAfterOf(headers: Headers): number | null {
  const given = headers.get('retry-after')
  if (given === null) return null
  const seconds = /^\d+(\.\d+)?$/.test(given) ? Number(given) : (Date.parse(given) - Date.now()) / 1_000
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null
}

/** Delay before the next attempt, in milliseconds: exponential, with jitter. */
export const backoff = (failures: number): number =>
  Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 16)) * (0.5 + Math.random() / 2)

/** Delay after an error, in milliseconds. Null if the server asks for a longer wait than the client accepts. */
export function delayAfter(error: unknown, failures: number): number | null {
  const asked = error instanceof RateLimitError || error instanceof ServerError ? error.retryAfter : null
  if (asked !== null && asked > LONGEST_RETRY_AFTER_S) return null
  return Math.max((asked ?? 0) * 1_000, backoff(failures))
}

/** Waits. Rejects with the signal's reason as soon as the signal aborts. */
export function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
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
