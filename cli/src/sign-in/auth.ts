import { hostname } from 'node:os'
import { VERSION } from '../connection.ts'
import { CommandError, EXIT_CODES, type ExitCode } from '../exit-codes.ts'

const TIMEOUT_MS = 30_000

/** A response from /auth, which serves sign-in outside the GraphQL API. */
export interface AuthAnswer {
  status: number
  headers: Headers
  /** The members of the JSON document. Empty if the response has none. */
  body: Readonly<Record<string, unknown>>
}

/** The program and machine, as shown to the person who approves the sign-in and in the session list. */
const userAgent = `keyward-cli/${VERSION} (${hostname().replaceAll(/[^\w.-]/g, '') || 'unknown'})`

const membersOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

/** Sends a request to /auth. Throws if the server cannot be reached. */
export async function callAuth(
  baseUrl: string,
  path: string,
  body: object,
  { timeout = TIMEOUT_MS, token, challenge }: { timeout?: number | undefined; token?: string; challenge?: string } = {},
): Promise<AuthAnswer> {
  const response = await fetch(`${baseUrl}/auth${path}`, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': userAgent,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(challenge === undefined ? {} : { 'x-keyward-challenge': challenge }),
    },
    body: JSON.stringify(body),
    // Redirects are errors, because following one could send the password to another server.
    redirect: 'error',
    signal: AbortSignal.timeout(timeout),
  })
  const document: unknown = await response.json().catch(() => null)
  return { status: response.status, headers: response.headers, body: membersOf(document) }
}

const exitCodeOf = (status: number): ExitCode => {
  if (status === 401) return EXIT_CODES.authentication
  if (status === 429) return EXIT_CODES.rateLimited
  return status >= 500 ? EXIT_CODES.unavailable : EXIT_CODES.failed
}

/** Converts an error response to an error with the server's message. */
export function errorOf({ status, body, headers }: AuthAnswer): CommandError {
  const words = [body.message, body.error_description].find((text) => typeof text === 'string')
  const seconds = headers.get('retry-after')
  const said = typeof words === 'string' ? words : `The server responded with ${status}.`
  return new CommandError(seconds === null ? said : `${said} Try again in ${seconds} s.`, exitCodeOf(status))
}

/** The error for a server that cannot be reached. */
export const unreachable = (baseUrl: string): CommandError =>
  new CommandError(`${baseUrl} cannot be reached. Check the address and the network.`, EXIT_CODES.unavailable)
