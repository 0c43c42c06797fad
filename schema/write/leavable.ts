/**
 * A stream whose reader can stop at any time. A plain generator would notice this only at its next event. Calls
 * `onEnd` in every case: if the reader leaves, and if the stream ends or fails.
 */
export function leavable<Item>(
  start: (signal: AbortSignal) => AsyncGenerator<Item, void>,
  onEnd: () => void,
): AsyncIterableIterator<Item> {
  const controller = new AbortController()
  const items = start(controller.signal)
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      try {
        const result = await items.next()
        if (result.done) onEnd()
        return result
      } catch (error) {
        onEnd()
        throw error
      }
    },
    return: () => {
      onEnd()
      controller.abort()
      return items.return()
    },
  }
}
