import { uuidOfScope } from '../part.ts'

const MAX_SCOPES = 10_000

/** Counts settlements by scope, so that the usage of one tenant does not end what is known of another's spent limits. */
export class Settlements {
  /** The last settlement of scopes, by UUID. */
  readonly #last = new Map<string, number>()
  #count = 0
  /** Any scope that is not in the map was settled no later. */
  #floor = 0

  /** Notes a settlement in scopes, by their UUIDs. */
  add(scopeIds: Iterable<string>): void {
    this.#count += 1
    for (const id of scopeIds) this.#last.set(id, this.#count)
    if (this.#last.size <= MAX_SCOPES) return
    this.#last.clear()
    this.#floor = this.#count
  }

  /** A number that grows with each settlement in a scope, by the engine's name. */
  eraOf(scopeId: string): number {
    return this.#last.get(uuidOfScope(scopeId)) ?? this.#floor
  }
}
