/** Runs a bounded number of tasks at a time. Tasks start in the order in which they came. */
export class Turns {
  readonly #waiting: (() => void)[] = []
  #free: number

  /** `atOnce` is the maximum number of tasks that run at the same time. */
  constructor(atOnce: number) {
    this.#free = atOnce
  }

  /** Runs a task when its turn comes. Throws the error of `onTimeout` if that takes longer than `most` milliseconds. */
  async run<T>(task: () => Promise<T>, wait?: { most: number; onTimeout: () => Error }): Promise<T> {
    await this.#turn(wait)
    try {
      return await task()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free += 1
    }
  }

  #turn(wait: { most: number; onTimeout: () => Error } | undefined): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const timer =
        wait &&
        setTimeout(() => {
          this.#waiting.splice(this.#waiting.indexOf(start), 1)
          reject(wait.onTimeout())
        }, wait.most)
      const start = () => {
        clearTimeout(timer)
        resolve()
      }
      this.#waiting.push(start)
    })
  }
}
