// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { RequestOptions } from '../../core/options.ts'
import { change, read } from '../../internal/run.ts'
import type { Transport } from '../../internal/transport.ts'
import * as documents from '../documents.ts'
import type * as types from '../types.ts'

/** The methods of `client.ownership`. */
export class OwnershipResource {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Accepts the ownership of an organization. The previous Owner becomes an ADMIN. Available to the recipient of
   * the offer.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {LimitExceededError} The instance’s quota for such objects is used up.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  accept(input: types.OwnershipTransferAcceptInput, options?: RequestOptions): Promise<types.Organization> {
    return change(this.#transport, documents.ownershipAccept, { input }, options)
  }

  /**
   * Withdraws or declines a pending offer of ownership. If the newest offer is already cancelled, nothing
   * changes, and the call succeeds. Available to the Owner and the recipient of the offer.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  cancel(input: types.OwnershipTransferCancelInput, options?: RequestOptions): Promise<types.Organization> {
    return change(this.#transport, documents.ownershipCancel, { input }, options)
  }

  /**
   * Fetches the pending offer of an organization’s ownership. Null if there is none. Visible to the Owner and
   * the recipient; null for others.
   * @param organizationId The organization, `org_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  get(organizationId: string, options?: RequestOptions): Promise<types.OwnershipOffer | null> {
    return read(this.#transport, documents.ownershipGet, { organizationId }, options)
  }

  /**
   * Offers the ownership of an organization to one of its members for 7 days. Replaces an earlier offer.
   * Requires OWNER.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  offer(input: types.OwnershipTransferOfferInput, options?: RequestOptions): Promise<types.OwnershipOffer> {
    return change(this.#transport, documents.ownershipOffer, { input }, options)
  }
}
