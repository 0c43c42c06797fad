import type { ExecutionResult } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { isAsyncIterable } from './async-iterable.ts'

const TYPE = 'multipart/mixed'
const SPECIFICATION = /multipart\/mixed[^,]*;\s*subscriptionSpec="?1\.0"?/i
const HEADERS = {
  'content-type': 'multipart/mixed; boundary=graphql; subscriptionSpec=1.0',
  'cache-control': 'no-cache',
}

/** Proxies close idle connections. */
const HEARTBEAT_MS = 12_000

const part = (value: object): string =>
  `\r\ncontent-type: application/json\r\n\r\n${JSON.stringify(value)}\r\n--graphql`

/** Builds a body that sends each result as a part, and an empty part as a heartbeat. */
function bodyOf(results: AsyncIterable<ExecutionResult>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const iterator = results[Symbol.asyncIterator]()
  let heartbeat: NodeJS.Timeout | undefined
  return new ReadableStream({
    start(controller) {
      controller.enqueue(encoder.encode('--graphql'))
      heartbeat = setInterval(() => {
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(part({})))
      }, HEARTBEAT_MS)
    },
    async pull(controller) {
      const { done, value } = await iterator.next().catch((error: unknown) => {
        clearInterval(heartbeat)
        throw error
      })
      if (!done) return controller.enqueue(encoder.encode(part({ payload: value })))
      clearInterval(heartbeat)
      controller.enqueue(encoder.encode('--\r\n'))
      controller.close()
    },
    async cancel() {
      clearInterval(heartbeat)
      await iterator.return?.()
    },
  })
}

/**
 * Serves subscriptions over multipart/mixed, as Apollo Client requests them. An error before the first result is
 * returned as JSON, which these clients also accept.
 */
export function useMultipartSubscriptions(): Plugin {
  return {
    onResultProcess({ request, result, setResultProcessor }) {
      if (!isAsyncIterable<ExecutionResult>(result) || !SPECIFICATION.test(request.headers.get('accept') ?? '')) return
      setResultProcessor((processed, { Response }) => {
        if (!isAsyncIterable<ExecutionResult>(processed)) throw new TypeError('A subscription has a stream of results')
        return new Response(bodyOf(processed), { headers: HEADERS })
      }, TYPE)
    },
  }
}
