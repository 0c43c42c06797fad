// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { IdempotentOptions, RequestOptions } from '../../core/options.ts'
import { change, read } from '../../internal/run.ts'
import type { Transport } from '../../internal/transport.ts'
import * as documents from '../documents.ts'
import type * as types from '../types.ts'

/** The methods of `client.legacyKey`. */
export class LegacyKeyResource {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Fetches the legacy key of an organization. Null if there is none. Visible to the Owner and the key itself.
   * @param organizationId The organization, `org_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   * @deprecated Use project-scoped API keys. Removal not before 2027-12-01.
   */
  get(organizationId: string, options?: RequestOptions): Promise<types.LegacyKey | null> {
    return read(this.#transport, documents.legacyKeyGet, { organizationId }, options)
  }

  /**
   * Imports an organization’s legacy key from another system and binds it to the default project. Requires
   * OWNER.
   * @throws {ConflictError} The name is taken, a newer version exists, or the idempotency key was used with a
   * different input.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  import(input: types.LegacyKeyImportInput, options?: RequestOptions): Promise<types.LegacyKey> {
    return change(this.#transport, documents.legacyKeyImport, { input }, options)
  }

  /**
   * Replaces the secret of a legacy key. The new secret works everywhere at once; the old one stops working.
   * Requires OWNER.
   * @throws {ConflictError} The name is taken, a newer version exists, or the idempotency key was used with a
   * different input.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  regenerate(input: types.LegacyKeyRegenerateInput, options?: IdempotentOptions): Promise<types.LegacyKeyRegeneratePayload> {
    return change(this.#transport, documents.legacyKeyRegenerate, { input }, options)
  }

  /**
   * Returns the legacy key’s secret. Every call is recorded in the audit log. Requires OWNER.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  reveal(input: types.LegacyKeyRevealInput, options?: RequestOptions): Promise<types.LegacyKeyRevealPayload> {
    return change(this.#transport, documents.legacyKeyReveal, { input }, options)
  }
}
