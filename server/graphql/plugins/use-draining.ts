import type { Plugin, YogaInitialContext } from 'graphql-yoga'
import { isAsyncIterable, untilAborted } from './async-iterable.ts'

/**
 * Ends every subscription when the server stops, so that clients reconnect to another server. Also ends a subscription
 * when its client disconnects. If the client disconnects while the subscription begins, the response is dropped unread,
 * and only this plugin ends the subscription.
 */
export function useDraining(stopping: AbortSignal): Plugin<YogaInitialContext> {
  return {
    onSubscribe({ args }) {
      return {
        onSubscribeResult({ result, setResult }) {
          if (!isAsyncIterable(result)) return
          const stream = untilAborted(result, stopping)
          setResult(stream)
          const { signal } = args.contextValue.request
          const end = () => void stream.return?.()
          if (signal.aborted) end()
          else signal.addEventListener('abort', end, { once: true })
        },
      }
    },
  }
}
