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
   * Reads a model of the catalogue. For everyone with a credential where it is public, and for those who may
   * read its project where it is not.
   * @param id The id, `mdl_…`. It never changes.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  get(id: string, options?: RequestOptions): Promise<types.Model> {
    return read(this.#transport, documents.modelsGet, { id }, options)
  }

  /**
   * Lists the catalogue by slug: the public models, and those of the projects where one may list models. For
   * everyone with a credential.
   */
  list(params: types.ModelsListParams = {}, options?: RequestOptions): List<types.Model> {
    return list(this.#transport, documents.modelsList, params, options)
  }

  /**
   * Lists the models that can be called from a project, by slug: the public ones and its own. For those who may
   * read the project.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  listOfProject(params: types.ModelsListOfProjectParams, options?: RequestOptions): List<types.Model> {
    return list(this.#transport, documents.modelsListOfProject, params, options)
  }
}
