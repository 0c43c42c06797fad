import type { VerifierModel, VerifierResource } from '../generated/types.ts'
import type { ServerClock } from './clock.ts'
import { type Ask, type Credential, type Known, readCredential } from './decide.ts'
import type { Link } from './link.ts'
import { LookUps, type Shelf } from './look-up.ts'
import { Rows, type Subjects } from './rows.ts'
import { AwayError, type Server } from './server.ts'

/** Older knowledge than this has to be looked up, if the server can be reached. */
export const MAX_STALENESS_MS = 5_000
/** How long a failed look-up stands for those that would have come after it. */
const AWAY_MS = 1_000
/** How many resources, and how many models, are remembered. */
const MAX_NAMED = 20_000
/** What can be a name: the server would not read another, nor what is asked beside it. */
const NAME = /^[\x21-\x7e]{1,200}$/

interface Found<Row> {
  row: Row | null
  asOf: string
  isOutage: boolean
}

/** What is known of credentials, and of what requests name: right as long as the link says what changes. */
export class Memory {
  readonly #clock: ServerClock
  readonly #link: Link
  readonly #lookUps: LookUps
  readonly #credentials: Shelf<Credential>
  readonly #resources: Shelf<VerifierResource>
  readonly #models: Shelf<VerifierModel>
  #awayUntil = 0

  constructor(server: Server, clock: ServerClock, link: Link, maxKeys: number) {
    this.#clock = clock
    this.#link = link
    this.#lookUps = new LookUps(server, () => link.isFollowing)
    this.#credentials = {
      kind: 'secretHashes',
      rows: new Rows(maxKeys),
      pick: ({ credentials }, hash) => {
        const found = credentials.find(({ secretHash }) => secretHash === hash)
        return found ? readCredential(found) : null
      },
    }
    this.#resources = {
      kind: 'resourceIds',
      rows: new Rows(MAX_NAMED),
      pick: ({ resources }, id) => resources.find(({ resourceId }) => resourceId === id) ?? null,
    }
    this.#models = {
      kind: 'models',
      rows: new Rows(MAX_NAMED),
      pick: ({ models }, slug) => models.find((model) => model.slug === slug) ?? null,
    }
  }

  /** How many credentials are known. */
  get size(): number {
    return this.#credentials.rows.size
  }

  /** Something changed: what is known of it is no longer right. */
  change(subject: string): void {
    this.#lookUps.change(subject)
    for (const { rows } of this.#shelves()) rows.drop(subject)
  }

  /** Everything that is known may be wrong. */
  clear(): void {
    this.#lookUps.forget()
    for (const { rows } of this.#shelves()) rows.clear()
  }

  /** Looks a credential up anew the next time. */
  forget(hash: string): void {
    this.#credentials.rows.delete(hash)
  }

  /** What is known of everything that is asked for; null where something is missing, or is too old at a moment of the server's clock. */
  recall(hash: string, { resource, model }: Ask, now: number): Known | null {
    const { asOf, asOfText } = this.#link
    if (now - asOf > MAX_STALENESS_MS) return null
    const credential = this.#credentials.rows.get(hash)
    if (credential === undefined) return null
    const known: Known = { credential, resource: undefined, model: undefined, asOf: asOfText, isOutage: false }
    if (resource == null && model == null) return known
    if (resource != null) known.resource = this.#resources.rows.get(resource)
    if (model != null) known.model = this.#models.rows.get(model)
    return (resource != null && !known.resource) || (model != null && !known.model) ? null : known
  }

  /**
   * The same with the help of the server; where the credential is unknown, as of when it is.
   * @throws {AwayError} The server is away, and what is known is too old or is nothing.
   */
  async find(hash: string, { resource, model }: Ask): Promise<Known | { credential: null; asOf: string }> {
    const [{ row: credential, asOf, isOutage }, foundResource, foundModel] = await Promise.all([
      this.#of(this.#credentials, hash),
      this.#named(this.#resources, resource),
      this.#named(this.#models, model),
    ])
    if (!credential) return { credential, asOf }
    return { credential, resource: foundResource?.row, model: foundModel?.row, asOf, isOutage }
  }

  #shelves(): { rows: Rows<Subjects> }[] {
    return [this.#credentials, this.#resources, this.#models]
  }

  #named<Row extends Subjects>(shelf: Shelf<Row>, name: string | null | undefined) {
    // Who does not write TypeScript may pass a number.
    return name == null ? undefined : NAME.test(name) ? this.#of(shelf, String(name)) : { row: null }
  }

  /** Something from memory while that is fresh, else from the server; from memory again, flagged, while that is away. */
  async #of<Row extends Subjects>(shelf: Shelf<Row>, key: string): Promise<Found<Row>> {
    const known = shelf.rows.get(key)
    const { asOf, asOfText, graceMs } = this.#link
    const staleness = this.#clock.now() - asOf
    if (known !== undefined && staleness <= MAX_STALENESS_MS) return { row: known, asOf: asOfText, isOutage: false }
    const mayGoByMemory = known !== undefined && staleness <= graceMs
    const now = performance.now()
    if (!mayGoByMemory || now >= this.#awayUntil) {
      // While one look-up tries, the others still go by memory.
      if (mayGoByMemory && this.#awayUntil > 0) this.#awayUntil = now + AWAY_MS
      try {
        const looked = await this.#lookUps.load(shelf, key)
        this.#awayUntil = 0
        return { ...looked, isOutage: false }
      } catch {
        this.#awayUntil = performance.now() + AWAY_MS
      }
    }
    if (!mayGoByMemory) throw new AwayError()
    return { row: known, asOf: asOfText, isOutage: true }
  }
}
