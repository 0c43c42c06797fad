import { uuidOfScope } from '../part.ts'

const MAX_SCOPES = 10_000

/**
 * Counts settlements by scope, so that the usage of one tenant does not end the memory of another tenant's spent
 * limits.
 */
export class Settlements {
  /** The last settlement of scopes, by UUID. */
  readonly #last = new Map<string, number>()
  #count = 0
  /**
   * The last settlement of any scope that was dropped from the map. Scopes that are not in the map were settled no
   * later.
   */
  #floor = 0

  /** Records a settlement in scopes, by their UUIDs. */
  add(scopeIds: Iterable<string>): void {
    this.#count += 1
    for (const id of scopeIds) this.#last.set(id, this.#count)
    if (this.#last.size <= MAX_SCOPES) return
    this.#last.clear()
    this.#floor = this.#count
  }

  /** A number that grows with each settlement in a scope. The scope is named as the engine names it. */
  eraOf(scopeId: string): number {
    return this.#last.get(uuidOfScope(scopeId)) ?? this.#floor
  }
}
