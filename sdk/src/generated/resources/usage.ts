// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { RequestOptions } from '../../core/options.ts'
import { change, read } from '../../internal/run.ts'
import type { Transport } from '../../internal/transport.ts'
import * as documents from '../documents.ts'
import type * as types from '../types.ts'

/** The methods of `client.usage`. */
export class UsageResource {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Reads what was used with an API key, in hours or days, and what that cost. For those who may read its
   * project, except external collaborators; a key may read itself.
   * @param id The id, `key_…`. It never changes, also when the secret is rotated.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  ofApiKey(id: string, input: types.UsageInput, options?: RequestOptions): Promise<types.ApiKeyUsage> {
    return read(this.#transport, documents.usageOfApiKey, { id, input }, options)
  }

  /**
   * Records metered requests, at most 1000 in a call, and charges them to the budgets above their credentials.
   * Each is recorded once by its id, in whatever order and however often it is sent; what cannot be recorded is
   * refused event by event, and the others are recorded. For gateways.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  record(input: types.UsageRecordInput, options?: RequestOptions): Promise<types.UsageRecordPayload> {
    return change(this.#transport, documents.usageRecord, { input }, options)
  }
}
