// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { List } from '../../core/page.ts'
import type { IdempotentOptions, RequestOptions } from '../../core/options.ts'
import { change, list, read } from '../../internal/run.ts'
import type { Transport } from '../../internal/transport.ts'
import * as documents from '../documents.ts'
import type * as types from '../types.ts'

/** The methods of `client.webhooks`. */
export class WebhooksResource {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Creates a webhook and shows its signing secret, once. For the organization’s Owner and ADMINs.
   * @throws {ConflictError} Something else holds the name, or the idempotency key was used with another input.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {LimitExceededError} One more would be more than the instance allows.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  create(input: types.WebhookCreateInput, options?: IdempotentOptions): Promise<types.WebhookCreatePayload> {
    return change(this.#transport, documents.webhooksCreate, { input }, options)
  }

  /**
   * Reads what became of the newest messages of a webhook, at most 100. For the organization's Owner and ADMINs.
   * @param id The id, `whk_…`. It never changes.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  deliveries(id: string, first?: number | null, after?: string | null, options?: RequestOptions): Promise<types.WebhookDeliveries> {
    return read(this.#transport, documents.webhooksDeliveries, { id, first, after }, options)
  }

  /**
   * Reads a webhook. For the organization’s Owner and ADMINs.
   * @param id The id, `whk_…`. It never changes.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  get(id: string, options?: RequestOptions): Promise<types.Webhook> {
    return read(this.#transport, documents.webhooksGet, { id }, options)
  }

  /**
   * Lists the webhooks of an organization, oldest first. For its Owner and ADMINs.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  list(params: types.WebhooksListParams, options?: RequestOptions): List<types.Webhook> {
    return list(this.#transport, documents.webhooksList, params, options)
  }

  /**
   * Removes a webhook, with its messages. What is on its way is not sent. For the organization’s Owner and
   * ADMINs.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  remove(input: types.WebhookRemoveInput, options?: RequestOptions): Promise<types.Organization> {
    return change(this.#transport, documents.webhooksRemove, { input }, options)
  }

  /**
   * Gives a webhook a new signing secret, shown once. Until the overlap ends, messages are signed with the old
   * one too, so that the receiver can change over. For the organization’s Owner and ADMINs.
   * @throws {ConflictError} Something else holds the name, or the idempotency key was used with another input.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  rotateSecret(input: types.WebhookSecretRotateInput, options?: IdempotentOptions): Promise<types.WebhookSecretRotatePayload> {
    return change(this.#transport, documents.webhooksRotateSecret, { input }, options)
  }

  /**
   * Sends a test message to a webhook, like any other: what became of it is in `deliveries`, and it is tried up
   * to 10 times. For the organization’s Owner and ADMINs.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  test(input: types.WebhookTestInput, options?: RequestOptions): Promise<types.Webhook> {
    return change(this.#transport, documents.webhooksTest, { input }, options)
  }

  /**
   * Changes where messages go, what they tell of, or whether any are sent. What is on its way to a webhook that
   * is disabled is given up. For the organization’s Owner and ADMINs.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  update(input: types.WebhookUpdateInput, options?: RequestOptions): Promise<types.Webhook> {
    return change(this.#transport, documents.webhooksUpdate, { input }, options)
  }
}
