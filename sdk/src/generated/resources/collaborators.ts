// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { List } from '../../core/page.ts'
import type { IdempotentOptions, RequestOptions } from '../../core/options.ts'
import { change, list, read } from '../../internal/run.ts'
import type { Transport } from '../../internal/transport.ts'
import * as documents from '../documents.ts'
import type * as types from '../types.ts'

/** The methods of `client.collaborators`. */
export class CollaboratorsResource {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Adds a member or service account of the organization to a project, or invites an e-mail address as an
   * external collaborator. Requires ADMIN in the project.
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
  add(input: types.CollaboratorAddInput, options?: IdempotentOptions): Promise<types.CollaboratorAddPayload> {
    return change(this.#transport, documents.collaboratorsAdd, { input }, options)
  }

  /**
   * Fetches a collaborator of a project. Visible to anyone with a role in the project.
   * @param id Id of the membership, `col_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  get(id: string, options?: RequestOptions): Promise<types.Collaborator> {
    return read(this.#transport, documents.collaboratorsGet, { id }, options)
  }

  /**
   * Lists the collaborators of a project, oldest first. Access through an organization role is not listed.
   * Visible to people and service accounts that can read the project.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  list(params: types.CollaboratorsListParams, options?: RequestOptions): List<types.Collaborator> {
    return list(this.#transport, documents.collaboratorsList, params, options)
  }

  /**
   * Removes a collaborator from a project. Also cancels their pending invitations to the project and ends tokens
   * that they may no longer see. Keys they created keep working, unless this was their last role and the
   * organization’s key policy pauses such keys. Repeating the removal changes nothing and succeeds. Requires
   * ADMIN in the project, except to leave it.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  remove(input: types.CollaboratorRemoveInput, options?: RequestOptions): Promise<types.CollaboratorRemovePayload> {
    return change(this.#transport, documents.collaboratorsRemove, { input }, options)
  }

  /**
   * Changes a collaborator’s role. A demotion to MEMBER cancels pending invitations to the project that exceed
   * the new role. Requires ADMIN in the project.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  setRole(input: types.CollaboratorRoleSetInput, options?: RequestOptions): Promise<types.Collaborator | null> {
    return change(this.#transport, documents.collaboratorsSetRole, { input }, options)
  }
}
