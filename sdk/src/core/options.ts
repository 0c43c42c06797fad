/** A function with the signature of `globalThis.fetch` that sends requests. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** One attempt of a request, without the contents of the request or the response. */
export interface Attempt {
  /** The method or the name of the operation: `apiKeys.create`. */
  readonly operation: string
  /** The request’s id in the server’s log. Null if there was no response. */
  readonly requestId: string | null
  /** The HTTP status. Null if there was no response. */
  readonly status: number | null
  /** Time until the response began or the attempt failed, in milliseconds. */
  readonly milliseconds: number
}

/** The options of a client. */
export interface ClientOptions {
  /** The server’s address. Default: `http://127.0.0.1:4000`. */
  readonly baseUrl?: string | undefined
  /**
   * The credential: a service account’s token, a key’s secret, or a person’s signed session token. Default: the
   * environment variable KEYWARD_TOKEN. Null sends no credential. Required, except on a page in a browser, which uses
   * the session cookie of the signed-in person.
   */
  readonly token?: string | null | undefined
  /** Sends the requests. Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined
  /** Time limit of one attempt, in milliseconds. Default: 30,000. */
  readonly timeout?: number | undefined
  /** Maximum number of retries of a request that is safe to retry. Default: 2. */
  readonly maxRetries?: number | undefined
  /** Headers of every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /**
   * Called before each attempt. Returns the trace of the current work, as a W3C `traceparent`, which the server
   * continues. With OpenTelemetry, get it from `propagation.inject`. Exceptions and malformed values are ignored.
   * Default: no trace is sent.
   */
  readonly traceparent?: (() => string | null | undefined) | undefined
  /** Called after each attempt, for logs and metrics. Exceptions of the function are ignored. */
  readonly onAttempt?: ((attempt: Attempt) => void) | undefined
  /**
   * Turns a syntax tree into text: `print` of `graphql` or of `@0no-co/graphql.web`. `request` needs it for documents
   * that are syntax trees, such as those of gql.tada.
   */
  print?(document: object): string
  /**
   * Allows a secret in a browser, where everybody who opens the page can read it: that of a key, or the token of a
   * service account or a gateway. Default: the client throws. Session tokens of people, playground tokens and child
   * tokens are always allowed.
   */
  readonly dangerouslyAllowBrowser?: boolean | undefined
}

/** The options of one call. */
export interface RequestOptions {
  /** Ends the call at once, even between two attempts. The call throws the signal’s reason. */
  readonly signal?: AbortSignal | undefined
  /** Time limit of one attempt, in milliseconds. */
  readonly timeout?: number | undefined
  /** Maximum number of retries of a request that is safe to retry. */
  readonly maxRetries?: number | undefined
}

/** The options of a mutation that takes an idempotency key. */
export interface IdempotentOptions extends RequestOptions {
  /**
   * Makes retries safe, even from another process: for 24 hours, the same key with the same input returns the same result.
   * 22 to 255 characters with at least 128 random bits. Default: a new key for each call and its retries. Protect it like
   * the secret that the call returns.
   */
  readonly idempotencyKey?: string | undefined
}

/** How `request` treats errors of fields. */
export type ErrorPolicy = 'throw' | 'partial'

/** The options of your own query or mutation. */
export interface DocumentOptions<Policy extends ErrorPolicy = ErrorPolicy> extends IdempotentOptions {
  /**
   * `throw` (default): the call throws an error of any field. `partial`: the call returns the data that could be read,
   * and the errors of the other fields. Use it for pages that people with different roles see. It still throws if
   * nothing could be read, and for temporary errors, such as an outage.
   */
  readonly errorPolicy?: Policy | undefined
}

/** The options of a subscription. */
export interface FollowOptions {
  /** Ends the iteration without an error. */
  readonly signal?: AbortSignal | undefined
  /** The cursor of the last change that you processed. Null or omitted: only new changes. */
  readonly after?: string | null | undefined
  /** Time limit for connecting, in milliseconds. */
  readonly timeout?: number | undefined
  /** Maximum number of failed connections in a row before the stream throws. Default: no maximum. */
  readonly maxRetries?: number | undefined
}
