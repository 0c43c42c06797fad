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
   * Reads a membership in an organization. For members.
   * @param id The id of this membership, `mem_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  get(id: string, options?: RequestOptions): Promise<types.Member> {
    return read(this.#transport, documents.membersGet, { id }, options)
  }

  /**
   * Invites someone by e-mail to an organization, for 7 days. Mailed where the instance sends mail; the link is
   * returned either way. An earlier open invitation of the same address is cancelled. For the Owner and ADMINs.
   * @throws {ConflictError} Something else holds the name, or the idempotency key was used with another input.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {LimitExceededError} One more would be more than the instance allows.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  invite(input: types.MemberInviteInput, options?: IdempotentOptions): Promise<types.MemberInvitePayload> {
    return change(this.#transport, documents.membersInvite, { input }, options)
  }

  /**
   * Lists the members of an organization, oldest first. For members.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  list(params: types.MembersListParams, options?: RequestOptions): List<types.Member> {
    return list(this.#transport, documents.membersList, params, options)
  }

  /**
   * Removes a member from an organization, or lets oneself leave. Project roles in it go too, and so do open
   * invitations that they sent or were sent; what they made stays. Never the Owner. For the Owner and ADMINs,
   * and for oneself.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  remove(input: types.MemberRemoveInput, options?: RequestOptions): Promise<types.Organization | null> {
    return change(this.#transport, documents.membersRemove, { input }, options)
  }

  /**
   * Changes a member’s role. Who becomes a MEMBER loses the open invitations that they may not send any more,
   * and those that would make them an ADMIN again. For the Owner and ADMINs; one’s own role is at least theirs
   * and at least the one given. Never the Owner’s.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  setRole(input: types.MemberRoleSetInput, options?: RequestOptions): Promise<types.Member> {
    return change(this.#transport, documents.membersSetRole, { input }, options)
  }
}
