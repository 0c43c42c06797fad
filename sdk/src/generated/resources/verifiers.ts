// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { FollowOptions, RequestOptions } from '../../core/options.ts'
import { change, follow, read } from '../../internal/run.ts'
import type { Transport } from '../../internal/transport.ts'
import * as documents from '../documents.ts'
import type * as types from '../types.ts'

/** The methods of `client.verifiers`. */
export class VerifiersResource {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Tells up to which change an in-process verifier knows everything, and which credentials it let pass; answers
   * what came after that. To be called whenever something was applied, and every few seconds: a verifier that
   * says nothing counts as gone after a while. For gateways.
   * @throws {ForbiddenError} You may see it, but your role may not do this.
   * @throws {NotFoundError} Nothing that you may see has this id. Ids of others, of nothing and of another type
   * answer the same.
   * @throws {ValidationError} The input cannot be accepted as it is.
   */
  acknowledge(input: types.VerifierAcknowledgeInput, options?: RequestOptions): Promise<types.VerifierSync> {
    return change(this.#transport, documents.verifiersAcknowledge, { input }, options)
  }

  /**
   * What a verifier decides by, for secrets, resources and models, in one call. For gateways; FORBIDDEN to
   * others.
   */
  lookUp(input: types.VerifierLookUpInput, options?: RequestOptions): Promise<types.VerifierKnowledge> {
    return read(this.#transport, documents.verifiersLookUp, { input }, options)
  }

  /**
   * Follows what changes, without end: a lost connection is made again, from the last change seen. For gateways.
   * @param verifierId A UUID of the verifier’s process.
   */
  sync(verifierId: string, options?: FollowOptions): AsyncIterableIterator<types.VerifierSync> {
    return follow(this.#transport, documents.verifiersSync, { verifierId }, options)
  }
}
