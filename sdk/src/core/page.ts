/** Whether there is more. Cursors stay inside: `page.next()` and `for await` go on by themselves. */
export interface PageInfo {
  readonly hasNextPage: boolean
}

/** One page as it came, with how to go on. */
export interface LoadedPage<Item> {
  items: readonly Item[]
  cursor: string | null
  totalCount: number | null
  totalCountCapped: boolean | null
}

/** Loads the page after a cursor; the first one for null. */
export type LoadPage<Item> = (after: string | null) => Promise<LoadedPage<Item>>

/** One page of a list. */
export class Page<Item> {
  readonly #load: LoadPage<Item>
  readonly #cursor: string | null
  readonly #seen: ReadonlySet<string>
  /** What is on this page, in the order of the list. */
  readonly items: readonly Item[]
  readonly pageInfo: PageInfo
  /** How many there are in all, where `totalCount: true` asked for it; null otherwise. */
  readonly totalCount: number | null
  /** Whether there are more than `totalCount` says, where it was asked for; null otherwise. */
  readonly totalCountCapped: boolean | null

  constructor(loaded: LoadedPage<Item>, load: LoadPage<Item>, seen: ReadonlySet<string>) {
    const { items, cursor, totalCount, totalCountCapped } = loaded
    this.#load = load
    // A cursor that comes again would lead around in a circle.
    this.#cursor = cursor !== null && seen.has(cursor) ? null : cursor
    this.#seen = seen
    this.items = items
    this.pageInfo = { hasNextPage: this.#cursor !== null }
    this.totalCount = totalCount
    this.totalCountCapped = totalCountCapped
  }

  /** Loads the next page; null when this is the last one. */
  async next(): Promise<Page<Item> | null> {
    if (this.#cursor === null) return null
    return new Page(await this.#load(this.#cursor), this.#load, new Set(this.#seen).add(this.#cursor))
  }
}

/**
 * A list that is not loaded yet: `await` it for its first page, or iterate it with `for await` for every item of every
 * page.
 */
export class List<Item> implements PromiseLike<Page<Item>>, AsyncIterable<Item> {
  readonly #load: LoadPage<Item>

  constructor(load: LoadPage<Item>) {
    this.#load = load
  }

  // biome-ignore lint/suspicious/noThenProperty: to be awaited is what it is for; nothing is asked before.
  then<Fulfilled = Page<Item>, Rejected = never>(
    onFulfilled?: ((page: Page<Item>) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    return this.#first().then(onFulfilled, onRejected)
  }

  /** Handles a failure to load the first page. */
  catch<Rejected>(onRejected: (reason: unknown) => Rejected | PromiseLike<Rejected>): Promise<Page<Item> | Rejected> {
    return this.#first().catch(onRejected)
  }

  /** Loads the first page, and does something then in either case. */
  finally(onFinally: () => void): Promise<Page<Item>> {
    return this.#first().finally(onFinally)
  }

  /** Every item of every page; the next page is loaded when it is reached. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void> {
    for await (const page of this.pages()) yield* page.items
  }

  /** Every page. */
  async *pages(): AsyncGenerator<Page<Item>, void> {
    for (let page: Page<Item> | null = await this.#first(); page; page = await page.next()) yield page
  }

  async #first(): Promise<Page<Item>> {
    return new Page(await this.#load(null), this.#load, new Set())
  }
}
