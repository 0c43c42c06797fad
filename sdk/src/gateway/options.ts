import type { Fetch } from '../core/options.ts'
import { bearerOf, urlOf } from '../internal/settings.ts'
import type { UsageOptions } from './usage/usage.ts'

/** How a gateway is set up. */
export interface GatewayOptions {
  /** Where the Keyward server is, without `/graphql`. */
  readonly url: string
  /** The gateway's token, `kw_gate_…`. */
  readonly token: string
  /** What requests are sent with; the global `fetch` if not given. */
  readonly fetch?: Fetch | undefined
  /** How many credentials are remembered at most; 100,000 if not given. */
  readonly maxKeys?: number | undefined
  /** How usage is reported. */
  readonly usage?: UsageOptions | undefined
  /** Hears of everything that fails in the background; it is tried again in any case. Nobody does if not given. */
  readonly onError?: ((error: unknown) => void) | undefined
}

interface Settings {
  url: string
  headers: Readonly<Record<string, string>>
  fetch: Fetch
  maxKeys: number
  onError: (error: unknown) => void
  usage: UsageOptions
}

const DEFAULT_MAX_KEYS = 100_000

/** Reads what a gateway is set up with. */
export function settingsOf({
  url,
  token,
  fetch,
  maxKeys = DEFAULT_MAX_KEYS,
  usage = {},
  onError,
}: GatewayOptions): Settings {
  if (!(maxKeys >= 1)) throw new TypeError('`maxKeys` has to be a number, 1 or more.')
  return {
    url: urlOf(url),
    headers: { authorization: bearerOf(token) },
    fetch: fetch ?? ((to, init) => globalThis.fetch(to, init)),
    maxKeys,
    usage,
    onError(error) {
      try {
        onError?.(error)
      } catch {
        // What listens must not stop what goes on.
      }
    },
  }
}
