import { type AttemptCounter, AttemptCounts } from '../identity/attempt-counts.ts'
import { createRateLimit, type RateLimit } from '../identity/rate-limit.ts'
import type { Question, Settled } from './messages.ts'

/** Counts attempts to sign in for all workers, so that their number does not multiply what an attacker may try. */
export class Attempts {
  readonly #limits = new Map<string, RateLimit>()
  readonly #counts = new Map<string, AttemptCounter>()

  /** Returns null if the attempt may be made, or else the seconds to wait. */
  async answer(question: Question): Promise<number | null> {
    if (question.kind === 'begin') return this.#countsOf(question.name).begin(question.key, question.most)
    const limit = this.#limits.get(question.name) ?? createRateLimit()
    this.#limits.set(question.name, limit)
    return (await limit.consume(question.key, question.rule)).retryAfter
  }

  settle({ name, key, failed }: Settled): void {
    this.#countsOf(name).settle(key, failed)
  }

  #countsOf(name: string): AttemptCounter {
    const counts = this.#counts.get(name) ?? new AttemptCounts()
    this.#counts.set(name, counts)
    return counts
  }
}
