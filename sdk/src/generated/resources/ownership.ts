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
   * Accepts the ownership of an organization. The Owner before becomes an ADMIN. For who it was offered to.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {LimitExceededError} One more would be more than the instance allows.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  accept(input: types.OwnershipTransferAcceptInput, options?: RequestOptions): Promise<types.Organization> {
    return change(this.#transport, documents.ownershipAccept, { input }, options)
  }

  /**
   * Takes the open offer of ownership back, or declines it. For the Owner, and for who it was made to.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  cancel(input: types.OwnershipTransferCancelInput, options?: RequestOptions): Promise<types.Organization> {
    return change(this.#transport, documents.ownershipCancel, { input }, options)
  }

  /**
   * Reads the open offer of an organization’s ownership; null when there is none, and to all others. For the
   * Owner and who it is made to.
   * @param organizationId The organization, `org_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  get(organizationId: string, options?: RequestOptions): Promise<types.OwnershipOffer | null> {
    return read(this.#transport, documents.ownershipGet, { organizationId }, options)
  }

  /**
   * Offers the ownership to one of the organization’s people, for 7 days. Replaces an earlier offer. For the
   * Owner.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  offer(input: types.OwnershipTransferOfferInput, options?: RequestOptions): Promise<types.OwnershipOffer> {
    return change(this.#transport, documents.ownershipOffer, { input }, options)
  }
}
