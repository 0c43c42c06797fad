import { readSecret, type SecretPlace } from '@keyward/engine/presented'
import type { SecretReader } from './secret.ts'

export type { SecretPlace } from '@keyward/engine/presented'
export type { SecretReader } from './secret.ts'

/**
 * Reads secrets from more locations than `Authorization: Bearer`: the headers `x-api-key` and `api-key`, the WebSocket
 * sub-protocol `openai-insecure-api-key.…` (`websocket`), and Basic authentication (`basic`). A request with two
 * different secrets is denied. Example: `createGateway({ …, readSecret: secretsFrom('x-api-key', 'websocket') })`.
 */
export const secretsFrom =
  (...places: SecretPlace[]): SecretReader =>
  (header) =>
    readSecret(header, places)
