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
   * Cancels a scheduled deletion. If the organization was already paused before, that pause is restored. Nothing
   * changes if no deletion is scheduled. Requires OWNER.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  cancelDeletion(input: types.OrganizationDeletionCancelInput, options?: RequestOptions): Promise<types.Organization> {
    return change(this.#transport, documents.organizationsCancelDeletion, { input }, options)
  }

  /**
   * Creates an organization with a default project and makes you its Owner. Requires a signed-in person and an
   * instance that permits it.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {LimitExceededError} The instance’s quota for such objects is used up.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  create(input: types.OrganizationCreateInput, options?: RequestOptions): Promise<types.Organization> {
    return change(this.#transport, documents.organizationsCreate, { input }, options)
  }

  /**
   * Schedules the deletion of an organization in 7 days and pauses it until then. Its keys, the legacy key and
   * playground tokens are denied at once. `organizationDeletionCancel` ends the pause, and the same keys work
   * again. Webhooks receive an event, and members receive a mail if the instance sends mail. Repeating the call
   * changes nothing and succeeds. Requires OWNER.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  delete(input: types.OrganizationDeleteInput, options?: RequestOptions): Promise<types.OrganizationDeletePayload> {
    return change(this.#transport, documents.organizationsDelete, { input }, options)
  }

  /**
   * Fetches an organization. Visible to anyone with a role in it or in one of its projects, and to its keys.
   * @param id Id of the organization, `org_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  get(id: string, options?: RequestOptions): Promise<types.Organization> {
    return read(this.#transport, documents.organizationsGet, { id }, options)
  }

  /**
   * Fetches the status of an organization’s budgets. Visible to the Owner and ADMINs.
   * @param organizationId The organization, `org_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getBudgetStatus(organizationId: string, options?: RequestOptions): Promise<readonly types.BudgetStatus[] | null> {
    return read(this.#transport, documents.organizationsGetBudgetStatus, { organizationId }, options)
  }

  /**
   * Fetches the cursor of the last change to the keys of an organization. Fetch the cursor, list the keys, then
   * pass the cursor to `apiKeys.changesOfOrganization` as `after`, so that you miss no change. Available to
   * anyone who can read the organization.
   * @param id Id of the organization, `org_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  getChangeCursor(id: string, options?: RequestOptions): Promise<types.OrganizationChangePosition> {
    return read(this.#transport, documents.organizationsGetChangeCursor, { id }, options)
  }

  /**
   * Fetches the state of an organization’s concurrency limit. Visible to the Owner and ADMINs.
   * @param organizationId The organization, `org_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getConcurrencyStatus(organizationId: string, options?: RequestOptions): Promise<types.ConcurrencyStatus | null> {
    return read(this.#transport, documents.organizationsGetConcurrencyStatus, { organizationId }, options)
  }

  /**
   * Counts the objects that a deletion of the organization would delete. Requires OWNER.
   * @param organizationId The organization, `org_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getDeletionContents(organizationId: string, options?: RequestOptions): Promise<types.DeletionContents | null> {
    return read(this.#transport, documents.organizationsGetDeletionContents, { organizationId }, options)
  }

  /**
   * Fetches the key policy of an organization. Visible to its members.
   * @param organizationId The organization, `org_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getKeyPolicy(organizationId: string, options?: RequestOptions): Promise<types.OrganizationKeyPolicy | null> {
    return read(this.#transport, documents.organizationsGetKeyPolicy, { organizationId }, options)
  }

  /**
   * Fetches the status of an organization’s rates. Visible to the Owner and ADMINs.
   * @param organizationId The organization, `org_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getRateStatus(organizationId: string, options?: RequestOptions): Promise<readonly types.RateStatus[] | null> {
    return read(this.#transport, documents.organizationsGetRateStatus, { organizationId }, options)
  }

  /**
   * Fetches the limits that keys with the same tag share in an organization. Visible to the Owner and ADMINs.
   * @param organizationId The organization, `org_…`.
   * @param first Number of items, 1 to 250; 250 returns all. Default 25.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getTagLimits(organizationId: string, first?: number | null, options?: RequestOptions): Promise<readonly types.TagLimits[] | null> {
    return read(this.#transport, documents.organizationsGetTagLimits, { organizationId, first }, options)
  }

  /**
   * Fetches the limits of an organization as a whole. Visible to the Owner and ADMINs.
   * @param organizationId The organization, `org_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getUsageLimits(organizationId: string, options?: RequestOptions): Promise<types.UsageLimits | null> {
    return read(this.#transport, documents.organizationsGetUsageLimits, { organizationId }, options)
  }

  /**
   * Lists the organizations in which the caller is a member or collaborator, oldest first. Available to
   * everyone; a key finds its own organization.
   */
  list(params: types.OrganizationsListParams = {}, options?: RequestOptions): List<types.Organization> {
    return list(this.#transport, documents.organizationsList, params, options)
  }

  /**
   * Lists the people of an organization that sign in with a password and have no second factor, oldest first:
   * members and external collaborators. Visible to the Owner and ADMINs.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  listPeopleWithoutSecondFactor(params: types.OrganizationsListPeopleWithoutSecondFactorParams, options?: RequestOptions): List<types.User> {
    return list(this.#transport, documents.organizationsListPeopleWithoutSecondFactor, params, options)
  }

  /**
   * Pauses an organization in an emergency: all its keys, the legacy key and playground tokens are denied until
   * it is resumed or `until` passes. People and service accounts keep their rights, so that they can resume the
   * organization. Pausing again with the same end changes nothing and succeeds. Requires OWNER or ADMIN.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  pause(input: types.OrganizationPauseInput, options?: RequestOptions): Promise<types.OrganizationPausePayload> {
    return change(this.#transport, documents.organizationsPause, { input }, options)
  }

  /**
   * Resumes a paused organization. Projects and keys that were paused individually stay paused. Resuming an
   * organization that is not paused changes nothing and succeeds. Requires OWNER or ADMIN.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  resume(input: types.OrganizationResumeInput, options?: RequestOptions): Promise<types.Organization> {
    return change(this.#transport, documents.organizationsResume, { input }, options)
  }

  /**
   * Changes the key policy of an organization, which binds the keys of all its projects. Omitted fields stay
   * unchanged; null restores the default. `apiKeysOutsidePolicy` lists the keys that violate it. Requires OWNER
   * or ADMIN.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  setKeyPolicy(input: types.OrganizationKeyPolicySetInput, options?: RequestOptions): Promise<types.Organization> {
    return change(this.#transport, documents.organizationsSetKeyPolicy, { input }, options)
  }

  /**
   * Sets the limits that all keys with a tag share in an organization, such as the budget of a team. At most 3
   * different tag keys may have limits. Budgets start at zero. Requires OWNER or ADMIN.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {LimitExceededError} The instance’s quota for such objects is used up.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  setTagLimits(input: types.OrganizationTagLimitsSetInput, options?: RequestOptions): Promise<types.Organization> {
    return change(this.#transport, documents.organizationsSetTagLimits, { input }, options)
  }

  /**
   * Sets the limits of an organization. Requires OWNER or ADMIN.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  setUsageLimits(input: types.OrganizationUsageLimitsSetInput, options?: RequestOptions): Promise<types.Organization> {
    return change(this.#transport, documents.organizationsSetUsageLimits, { input }, options)
  }

  /**
   * Changes the name and settings of an organization. Requires OWNER or ADMIN.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  update(input: types.OrganizationUpdateInput, options?: RequestOptions): Promise<types.Organization> {
    return change(this.#transport, documents.organizationsUpdate, { input }, options)
  }
}
