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
   * Accepts an invitation. Once, within 7 days. For people, signed in with the e-mail address that it was sent
   * to.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {LimitExceededError} One more would be more than the instance allows.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  accept(input: types.InvitationAcceptInput, options?: RequestOptions): Promise<types.InvitationAcceptPayload> {
    return change(this.#transport, documents.invitationsAccept, { input }, options)
  }

  /**
   * Cancels an open invitation: its link leads nowhere from then on. For those who could have sent it.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  cancel(input: types.InvitationCancelInput, options?: RequestOptions): Promise<types.Invitation> {
    return change(this.#transport, documents.invitationsCancel, { input }, options)
  }

  /**
   * Reads an invitation. For those who could have sent it.
   * @param id The id, `inv_…`. It is not the token of the link.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  get(id: string, options?: RequestOptions): Promise<types.Invitation> {
    return read(this.#transport, documents.invitationsGet, { id }, options)
  }

  /**
   * Lists the open invitations of an organization, newest first. For its Owner and ADMINs.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  list(params: types.InvitationsListParams, options?: RequestOptions): List<types.Invitation> {
    return list(this.#transport, documents.invitationsList, params, options)
  }

  /**
   * Lists the open invitations of external collaborators to a project, newest first. For its ADMINs.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  listOfProject(params: types.InvitationsListOfProjectParams, options?: RequestOptions): List<types.Invitation> {
    return list(this.#transport, documents.invitationsListOfProject, params, options)
  }
}
