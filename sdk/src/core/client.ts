import { GeneratedClient } from '../generated/client.ts'
import { factsOf } from '../internal/document.ts'
import { isRecord } from '../internal/json.ts'
import type { TypedDocument } from '../internal/operation.ts'
import { headersOf, urlOf } from '../internal/settings.ts'
import { Transport, topLevelError } from '../internal/transport.ts'
import type { ClientOptions, IdempotentOptions } from './options.ts'

const DEFAULTS = { baseUrl: 'http://127.0.0.1:4000', timeout: 30_000, maxRetries: 2 }

function atLeastZero(name: string, given: number): number {
  if (!(given >= 0)) throw new TypeError(`\`${name}\` has to be a number, 0 or more.`)
  return given
}

/** A client of one Keyward server, with one credential. */
export class Keyward extends GeneratedClient {
  readonly #transport: Transport
  readonly #options: ClientOptions

  constructor(options: ClientOptions = {}) {
    const { baseUrl = DEFAULTS.baseUrl, timeout = DEFAULTS.timeout, maxRetries = DEFAULTS.maxRetries } = options
    const transport = new Transport({
      url: urlOf(baseUrl),
      fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
      headers: headersOf(options),
      timeout: atLeastZero('timeout', timeout),
      maxRetries: atLeastZero('maxRetries', maxRetries),
      onAttempt: options.onAttempt,
    })
    super(transport)
    this.#transport = transport
    this.#options = options
  }

  /** A client with the same options but those that are given: another token, say, for another person. */
  withOptions(options: ClientOptions): Keyward {
    return new Keyward({ ...this.#options, ...options })
  }

  /**
   * Sends a query or mutation of your own. Types come with documents that GraphQL Code Generator writes with
   * `documentMode: 'string'`, and with those of gql.tada, for which the client needs `print`. Any error of the answer is
   * topLevelError. A query is repeated after a failure; a mutation only when its `input` carries an `idempotencyKey`, which the
   * option of that name puts there.
   */
  async request<Data = unknown, Variables = Record<string, unknown>>(
    document: TypedDocument<Data, Variables>,
    variables?: Variables,
    options: IdempotentOptions = {},
  ): Promise<Data> {
    const { print } = this.#options
    const text = 'definitions' in Object(document) && print ? print(document) : document.toString()
    const facts = factsOf(text)
    if (!facts || facts.kind === 'subscription') {
      throw new TypeError(
        '`request` takes the text of a document with one query or mutation, or its syntax tree and the option `print`.',
      )
    }
    const given: Record<string, unknown> = isRecord(variables) ? { ...variables } : {}
    if (options.idempotencyKey !== undefined) {
      if (!isRecord(given.input)) throw new TypeError('`idempotencyKey` is for a mutation with a variable `input`.')
      given.input = { ...given.input, idempotencyKey: options.idempotencyKey }
    }
    const isKeyed = isRecord(given.input) && typeof given.input.idempotencyKey === 'string'
    const call = { name: facts.name, text, variables: given, mayRepeat: facts.kind === 'query' || isKeyed }
    return this.#transport.send(call, options, ({ data, errors: [error], origin }) => {
      if (error) throw topLevelError(error, origin)
      // The document carries the type of its data.
      return data as Data
    })
  }
}
