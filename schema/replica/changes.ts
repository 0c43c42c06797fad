import type { Grants } from '../core/policy.ts'
import type { ChangeFeed } from '../write/outbox/feed.ts'

/** The key of changes that belong to no organization and may concern everybody. */
const EVERYBODY = ''

/**
 * The changes that this process has read from the outbox and a standby has not replayed, by organization: an event or a
 * webhook may have announced them to a reader.
 */
export class PendingChanges {
  readonly #feed: ChangeFeed
  readonly #newest = new Map<string, bigint>()
  readonly #unsubscribe: () => void
  /** Changes up to here are known only as a whole: they were made before, or the feed began again. */
  #unknownUpTo: bigint

  constructor(feed: ChangeFeed) {
    this.#feed = feed
    this.#unknownUpTo = feed.point.position
    this.#unsubscribe = feed.subscribe({
      onChange: ({ organizationId, position }) => this.#newest.set(organizationId ?? EVERYBODY, position),
      onReset: () => {
        this.#newest.clear()
        this.#unknownUpTo = feed.point.position
      },
    })
  }

  /** Forgets the changes that are replayed. */
  replayed(upTo: bigint): void {
    for (const [organizationId, position] of this.#newest) if (position <= upTo) this.#newest.delete(organizationId)
  }

  /** Whether one of the changes up to `newest` of a history concerns a reader, and is not among those up to `replayed`. */
  concern({ organizations, projects }: Grants, replayed: bigint, newest: bigint, history: string): boolean {
    if (replayed >= newest) return false
    const { point } = this.#feed
    if (replayed < this.#unknownUpTo || point.position < newest || point.history !== history) return true
    if (this.#newest.size === 0) return false
    const isPending = (id: string) => (this.#newest.get(id) ?? 0n) > replayed
    return (
      isPending(EVERYBODY) ||
      [...organizations.keys()].some(isPending) ||
      [...projects.values()].some(({ organizationId }) => isPending(organizationId))
    )
  }

  close(): void {
    this.#unsubscribe()
  }
}
