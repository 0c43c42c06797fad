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
   * Archives a project, which disables its keys until it is restored. Archiving an archived project changes
   * nothing and succeeds. The default project cannot be archived. Requires OWNER or ADMIN in the organization.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  archive(input: types.ProjectArchiveInput, options?: RequestOptions): Promise<types.Project> {
    return change(this.#transport, documents.projectsArchive, { input }, options)
  }

  /**
   * Creates a project and makes you its ADMIN. Requires OWNER or ADMIN in the organization.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {LimitExceededError} The instance’s quota for such objects is used up.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  create(input: types.ProjectCreateInput, options?: RequestOptions): Promise<types.Project> {
    return change(this.#transport, documents.projectsCreate, { input }, options)
  }

  /**
   * Deletes an archived project with its keys, resources and models. The deletion cannot be undone. The project
   * disappears at once. Its contents are deleted in the background. Repeating the call changes nothing and
   * succeeds. Requires OWNER or ADMIN in the organization.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  delete(input: types.ProjectDeleteInput, options?: RequestOptions): Promise<types.Organization> {
    return change(this.#transport, documents.projectsDelete, { input }, options)
  }

  /**
   * Fetches a project. Visible to anyone with a role in it, and to its keys.
   * @param id Id of the project, `prj_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  get(id: string, options?: RequestOptions): Promise<types.Project> {
    return read(this.#transport, documents.projectsGet, { id }, options)
  }

  /**
   * Fetches the status of a project’s budgets. Visible to the project’s collaborators, except external ones.
   * @param projectId The project, `prj_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getBudgetStatus(projectId: string, options?: RequestOptions): Promise<readonly types.BudgetStatus[] | null> {
    return read(this.#transport, documents.projectsGetBudgetStatus, { projectId }, options)
  }

  /**
   * Fetches the cursor of the last change to a project’s keys. Fetch the cursor, list the keys, then pass the
   * cursor to `apiKeys.changes` as `after`, so that you miss no change. Visible to anyone who can list the keys.
   * @param id Id of the project, `prj_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  getChangeCursor(id: string, options?: RequestOptions): Promise<types.ChangePosition> {
    return read(this.#transport, documents.projectsGetChangeCursor, { id }, options)
  }

  /**
   * Fetches the state of a project’s concurrency limit. Visible to the project’s collaborators, except external
   * ones.
   * @param projectId The project, `prj_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getConcurrencyStatus(projectId: string, options?: RequestOptions): Promise<types.ConcurrencyStatus | null> {
    return read(this.#transport, documents.projectsGetConcurrencyStatus, { projectId }, options)
  }

  /**
   * Fetches the limits of one consumer of a project, and their state. Visible to the project’s collaborators,
   * except external ones.
   * @param projectId The project, `prj_…`.
   * @param name Any id of your own, such as `customer-42`: 1 to 128 characters, without control characters.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getConsumer(projectId: string, name: string, options?: RequestOptions): Promise<types.ConsumerLimits | null> {
    return read(this.#transport, documents.projectsGetConsumer, { projectId, name }, options)
  }

  /**
   * Fetches the default limits for consumers of a project that have no limits of their own. Visible to the
   * project’s collaborators, except external ones.
   * @param projectId The project, `prj_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getConsumerLimits(projectId: string, options?: RequestOptions): Promise<types.UsageLimits | null> {
    return read(this.#transport, documents.projectsGetConsumerLimits, { projectId }, options)
  }

  /**
   * Counts the objects that a deletion of the project would delete. Requires OWNER or ADMIN in the organization.
   * @param projectId The project, `prj_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getDeletionContents(projectId: string, options?: RequestOptions): Promise<types.DeletionContents | null> {
    return read(this.#transport, documents.projectsGetDeletionContents, { projectId }, options)
  }

  /**
   * Fetches the key policy of a project. Visible to the project’s collaborators, except external ones.
   * @param projectId The project, `prj_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getKeyPolicy(projectId: string, options?: RequestOptions): Promise<types.KeyPolicy | null> {
    return read(this.#transport, documents.projectsGetKeyPolicy, { projectId }, options)
  }

  /**
   * Fetches the consumers of a project that have limits of their own. Visible to the project’s collaborators,
   * except external ones.
   * @param projectId The project, `prj_…`.
   * @param first Number of items, 1 to 250; 250 returns all. Default 25.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getLimitedConsumers(projectId: string, first?: number | null, options?: RequestOptions): Promise<readonly types.ConsumerLimits[] | null> {
    return read(this.#transport, documents.projectsGetLimitedConsumers, { projectId, first }, options)
  }

  /**
   * Fetches the status of a project’s rates. Visible to the project’s collaborators, except external ones.
   * @param projectId The project, `prj_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getRateStatus(projectId: string, options?: RequestOptions): Promise<readonly types.RateStatus[] | null> {
    return read(this.#transport, documents.projectsGetRateStatus, { projectId }, options)
  }

  /**
   * Fetches the limits of a project as a whole. Visible to the project’s collaborators, except external ones.
   * @param projectId The project, `prj_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getUsageLimits(projectId: string, options?: RequestOptions): Promise<types.UsageLimits | null> {
    return read(this.#transport, documents.projectsGetUsageLimits, { projectId }, options)
  }

  /**
   * Lists the projects of an organization that are visible to the caller, oldest first. Available to anyone with
   * a role in the organization or one of its projects, and to their keys.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  list(params: types.ProjectsListParams, options?: RequestOptions): List<types.Project> {
    return list(this.#transport, documents.projectsList, params, options)
  }

  /**
   * Pauses a project in an emergency: its keys are denied until it is resumed or `until` passes. Pausing again
   * with the same end changes nothing and succeeds. Requires OWNER or ADMIN in the organization.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  pause(input: types.ProjectPauseInput, options?: RequestOptions): Promise<types.ProjectPausePayload> {
    return change(this.#transport, documents.projectsPause, { input }, options)
  }

  /**
   * Restores an archived project and enables its keys again. Requires OWNER or ADMIN in the organization.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  restore(input: types.ProjectRestoreInput, options?: RequestOptions): Promise<types.Project> {
    return change(this.#transport, documents.projectsRestore, { input }, options)
  }

  /**
   * Resumes a paused project. Keys that were paused individually stay paused. Resuming a project that is not
   * paused changes nothing and succeeds. Requires OWNER or ADMIN in the organization.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  resume(input: types.ProjectResumeInput, options?: RequestOptions): Promise<types.Project> {
    return change(this.#transport, documents.projectsResume, { input }, options)
  }

  /**
   * Sets the limits of one consumer of a project, or the default limits of consumers that have no limits of
   * their own. A consumer’s own limits replace all defaults. If they are removed, the defaults apply again.
   * Budgets start at zero. Requires ADMIN in the project.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {LimitExceededError} The instance’s quota for such objects is used up.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  setConsumerLimits(input: types.ProjectConsumerLimitsSetInput, options?: RequestOptions): Promise<types.Project> {
    return change(this.#transport, documents.projectsSetConsumerLimits, { input }, options)
  }

  /**
   * Changes a project’s key policy. Omitted fields stay unchanged; null restores the default. The policy must
   * not be looser than the organization’s. Its default limits must not exceed its maximum limits. Requires ADMIN
   * in the project.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  setKeyPolicy(input: types.ProjectKeyPolicySetInput, options?: RequestOptions): Promise<types.Project> {
    return change(this.#transport, documents.projectsSetKeyPolicy, { input }, options)
  }

  /**
   * Sets the limits of a project. Requires ADMIN in the project.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  setUsageLimits(input: types.ProjectUsageLimitsSetInput, options?: RequestOptions): Promise<types.Project> {
    return change(this.#transport, documents.projectsSetUsageLimits, { input }, options)
  }

  /**
   * Changes the name or description of a project. Omitted fields stay unchanged. Requires ADMIN in the project.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  update(input: types.ProjectUpdateInput, options?: RequestOptions): Promise<types.Project> {
    return change(this.#transport, documents.projectsUpdate, { input }, options)
  }
}
