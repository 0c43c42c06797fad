// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { List } from '../../core/page.ts'
import type { RequestOptions } from '../../core/options.ts'
import { change, list, read } from '../../internal/run.ts'
import type { Transport } from '../../internal/transport.ts'
import * as documents from '../documents.ts'
import type * as types from '../types.ts'

/** The methods of `client.projects`. */
export class ProjectsResource {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Archives a project: its keys stop answering until it is restored. Not the default one. For the Owner and
   * ADMINs of the organization.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  archive(input: types.ProjectArchiveInput, options?: RequestOptions): Promise<types.Project> {
    return change(this.#transport, documents.projectsArchive, { input }, options)
  }

  /**
   * Creates a project, whose ADMIN one becomes. For the Owner and ADMINs of the organization.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {LimitExceededError} One more would be more than the instance allows.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  create(input: types.ProjectCreateInput, options?: RequestOptions): Promise<types.Project> {
    return change(this.#transport, documents.projectsCreate, { input }, options)
  }

  /**
   * Reads a project. For everyone with a role in it, and for its keys.
   * @param id Its id, `prj_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  get(id: string, options?: RequestOptions): Promise<types.Project> {
    return read(this.#transport, documents.projectsGet, { id }, options)
  }

  /**
   * Reads how the budgets of a project stand. For its collaborators, except external ones.
   * @param projectId The project, `prj_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getBudgetStatus(projectId: string, options?: RequestOptions): Promise<readonly types.BudgetStatus[] | null> {
    return read(this.#transport, documents.projectsGetBudgetStatus, { projectId }, options)
  }

  /**
   * Reads what bounds the keys of a project. For its collaborators, except external ones.
   * @param projectId The project, `prj_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getKeyPolicy(projectId: string, options?: RequestOptions): Promise<types.KeyPolicy | null> {
    return read(this.#transport, documents.projectsGetKeyPolicy, { projectId }, options)
  }

  /**
   * Reads what a project as a whole may use. For its collaborators, except external ones.
   * @param projectId The project, `prj_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getUsageLimits(projectId: string, options?: RequestOptions): Promise<types.UsageLimits | null> {
    return read(this.#transport, documents.projectsGetUsageLimits, { projectId }, options)
  }

  /**
   * Lists the projects of an organization whose name one may see, oldest first. For everyone with a role in the
   * organization or in one of its projects, and for their keys.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  list(params: types.ProjectsListParams, options?: RequestOptions): List<types.Project> {
    return list(this.#transport, documents.projectsList, params, options)
  }

  /**
   * Restores an archived project, and with it its keys. For the Owner and ADMINs of the organization.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  restore(input: types.ProjectRestoreInput, options?: RequestOptions): Promise<types.Project> {
    return change(this.#transport, documents.projectsRestore, { input }, options)
  }

  /**
   * Sets what bounds the keys of a project; what is not given stays, null goes back to the default. VALIDATION
   * where the default limits are above the maximum. For its ADMINs.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  setKeyPolicy(input: types.ProjectKeyPolicySetInput, options?: RequestOptions): Promise<types.Project> {
    return change(this.#transport, documents.projectsSetKeyPolicy, { input }, options)
  }

  /**
   * Sets what a project may use. For its ADMINs.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  setUsageLimits(input: types.ProjectUsageLimitsSetInput, options?: RequestOptions): Promise<types.Project> {
    return change(this.#transport, documents.projectsSetUsageLimits, { input }, options)
  }

  /**
   * Renames a project or describes it anew; what is not given stays. For its ADMINs.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  update(input: types.ProjectUpdateInput, options?: RequestOptions): Promise<types.Project> {
    return change(this.#transport, documents.projectsUpdate, { input }, options)
  }
}
