import { type AttemptCounter, AttemptCounts } from '../identity/attempt-counts.ts'
import { createRateLimit, type RateLimit } from '../identity/rate-limit.ts'
import type { Question, Settled } from './messages.ts'

type Attempt = Pick<Settled, 'name' | 'key'>

/** Counts sign-in attempts for all workers, so that running more workers does not allow an attacker more attempts. */
export class Attempts {
  readonly #limits = new Map<string, RateLimit>()
  readonly #counts = new Map<string, AttemptCounter>()
  /** Attempts that have begun but not ended, by worker process. */
  readonly #open = new Map<number, Attempt[]>()

  /** Returns null if the attempt is allowed, or else the seconds to wait. */
  async answer(process: number, question: Question): Promise<number | null> {
    const { name, key } = question
    if (question.kind === 'begin') {
      const retryAfter = await this.#countsOf(name).begin(key, question.most)
      if (retryAfter === null) this.#open.set(process, [...(this.#open.get(process) ?? []), { name, key }])
      return retryAfter
    }
    const limit = this.#limits.get(name) ?? createRateLimit()
    this.#limits.set(name, limit)
    return (await limit.consume(key, question.rule)).retryAfter
  }

  settle(process: number, { name, key, failed }: Settled): void {
    const open = this.#open.get(process) ?? []
    const index = open.findIndex((attempt) => attempt.name === name && attempt.key === key)
    if (index !== -1) open.splice(index, 1)
    this.#countsOf(name).settle(key, failed)
  }

  /** Called when a worker process has exited. Attempts that it began have no result, so they do not count as failed. */
  end(process: number): void {
    for (const { name, key } of this.#open.get(process) ?? []) this.#countsOf(name).settle(key, false)
    this.#open.delete(process)
  }

  #countsOf(name: string): AttemptCounter {
    const counts = this.#counts.get(name) ?? new AttemptCounts()
    this.#counts.set(name, counts)
    return counts
  }
}
