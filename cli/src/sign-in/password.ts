import { CommandError, EXIT_CODES } from '../exit-codes.ts'
import { callAuth, errorOf, unreachable } from './auth.ts'

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

/** Ends a session. Returns false if the server did not. */
export async function endSession(baseUrl: string, token: string, timeout: number | undefined): Promise<boolean> {
  try {
    return (await callAuth(baseUrl, '/sign-out', {}, { timeout, token })).status === 200
  } catch {
    return false
  }
}
