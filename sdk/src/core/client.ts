import { GeneratedClient } from '../generated/client.ts'
import { factsOf } from '../internal/document.ts'
import { isRecord } from '../internal/json.ts'
import type { TypedDocument } from '../internal/operation.ts'
import { headersOf, urlOf } from '../internal/settings.ts'
import { Transport, topLevelError } from '../internal/transport.ts'
import type { ClientOptions, DocumentOptions, ErrorPolicy } from './options.ts'
import { type Answered, type PartialResponse, partialResponse } from './partial.ts'

const DEFAULTS = { baseUrl: 'http://127.0.0.1:4000', timeout: 30_000, maxRetries: 2 }

function atLeastZero(name: string, given: number): number {
  if (!(given >= 0)) throw new TypeError(`\`${name}\` must be a number, 0 or more.`)
  return given
}

/** Creates a client's transport. */
export function transportOf(options: ClientOptions): Transport {
  const { baseUrl = DEFAULTS.baseUrl, timeout = DEFAULTS.timeout, maxRetries = DEFAULTS.maxRetries } = options
  return new Transport({
    url: urlOf(baseUrl),
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    headers: headersOf(options),
    timeout: atLeastZero('timeout', timeout),
    maxRetries: atLeastZero('maxRetries', maxRetries),
    traceparent: options.traceparent,
    onAttempt: options.onAttempt,
  })
}

/** Client for a Keyward server. Each client sends one credential. */
export class Keyward extends GeneratedClient {
  readonly #transport: Transport
  readonly #options: ClientOptions

  constructor(options: ClientOptions = {}) {
    const transport = transportOf(options)
    super(transport)
    this.#transport = transport
    this.#options = options
  }

  /** Returns a client with the same options, except those given, such as another person's token. */
  withOptions(options: ClientOptions): Keyward {
    return new Keyward({ ...this.#options, ...options })
  }

  /**
   * Sends your own query or mutation. Documents from GraphQL Code Generator (`documentMode: 'string'`) and gql.tada are
   * typed; gql.tada needs the option `print`. Throws if the response contains an error, unless `errorPolicy` is
   * `partial`. Failed queries are retried. Failed mutations are retried only if their `input` has an `idempotencyKey`,
   * which the option `idempotencyKey` sets.
   */
  request<Data = unknown, Variables = Record<string, unknown>, Policy extends ErrorPolicy = 'throw'>(
    document: TypedDocument<Data, Variables>,
    variables?: Variables,
    options?: DocumentOptions<Policy>,
  ): Promise<Answered<Data, Policy>>
  async request<Data>(
    document: TypedDocument<Data, unknown>,
    variables?: unknown,
    options: DocumentOptions<ErrorPolicy> = {},
  ): Promise<Data | PartialResponse<Data>> {
    const { print } = this.#options
    const text = 'definitions' in Object(document) && print ? print(document) : document.toString()
    const facts = factsOf(text)
    if (!facts || facts.kind === 'subscription') {
      throw new TypeError(
        '`request` takes a document with one query or mutation: its text, or its syntax tree with the option `print`.',
      )
    }
    const given: Record<string, unknown> = isRecord(variables) ? { ...variables } : {}
    if (options.idempotencyKey !== undefined) {
      if (!isRecord(given.input)) throw new TypeError('`idempotencyKey` requires a mutation with a variable `input`.')
      given.input = { ...given.input, idempotencyKey: options.idempotencyKey }
    }
    const isKeyed = isRecord(given.input) && typeof given.input.idempotencyKey === 'string'
    const call = { name: facts.name, text, variables: given, mayRepeat: facts.kind === 'query' || isKeyed }
    return this.#transport.send(call, options, (answer): Data | PartialResponse<Data> => {
      if (options.errorPolicy === 'partial') return partialResponse(answer)
      const [error] = answer.errors
      if (error) throw topLevelError(error, answer.origin)
      // `Data` is the type that the document declares for its response.
      return answer.data as Data
    })
  }
}
