import { ApiError, ConnectionError, TimeoutError } from '../core/errors.ts'
import type { Attempt, Fetch, RequestOptions } from '../core/options.ts'
import { readEvents } from '../platform/sse.ts'
import { isRecord, parseJson } from './json.ts'
import { delayAfter, retryAfterOf, wait } from './retry.ts'
import { isTransient, type Origin, serverError, unexpectedResponse } from './server-errors.ts'

/** One request. */
export interface Call {
  /** The operation's name in errors. */
  name: string
  text: string
  variables: unknown
  /** Whether sending the request twice has the same effect as sending it once. */
  mayRepeat: boolean
  /** A form for another path than the GraphQL endpoint's, sent instead of a document. */
  form?: { path: string; fields: URLSearchParams }
}

/** A GraphQL response. */
export interface GraphAnswer {
  data: unknown
  errors: readonly Record<string, unknown>[]
  origin: Origin
}

/** Settings that apply to every request. */
export interface TransportSettings {
  url: string
  fetch: Fetch
  headers: Readonly<Record<string, string>>
  timeout: number
  maxRetries: number
  traceparent: (() => string | null | undefined) | undefined
  onAttempt: ((attempt: Attempt) => void) | undefined
}

const JSON_ANSWERS = 'application/graphql-response+json, application/json;q=0.9'
const LONGEST_TIMER_MS = 2_147_483_647
/** The server sends a ping every 12 seconds, so a longer silence means that the connection was lost. */
const LONGEST_SILENCE_MS = 45_000

const codeOf = (error: unknown): string => {
  const cause = isRecord(error) && error.cause !== undefined ? error.cause : error
  const code = isRecord(cause) ? cause.code : undefined
  return typeof code === 'string' && /^[A-Z][A-Z_0-9]{2,40}$/.test(code) ? ` (${code})` : ''
}

/** Builds the header with the caller's trace. An exception in the tracer must not fail the request. */
function traceOf(read: TransportSettings['traceparent']): { traceparent?: string } {
  try {
    const traceparent = read?.()
    return traceparent && /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/.test(traceparent) ? { traceparent } : {}
  } catch {
    return {}
  }
}

/** Mutation input fields that are secret, regardless of their format. */
function secretsIn(variables: unknown): string[] {
  const { secret, idempotencyKey } = isRecord(variables) && isRecord(variables.input) ? variables.input : {}
  return [secret, idempotencyKey].filter((value) => typeof value === 'string')
}

/** Maps a response's top-level error to its class. */
export function topLevelError(error: Record<string, unknown>, origin: Origin): ApiError {
  const extensions = isRecord(error.extensions) ? error.extensions : {}
  const requestId = typeof extensions.requestId === 'string' ? extensions.requestId : origin.requestId
  return serverError({ ...extensions, message: error.message }, { ...origin, requestId })
}

function graphAnswer(text: string, origin: Origin, isForm = false): GraphAnswer {
  const body = parseJson(text)
  if (isForm) return { data: body, errors: [], origin }
  const errors = isRecord(body) && Array.isArray(body.errors) ? body.errors.filter(isRecord) : []
  if (!isRecord(body) || (body.data === undefined && errors.length === 0)) throw unexpectedResponse(origin)
  return { data: body.data ?? null, errors, origin }
}

/** A signal that a timer or the caller aborts. */
class Deadline {
  readonly #controller = new AbortController()
  readonly #caller: AbortSignal | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  isOver = false

  constructor(caller: AbortSignal | undefined) {
    this.#caller = caller
    caller?.addEventListener('abort', this.#abort, { once: true })
    if (caller?.aborted) this.#abort()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Restarts the timer. */
  set(milliseconds: number): void {
    clearTimeout(this.#timer)
    if (milliseconds > LONGEST_TIMER_MS) return
    this.#timer = setTimeout(() => {
      this.isOver = true
      this.#controller.abort()
    }, milliseconds)
  }

  /** Rejects as soon as the timer ends or the caller aborts, because some fetch implementations ignore the signal. */
  race<T>(promised: Promise<T>): Promise<T> {
    const { signal } = this
    return new Promise((resolve, reject) => {
      const stop = () => reject(signal.reason)
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop, { once: true })
      promised.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
    })
  }

  /** Clears the timer, stops listening to the caller’s signal and closes the connection. */
  end(): void {
    clearTimeout(this.#timer)
    this.#caller?.removeEventListener('abort', this.#abort)
    this.#controller.abort()
  }

  readonly #abort = () => this.#controller.abort()
}

/**
 * Sends requests with a timeout, retries them if that is safe, and maps every failure to one of this package's error
 * classes.
 */
export class Transport {
  readonly #settings: TransportSettings

