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
   * Reads the legacy key of an organization; null when it has none. For the Owner, and the key itself.
   * @param organizationId The organization, `org_…`.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   * @throws {ForbiddenError} You can see the parent object, but your role may not read this.
   * @deprecated Use project-scoped API keys. Removal not before 2027-12-01.
   */
  get(organizationId: string, options?: RequestOptions): Promise<types.LegacyKey | null> {
    return read(this.#transport, documents.legacyKeyGet, { organizationId }, options)
  }

  /**
   * Takes an organization’s legacy key over from another system. It is bound to the default project. For the
   * Owner.
   * @throws {ConflictError} Something else holds the name, or the idempotency key was used with another input.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  import(input: types.LegacyKeyImportInput, options?: RequestOptions): Promise<types.LegacyKey> {
    return change(this.#transport, documents.legacyKeyImport, { input }, options)
  }

  /**
   * Replaces the secret of a legacy key that is compromised: the new one answers everywhere at once, the old one
   * nowhere. For the Owner.
   * @throws {ConflictError} Something else holds the name, or the idempotency key was used with another input.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  regenerate(input: types.LegacyKeyRegenerateInput, options?: IdempotentOptions): Promise<types.LegacyKeyRegeneratePayload> {
    return change(this.#transport, documents.legacyKeyRegenerate, { input }, options)
  }

  /**
   * Shows the legacy key’s secret, to copy it. Every showing is in the audit log. For the Owner.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  reveal(input: types.LegacyKeyRevealInput, options?: RequestOptions): Promise<types.LegacyKeyRevealPayload> {
    return change(this.#transport, documents.legacyKeyReveal, { input }, options)
  }
}
