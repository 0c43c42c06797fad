/** A function with the signature of `globalThis.fetch` that sends requests. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** One attempt to send a request, without the contents of the request or response. */
export interface Attempt {
  /** The SDK method, such as `apiKeys.create`, or the operation name in your document. */
  readonly operation: string
  /** The request’s id in the server log. Null if there was no response. */
  readonly requestId: string | null
  /** The HTTP status. Null if there was no response. */
  readonly status: number | null
  /** Time until the response began or the attempt failed, in milliseconds. */
  readonly milliseconds: number
}

/** Client options. */
export interface ClientOptions {
  /** The server’s address. Default: `http://127.0.0.1:4000`. */
  readonly baseUrl?: string | undefined
  /**
   * The credential: a service account token, a key's secret, or a person's signed session token. Default: the
   * environment variable KEYWARD_TOKEN. Null sends no credential. Required, except on a web page, where the browser
   * sends the session cookie of the signed-in person.
   */
  readonly token?: string | null | undefined
  /** Function that sends requests. Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined
  /** Timeout of one attempt, in milliseconds. Default: 30,000. */
  readonly timeout?: number | undefined
  /** Maximum number of retries, for requests that are safe to retry. Default: 2. */
  readonly maxRetries?: number | undefined
  /** Headers sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /**
   * Called before each attempt. Returns the current trace as a W3C `traceparent`, so that the server continues it. With
   * OpenTelemetry, get it from `propagation.inject`. Exceptions and malformed values are ignored. Default: no trace is
   * sent.
   */
  readonly traceparent?: (() => string | null | undefined) | undefined
  /** Called after each attempt, for logs and metrics. Exceptions it throws are ignored. */
  readonly onAttempt?: ((attempt: Attempt) => void) | undefined
  /**
   * Prints a document's syntax tree: `print` of `graphql` or of `@0no-co/graphql.web`. `request` needs it for documents
   * that are syntax trees, such as those of gql.tada.
   */
  print?(document: object): string
  /**
   * Allows a secret in a browser, where anyone who opens the page can read it: a key's secret, or a service account or
   * gateway token. Default: the client throws. Session tokens of people, playground tokens and child tokens are always
   * allowed.
   */
  readonly dangerouslyAllowBrowser?: boolean | undefined
}

/** Options of a single call. */
export interface RequestOptions {
  /** Aborts the call immediately, even between two attempts. The call throws the signal’s reason. */
  readonly signal?: AbortSignal | undefined
  /** Timeout of one attempt, in milliseconds. */
  readonly timeout?: number | undefined
  /** Maximum number of retries, for requests that are safe to retry. */
  readonly maxRetries?: number | undefined
}

/** Options of a mutation that accepts an idempotency key. */
export interface IdempotentOptions extends RequestOptions {
  /**
   * Makes retries safe, even from another process. For 24 hours, the same idempotency key with the same input returns
   * the same result. 22 to 255 characters with at least 128 random bits. Default: a new key for each call and its
   * retries. Protect it like the secret that the call returns.
   */
  readonly idempotencyKey?: string | undefined
}

/** How `request` handles field errors. */
export type ErrorPolicy = 'throw' | 'partial'

/** Options of your own query or mutation. */
export interface DocumentOptions<Policy extends ErrorPolicy = ErrorPolicy> extends IdempotentOptions {
  /**
   * `throw` (default): the call throws if any field has an error. `partial`: the call returns the data that could be
   * read, and the errors of the other fields. Use `partial` for pages that people with different roles see. A `partial`
   * call still throws if nothing could be read, and for temporary errors, such as an outage.
   */
  readonly errorPolicy?: Policy | undefined
}

/** Options of a subscription. */
export interface FollowOptions {
  /** Stops the iteration without an error. */
  readonly signal?: AbortSignal | undefined
  /** The cursor of the last change that you processed. If null or omitted, only new changes are sent. */
  readonly after?: string | null | undefined
  /** Timeout for connecting, in milliseconds. */
  readonly timeout?: number | undefined
  /** Maximum number of consecutive failed connections before the stream throws. Default: no maximum. */
  readonly maxRetries?: number | undefined
}
