// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { RequestOptions } from '../../core/options.ts'
import { change } from '../../internal/run.ts'
import type { Transport } from '../../internal/transport.ts'
import * as documents from '../documents.ts'
import type * as types from '../types.ts'

/** The methods of `client.limits`. */
export class LimitsResource {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Opens, renews, reports and returns leases of limits. Reports contain running totals, so a repeated call is
   * not counted twice. It returns the same grants again. Available to gateways only; others get a FORBIDDEN
   * error.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  exchangeLeases(input: types.LimitLeasesExchangeInput, options?: RequestOptions): Promise<types.LimitLeasesExchangePayload> {
    return change(this.#transport, documents.limitsExchangeLeases, { input }, options)
  }
}
