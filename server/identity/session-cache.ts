import { createHash } from 'node:crypto'
import type { SignedIn } from './people.ts'

const MOST_ENTRIES = 20_000
const TTL_MS = 30_000

interface Entry {
  signedIn: SignedIn
  until: number
}

/**
 * Sessions by the hash of their token, for at most 30 seconds and until something says that they ended. A look-up that
 * began before such a word is answered, and not kept.
 */
export class SessionCache {
  readonly #entries = new Map<string, Entry>()
  #drops = 0

  constructor(
    private readonly load: (signedToken: string) => Promise<SignedIn | null>,
    private readonly now: () => Date,
  ) {}

  /** The live session behind a signed token; null when there is none. */
  async find(signedToken: string, { fresh = false } = {}): Promise<SignedIn | null> {
    const key = createHash('sha256').update(signedToken).digest('base64')
    const at = this.now().getTime()
    const kept = this.#entries.get(key)
    if (kept && !fresh && at < kept.until) return kept.signedIn
    const drops = this.#drops
    const signedIn = await this.load(signedToken)
    this.#entries.delete(key)
    if (!signedIn || signedIn.expiresAt.getTime() <= at) return null
    if (drops === this.#drops) this.#keep(key, { signedIn, until: Math.min(at + TTL_MS, signedIn.expiresAt.getTime()) })
    return signedIn
  }

  /** Forgets a session: it ended, here or on another replica. */
  dropSession(sessionId: string): void {
    this.#drop((entry) => entry.signedIn.sessionId === sessionId)
  }

  /** Forgets all that is known of a person. */
  dropUser(userId: string): void {
    this.#drop((entry) => entry.signedIn.user.id === userId)
  }

  #keep(key: string, entry: Entry): void {
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size < MOST_ENTRIES) break
      this.#entries.delete(oldest)
    }
    this.#entries.set(key, entry)
  }

  #drop(matches: (entry: Entry) => boolean): void {
    this.#drops += 1
    for (const [key, entry] of this.#entries) if (matches(entry)) this.#entries.delete(key)
  }
}
