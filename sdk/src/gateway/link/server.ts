import type { Fetch } from '../../core/options.ts'
import { isRecord, parseJson } from '../../internal/json.ts'
import type { RootOperation } from '../../internal/operation.ts'
import { readEvents } from '../../platform/sse.ts'

/** Hints for error codes that a wrong configuration causes. */
const HINTS: Readonly<Record<string, string>> = {
  CONNECTION: ' (`baseUrl` cannot be reached)',
  UNAUTHENTICATED: ' (`token` is unknown, or was rotated or removed)',
  FORBIDDEN: ' (`token` is not the token of a gateway)',
}

/**
 * Error of a call that failed in the background. It contains the server's code, but nothing else from the request or
 * response.
 */
export class GatewayError extends Error {
  static {
    GatewayError.prototype.name = 'GatewayError'
  }
  /** The server's code, such as `UNAUTHENTICATED`, or `CONNECTION` without a response. */
  readonly code: string
  /** The request's id in the server log. Null without a response. */
  readonly requestId: string | null

  constructor(operation: string, code: string, requestId: string | null) {
    super(`${operation}: ${code}${HINTS[code] ?? ''}`)
    this.code = code
    this.requestId = requestId
  }
}

/** Rejects as soon as the signal aborts, because some fetch functions ignore their signal. */
export function orAborted<T>(promised: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    promised.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

/** Whether an error has one of the given codes. */
export const hasCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof GatewayError && codes.includes(error.code)

/** Whether every retry will fail until someone corrects the gateway's token. */
export const isRefusal = (error: unknown): boolean => hasCode(error, 'UNAUTHENTICATED', 'FORBIDDEN')

/** Extracts an operation's result. Throws the server's error. */
function resultOf<Result>({ name, typename, unwrap }: RootOperation<Result>, text: string, response: Response): Result {
  const body = parseJson(text)
  const requestId = response.headers.get('x-request-id')
  const fail = (code: unknown): never => {
    throw new GatewayError(name, typeof code === 'string' ? code : `HTTP_${response.status}`, requestId)
  }
  if (!isRecord(body)) return fail(null)
  const [error] = Array.isArray(body.errors) ? body.errors : []
  if (isRecord(error)) return fail(isRecord(error.extensions) ? error.extensions.code : null)
  const [value] = isRecord(body.data) ? Object.values(body.data) : []
  if (value == null) return fail(null)
  if (typename !== undefined && isRecord(value)) {
    if (value.__typename !== typename) return fail(value.code)
    if (unwrap !== undefined) return value[unwrap] as Result
  }
  // `Result` was generated from the schema together with the document.
  return value as Result
}

/** Calls the Keyward server. Callers decide when to retry failed calls. */
export class Server {
  readonly #url: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #fetch: Fetch

  constructor(url: string, headers: Readonly<Record<string, string>>, fetch: Fetch) {
    this.#url = url
    this.#headers = headers
    this.#fetch = fetch
  }

  /** Makes a single call, with a timeout in milliseconds. */
  async ask<Result>(operation: RootOperation<Result>, variables: object, milliseconds: number): Promise<Result> {
    const signal = AbortSignal.timeout(milliseconds)
    const response = await this.#send(operation, variables, 'application/json', signal)
    return resultOf(operation, await orAborted(response.text(), signal).catch(() => ''), response)
  }

  /** Yields a subscription's results until the server or the signal ends it. */
  async *follow<Result>(
    operation: RootOperation<Result>,
    variables: object,
    signal: AbortSignal,
  ): AsyncGenerator<Result, void> {
    const response = await this.#send(operation, variables, 'text/event-stream', signal)
    if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
      yield resultOf(operation, await response.text(), response)
      return
    }
    for await (const { event, data } of readEvents(response.body, (bytes) => orAborted(bytes, signal))) {
      if (event === 'complete') return
      if (event === 'next') yield resultOf(operation, data, response)
    }
  }

  async #send(
    { name, text }: RootOperation<unknown>,
    variables: object,
    accept: string,
    signal: AbortSignal,
  ): Promise<Response> {
    try {
      const init: RequestInit = {
        method: 'POST',
        headers: { ...this.#headers, accept, 'content-type': 'application/json' },
        body: JSON.stringify({ query: text, variables }),
        signal,
        // Not followed, because a redirect would send the token elsewhere.
        redirect: 'manual',
      }
      return await orAborted(this.#fetch(this.#url, init), signal)
    } catch {
      // The original error is hidden, because fetch errors may contain headers and addresses.
      throw new GatewayError(name, 'CONNECTION', null)
    }
  }
}
