// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { List } from '../../core/page.ts'
import type { FollowOptions, IdempotentOptions, RequestOptions } from '../../core/options.ts'
import { change, follow, list, read, takeAll } from '../../internal/run.ts'
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
   * Verifies up to 100 secrets, in order, and takes a request and its estimated cost of every limit above each
   * key: of all of them or of none. For gateways; FORBIDDEN to others.
   * @param inputs The questions, at most 100.
   */
  authorize(inputs: readonly types.ApiKeyAuthorizeInput[], options?: RequestOptions): Promise<readonly types.ApiKeyVerification[]> {
    return takeAll(this.#transport, documents.apiKeysAuthorize, { inputs }, options)
  }

  /**
   * Follows a project’s keys as they change, without end: a lost connection is made again, from the last change
   * seen. Authorized again before every event; throws once that fails. For those who may list the keys.
   * @param projectId The project, `prj_…`.
   */
  changes(projectId: string, options?: FollowOptions): AsyncIterableIterator<types.ApiKeyChange> {
    return follow(this.#transport, documents.apiKeysChanges, { projectId }, options)
  }

  /**
   * Creates a key in a project and shows its secret, once. For everyone with a role in the project.
   * @throws {ConflictError} Something else holds the name, or the idempotency key was used with another input.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {LimitExceededError} One more would be more than the instance allows.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  create(input: types.ApiKeyCreateInput, options?: IdempotentOptions): Promise<types.ApiKeyCreatePayload> {
    return change(this.#transport, documents.apiKeysCreate, { input }, options)
  }

  /**
   * Ends the overlap of a rotation now: only the new secret answers. For everyone with a role in the project.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  finishRotation(input: types.ApiKeyRotationFinishInput, options?: RequestOptions): Promise<types.ApiKey> {
    return change(this.#transport, documents.apiKeysFinishRotation, { input }, options)
  }

  /**
   * Reads a key. For those who may read its project; a key may read itself.
   * @param id The id, `key_…`. It never changes, also when the secret is rotated.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  get(id: string, options?: RequestOptions): Promise<types.ApiKey> {
    return read(this.#transport, documents.apiKeysGet, { id }, options)
  }

  /**
   * Reads what a key itself may use, and how its budgets stand, which is null to external collaborators. For
   * those who may read its project; a key may read itself.
   * @param id The id, `key_…`. It never changes, also when the secret is rotated.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  getLimits(id: string, options?: RequestOptions): Promise<types.ApiKeyLimits> {
    return read(this.#transport, documents.apiKeysGetLimits, { id }, options)
  }

  /**
   * Imports keys of another system by the hash of their secrets, which keep working unchanged. Each row is
   * imported or refused by itself; sending rows again imports nothing twice. For the Owner and ADMINs of the
   * organization.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  import(input: types.ApiKeysImportInput, options?: RequestOptions): Promise<readonly types.ApiKeyImportOutcome[]> {
    return change(this.#transport, documents.apiKeysImport, { input }, options)
  }

  /**
   * Lists the keys of a project, newest first, revoked ones included. For those who may read the project; a key
   * sees itself alone.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  list(params: types.ApiKeysListParams, options?: RequestOptions): List<types.ApiKey> {
    return list(this.#transport, documents.apiKeysList, params, options)
  }

  /**
   * Reports that somebody else may have a key’s secret. By the key policy of its project the key is revoked at
   * once, with the reason LEAKED, or flagged (`leakedAt`) and left to answer; both are audited and told to
   * webhooks. For everyone with a role in the project.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  reportLeaked(input: types.ApiKeyReportLeakedInput, options?: RequestOptions): Promise<types.ApiKey> {
    return change(this.#transport, documents.apiKeysReportLeaked, { input }, options)
  }

  /**
   * Revokes a key for good: it stops answering at once, everywhere. Its record and history stay; its name is
   * free again. For everyone with a role in the project.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  revoke(input: types.ApiKeyRevokeInput, options?: RequestOptions): Promise<types.ApiKeyRevokePayload> {
    return change(this.#transport, documents.apiKeysRevoke, { input }, options)
  }

  /**
   * Gives a key a new secret and shows it, once. The old one answers until the overlap ends, never past the
   * key’s own expiration. For everyone with a role in the project.
   * @throws {ConflictError} Something else holds the name, or the idempotency key was used with another input.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  rotate(input: types.ApiKeyRotateInput, options?: IdempotentOptions): Promise<types.ApiKeyRotatePayload> {
    return change(this.#transport, documents.apiKeysRotate, { input }, options)
  }

  /**
   * Sets, moves or clears a key’s expiration. Moving it ahead revives an expired key. For everyone with a role
   * in the project.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  setExpiration(input: types.ApiKeyExpirationSetInput, options?: RequestOptions): Promise<types.ApiKey> {
    return change(this.#transport, documents.apiKeysSetExpiration, { input }, options)
  }

  /**
   * Sets what a key may use, within the key policy of its project. For the project’s ADMINs.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  setLimits(input: types.ApiKeyLimitsSetInput, options?: RequestOptions): Promise<types.ApiKey> {
    return change(this.#transport, documents.apiKeysSetLimits, { input }, options)
  }

  /**
   * Sets what a key may be used for and from where; what is not given stays. For the project’s ADMINs.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  setScopes(input: types.ApiKeyScopesSetInput, options?: RequestOptions): Promise<types.ApiKey> {
    return change(this.#transport, documents.apiKeysSetScopes, { input }, options)
  }

  /**
   * Takes a rotation back while the old secret answers: the new one stops, the old one stays. For everyone with
   * a role in the project.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  undoRotation(input: types.ApiKeyRotationUndoInput, options?: RequestOptions): Promise<types.ApiKey> {
    return change(this.#transport, documents.apiKeysUndoRotation, { input }, options)
  }

  /**
   * Renames a key or replaces its tags; what is not given stays. For everyone with a role in the project.
   * @throws {ConflictError} Something else holds the name, or the idempotency key was used with another input.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {InvalidStateError} It is not in a state that allows this. The message says what to do instead.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  update(input: types.ApiKeyUpdateInput, options?: RequestOptions): Promise<types.ApiKey> {
    return change(this.#transport, documents.apiKeysUpdate, { input }, options)
  }

  /**
   * Verifies up to 100 secrets, in order. Reads only: nothing is taken from any limit. For gateways; FORBIDDEN
   * to others.
   * @param inputs The questions, at most 100.
   */
  verify(inputs: readonly types.ApiKeyVerifyInput[], options?: RequestOptions): Promise<readonly types.ApiKeyVerification[]> {
    return read(this.#transport, documents.apiKeysVerify, { inputs }, options)
  }
}
