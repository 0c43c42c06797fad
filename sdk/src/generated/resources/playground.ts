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
   * Lists the live keys of all projects that the caller may use, newest first. Available to people; others get
   * NotFoundError.
   */
  apiKeys(params: types.PlaygroundApiKeysParams = {}, options?: RequestOptions): List<types.ApiKey> {
    return list(this.#transport, documents.playgroundApiKeys, params, options)
  }

  /**
   * Creates a token with which you can call models at gateways for 10 minutes. Its usage is attributed to you
   * and charged to a project that you may use. Requires a person with a role in the organization.
   * @throws {ConflictError} The name is taken, a newer version exists, or the idempotency key was used with a
   * different input.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {LimitExceededError} The instance’s quota for such objects is used up.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  createToken(input: types.PlaygroundTokenCreateInput, options?: IdempotentOptions): Promise<types.PlaygroundTokenCreatePayload> {
    return change(this.#transport, documents.playgroundCreateToken, { input }, options)
  }

  /**
   * Lists the models that the caller can call, sorted by slug, with the projects and keys that give access.
   * Available to people; others get NotFoundError.
   */
  models(params: types.PlaygroundModelsParams = {}, options?: RequestOptions): List<types.PlaygroundModel> {
    return list(this.#transport, documents.playgroundModels, params, options)
  }
}
