import { setTimeout as wait } from 'node:timers/promises'
import type { Cli } from '../cli.ts'
import { CommandError, EXIT_CODES } from '../exit-codes.ts'
import { complain } from '../output.ts'
import { printable } from '../printable.ts'
import { type AuthAnswer, callAuth, errorOf, unreachable } from './auth.ts'
import { openBrowser } from './browser.ts'

const CLIENT_ID = 'keyward-cli'
const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:device_code'

/** How much to increase the polling interval after each `slow_down` (RFC 8628, section 3.5). */
const SLOWER_SECONDS = 5
const DEFAULT_INTERVAL_SECONDS = 5

const textIn = ({ body }: AuthAnswer, name: string): string | null => {
  const value = body[name]
  return typeof value === 'string' && value !== '' ? value : null
}

const secondsIn = ({ body }: AuthAnswer, name: string): number | null => {
  const value = body[name]
  return typeof value === 'number' && value > 0 ? value : null
}

/** A sign-in that is waiting for approval. */
interface Pending {
  deviceCode: string
  userCode: string
  address: string
  completeAddress: string
  expiresInSeconds: number
  intervalSeconds: number
}

async function begin(baseUrl: string, timeout: number | undefined): Promise<Pending> {
  const answer = await callAuth(baseUrl, '/device/code', { client_id: CLIENT_ID }, { timeout }).catch(() => {
    throw unreachable(baseUrl)
  })
  if (answer.status === 404) {
    const message = `${baseUrl} does not offer sign-in by the browser. Use --email or --with-token.`
    throw new CommandError(message, EXIT_CODES.failed)
  }
  if (answer.status !== 200) throw errorOf(answer)
  const [deviceCode, userCode] = [textIn(answer, 'device_code'), textIn(answer, 'user_code')]
  const address = textIn(answer, 'verification_uri')
  if (!deviceCode || !userCode || !address) throw errorOf(answer)
  return {
    deviceCode,
    userCode,
    address,
    completeAddress: textIn(answer, 'verification_uri_complete') ?? address,
    expiresInSeconds: secondsIn(answer, 'expires_in') ?? 600,
    intervalSeconds: secondsIn(answer, 'interval') ?? DEFAULT_INTERVAL_SECONDS,
  }
}

const ENDINGS: Readonly<Record<string, string>> = {
  access_denied: 'The sign-in was denied.',
  expired_token: 'The code has expired. Run the command again.',
  invalid_grant: 'The code is no longer valid. Run the command again.',
}

/**
 * Polls until the person has approved or denied the sign-in. Network and server failures are retried until the code
 * expires.
 */
async function waitForToken(baseUrl: string, pending: Pending, timeout: number | undefined): Promise<string> {
  const body = { grant_type: GRANT_TYPE, device_code: pending.deviceCode, client_id: CLIENT_ID }
  const until = performance.now() + pending.expiresInSeconds * 1_000
  let interval = pending.intervalSeconds
  while (performance.now() < until) {
    await wait(interval * 1_000)
    const answer = await callAuth(baseUrl, '/device/token', body, { timeout }).catch(() => null)
    if (answer === null || answer.status >= 500) continue
    const token = textIn(answer, 'access_token')
    if (token !== null) return token
    const error = textIn(answer, 'error') ?? ''
    if (error === 'slow_down' || answer.status === 429) interval += SLOWER_SECONDS
    else if (error !== 'authorization_pending') {
      const ending = ENDINGS[error]
      throw ending === undefined ? errorOf(answer) : new CommandError(ending, EXIT_CODES.authentication)
    }
  }
  throw new CommandError(ENDINGS.expired_token ?? '', EXIT_CODES.authentication)
}

/** Shows a code and opens the page on which a person approves it (RFC 8628). Returns the new session's token. */
export async function signInByBrowser(baseUrl: string, cli: Cli): Promise<string> {
  const pending = await begin(baseUrl, cli.timeout)
  // Shown even with --json, because the code is needed to sign in.
  complain(`Your code: ${printable(pending.userCode.replace(/^(\w{4})(\w{4})$/, '$1-$2'))}`)
  const isOpen = await openBrowser(pending.completeAddress)
  complain(
    isOpen
      ? `Approve it in your browser, at ${printable(pending.completeAddress)}`
      : `Open ${printable(pending.address)} in a browser on any device, and enter the code.`,
  )
  return waitForToken(baseUrl, pending, cli.timeout)
}
