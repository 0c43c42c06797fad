// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { RequestOptions } from '../../core/options.ts'
import { read } from '../../internal/run.ts'
import type { Transport } from '../../internal/transport.ts'
import * as documents from '../documents.ts'
import type * as types from '../types.ts'

/** The methods of `client.costAnalytics`. */
export class CostAnalyticsResource {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Fetches the cost of an organization’s usage by hour or day, grouped as requested. Visible to the Owner and
   * ADMINs.
   * @param organizationId The organization, `org_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  get(organizationId: string, input: types.CostAnalyticsInput, options?: RequestOptions): Promise<types.CostAnalytics | null> {
    return read(this.#transport, documents.costAnalyticsGet, { organizationId, input }, options)
  }

  /**
   * Fetches the cost of a project’s usage by hour or day, grouped as requested. Visible to anyone with a role in
   * the project, except external collaborators.
   * @param projectId The project, `prj_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getOfProject(projectId: string, input: types.CostAnalyticsInput, options?: RequestOptions): Promise<types.CostAnalytics | null> {
    return read(this.#transport, documents.costAnalyticsGetOfProject, { projectId, input }, options)
  }

  /**
   * Lists the names of the tags that keys of an organization have or had, sorted. Each can be the `tagKey` of
   * costs. Visible to the Owner and ADMINs.
   * @param organizationId The organization, `org_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  tagKeys(organizationId: string, options?: RequestOptions): Promise<types.OrganizationTagKeys> {
    return read(this.#transport, documents.costAnalyticsTagKeys, { organizationId }, options)
  }

  /**
   * Lists the names of the tags that keys of a project have or had, sorted. Each can be the `tagKey` of costs.
   * Visible to anyone with a role in the project, except external collaborators.
   * @param projectId The project, `prj_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  tagKeysOfProject(projectId: string, options?: RequestOptions): Promise<types.ProjectTagKeys> {
    return read(this.#transport, documents.costAnalyticsTagKeysOfProject, { projectId }, options)
  }
}
