import type { Grants } from '../core/policy.ts'
import type { ChangeFeed } from '../write/outbox/feed.ts'

/** The key of changes that belong to no organization and may concern every reader. */
const EVERYBODY = ''

/**
 * The changes, by organization, that this process has read from the outbox and a standby has not yet replayed. An event
 * or a webhook may have announced them to a reader.
 */
export class PendingChanges {
  readonly #feed: ChangeFeed
  readonly #newest = new Map<string, bigint>()
  readonly #unsubscribe: () => void
  /**
   * Changes up to this position are not known individually: they were made before this process started, or the feed
   * restarted.
   */
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

  /** Removes the changes that the standby has replayed. */
  replayed(upTo: bigint): void {
    for (const [organizationId, position] of this.#newest) if (position <= upTo) this.#newest.delete(organizationId)
  }

  /** Whether a change that concerns a reader is after `replayed` and not after `newest`, in a history. */
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
