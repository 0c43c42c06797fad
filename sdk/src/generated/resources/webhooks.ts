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
   * Creates a webhook and returns its signing secret once. Requires OWNER or ADMIN.
   * @throws {ConflictError} The name is taken, a newer version exists, or the idempotency key was used with a
   * different input.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {LimitExceededError} The instance’s quota for such objects is used up.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  create(input: types.WebhookCreateInput, options?: IdempotentOptions): Promise<types.WebhookCreatePayload> {
    return change(this.#transport, documents.webhooksCreate, { input }, options)
  }

  /**
   * Fetches the delivery state of a webhook’s newest messages, at most 100. Visible to the Owner and ADMINs.
   * @param id Permanent id, `whk_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  deliveries(id: string, first?: number | null, after?: string | null, options?: RequestOptions): Promise<types.WebhookDeliveries> {
    return read(this.#transport, documents.webhooksDeliveries, { id, first, after }, options)
  }

  /**
   * Fetches a message with its body. Visible to the Owner and ADMINs.
   * @param id Permanent id, `msg_…`: the `webhook-id` header of every attempt.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  delivery(id: string, options?: RequestOptions): Promise<types.WebhookDeliveryWithBody> {
    return read(this.#transport, documents.webhooksDelivery, { id }, options)
  }

  /**
   * Fetches a webhook. Visible to the Owner and ADMINs.
   * @param id Permanent id, `whk_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  get(id: string, options?: RequestOptions): Promise<types.Webhook> {
    return read(this.#transport, documents.webhooksGet, { id }, options)
  }

  /**
   * Lists the webhooks of an organization, oldest first. Visible to the Owner and ADMINs.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  list(params: types.WebhooksListParams, options?: RequestOptions): List<types.Webhook> {
    return list(this.#transport, documents.webhooksList, params, options)
  }

  /**
   * Removes a webhook and its messages. Pending messages are not sent. Removing it again changes nothing and
   * succeeds. Requires OWNER or ADMIN.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  remove(input: types.WebhookRemoveInput, options?: RequestOptions): Promise<types.Organization> {
    return change(this.#transport, documents.webhooksRemove, { input }, options)
  }

  /**
   * Sends a message again, with the same id and up to 10 attempts. The message may already have been delivered.
   * Receivers can recognize a repeated message by its id. Requires OWNER or ADMIN.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  resend(input: types.WebhookDeliveryResendInput, options?: RequestOptions): Promise<types.WebhookDelivery> {
    return change(this.#transport, documents.webhooksResend, { input }, options)
  }

  /**
   * Sends failed messages of a webhook again, for example after an outage of its receiver. Sends at most 1000,
   * oldest first. Requires OWNER or ADMIN.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  resendFailed(input: types.WebhookDeliveriesResendInput, options?: RequestOptions): Promise<types.WebhookDeliveriesResendPayload> {
    return change(this.#transport, documents.webhooksResendFailed, { input }, options)
  }

  /**
   * Rotates a webhook’s signing secret and returns the new one once. Messages carry both signatures until the
   * overlap ends. Requires OWNER or ADMIN.
   * @throws {ConflictError} The name is taken, a newer version exists, or the idempotency key was used with a
   * different input.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  rotateSecret(input: types.WebhookSecretRotateInput, options?: IdempotentOptions): Promise<types.WebhookSecretRotatePayload> {
    return change(this.#transport, documents.webhooksRotateSecret, { input }, options)
  }

  /**
   * Sends a test message to a webhook, with up to 10 attempts. The state of the message appears in
   * `Webhook.deliveries`. Requires OWNER or ADMIN.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  test(input: types.WebhookTestInput, options?: RequestOptions): Promise<types.Webhook> {
    return change(this.#transport, documents.webhooksTest, { input }, options)
  }

  /**
   * Changes a webhook. The input replaces its URL, description or events, or enables or disables it. Disabling a
   * webhook discards its pending messages. Requires OWNER or ADMIN.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  update(input: types.WebhookUpdateInput, options?: RequestOptions): Promise<types.Webhook> {
    return change(this.#transport, documents.webhooksUpdate, { input }, options)
  }
}
