import { Keyward } from '@keyward/sdk'
import manifest from '../package.json' with { type: 'json' }
import { readCredentials } from './credentials.ts'
import { CommandError, EXIT_CODES, UsageError } from './exit-codes.ts'
import { tokenOfWorkload } from './sign-in/workload.ts'

const DEFAULT_URL = 'http://127.0.0.1:4000'

/** Normalizes a server address, because tokens are stored by address. */
export function parseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UsageError('The address of the server (--url, KEYWARD_URL) must begin with https:// or http://.')
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new UsageError(
      'The address of the server (--url, KEYWARD_URL) must not contain a password, query or fragment.',
    )
  }
  return url.origin + url.pathname.replace(/\/+$/, '')
}

/** Whether requests to this address are encrypted or stay on this machine. */
export function isPrivate(baseUrl: string): boolean {
  const { protocol, hostname } = new URL(baseUrl)
  return protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}

/** Where tokens are stored. */
export interface Store {
  file: string
  /** The profile's name. Undefined if no profile is used. */
  profile: string | undefined
  /** Whether the profile was named on the command line. It then takes precedence over the environment. */
  isExplicit: boolean
}

const environmentOf = (
  name: 'KEYWARD_TOKEN' | 'KEYWARD_TRUST' | 'KEYWARD_URL',
  { isExplicit }: Store,
): string | undefined => (isExplicit ? undefined : process.env[name] || undefined)

/** The address from the command line or the environment. Defaults to the server that the user last signed in to. */
export async function baseUrlOf(given: string | undefined, store: Store): Promise<string> {
  const asked = given ?? environmentOf('KEYWARD_URL', store)
  return parseUrl(asked || ((await readCredentials(store.file)).current ?? DEFAULT_URL))
}

/** Where a token was found. */
export type TokenSource = 'KEYWARD_TOKEN' | 'KEYWARD_TRUST' | 'credentials file'

/** A server's token and where it was found. Null if there is none. */
export async function tokenFor(
  baseUrl: string,
  timeout: number | undefined,
  store: Store,
): Promise<{ token: string; source: TokenSource } | null> {
  const given = environmentOf('KEYWARD_TOKEN', store)
  if (given) return { token: given, source: 'KEYWARD_TOKEN' }
  const trust = environmentOf('KEYWARD_TRUST', store)
  if (trust) return { token: await tokenOfWorkload(trust, baseUrl, timeout), source: 'KEYWARD_TRUST' }
  const token = (await readCredentials(store.file)).tokens[baseUrl]
  return token === undefined ? null : { token, source: 'credentials file' }
}

/** Creates a client for a server and a token. The server log shows the client's user agent. */
export function clientOf(baseUrl: string, token: string, timeout: number | undefined): Keyward {
  const headers = { 'user-agent': `keyward-cli/${manifest.version}` }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError('The token has characters that tokens cannot have, such as spaces.')
  }
  return new Keyward({ baseUrl, token, headers, timeout })
}

/** Creates a client with a server's stored token. */
export async function connect(baseUrl: string, timeout: number | undefined, store: Store): Promise<Keyward> {
  const found = await tokenFor(baseUrl, timeout, store)
  if (found === null) {
    const { profile } = store
    const [place, option] = profile === undefined ? ['', ''] : [` with the profile ${profile}`, ` --profile ${profile}`]
    const message = `You are not signed in to ${baseUrl}${place}. Sign in with \`keyward login --url ${baseUrl}${option}\`, or set KEYWARD_TOKEN.`
    throw new CommandError(message, EXIT_CODES.authentication)
  }
  return clientOf(baseUrl, found.token, timeout)
}

/** The output of `--version`. */
export const VERSION = manifest.version
