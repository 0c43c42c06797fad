// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { List } from '../../core/page.ts'
import type { IdempotentOptions, RequestOptions } from '../../core/options.ts'
import { change, list } from '../../internal/run.ts'
import type { Transport } from '../../internal/transport.ts'
import * as documents from '../documents.ts'
import type * as types from '../types.ts'

/** The methods of `client.playground`. */
export class PlaygroundResource {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Lists every live key of every project that one may use, across all organizations, newest first. For people;
   * not found for others.
   */
  apiKeys(params: types.PlaygroundApiKeysParams = {}, options?: RequestOptions): List<types.ApiKey> {
    return list(this.#transport, documents.playgroundApiKeys, params, options)
  }

  /**
   * Makes a token by which you can call models for 10 minutes, in one organization, as if by a key: gateways
   * verify it, this API does not take it. What it uses is attributed to you and to the organization’s default
   * project. For people who have a role in the organization; FORBIDDEN to service accounts and keys.
   * LIMIT_EXCEEDED while 20 tokens of yours are live.
   * @throws {ConflictError} Something else holds the name, or the idempotency key was used with another input.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {LimitExceededError} One more would be more than the instance allows.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  createToken(input: types.PlaygroundTokenCreateInput, options?: IdempotentOptions): Promise<types.PlaygroundTokenCreatePayload> {
    return change(this.#transport, documents.playgroundCreateToken, { input }, options)
  }

  /**
   * Lists every model that one can call, by slug, with the projects and keys through which. For people; not
   * found for others.
   */
  models(params: types.PlaygroundModelsParams = {}, options?: RequestOptions): List<types.PlaygroundModel> {
    return list(this.#transport, documents.playgroundModels, params, options)
  }
}
