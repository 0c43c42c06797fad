// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { List } from '../../core/page.ts'
import type { FollowOptions, IdempotentOptions, RequestOptions } from '../../core/options.ts'
import { change, charge, follow, list, read } from '../../internal/run.ts'
import type { Transport } from '../../internal/transport.ts'
import * as documents from '../documents.ts'
import type * as types from '../types.ts'

/** The methods of `client.apiKeys`. */
export class ApiKeysResource {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Verifies up to 100 secrets, in order, and charges each request and its estimated cost either to all limits
   * of its key or to none. Available to gateways only; others get a FORBIDDEN error.
   * @param inputs Requests, at most 100.
   */
  authorize(inputs: readonly types.ApiKeyAuthorizeInput[], options?: RequestOptions): Promise<readonly types.ApiKeyVerification[]> {
    return charge(this.#transport, documents.apiKeysAuthorize, { inputs }, options)
  }

  /**
   * Streams changes to a project’s keys. After a lost connection, the client reconnects and resumes from the
   * last change received. Access is checked before every event. The stream throws when the caller loses access.
   * Requires permission to list the keys.
   */
  changes(params: types.ApiKeysChangesParams, options?: FollowOptions): AsyncIterableIterator<types.ApiKeyChange> {
    return follow(this.#transport, documents.apiKeysChanges, params, options)
  }

  /**
   * Streams changes to the keys of an organization that you can read, in all its projects. After a lost
   * connection, the client reconnects and resumes from the last change received. Access is checked before every
   * event. The stream throws when the caller loses access. Available to anyone who can read the organization,
   * except its legacy key; a key receives only its own changes.
   */
  changesOfOrganization(params: types.ApiKeysChangesOfOrganizationParams, options?: FollowOptions): AsyncIterableIterator<types.ApiKeyChange> {
    return follow(this.#transport, documents.apiKeysChangesOfOrganization, params, options)
  }

  /**
   * Creates a key in a project and returns its secret once. Requires a role in the project.
   * @throws {ConflictError} The name is taken, a newer version exists, or the idempotency key was used with a
   * different input.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {LimitExceededError} The instance’s quota for such objects is used up.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  create(input: types.ApiKeyCreateInput, options?: IdempotentOptions): Promise<types.ApiKeyCreatePayload> {
    return change(this.#transport, documents.apiKeysCreate, { input }, options)
  }

  /**
   * Creates a child token of a key: a credential for gateways that lives at most an hour. The token may have
   * narrower scopes than its key. It stops working when the current secret of the key does. `POST /token/revoke`
   * ends it earlier. Requires a role in the project.
   * @throws {ConflictError} The name is taken, a newer version exists, or the idempotency key was used with a
   * different input.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {LimitExceededError} The instance’s quota for such objects is used up.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  createToken(input: types.ApiKeyTokenCreateInput, options?: IdempotentOptions): Promise<types.ApiKeyTokenCreatePayload> {
    return change(this.#transport, documents.apiKeysCreateToken, { input }, options)
  }

  /**
   * Ends a rotation’s overlap now, so that only the new secret works. Finishing a finished rotation changes
   * nothing and succeeds. Requires a role in the project.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  finishRotation(input: types.ApiKeyRotationFinishInput, options?: RequestOptions): Promise<types.ApiKey> {
    return change(this.#transport, documents.apiKeysFinishRotation, { input }, options)
  }

  /**
   * Fetches a key. Visible to anyone who can read its project; a key sees only itself.
   * @param id Permanent id, `key_…`. Rotation does not change it.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  get(id: string, options?: RequestOptions): Promise<types.ApiKey> {
    return read(this.#transport, documents.apiKeysGet, { id }, options)
  }

  /**
   * Counts the keys of a project that match a filter, by status and by recommendation. Visible to anyone who can
   * read the project; a key counts only itself.
   * @param projectId The project, `prj_…`.
   * @param filter Conditions that keys must match.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getCounts(projectId: string, filter?: types.ApiKeyFilter | null, options?: RequestOptions): Promise<types.ApiKeyCounts | null> {
    return read(this.#transport, documents.apiKeysGetCounts, { projectId, filter }, options)
  }

  /**
   * Counts the keys of an organization that you can read and that match a filter, by status and by
   * recommendation. Available to anyone who can read the organization; a key counts only itself.
   * @param organizationId The organization, `org_…`.
   * @param filter Conditions that keys must match.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  getCountsOfOrganization(organizationId: string, filter?: types.ApiKeyFilter | null, options?: RequestOptions): Promise<types.ApiKeyCounts> {
    return read(this.#transport, documents.apiKeysGetCountsOfOrganization, { organizationId, filter }, options)
  }

  /**
   * Fetches a key’s limits and the status of its budgets. The budget status is null for external collaborators.
   * Visible to anyone who can read its project; a key sees only itself.
   * @param id Permanent id, `key_…`. Rotation does not change it.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  getLimits(id: string, options?: RequestOptions): Promise<types.ApiKeyLimits> {
    return read(this.#transport, documents.apiKeysGetLimits, { id }, options)
  }

  /**
   * Fetches the rules of the key policies that a key violates. Visible to the project’s collaborators, except
   * external ones.
   * @param id Permanent id, `key_…`. Rotation does not change it.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  getPolicyViolations(id: string, options?: RequestOptions): Promise<types.ApiKeyPolicyViolations> {
    return read(this.#transport, documents.apiKeysGetPolicyViolations, { id }, options)
  }

  /**
   * Imports keys of another system by the hashes of their secrets. The secrets keep working. Each row succeeds
   * or fails independently, and repeating a row is safe. Requires OWNER or ADMIN.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  import(input: types.ApiKeysImportInput, options?: RequestOptions): Promise<readonly types.ApiKeyImportOutcome[]> {
    return change(this.#transport, documents.apiKeysImport, { input }, options)
  }

  /**
   * Lists the keys of a project, including revoked ones, newest first. Visible to anyone who can read the
   * project; a key sees only itself.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  list(params: types.ApiKeysListParams, options?: RequestOptions): List<types.ApiKey> {
    return list(this.#transport, documents.apiKeysList, params, options)
  }

  /**
   * Lists the keys of all projects that you can read, including revoked keys and keys of archived projects,
   * newest first. Available to anyone who can read the organization; a key sees only itself.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  listOfOrganization(params: types.ApiKeysListOfOrganizationParams, options?: RequestOptions): List<types.ApiKey> {
    return list(this.#transport, documents.apiKeysListOfOrganization, params, options)
  }

  /**
   * Lists the live keys of an organization that violate a rule of the key policies, newest first. Visible to the
   * organization’s members.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  listOutsidePolicy(params: types.ApiKeysListOutsidePolicyParams, options?: RequestOptions): List<types.ApiKey> {
    return list(this.#transport, documents.apiKeysListOutsidePolicy, params, options)
  }

  /**
   * Pauses a key. Servers and gateways deny it as soon as they receive the change; `awaitGatewaysSeconds` waits
   * for gateways. The key keeps its name and can still be rotated, changed and revoked. Pausing again with the
   * same end changes nothing and succeeds. Requires a role in the project.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  pause(input: types.ApiKeyPauseInput, options?: RequestOptions): Promise<types.ApiKeyPausePayload> {
    return change(this.#transport, documents.apiKeysPause, { input }, options)
  }

  /**
   * Reports a key’s secret as leaked. The project’s key policy decides whether the key is revoked or only
   * flagged (`leakedAt`). Requires a role in the project.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  reportLeaked(input: types.ApiKeyReportLeakedInput, options?: RequestOptions): Promise<types.ApiKey> {
    return change(this.#transport, documents.apiKeysReportLeaked, { input }, options)
  }

  /**
   * Resumes a paused key. Resuming a key that is not paused changes nothing and succeeds. Requires a role in the
   * project.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  resume(input: types.ApiKeyResumeInput, options?: RequestOptions): Promise<types.ApiKey> {
    return change(this.#transport, documents.apiKeysResume, { input }, options)
  }

  /**
   * Revokes a key permanently. Servers and gateways reject it as soon as they receive the change;
   * `awaitGatewaysSeconds` waits for gateways. Its record and history remain. Revoking a revoked key changes
   * nothing and succeeds. Requires a role in the project.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  revoke(input: types.ApiKeyRevokeInput, options?: RequestOptions): Promise<types.ApiKeyRevokePayload> {
    return change(this.#transport, documents.apiKeysRevoke, { input }, options)
  }

  /**
   * Revokes up to 500 keys permanently. Give their `ids`, or select keys of a project or organization by
   * `filter` and `advice`. Keys that are already revoked stay unchanged, so the call can be repeated. Requires a
   * role in the project of each key.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  revokeMany(input: types.ApiKeysRevokeInput, options?: RequestOptions): Promise<types.ApiKeysRevokePayload> {
    return change(this.#transport, documents.apiKeysRevokeMany, { input }, options)
  }

  /**
   * Rotates a key’s secret and returns the new one once. The old secret works until the overlap ends or the key
   * expires. Requires a role in the project.
   * @throws {ConflictError} The name is taken, a newer version exists, or the idempotency key was used with a
   * different input.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  rotate(input: types.ApiKeyRotateInput, options?: IdempotentOptions): Promise<types.ApiKeyRotatePayload> {
    return change(this.#transport, documents.apiKeysRotate, { input }, options)
  }

  /**
   * Sets or clears a key’s expiration. A later expiration reactivates an expired key, unless another key has
   * taken its name. Requires a role in the project.
   * @throws {ConflictError} The name is taken, a newer version exists, or the idempotency key was used with a
   * different input.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {LimitExceededError} The instance’s quota for such objects is used up.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  setExpiration(input: types.ApiKeyExpirationSetInput, options?: RequestOptions): Promise<types.ApiKey> {
    return change(this.#transport, documents.apiKeysSetExpiration, { input }, options)
  }

  /**
   * Sets the limits of a key, within the key policy of its project. Requires ADMIN in the project.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  setLimits(input: types.ApiKeyLimitsSetInput, options?: RequestOptions): Promise<types.ApiKey> {
    return change(this.#transport, documents.apiKeysSetLimits, { input }, options)
  }

  /**
   * Restricts a key to workloads, models and networks. Omitted fields stay unchanged. Requires ADMIN in the
   * project.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  setScopes(input: types.ApiKeyScopesSetInput, options?: RequestOptions): Promise<types.ApiKey> {
    return change(this.#transport, documents.apiKeysSetScopes, { input }, options)
  }

  /**
   * Undoes a rotation during its overlap: the new secret stops working and the old one keeps working. Repeating
   * the call changes nothing and succeeds. Requires a role in the project.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  undoRotation(input: types.ApiKeyRotationUndoInput, options?: RequestOptions): Promise<types.ApiKey> {
    return change(this.#transport, documents.apiKeysUndoRotation, { input }, options)
  }

  /**
   * Renames a key or replaces its tags. Omitted fields stay unchanged. Requires a role in the project.
   * @throws {ConflictError} The name is taken, a newer version exists, or the idempotency key was used with a
   * different input.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  update(input: types.ApiKeyUpdateInput, options?: RequestOptions): Promise<types.ApiKey> {
    return change(this.#transport, documents.apiKeysUpdate, { input }, options)
  }

  /**
   * Verifies up to 100 secrets, in order, without charging limits. Available to gateways only; others get a
   * FORBIDDEN error.
   * @param inputs Requests, at most 100.
   */
  verify(inputs: readonly types.ApiKeyVerifyInput[], options?: RequestOptions): Promise<readonly types.ApiKeyVerification[]> {
    return read(this.#transport, documents.apiKeysVerify, { inputs }, options)
  }
}
