// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { RequestOptions } from '../../core/options.ts'
import { read } from '../../internal/run.ts'
import type { Transport } from '../../internal/transport.ts'
import * as documents from '../documents.ts'
import type * as types from '../types.ts'

/** The methods of `client.denials`. */
export class DenialsResource {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Fetches the denied requests of an organization by hour or day, grouped as requested. Visible to the Owner
   * and ADMINs.
   * @param organizationId The organization, `org_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  get(organizationId: string, input: types.DenialsInput, options?: RequestOptions): Promise<types.DenialSeries | null> {
    return read(this.#transport, documents.denialsGet, { organizationId, input }, options)
  }

  /**
   * Fetches the denied requests of a project by hour or day, grouped as requested. Visible to anyone with a role
   * in the project, except external collaborators.
   * @param projectId The project, `prj_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getOfProject(projectId: string, input: types.DenialsInput, options?: RequestOptions): Promise<types.DenialSeries | null> {
    return read(this.#transport, documents.denialsGetOfProject, { projectId, input }, options)
  }

  /**
   * Fetches the denied requests of a key by hour or day and reason. Visible to the key itself and the project’s
   * collaborators, except external ones.
   * @param id Permanent id, `key_…`. Rotation does not change it.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  ofApiKey(id: string, input: types.UsageInput, options?: RequestOptions): Promise<types.ApiKeyDenials> {
    return read(this.#transport, documents.denialsOfApiKey, { id, input }, options)
  }
}
