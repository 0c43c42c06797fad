import { Gateway } from './gateway.ts'
import type { GatewayOptions } from './options.ts'

export type { Fetch } from '../core/options.ts'
export type {
  ApiKeyVerification,
  DenialReason,
  LimitState,
  UsageEventInput,
  VerificationWarning,
  Workload,
} from '../generated/types.ts'
export type { Accepted, Ask, Rejected } from './answer.ts'
export type { Gateway, GatewayStatus } from './gateway.ts'
export { GatewayError } from './link/server.ts'
export type { GatewayOptions } from './options.ts'
export type { SecretReader, SecretSource } from './secret.ts'
export type { Spool } from './usage/spool.ts'
export { type Usage, UsageNotRecordedError, type UsageOptions, type UsageRejection } from './usage/usage.ts'

/** Creates a gateway. It connects immediately, and decides about requests in this process until it is closed. */
export const createGateway = (options: GatewayOptions): Gateway => new Gateway(options)
