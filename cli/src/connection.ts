import { Keyward } from '@keyward/sdk'
import manifest from '../package.json' with { type: 'json' }
import { readCredentials } from './credentials.ts'
import { CommandError, EXIT_CODES, UsageError } from './exit-codes.ts'

const DEFAULT_URL = 'http://127.0.0.1:4000'

/** Where a server is, in one spelling, so that a token is found again. */
export function parseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UsageError('The address of the server (--url, KEYWARD_URL) has to begin with https:// or http://.')
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new UsageError('The address of the server (--url, KEYWARD_URL) must hold no password, query or fragment.')
  }
  return url.origin + url.pathname.replace(/\/+$/, '')
}

/** Whether what is sent there stays on this machine or is encrypted. */
export function isPrivate(baseUrl: string): boolean {
  const { protocol, hostname } = new URL(baseUrl)
  return protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}

/** The server that was asked for, or else the one that was signed in to last. */
export async function baseUrlOf(given: string | undefined): Promise<string> {
  const asked = given ?? process.env.KEYWARD_URL
  return parseUrl(asked || ((await readCredentials()).current ?? DEFAULT_URL))
}

/** Where a token comes from. */
export type TokenSource = 'KEYWARD_TOKEN' | 'credentials file'

/** The token for a server, and where it is from; null when there is none. */
export async function tokenFor(baseUrl: string): Promise<{ token: string; source: TokenSource } | null> {
  const { KEYWARD_TOKEN: given } = process.env
  if (given) return { token: given, source: 'KEYWARD_TOKEN' }
  const token = (await readCredentials()).tokens[baseUrl]
  return token === undefined ? null : { token, source: 'credentials file' }
}

/** A client of a server with a token, which names itself to the server's log. */
export function clientOf(baseUrl: string, token: string, timeout: number | undefined): Keyward {
  const headers = { 'user-agent': `keyward-cli/${manifest.version}` }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError('The token holds characters that no token has, such as spaces.')
  }
  return new Keyward({ baseUrl, token, headers, timeout })
}

/** A client of a server that was signed in to. */
export async function connect(baseUrl: string, timeout: number | undefined): Promise<Keyward> {
  const found = await tokenFor(baseUrl)
  if (found === null) {
    const message = `You are not signed in to ${baseUrl}. Sign in with \`keyward login --url ${baseUrl}\`, or set KEYWARD_TOKEN.`
    throw new CommandError(message, EXIT_CODES.authentication)
  }
  return clientOf(baseUrl, found.token, timeout)
}

/** What `--version` says. */
export const VERSION = manifest.version
