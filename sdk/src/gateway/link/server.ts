import type { Fetch } from '../../core/options.ts'
import { isRecord, parseJson } from '../../internal/json.ts'
import type { Operation } from '../../internal/operation.ts'
import { readEvents } from '../../platform/sse.ts'

/** What to do about the codes that whoever sets a gateway up can meet. */
const HINTS: Readonly<Record<string, string>> = {
  CONNECTION: ' (`url` cannot be reached)',
  UNAUTHENTICATED: ' (`token` is unknown, or was rotated or removed)',
  FORBIDDEN: ' (`token` is not the token of a gateway)',
}

/**
 * What a gateway hears of a call that failed in the background. It holds nothing of what was sent or answered but the
 * server's code.
 */
export class GatewayError extends Error {
  static {
    GatewayError.prototype.name = 'GatewayError'
  }
  /** The server's code, such as `UNAUTHENTICATED`; `CONNECTION` where none came. */
  readonly code: string
  /** The request’s id in the server’s log; null when no answer came. */
  readonly requestId: string | null

  constructor(operation: string, code: string, requestId: string | null) {
    super(`${operation}: ${code}${HINTS[code] ?? ''}`)
    this.code = code
    this.requestId = requestId
  }
}

/** What was promised, or a rejection as soon as the signal aborts: not every fetch listens to it. */
export function orAborted<T>(promised: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    promised.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

/** Whether an error says so by its code. */
export const hasCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof GatewayError && codes.includes(error.code)

/** Whether asking again will not help until somebody mends the gateway's token. */
export const isRefusal = (error: unknown): boolean => hasCode(error, 'UNAUTHENTICATED', 'FORBIDDEN')

/** What the operation asked for, out of the data; throws what the server refused. */
function resultOf<Result>(
  { name, path, typename, unwrap }: Operation<Result>,
  text: string,
  response: Response,
): Result {
  const body = parseJson(text)
  const requestId = response.headers.get('x-request-id')
  const fail = (code: unknown): never => {
    throw new GatewayError(name, typeof code === 'string' ? code : `HTTP_${response.status}`, requestId)
  }
  if (!isRecord(body)) return fail(null)
  const [error] = Array.isArray(body.errors) ? body.errors : []
  if (isRecord(error)) return fail(isRecord(error.extensions) ? error.extensions.code : null)
  const value = isRecord(body.data) ? body.data[path[0] ?? ''] : null
  if (value == null) return fail(null)
  if (typename !== undefined && isRecord(value)) {
    if (value.__typename !== typename) return fail(value.code)
    if (unwrap !== undefined) return value[unwrap] as Result
  }
  // What the document asks for has the type that was generated from the schema together with it.
  return value as Result
}

/** The Keyward server, as a gateway asks it: nothing is repeated here, since whoever asks knows better when to. */
export class Server {
  readonly #url: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #fetch: Fetch

  constructor(url: string, headers: Readonly<Record<string, string>>, fetch: Fetch) {
    this.#url = url
    this.#headers = headers
    this.#fetch = fetch
  }

  /** Asks once, and waits for so many milliseconds. */
  async ask<Result>(operation: Operation<Result>, variables: object, milliseconds: number): Promise<Result> {
    const signal = AbortSignal.timeout(milliseconds)
    const response = await this.#send(operation, variables, 'application/json', signal)
    return resultOf(operation, await orAborted(response.text(), signal).catch(() => ''), response)
  }

  /** What a subscription tells, until the server or the signal ends it. */
  async *follow<Result>(
    operation: Operation<Result>,
    variables: object,
    signal: AbortSignal,
  ): AsyncGenerator<Result, void> {
    const response = await this.#send(operation, variables, 'text/event-stream', signal)
    if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
      yield resultOf(operation, await response.text(), response)
      return
    }
    for await (const { event, data } of readEvents(
      response.body,
      (bytes) => orAborted(bytes, signal),
      () => {},
    )) {
      if (event === 'complete') return
      if (event === 'next') yield resultOf(operation, data, response)
    }
  }

  async #send(
    { name, text }: Operation<unknown>,
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
        // Following one would send the token elsewhere.
        redirect: 'manual',
      }
      return await orAborted(this.#fetch(this.#url, init), signal)
    } catch {
      // What fetch throws can quote headers and addresses.
      throw new GatewayError(name, 'CONNECTION', null)
    }
  }
}
