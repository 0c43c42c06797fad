/** Whether there is another page. `page.next()` and `for await` use the cursors for you. */
export interface PageInfo {
  readonly hasNextPage: boolean
}

/** One page's items, and the cursor of the next page. */
export interface LoadedPage<Item> {
  items: readonly Item[]
  cursor: string | null
  totalCount: number | null
  totalCountCapped: boolean | null
}

/** Loads the page after a cursor, or the first page if the cursor is null. */
export type LoadPage<Item> = (after: string | null) => Promise<LoadedPage<Item>>

/** One page of a list. */
export class Page<Item> {
  readonly #load: LoadPage<Item>
  readonly #cursor: string | null
  readonly #seen: ReadonlySet<string>
  /** The items on this page. */
  readonly items: readonly Item[]
  readonly pageInfo: PageInfo
  /** Number of items in the whole list. Null without `totalCount: true`. */
  readonly totalCount: number | null
  /**
   * Whether the list has more items than `totalCount`, which stops counting at a maximum. Null without `totalCount:
   * true`.
   */
  readonly totalCountCapped: boolean | null

  constructor(loaded: LoadedPage<Item>, load: LoadPage<Item>, seen: ReadonlySet<string>) {
    const { items, cursor, totalCount, totalCountCapped } = loaded
    this.#load = load
    // A repeated cursor would cause an endless loop.
    this.#cursor = cursor !== null && seen.has(cursor) ? null : cursor
    this.#seen = seen
    this.items = items
    this.pageInfo = { hasNextPage: this.#cursor !== null }
    this.totalCount = totalCount
    this.totalCountCapped = totalCountCapped
  }

  /** Loads the next page. Returns null on the last page. */
  async next(): Promise<Page<Item> | null> {
    if (this.#cursor === null) return null
    return new Page(await this.#load(this.#cursor), this.#load, new Set(this.#seen).add(this.#cursor))
  }
}

/**
 * A list that is loaded on demand. `await` it for its first page, or use `for await` to iterate over every item of
 * every page.
 */
export class List<Item> implements PromiseLike<Page<Item>>, AsyncIterable<Item> {
  readonly #load: LoadPage<Item>

  constructor(load: LoadPage<Item>) {
    this.#load = load
  }

  // biome-ignore lint/suspicious/noThenProperty: awaiting a list loads its first page.
  then<Fulfilled = Page<Item>, Rejected = never>(
    onFulfilled?: ((page: Page<Item>) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    return this.#first().then(onFulfilled, onRejected)
  }

  /** Called if loading the first page fails. */
  catch<Rejected>(onRejected: (reason: unknown) => Rejected | PromiseLike<Rejected>): Promise<Page<Item> | Rejected> {
    return this.#first().catch(onRejected)
  }

  /** Loads the first page, then calls a function whether loading succeeded or failed. */
  finally(onFinally: () => void): Promise<Page<Item>> {
    return this.#first().finally(onFinally)
  }

  /** Iterates over every item of every page. Each page is loaded when the iteration reaches it. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void> {
    for await (const page of this.pages()) yield* page.items
  }

  /** Iterates over every page. */
  async *pages(): AsyncGenerator<Page<Item>, void> {
    for (let page: Page<Item> | null = await this.#first(); page; page = await page.next()) yield page
  }

  async #first(): Promise<Page<Item>> {
    return new Page(await this.#load(null), this.#load, new Set())
  }
}
