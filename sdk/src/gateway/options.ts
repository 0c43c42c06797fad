import type { Fetch } from '../core/options.ts'
import { bearerOf, urlOf } from '../internal/settings.ts'
import { readBearer, type SecretReader } from './secret.ts'
import type { UsageOptions } from './usage/usage.ts'

/** Gateway options. */
export interface GatewayOptions {
  /** URL of the Keyward server, without `/graphql`. */
  readonly baseUrl: string
  /** The gateway's token, `kw_gate_…`. */
  readonly token: string
  /** Function that sends requests. Defaults to the global `fetch`. */
  readonly fetch?: Fetch | undefined
  /** Maximum number of credentials, resources and models in memory. Defaults to 100,000. */
  readonly maxCached?: number | undefined
  /**
   * Reads a request's secret. Defaults to `Authorization: Bearer`. For other locations, use `secretsFrom('x-api-key')`
   * of `@keyward/sdk/gateway/secrets`.
   */
  readonly readSecret?: SecretReader | undefined
  /** Options for reporting usage. */
  readonly usage?: UsageOptions | undefined
  /** Called with every background error. The failed work is always retried. */
  readonly onError?: ((error: unknown) => void) | undefined
}

interface Settings {
  url: string
  headers: Readonly<Record<string, string>>
  fetch: Fetch
  maxCached: number
  readSecret: SecretReader
  onError: (error: unknown) => void
  usage: UsageOptions
}

const DEFAULT_MAX_CACHED = 100_000

/** Checks the options of a gateway. */
export function settingsOf({
  baseUrl,
  token,
  fetch,
  maxCached = DEFAULT_MAX_CACHED,
  readSecret = readBearer,
  usage = {},
  onError,
}: GatewayOptions): Settings {
  if (!(maxCached >= 1)) throw new TypeError('`maxCached` has to be a number, 1 or more.')
  return {
    url: urlOf(baseUrl),
    headers: { authorization: bearerOf(token) },
    fetch: fetch ?? ((to, init) => globalThis.fetch(to, init)),
    maxCached,
    readSecret,
    usage,
    onError(error) {
      try {
        onError?.(error)
      } catch {
        // An exception in the callback must not stop the background work.
      }
    },
  }
}
