/** Look-ups that are asked in one turn of the event loop, done as one. Simultaneous questions about one key share it. */
export class Batch<Found> {
  readonly #find: (keys: string[]) => Promise<Map<string, Found>>
  readonly #waiting = new Map<
    string,
    { promise: Promise<Found | null>; settle: (asked: Promise<Found | null>) => void }
  >()

  constructor(find: (keys: string[]) => Promise<Map<string, Found>>) {
    this.#find = find
  }

  load(key: string): Promise<Found | null> {
    const waiting = this.#waiting.get(key)
    if (waiting) return waiting.promise
    if (this.#waiting.size === 0) setImmediate(() => this.#flush())
    let settle: (asked: Promise<Found | null>) => void = () => {}
    const promise = new Promise<Found | null>((resolve) => {
      settle = resolve
    })
    this.#waiting.set(key, { promise, settle })
    return promise
  }

  #flush(): void {
    const asked = [...this.#waiting]
    this.#waiting.clear()
    const found = this.#find(asked.map(([key]) => key))
    for (const [key, { settle }] of asked) settle(found.then((rows) => rows.get(key) ?? null))
  }
}
