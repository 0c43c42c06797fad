import { createHash } from 'node:crypto'

/** How long a prompt is cached: five minutes or an hour. */
export type Lifetime = '5m' | '1h'

const MILLISECONDS: Readonly<Record<Lifetime, number>> = { '5m': 300_000, '1h': 3_600_000 }
const MAX_PROMPTS = 10_000

/** The beginnings of prompts that this process has read before, without their texts. Each organization has its own. */
export class PromptCache {
  readonly #ends = new Map<string, number>()

  /** Whether a prompt is cached. Caches it otherwise; either way it stays cached for its lifetime from now on. */
  read(organizationId: string, prompt: string, lifetime: Lifetime, now = Date.now()): boolean {
    const key = createHash('sha256').update(`${organizationId}\n${prompt}`).digest('base64')
    const isCached = (this.#ends.get(key) ?? 0) > now
    // The oldest comes first.
    this.#ends.delete(key)
    this.#ends.set(key, now + MILLISECONDS[lifetime])
    const [oldest] = this.#ends.keys()
    if (this.#ends.size > MAX_PROMPTS && oldest !== undefined) this.#ends.delete(oldest)
    return isCached
  }
}
