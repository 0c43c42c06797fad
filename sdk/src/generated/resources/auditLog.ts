// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { List } from '../../core/page.ts'
import type { RequestOptions } from '../../core/options.ts'
import { list, read } from '../../internal/run.ts'
import type { Transport } from '../../internal/transport.ts'
import * as documents from '../documents.ts'
import type * as types from '../types.ts'

/** The methods of `client.auditLog`. */
export class AuditLogResource {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Reads one event of an audit log. For those who may list it.
   * @param id The id, `aud_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  get(id: string, options?: RequestOptions): Promise<types.AuditEvent> {
    return read(this.#transport, documents.auditLogGet, { id }, options)
  }

  /**
   * Lists what happened in an organization, newest first. For its Owner and ADMINs.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  list(params: types.AuditLogListParams, options?: RequestOptions): List<types.AuditEvent> {
    return list(this.#transport, documents.auditLogList, params, options)
  }

  /**
   * Lists what happened in a project, newest first. For its ADMINs who are members.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  listOfProject(params: types.AuditLogListOfProjectParams, options?: RequestOptions): List<types.AuditEvent> {
    return list(this.#transport, documents.auditLogListOfProject, params, options)
  }
}
