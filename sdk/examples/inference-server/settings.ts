/** The settings of the server. */
export interface Settings {
  readonly keywardUrl: string
  readonly gatewayToken: string
  readonly host: string
  readonly port: number
  /** The model's name in Keyward's catalogue, which has its prices. */
  readonly model: string
  /** Folder that stores usage until Keyward has received it. Null keeps usage only in memory. */
  readonly spoolDirectory: string | null
  /** Origins of web pages that may call the server. */
  readonly corsOrigins: readonly string[]
  /** Time that requests in progress get once the server must stop. */
  readonly shutdownMs: number
}

/** An environment variable is missing or invalid. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

type Environment = Readonly<Record<string, string | undefined>>

function wholeNumber(environment: Environment, name: string, otherwise: number, most: number): number {
  const text = environment[name] || String(otherwise)
  if (/^\d{1,5}$/.test(text) && Number(text) <= most) return Number(text)
  throw new SettingsError(`${name} must be a whole number from 0 to ${most}.`)
}

/**
 * Reads the settings from environment variables. An empty variable counts as missing.
 * @throws {SettingsError} A setting is missing or invalid. The message names it without its value.
 */
export function readSettings(environment: Environment): Settings {
  const gatewayToken = environment.KEYWARD_GATEWAY_TOKEN
  if (!gatewayToken) {
    throw new SettingsError(
      'KEYWARD_GATEWAY_TOKEN is not set. Give it the token of a gateway, kw_gate_…, which the first start of Keyward prints, ' +
        'as does `keyward-server gateway create NAME`.',
    )
  }
  return {
    keywardUrl: environment.KEYWARD_URL || 'http://127.0.0.1:4000',
    gatewayToken,
    host: environment.HOST || '127.0.0.1',
    port: wholeNumber(environment, 'PORT', 8_000, 65_535),
    model: environment.MODEL || 'Qwen/Qwen3-235B-A22B-fp8-tput',
    spoolDirectory: environment.SPOOL_DIRECTORY || null,
    corsOrigins: (environment.CORS_ORIGINS ?? '').split(',').flatMap((each) => each.trim() || []),
    shutdownMs: wholeNumber(environment, 'SHUTDOWN_SECONDS', 30, 600) * 1_000,
  }
}
