// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { List } from '../../core/page.ts'
import type { IdempotentOptions, RequestOptions } from '../../core/options.ts'
import { change, list, read } from '../../internal/run.ts'
import type { Transport } from '../../internal/transport.ts'
import * as documents from '../documents.ts'
import type * as types from '../types.ts'

/** The methods of `client.serviceAccounts`. */
export class ServiceAccountsResource {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Creates a service account and returns its first token once. Requires OWNER or ADMIN.
   * @throws {ConflictError} The name is taken, a newer version exists, or the idempotency key was used with a
   * different input.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {LimitExceededError} The instance’s quota for such objects is used up.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  create(input: types.ServiceAccountCreateInput, options?: IdempotentOptions): Promise<types.ServiceAccountCreatePayload> {
    return change(this.#transport, documents.serviceAccountsCreate, { input }, options)
  }

  /**
   * Fetches a service account. Visible to members of its organization, collaborators of its projects, and
   * itself.
   * @param id Permanent id, `svc_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  get(id: string, options?: RequestOptions): Promise<types.ServiceAccount> {
    return read(this.#transport, documents.serviceAccountsGet, { id }, options)
  }

  /**
   * Lists the service accounts of an organization, oldest first. Visible to the Owner and ADMINs.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  list(params: types.ServiceAccountsListParams, options?: RequestOptions): List<types.ServiceAccount> {
    return list(this.#transport, documents.serviceAccountsList, params, options)
  }

  /**
   * Removes a service account and its roles. Also ends the tokens that the account created or rotated. Keys it
   * created keep working, unless the organization’s key policy pauses them. Repeating the removal changes
   * nothing and succeeds. Requires OWNER or ADMIN.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  remove(input: types.ServiceAccountRemoveInput, options?: RequestOptions): Promise<types.ServiceAccountRemovePayload> {
    return change(this.#transport, documents.serviceAccountsRemove, { input }, options)
  }

  /**
   * Rotates a service account’s token and returns the new one once. The old token stops working at once, or
   * after an overlap. At most two tokens work at a time. Requires OWNER or ADMIN.
   * @throws {ConflictError} The name is taken, a newer version exists, or the idempotency key was used with a
   * different input.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  rotateToken(input: types.ServiceAccountTokenRotateInput, options?: IdempotentOptions): Promise<types.ServiceAccountTokenRotatePayload> {
    return change(this.#transport, documents.serviceAccountsRotateToken, { input }, options)
  }
}
