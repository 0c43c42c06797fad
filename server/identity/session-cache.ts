import { createHash } from 'node:crypto'
import type { SignedIn } from './people.ts'

const MOST_ENTRIES = 20_000
const TTL_MS = 30_000

interface Entry {
  signedIn: SignedIn
  until: number
}

/**
 * Caches sessions by token hash, for 30 seconds or until they end. If a session ended during a look-up, the look-up's
 * result is returned but not cached.
 */
export class SessionCache {
  readonly #entries = new Map<string, Entry>()
  #drops = 0

  constructor(
    private readonly load: (signedToken: string, options: { renew: boolean }) => Promise<SignedIn | null>,
    private readonly now: () => Date,
  ) {}

  /** Finds a signed token's live session, and renews it if due. Null if there is none. */
  async find(signedToken: string, { fresh = false, renew = true } = {}): Promise<SignedIn | null> {
    const key = createHash('sha256').update(signedToken).digest('base64')
    const at = this.now().getTime()
    const kept = this.#entries.get(key)
    if (kept && !fresh && at < kept.until) return kept.signedIn
    const drops = this.#drops
    const signedIn = await this.load(signedToken, { renew })
    this.#entries.delete(key)
    if (!signedIn || signedIn.expiresAt.getTime() <= at) return null
    if (drops === this.#drops) {
      const until = Math.min(at + TTL_MS, signedIn.expiresAt.getTime())
      // Only the request that renewed the session sends its cookies.
      this.#keep(key, { signedIn: { ...signedIn, cookies: [] }, until })
    }
    return signedIn
  }

  /** Drops a session that ended on this or another replica. */
  dropSession(sessionId: string): void {
    this.#drop((entry) => entry.signedIn.sessionId === sessionId)
  }

  /** Drops every session. */
  dropAll(): void {
    this.#drop(() => true)
  }

  /** Drops every session of a person. */
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
