// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { List } from '../../core/page.ts'
import type { IdempotentOptions, RequestOptions } from '../../core/options.ts'
import { change, list, read } from '../../internal/run.ts'
import type { Transport } from '../../internal/transport.ts'
import * as documents from '../documents.ts'
import type * as types from '../types.ts'

/** The methods of `client.members`. */
export class MembersResource {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Fetches a member of an organization. Visible to members.
   * @param id Id of the membership, `mem_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  get(id: string, options?: RequestOptions): Promise<types.Member> {
    return read(this.#transport, documents.membersGet, { id }, options)
  }

  /**
   * Invites an e-mail address to an organization for 7 days. Returns the link, and mails it if the instance
   * sends mail. Replaces an earlier pending invitation of that address. Requires OWNER or ADMIN.
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
  invite(input: types.MemberInviteInput, options?: IdempotentOptions): Promise<types.MemberInvitePayload> {
    return change(this.#transport, documents.membersInvite, { input }, options)
  }

  /**
   * Lists the working tokens that a member last saw. Removing the member ends these tokens. Visible to the Owner
   * and ADMINs.
   * @param id Id of the membership, `mem_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  lastSeenTokens(id: string, options?: RequestOptions): Promise<types.MemberLastSeenTokens> {
    return read(this.#transport, documents.membersLastSeenTokens, { id }, options)
  }

  /**
   * Lists the members of an organization, oldest first. Visible to members.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  list(params: types.MembersListParams, options?: RequestOptions): List<types.Member> {
    return list(this.#transport, documents.membersList, params, options)
  }

  /**
   * Lists the members of an organization, oldest first, and whether each has a second factor. Visible to the
   * Owner and ADMINs.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  listSecondFactors(params: types.MembersListSecondFactorsParams, options?: RequestOptions): List<types.MemberSecondFactor> {
    return list(this.#transport, documents.membersListSecondFactors, params, options)
  }

  /**
   * Removes a member and their project roles from an organization. Also cancels their pending invitations and
   * ends the tokens that they last saw. Keys they created keep working, unless the organization’s key policy
   * pauses them. The Owner cannot be removed. Repeating the removal changes nothing and succeeds. Requires OWNER
   * or ADMIN, except to leave.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  remove(input: types.MemberRemoveInput, options?: RequestOptions): Promise<types.MemberRemovePayload> {
    return change(this.#transport, documents.membersRemove, { input }, options)
  }

  /**
   * Changes a member’s role, except the Owner’s. A demotion to MEMBER cancels pending invitations that exceed
   * the new role. It also ends tokens that the member last saw and is no longer permitted to see. Requires OWNER
   * or ADMIN.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  setRole(input: types.MemberRoleSetInput, options?: RequestOptions): Promise<types.MemberRoleSetPayload> {
    return change(this.#transport, documents.membersSetRole, { input }, options)
  }
}
