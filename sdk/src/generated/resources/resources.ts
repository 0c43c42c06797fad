// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { List } from '../../core/page.ts'
import type { RequestOptions } from '../../core/options.ts'
import { change, list, read } from '../../internal/run.ts'
import type { Transport } from '../../internal/transport.ts'
import * as documents from '../documents.ts'
import type * as types from '../types.ts'

/** The methods of `client.resources`. */
export class ResourcesResource {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Fetches a resource. Visible to anyone who can read its project, and to gateways.
   * @param id Permanent id, `res_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  get(id: string, options?: RequestOptions): Promise<types.Resource> {
    return read(this.#transport, documents.resourcesGet, { id }, options)
  }

  /**
   * Lists the resources of a project, newest first. Visible to anyone who can read the project.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  list(params: types.ResourcesListParams, options?: RequestOptions): List<types.Resource> {
    return list(this.#transport, documents.resourcesList, params, options)
  }

  /**
   * Registers a resource in a project, so that only this project’s keys can access it. Repeating a registration
   * returns the same resource. Requires a role in the project, or a gateway token.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {LimitExceededError} The instance’s quota for such objects is used up.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  register(input: types.ResourceRegisterInput, options?: RequestOptions): Promise<types.Resource> {
    return change(this.#transport, documents.resourcesRegister, { input }, options)
  }

  /**
   * Removes a resource, so that requests naming it are denied. Removing it again changes nothing and succeeds.
   * Requires a role in the project, or a gateway token.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  remove(input: types.ResourceRemoveInput, options?: RequestOptions): Promise<types.Project | null> {
    return change(this.#transport, documents.resourcesRemove, { input }, options)
  }
}
