// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { List } from '../../core/page.ts'
import type { RequestOptions } from '../../core/options.ts'
import { change, list, read } from '../../internal/run.ts'
import type { Transport } from '../../internal/transport.ts'
import * as documents from '../documents.ts'
import type * as types from '../types.ts'

/** The methods of `client.trusts`. */
export class TrustsResource {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Creates a trust, so that workloads of an issuer may act as a service account in the project. They have the
   * service account’s role in the project. Requires ADMIN in the project.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {LimitExceededError} The instance’s quota for such objects is used up.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  create(input: types.TrustCreateInput, options?: RequestOptions): Promise<types.Trust> {
    return change(this.#transport, documents.trustsCreate, { input }, options)
  }

  /**
   * Deletes a trust and ends the tokens that it has issued. Deleting it again changes nothing and succeeds.
   * Requires ADMIN in the project.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  delete(input: types.TrustDeleteInput, options?: RequestOptions): Promise<types.Project> {
    return change(this.#transport, documents.trustsDelete, { input }, options)
  }

  /**
   * Fetches a trust. Visible to the Owner, ADMINs, and ADMINs of the project.
   * @param id Permanent id, `tru_…`. `POST /token` takes it as `audience`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  get(id: string, options?: RequestOptions): Promise<types.Trust> {
    return read(this.#transport, documents.trustsGet, { id }, options)
  }

  /**
   * Lists the trusts of a project, oldest first. Visible to the Owner, ADMINs, and ADMINs of the project.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  list(params: types.TrustsListParams, options?: RequestOptions): List<types.Trust> {
    return list(this.#transport, documents.trustsList, params, options)
  }

  /**
   * Changes a trust. The input replaces its conditions, or enables or disables it. Any change ends the tokens
   * that the trust has issued. Requires ADMIN in the project.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  update(input: types.TrustUpdateInput, options?: RequestOptions): Promise<types.Trust> {
    return change(this.#transport, documents.trustsUpdate, { input }, options)
  }
}
