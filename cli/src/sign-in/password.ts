import { CommandError, EXIT_CODES } from '../exit-codes.ts'
import { type AuthAnswer, callAuth, errorOf, unreachable } from './auth.ts'

/** Extracts the new session's token from a response. */
function tokenOf(answer: AuthAnswer): string {
  const token = answer.headers.get('set-auth-token')
  if (answer.status !== 200) throw errorOf(answer)
  if (token === null) throw new CommandError('The server returned no session.', EXIT_CODES.failed)
  return decodeURIComponent(token)
}

const CODE = /^\d{6}$/

/** Signs in with an address and a password. If the account has a second factor, `askCode` is called for the code. */
export async function signInWithPassword(
  baseUrl: string,
  { email, password, askCode }: { email: string; password: string; askCode: () => Promise<string> },
  timeout: number | undefined,
): Promise<string> {
  const answer = await callAuth(baseUrl, '/sign-in/email', { email, password }, { timeout }).catch(() => {
    throw unreachable(baseUrl)
  })
  const { challenge } = answer.body
  if (answer.status !== 200 || typeof challenge !== 'string') return tokenOf(answer)
  const code = (await askCode()).replaceAll(/\s/g, '')
  const path = CODE.test(code) ? '/two-factor/verify-totp' : '/two-factor/verify-backup-code'
  return tokenOf(
    await callAuth(baseUrl, path, { code }, { timeout, challenge }).catch(() => {
      throw unreachable(baseUrl)
    }),
  )
}

/** Ends a session. Returns false if the server did not end it. */
export async function endSession(baseUrl: string, token: string, timeout: number | undefined): Promise<boolean> {
  try {
    return (await callAuth(baseUrl, '/sign-out', {}, { timeout, token })).status === 200
  } catch {
    return false
  }
}
