import { CommandError, EXIT_CODES } from '../exit-codes.ts'
import { callAuth, errorOf, unreachable } from './auth.ts'

/** Whether a token is a person's session. Tokens of Keyward's other kinds name their kind. */
export const isSession = (token: string): boolean => !token.startsWith('kw_')

/** Signs in with an address and a password. Returns the token of the new session. */
export async function signInWithPassword(
  baseUrl: string,
  email: string,
  password: string,
  timeout: number | undefined,
): Promise<string> {
  const answer = await callAuth(baseUrl, '/sign-in/email', { email, password }, { timeout }).catch(() => {
    throw unreachable(baseUrl)
  })
  const token = answer.headers.get('set-auth-token')
  if (answer.status !== 200) throw errorOf(answer)
  if (token === null) throw new CommandError('The server returned no session.', EXIT_CODES.failed)
  return decodeURIComponent(token)
}

/** Ends a session. Returns false if the token is no session or the server did not answer. */
export async function endSession(baseUrl: string, token: string, timeout: number | undefined): Promise<boolean> {
  if (!isSession(token)) return false
  try {
    return (await callAuth(baseUrl, '/sign-out', {}, { timeout, token })).status === 200
  } catch {
    return false
  }
}
