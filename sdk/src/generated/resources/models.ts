// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { List } from '../../core/page.ts'
import type { RequestOptions } from '../../core/options.ts'
import { list, read } from '../../internal/run.ts'
import type { Transport } from '../../internal/transport.ts'
import * as documents from '../documents.ts'
import type * as types from '../types.ts'

/** The methods of `client.models`. */
export class ModelsResource {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Fetches a model of the catalogue. Visible to every authenticated caller if the model is public, or else to
   * anyone who can read its project.
   * @param id Permanent id, `mdl_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  get(id: string, options?: RequestOptions): Promise<types.Model> {
    return read(this.#transport, documents.modelsGet, { id }, options)
  }

  /**
   * Lists the model catalogue, sorted by slug: public models and those of projects whose models you may list.
   * Visible to every authenticated caller.
   */
  list(params: types.ModelsListParams = {}, options?: RequestOptions): List<types.Model> {
    return list(this.#transport, documents.modelsList, params, options)
  }

  /**
   * Lists the models that a project’s keys can call, sorted by slug: public ones and its own. Visible to anyone
   * who can read the project.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  listOfProject(params: types.ModelsListOfProjectParams, options?: RequestOptions): List<types.Model> {
    return list(this.#transport, documents.modelsListOfProject, params, options)
  }
}
