import { createHash } from 'node:crypto'
import { askPrimary, tellPrimary } from '../workers/channel.ts'
import type { Question } from '../workers/messages.ts'
import { workerNumber } from '../workers/number.ts'
import { type AttemptCounter, AttemptCounts } from './attempt-counts.ts'
import { createRateLimit, type RateLimit } from './rate-limit.ts'

/** Counts requests by address, mailed links by recipient, and wrong passwords and codes by account. */
type CountsName = Question['name']

/**
 * Maximum length of a key that is stored unchanged. better-auth's keys contain the request path, which a client can
 * make long.
 */
const LONGEST_KEY = 200

const withShortKeys = ({ consume }: RateLimit): RateLimit => ({
  consume: (key, rule) =>
    consume(key.length > LONGEST_KEY ? createHash('sha256').update(key).digest('base64url') : key, rule),
})

/** A server's rate limit. All workers share it, in the primary process. */
export const rateLimitOf = (name: CountsName): RateLimit => withShortKeys(countsOf(name))

function countsOf(name: CountsName): RateLimit {
  if (workerNumber === null) return createRateLimit()
  return {
    async consume(key, rule) {
      const retryAfter = await askPrimary({ kind: 'consume', name, key, rule })
      return { allowed: retryAfter === null, retryAfter }
    },
  }
}

/** A server's counts of failed attempts. All workers share them, in the primary process. */
export function attemptsOf(name: CountsName): AttemptCounter {
  if (workerNumber === null) return new AttemptCounts()
  return {
    begin: (key, most) => askPrimary({ kind: 'begin', name, key, most }),
    settle: (key, failed) => tellPrimary({ kind: 'settle', name, key, failed }),
  }
}
