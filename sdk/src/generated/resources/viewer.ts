// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { List } from '../../core/page.ts'
import type { RequestOptions } from '../../core/options.ts'
import { change, list, read } from '../../internal/run.ts'
import type { Transport } from '../../internal/transport.ts'
import * as documents from '../documents.ts'
import type * as types from '../types.ts'

/** The methods of `client.viewer`. */
export class ViewerResource {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Lists the keys of all projects that you can read, in all organizations, including revoked keys and keys of
   * archived projects, newest first. Available to all callers; a key sees only itself.
   */
  apiKeys(params: types.ViewerApiKeysParams = {}, options?: RequestOptions): List<types.ApiKey> {
    return list(this.#transport, documents.viewerApiKeys, params, options)
  }

  /**
   * Erases the account of the caller. The erasure cannot be undone. Requires a person who signed in within the
   * last 10 minutes and owns no organization.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {InvalidStateError} The object’s state does not permit this action. The message says what to do
   * instead.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  erase(input: types.UserEraseInput, options?: RequestOptions): Promise<types.UserErasePayload> {
    return change(this.#transport, documents.viewerErase, { input }, options)
  }

  /** Fetches the caller. Available to everyone, including anonymous callers. */
  get(options?: RequestOptions): Promise<types.Viewer> {
    return read(this.#transport, documents.viewerGet, {}, options)
  }

  /**
   * Fetches whether the caller is mailed notices. Null unless the caller is a person. Available to everyone.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  getNotices(options?: RequestOptions): Promise<types.NoticeSettings | null> {
    return read(this.#transport, documents.viewerGetNotices, {}, options)
  }

  /**
   * Lists the projects visible to the caller in all organizations, oldest first, without archived ones.
   * Available to everyone; a key finds its own project.
   */
  projects(params: types.ViewerProjectsParams = {}, options?: RequestOptions): List<types.Project> {
    return list(this.#transport, documents.viewerProjects, params, options)
  }

  /**
   * Sets whether the caller is mailed notices. Requires a signed-in person.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  setNotices(input: types.UserNoticesSetInput, options?: RequestOptions): Promise<types.NoticeSettings> {
    return change(this.#transport, documents.viewerSetNotices, { input }, options)
  }
}
