// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { List } from '../../core/page.ts'
import type { RequestOptions } from '../../core/options.ts'
import { change, list, read } from '../../internal/run.ts'
import type { Transport } from '../../internal/transport.ts'
import * as documents from '../documents.ts'
import type * as types from '../types.ts'

/** The methods of `client.organizations`. */
export class OrganizationsResource {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Creates an organization with its default project; who creates it is its Owner. For people, where the
   * instance allows it.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {LimitExceededError} One more would be more than the instance allows.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  create(input: types.OrganizationCreateInput, options?: RequestOptions): Promise<types.Organization> {
    return change(this.#transport, documents.organizationsCreate, { input }, options)
  }

  /**
   * Reads an organization. For everyone with a role in it or in one of its projects, and for its keys.
   * @param id Its id, `org_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  get(id: string, options?: RequestOptions): Promise<types.Organization> {
    return read(this.#transport, documents.organizationsGet, { id }, options)
  }

  /**
   * Reads how the budgets of an organization stand. For its Owner and ADMINs.
   * @param organizationId The organization, `org_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getBudgetStatus(organizationId: string, options?: RequestOptions): Promise<readonly types.BudgetStatus[] | null> {
    return read(this.#transport, documents.organizationsGetBudgetStatus, { organizationId }, options)
  }

  /**
   * Reads what an organization as a whole may use. For its Owner and ADMINs.
   * @param organizationId The organization, `org_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getUsageLimits(organizationId: string, options?: RequestOptions): Promise<types.UsageLimits | null> {
    return read(this.#transport, documents.organizationsGetUsageLimits, { organizationId }, options)
  }

  /**
   * Lists the organizations that one belongs to or collaborates in, oldest first. For everyone; a key finds its
   * own.
   */
  list(params: types.OrganizationsListParams = {}, options?: RequestOptions): List<types.Organization> {
    return list(this.#transport, documents.organizationsList, params, options)
  }

  /**
   * Sets what an organization may use. For its Owner and ADMINs.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  setUsageLimits(input: types.OrganizationUsageLimitsSetInput, options?: RequestOptions): Promise<types.Organization> {
    return change(this.#transport, documents.organizationsSetUsageLimits, { input }, options)
  }

  /**
   * Renames an organization. For its Owner and ADMINs.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  update(input: types.OrganizationUpdateInput, options?: RequestOptions): Promise<types.Organization> {
    return change(this.#transport, documents.organizationsUpdate, { input }, options)
  }
}
