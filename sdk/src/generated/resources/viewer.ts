// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { List } from '../../core/page.ts'
import type { RequestOptions } from '../../core/options.ts'
import { list, read } from '../../internal/run.ts'
import type { Transport } from '../../internal/transport.ts'
import * as documents from '../documents.ts'
import type * as types from '../types.ts'

/** The methods of `client.viewer`. */
export class ViewerResource {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Fetches the caller. Available to everyone, including anonymous callers. */
  get(options?: RequestOptions): Promise<types.Viewer> {
    return read(this.#transport, documents.viewerGet, {}, options)
  }

  /**
   * Lists the projects visible to the caller in all organizations, oldest first, without archived ones.
   * Available to everyone; a key finds its own project.
   */
  projects(params: types.ViewerProjectsParams = {}, options?: RequestOptions): List<types.Project> {
    return list(this.#transport, documents.viewerProjects, params, options)
  }
}
