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
   * Reads a resource. For those who may read its project, and for gateways.
   * @param id The id, `res_…`. It never changes.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  get(id: string, options?: RequestOptions): Promise<types.Resource> {
    return read(this.#transport, documents.resourcesGet, { id }, options)
  }

  /**
   * Lists the resources of a project, newest first. For those who may read the project.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  list(params: types.ResourcesListParams, options?: RequestOptions): List<types.Resource> {
    return list(this.#transport, documents.resourcesList, params, options)
  }

  /**
   * Registers a resource in a project: from then on requests that name it are allowed to keys of this project
   * alone. Registering the same again answers the same resource. For everyone with a role in the project, and
   * for gateways.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {LimitExceededError} One more would be more than the instance allows.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  register(input: types.ResourceRegisterInput, options?: RequestOptions): Promise<types.Resource> {
    return change(this.#transport, documents.resourcesRegister, { input }, options)
  }

  /**
   * Removes a resource: no request may name it any more. For everyone with a role in the project, and for
   * gateways.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  remove(input: types.ResourceRemoveInput, options?: RequestOptions): Promise<types.Project | null> {
    return change(this.#transport, documents.resourcesRemove, { input }, options)
  }
}
