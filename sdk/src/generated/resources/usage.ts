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
   * Adjusts the costs and the budgets of a key by a credit or a charge. A credit is at most the amount that the
   * key was charged for this usage, less earlier adjustments. Repeating the same id and content changes nothing.
   * Requires ADMIN in the organization.
   * @throws {ConflictError} The name is taken, a newer version exists, or the idempotency key was used with a
   * different input.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  adjust(input: types.UsageAdjustInput, options?: RequestOptions): Promise<types.UsageAdjustment> {
    return change(this.#transport, documents.usageAdjust, { input }, options)
  }

  /**
   * Fetches the adjustments of a key’s costs, newest first. Visible to the key itself and the project’s
   * collaborators, except external ones.
   * @param id Permanent id, `key_…`. Rotation does not change it.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  adjustments(id: string, first?: number | null, after?: string | null, options?: RequestOptions): Promise<types.ApiKeyUsageAdjustments> {
    return read(this.#transport, documents.usageAdjustments, { id, first, after }, options)
  }

  /**
   * Fetches the usage and cost of a key by hour or day. Visible to the key itself and the project’s
   * collaborators, except external ones.
   * @param id Permanent id, `key_…`. Rotation does not change it.
   * @throws {NotFoundError} The object does not exist, or you may not see it.
   */
  ofApiKey(id: string, input: types.UsageInput, options?: RequestOptions): Promise<types.ApiKeyUsage> {
    return read(this.#transport, documents.usageOfApiKey, { id, input }, options)
  }

  /**
   * Records metered requests and charges them to the budgets of their credentials. Each event is recorded once,
   * even if it is sent repeatedly. Events may arrive in any order. Invalid events are rejected individually. If
   * the input is a variable, this includes events with values of the wrong type. Requires a gateway token.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  record(input: types.UsageRecordInput, options?: RequestOptions): Promise<types.UsageRecordPayload> {
    return change(this.#transport, documents.usageRecord, { input }, options)
  }
}
