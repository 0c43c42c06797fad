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
   * Adds a member or service account of the organization to a project, or invites an e-mail address to it as an
   * external collaborator. For the project’s ADMINs.
   * @throws {ConflictError} Something else holds the name, or the idempotency key was used with another input.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {LimitExceededError} One more would be more than the instance allows.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  add(input: types.CollaboratorAddInput, options?: IdempotentOptions): Promise<types.CollaboratorAddPayload> {
    return change(this.#transport, documents.collaboratorsAdd, { input }, options)
  }

  /**
   * Reads a membership in a project. For those with a role in the project.
   * @param id The id of this membership, `col_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  get(id: string, options?: RequestOptions): Promise<types.Collaborator> {
    return read(this.#transport, documents.collaboratorsGet, { id }, options)
  }

  /**
   * Lists the collaborators of a project, oldest first; access that follows from a role in the organization has
   * no row. For those who may read the project.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  list(params: types.CollaboratorsListParams, options?: RequestOptions): List<types.Collaborator> {
    return list(this.#transport, documents.collaboratorsList, params, options)
  }

  /**
   * Removes a collaborator from a project, or lets oneself leave. Open invitations to them lose the project, and
   * those that they may not send any more are cancelled. The keys they made keep working. For the project’s
   * ADMINs.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  remove(input: types.CollaboratorRemoveInput, options?: RequestOptions): Promise<types.Project | null> {
    return change(this.#transport, documents.collaboratorsRemove, { input }, options)
  }

  /**
   * Changes a collaborator’s role in a project. Who becomes a MEMBER loses the open invitations to it that they
   * may not send any more, and those that would make them an ADMIN again. For the project’s ADMINs.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  setRole(input: types.CollaboratorRoleSetInput, options?: RequestOptions): Promise<types.Collaborator | null> {
    return change(this.#transport, documents.collaboratorsSetRole, { input }, options)
  }
}
