// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { List } from '../../core/page.ts'
import type { RequestOptions } from '../../core/options.ts'
import { change, list, read } from '../../internal/run.ts'
import type { Transport } from '../../internal/transport.ts'
import * as documents from '../documents.ts'
import type * as types from '../types.ts'

/** The methods of `client.invitations`. */
export class InvitationsResource {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Accepts an invitation within 7 days. Requires a person signed in with the invited e-mail address.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {LimitExceededError} The instance’s quota for such objects is used up.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  accept(input: types.InvitationAcceptInput, options?: RequestOptions): Promise<types.InvitationAcceptPayload> {
    return change(this.#transport, documents.invitationsAccept, { input }, options)
  }

  /**
   * Cancels a pending invitation, so that its link stops working. Requires the permission to send such an
   * invitation.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  cancel(input: types.InvitationCancelInput, options?: RequestOptions): Promise<types.Invitation> {
    return change(this.#transport, documents.invitationsCancel, { input }, options)
  }

  /**
   * Fetches an invitation. Visible to anyone who could have sent it.
   * @param id Permanent id, `inv_…`. It differs from the token in the invitation link.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  get(id: string, options?: RequestOptions): Promise<types.Invitation> {
    return read(this.#transport, documents.invitationsGet, { id }, options)
  }

  /**
   * Lists the pending invitations of an organization, newest first. Visible to the Owner and ADMINs.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  list(params: types.InvitationsListParams, options?: RequestOptions): List<types.Invitation> {
    return list(this.#transport, documents.invitationsList, params, options)
  }

  /**
   * Lists the pending invitations of external collaborators to a project, newest first. Visible to its ADMINs.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  listOfProject(params: types.InvitationsListOfProjectParams, options?: RequestOptions): List<types.Invitation> {
    return list(this.#transport, documents.invitationsListOfProject, params, options)
  }

  /**
   * Looks up an invitation by the token of its link. Null if no invitation has this token. Available to
   * everyone, even without a credential.
   * @param token Token of the invitation, which follows `#token=` in the link. Send it as a variable.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  preview(token: string, options?: RequestOptions): Promise<types.InvitationPreview> {
    return read(this.#transport, documents.invitationsPreview, { token }, options)
  }
}
