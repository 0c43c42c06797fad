import { EventEmitter } from 'node:events'
import type { Limit } from '@keyward/engine/lease/balance'
import type { Estimate, LimitKind } from '@keyward/engine/lease/kind'
import { type Charged, LeaseManager } from '@keyward/engine/lease/manager'
import { RECALLS_CHANNEL } from '@keyward/prisma/channels'
import type { Database } from '@keyward/prisma/database'
import { hostOf } from '../../core/host.ts'
import { newId } from '../../core/ids.ts'
import { inTime, isReachable } from '../../core/in-time.ts'
import type { ChangeFeed } from '../../write/outbox/feed.ts'
import { grantLeases } from './grant.ts'
import { Settlements } from './settlements.ts'
import { takeRequestTokens } from './sql.ts'

/** The leases of this process, and the recalls of other holders. */
export class LimitLeases {
  readonly #manager: LeaseManager
  readonly #settlements: Settlements
  readonly #recalls = new EventEmitter<{ recall: [holderId: string, scopeId: string] }>().setMaxListeners(0)
  readonly #unsubscribe: (() => void)[] = []

  private constructor(manager: LeaseManager, settlements: Settlements) {
    this.#manager = manager
    this.#settlements = settlements
  }

  static async open(database: Database, changes: ChangeFeed): Promise<LimitLeases> {
    const holderId = newId()
    const settlements = new Settlements()
    const isReachableNow = () => isReachable(changes.freshAt, database.clock.now())
    const manager = new LeaseManager(hostOf(database), {
      // While it is unreachable, slices are kept, because a report would not arrive.
      isReachable: isReachableNow,
      async exchange(leases, rates) {
        // The next exchange's totals include a late grant.
        const [granted, rated] = await Promise.all([
          inTime(grantLeases(database, holderId, leases), isReachableNow()).catch(() => null),
          inTime(takeRequestTokens(database, rates), isReachableNow()).catch(() => null),
        ])
        return { leases: granted, rates: rated }
      },
      eraOf: ({ scopeId }) => settlements.eraOf(scopeId),
    })
    const leases = new LimitLeases(manager, settlements)
    leases.#unsubscribe.push(
      // Changed limits apply immediately, so leases of the old limits are returned.
      changes.subscribe({
        onChange: ({ kind, subjectId }) => {
          if (kind === 'LIMITS_CHANGED' || kind === 'API_KEY_UPDATED') manager.recall(subjectId)
        },
        onReset: () => {
          manager.settled()
          manager.recallAll()
        },
      }),
      await database.listen((payload) => {
        const [from, encoded, kind] = payload.split(' ')
        if (from === holderId) return
        // Listening was interrupted, so recalls can be missing.
        if (!from || !encoded) return manager.recallAll()
        const scopeId = decodeURIComponent(encoded)
        leases.#recalls.emit('recall', from, scopeId)
        // Every holder names kinds of limits as the engine does.
        manager.recall(scopeId, kind as LimitKind | undefined)
      }, RECALLS_CHANNEL),
    )
    return leases
  }

  /** Charges a request and its estimated usage to all limits or to none. */
  charge(limits: readonly Limit[], estimate: Estimate, at: number): Charged | Promise<Charged> {
    return this.#manager.charge(limits, estimate, at)
  }

  /** Ends the memory of denials by these scopes, because usage was settled in them. */
  settled(scopeIds: Iterable<string>): void {
    this.#settlements.add(scopeIds)
  }

  /**
   * Calls the handler for each recall of a scope by another holder. Returns a function that unsubscribes the handler.
   */
  onRecall(handler: (holderId: string, scopeId: string) => void): () => void {
    this.#recalls.on('recall', handler)
    return () => this.#recalls.off('recall', handler)
  }

  /** Returns all unused amounts and reports the used ones. */
  async close(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    await this.#manager.close()
  }
}
