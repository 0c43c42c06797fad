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
   * Fetches an audit event. Visible to anyone who can list the audit log.
   * @param id Permanent id, `aud_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  get(id: string, options?: RequestOptions): Promise<types.AuditEvent> {
    return read(this.#transport, documents.auditLogGet, { id }, options)
  }

  /**
   * Lists the audit events of an organization, newest first. Visible to the Owner and ADMINs.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  list(params: types.AuditLogListParams, options?: RequestOptions): List<types.AuditEvent> {
    return list(this.#transport, documents.auditLogList, params, options)
  }

  /**
   * Lists the audit events of a project, newest first. Visible to its ADMINs, except external ones.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   */
  listOfProject(params: types.AuditLogListOfProjectParams, options?: RequestOptions): List<types.AuditEvent> {
    return list(this.#transport, documents.auditLogListOfProject, params, options)
  }
}
