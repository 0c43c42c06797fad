// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { FollowOptions, RequestOptions } from '../../core/options.ts'
import { change, follow, read } from '../../internal/run.ts'
import type { Transport } from '../../internal/transport.ts'
import * as documents from '../documents.ts'
import type * as types from '../types.ts'

/** The methods of `client.gateway`. */
export class GatewayResource {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Acknowledges changes and reports used credentials. Returns the changes after the cursor. Call it after
   * applying changes, and at least every few seconds. A process that stops calling it is treated as stopped.
   * Available to gateways only; others get a FORBIDDEN error.
   * @throws {ForbiddenError} Your role does not permit this action on an object you can see.
   * @throws {NotFoundError} No object with this id is visible to you. Hidden, missing and wrong-type ids return
   * the same error.
   * @throws {ValidationError} The input is invalid.
   */
  acknowledge(input: types.GatewayAcknowledgeInput, options?: RequestOptions): Promise<types.GatewaySync> {
    return change(this.#transport, documents.gatewayAcknowledge, { input }, options)
  }

  /**
   * Looks up secrets, resources and models for decisions. Available to gateways only; others get a FORBIDDEN
   * error.
   */
  lookUp(input: types.GatewayLookUpInput, options?: RequestOptions): Promise<types.GatewaySnapshot> {
    return read(this.#transport, documents.gatewayLookUp, { input }, options)
  }

  /**
   * Streams changes to keys, limits and models. After a lost connection, the client reconnects and resumes from
   * the last change received. Requires a gateway token.
   */
  sync(params: types.GatewaySyncParams, options?: FollowOptions): AsyncIterableIterator<types.GatewaySync> {
    return follow(this.#transport, documents.gatewaySync, params, options)
  }
}
