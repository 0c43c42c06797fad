import type { Plugin } from 'graphql-yoga'
import { isAsyncIterable, untilAborted } from './async-iterable.ts'

/** Ends every subscription when the server stops, so that its clients resume elsewhere. */
export function useDraining(stopping: AbortSignal): Plugin {
  return {
    onSubscribe() {
      return {
        onSubscribeResult({ result, setResult }) {
          if (isAsyncIterable(result)) setResult(untilAborted(result, stopping))
        },
      }
    },
  }
}
