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
   * Creates a service account with its first token. For the Owner and ADMINs of the organization.
   * @throws {ConflictError} Something else holds the name, or the idempotency key was used with another input.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {LimitExceededError} One more would be more than the instance allows.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  create(input: types.ServiceAccountCreateInput, options?: IdempotentOptions): Promise<types.ServiceAccountCreatePayload> {
    return change(this.#transport, documents.serviceAccountsCreate, { input }, options)
  }

  /**
   * Reads a service account. For members of its organization and collaborators of its projects; it may read
   * itself.
   * @param id The id, `svc_…`. It never changes.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  get(id: string, options?: RequestOptions): Promise<types.ServiceAccount> {
    return read(this.#transport, documents.serviceAccountsGet, { id }, options)
  }

  /**
   * Lists the service accounts of an organization, oldest first. For its Owner and ADMINs.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  list(params: types.ServiceAccountsListParams, options?: RequestOptions): List<types.ServiceAccount> {
    return list(this.#transport, documents.serviceAccountsList, params, options)
  }

  /**
   * Removes a service account with its roles. The keys it made keep working. For the Owner and ADMINs.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  remove(input: types.ServiceAccountRemoveInput, options?: RequestOptions): Promise<types.Organization | null> {
    return change(this.#transport, documents.serviceAccountsRemove, { input }, options)
  }

  /**
   * Gives a service account a new token; the old one stops at once. For the Owner and ADMINs.
   * @throws {ConflictError} Something else holds the name, or the idempotency key was used with another input.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  rotateToken(input: types.ServiceAccountTokenRotateInput, options?: IdempotentOptions): Promise<types.ServiceAccountTokenRotatePayload> {
    return change(this.#transport, documents.serviceAccountsRotateToken, { input }, options)
  }
}