  constructor(settings: TransportSettings) {
    this.#settings = settings
  }

  /** Sends a request and passes the response to `interpret`. Retries if either fails with a temporary error. */
  async send<Result>(
    call: Call,
    options: RequestOptions | undefined,
    interpret: (answer: GraphAnswer) => Result,
  ): Promise<Result> {
    const { signal, maxRetries = this.#settings.maxRetries } = options ?? {}
    for (let failures = 0; ; failures += 1) {
      try {
        return interpret(await this.#attempt(call, options))
      } catch (error) {
        signal?.throwIfAborted()
        if (!call.mayRepeat || failures >= maxRetries || !isTransient(error)) throw error
        const delay = delayAfter(error, failures)
        if (delay === null) throw error
        await wait(delay, signal)
      }
    }
  }

  /** Yields a subscription's responses until the server or the signal ends it. */
  async *stream(call: Call, options: RequestOptions): AsyncGenerator<GraphAnswer, void> {
    const deadline = new Deadline(options.signal)
    try {
      deadline.set(options.timeout ?? this.#settings.timeout)
      const { response, origin } = await this.#fetch(call, 'text/event-stream', deadline)
      if (!response.headers.get('content-type')?.startsWith('text/event-stream') || !response.body) {
        yield graphAnswer(await deadline.race(response.text()), origin)
        return
      }
      const stillThere = () => deadline.set(LONGEST_SILENCE_MS)
      stillThere()
      for await (const { event, data } of readEvents(response.body, (read) => deadline.race(read), stillThere)) {
        if (event === 'complete') return
        if (event === 'next') yield graphAnswer(data, origin)
      }
    } catch (error) {
      throw this.#failure(error, call, deadline, options.signal)
    } finally {
      deadline.end()
    }
  }

  async #attempt(call: Call, options: RequestOptions | undefined): Promise<GraphAnswer> {
    const deadline = new Deadline(options?.signal)
    try {
      deadline.set(options?.timeout ?? this.#settings.timeout)
      const { response, origin } = await this.#fetch(call, JSON_ANSWERS, deadline)
      return graphAnswer(await deadline.race(response.text()), origin, call.form !== undefined)
    } catch (error) {
      throw this.#failure(error, call, deadline, options?.signal)
    } finally {
      deadline.end()
    }
  }

  async #fetch({ name, text, variables, form }: Call, accept: string, deadline: Deadline) {
    const { url, fetch, headers, traceparent, onAttempt } = this.#settings
    const init: RequestInit = {
      method: 'POST',
      // `fetch` sets the content type for a form.
      headers: { ...headers, ...traceOf(traceparent), accept, ...(!form && { 'content-type': 'application/json' }) },
      body: form?.fields ?? JSON.stringify({ query: text, variables }),
      signal: deadline.signal,
      // Following a redirect would send the credential to another host, or turn the request into a GET.
      redirect: 'manual',
    }
    deadline.signal.throwIfAborted()
    const began = Date.now()
    const factsOf = (response: Response | null) => ({
      operation: name,
      requestId: response?.headers.get('x-request-id') ?? null,
      status: response?.status ?? null,
    })
    let response: Response | null = null
    try {
      response = await deadline.race(fetch(form ? url.replace(/graphql$/, form.path) : url, init))
    } finally {
      try {
        onAttempt?.({ ...factsOf(response), milliseconds: Date.now() - began })
      } catch {
        // An observer's exception must not fail the request.
      }
    }
    const origin: Origin = {
      ...factsOf(response),
      retryAfter: retryAfterOf(response.headers),
      credentials: [...Object.values(headers).map((value) => value.replace(/^Bearer /, '')), ...secretsIn(variables)],
    }
    return { response, origin }
  }

  /**
   * The error to throw for a failure. The message from `fetch` is hidden, because it may contain headers and addresses.
   */
  #failure(error: unknown, { name }: Call, deadline: Deadline, signal: AbortSignal | undefined): unknown {
    if (signal?.aborted) return signal.reason
    const context = { operation: name, requestId: null }
    if (deadline.isOver) {
      return new TimeoutError('The server did not respond in time.', { ...context, code: 'TIMEOUT' })
    }
    if (error instanceof ApiError) return error
    const message = `The server cannot be reached, or the connection was lost${codeOf(error)}. Check \`baseUrl\`, and that the server is running.`
    return new ConnectionError(message, { ...context, code: 'CONNECTION' })
  }
}
