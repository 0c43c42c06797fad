/** What the client sends requests with: `globalThis.fetch`, or anything that is called and answers like it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** What is told of an attempt of a request. Nothing that was sent, and nothing that was answered, is in it. */
export interface Attempt {
  /** The method or the name of the operation: `apiKeys.create`. */
  readonly operation: string
  /** The request’s id in the server’s log; null when no answer came. */
  readonly requestId: string | null
  /** The HTTP status; null when no answer came. */
  readonly status: number | null
  /** How long it took until the answer began, or until there was to be none. */
  readonly milliseconds: number
}

/** How a client is set up. */
export interface ClientOptions {
  /** Where the Keyward server is; `http://127.0.0.1:4000` if not given. */
  readonly baseUrl?: string | undefined
  /**
   * The credential: a service account’s token, a key’s secret, or a person’s signed session token. The environment
   * variable KEYWARD_TOKEN if not given, where there is an environment; null sends none. Outside of a browser, whose person
   * is signed in, it has to be given in one way or the other.
   */
  readonly token?: string | null | undefined
  /** What requests are sent with; the global `fetch` if not given. */
  readonly fetch?: Fetch | undefined
  /** How long one attempt of a request may take, in milliseconds; 30,000 if not given. */
  readonly timeout?: number | undefined
  /** How often a request that may be repeated is repeated after it failed; 2 if not given. */
  readonly maxRetries?: number | undefined
  /** Headers that every request carries. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Called after each attempt of a request, for logs and metrics. What it throws is ignored. */
  readonly onAttempt?: ((attempt: Attempt) => void) | undefined
  /**
   * Writes the documents that `request` is given as syntax trees, such as those of gql.tada: `print` of `graphql` or of
   * `@0no-co/graphql.web`. Not needed for documents that are text.
   */
  print?(document: object): string
  /**
   * Whether a secret (a key’s, or the token of a service account or a gateway) may be given in a browser; it is refused if
   * not given, for everybody who opens the page can read it. A person’s session token and a playground token need no leave.
   */
  readonly dangerouslyAllowBrowser?: boolean | undefined
}

/** What one call may differ in. */
export interface RequestOptions {
  /** Ends the call, and any wait between its attempts, at once: it throws the signal’s reason. */
  readonly signal?: AbortSignal | undefined
  /** How long one attempt may take, in milliseconds. */
  readonly timeout?: number | undefined
  /** How often it is repeated after it failed, where it may be. */
  readonly maxRetries?: number | undefined
}

/** What one call of a mutation that takes an idempotency key may differ in. */
export interface IdempotentOptions extends RequestOptions {
  /**
   * Makes repeating safe, also by another process: within 24 hours the same key with the same input gets the same answer.
   * 22 to 255 characters, at least 128 random bits; the client makes one for the attempts of each call if not given. Keep
   * it as safe as the secret that it leads to.
   */
  readonly idempotencyKey?: string | undefined
}

/** What following a list of changes may differ in. */
export interface FollowOptions {
  /** Ends it, without an error. */
  readonly signal?: AbortSignal | undefined
  /** The cursor of the last change that was seen; from now on if not given. */
  readonly after?: string | undefined
  /** How long connecting may take, in milliseconds. */
  readonly timeout?: number | undefined
  /** How often in a row connecting may fail before it throws; without end if not given. */
  readonly maxRetries?: number | undefined
}
