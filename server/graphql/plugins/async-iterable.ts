/** Whether a value is an async iterable. */
export const isAsyncIterable = <T>(value: unknown | AsyncIterable<T>): value is AsyncIterable<T> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value

/** Maps every value. Ending the mapped iterable ends its source immediately, even while the source waits. */
export function mapAsyncIterable<T, U>(source: AsyncIterable<T>, map: (value: T) => U): AsyncIterableIterator<U> {
  const inner = source[Symbol.asyncIterator]()
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      const result = await inner.next()
      return result.done ? { done: true, value: undefined } : { done: false, value: map(result.value) }
    },
    async return() {
      await inner.return?.()
      return { done: true, value: undefined }
    },
  }
}

/** Yields a source's values until a signal aborts, then ends the source immediately. */
export function untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncIterableIterator<T> {
  const inner = source[Symbol.asyncIterator]()
  const over: IteratorResult<T> = { done: true, value: undefined }
  let abort: () => void = () => {}
  const aborted = new Promise<IteratorResult<T>>((resolve) => {
    abort = () => resolve(over)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
  const forget = () => signal.removeEventListener('abort', abort)
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      const result = await Promise.race([inner.next(), aborted]).catch((error: unknown) => {
        forget()
        throw error
      })
      if (result.done) forget()
      // Not awaited, because a source that waits for an event cannot end before that event.
      if (result === over) void inner.return?.()
      return result
    },
    async return() {
      forget()
      await inner.return?.()
      return over
    },
  }
}
