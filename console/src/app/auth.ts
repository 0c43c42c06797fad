import { addressOf } from './address.ts'

/** An error response of /auth. */
export class AuthError extends Error {
  /** Null if the server sends no code. */
  readonly code: string | null

  constructor(message: string, code: string | null) {
    super(message)
    this.code = code
  }
}

/** The errors and responses of /auth, which serves sign-in and is not part of the graph. */
export async function callAuth<Answer>(
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(addressOf(`/auth${path}`), {
    method: body === undefined ? 'GET' : 'POST',
    headers: { accept: 'application/json', ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
    body: body === undefined ? null : JSON.stringify(body),
  })
  const answer = await response.json().catch(() => null)
  if (response.ok) return answer
  const said =
    answer?.message ??
    answer?.error_description ??
    answer?.errors?.[0]?.message ??
    `The server responded with ${response.status}.`
  const wait = response.headers.get('retry-after')
  throw new AuthError(wait ? `${said} Try again in ${wait} s.` : said, answer?.code ?? null)
}

/** A session of the signed-in person. */
export interface AuthSession {
  id: string
  token: string
  createdAt: string
  updatedAt: string
  userAgent: string | null
  ipAddress: string | null
}

/** Signs in with a password. Resolves to whether a code of the second factor must follow. */
export async function signIn(email: string, password: string): Promise<boolean> {
  const answer = await callAuth<{ twoFactorRedirect?: boolean }>('/sign-in/email', { email, password })
  return answer.twoFactorRedirect === true
}

/** Completes a sign-in with a code of an authenticator app, or with a recovery code. */
export const sendCode = (code: string, isRecovery: boolean) =>
  callAuth(isRecovery ? '/two-factor/verify-backup-code' : '/two-factor/verify-totp', {
    code: code.replaceAll(/\s/g, ''),
  })

/** Tokens that permit sign-up: the setup token, or the token of an invitation. */
export interface SignUpProofs {
  setupToken: string
  invitation: string | null
}

export const signUp = (
  account: { name: string; email: string; password: string },
  { setupToken, invitation }: SignUpProofs,
) =>
  callAuth('/sign-up/email', account, {
    ...(setupToken ? { 'x-keyward-setup-token': setupToken } : {}),
    ...(invitation ? { 'x-keyward-invitation': invitation } : {}),
  })

const OIDC = 'oidc'

/**
 * Leaves the page for the single sign-on provider, which redirects to a path of this page, or to `failed` with an
 * error.
 */
export async function startSingleSignOn(returnTo: string, failed: string): Promise<void> {
  const body = { provider: OIDC, callbackURL: addressOf(returnTo), errorCallbackURL: addressOf(failed) }
  const { url } = await callAuth<{ url: string }>('/sign-in/social', body)
  location.assign(url)
}

/** Leaves the page for the single sign-on provider, to connect it to the account of the signed-in person. */
export async function connectSingleSignOn(): Promise<void> {
  const callbackURL = addressOf('/account?connected=true')
  const body = { provider: OIDC, callbackURL, errorCallbackURL: addressOf('/account') }
  const { url } = await callAuth<{ url: string }>('/link-social', body)
  location.assign(url)
}

/** The signed-in person's sign-in methods. */
export interface SignInWays {
  hasPassword: boolean
  connections: readonly { id: string; createdAt: string }[]
}

export async function readSignInWays(): Promise<SignInWays> {
  const accounts = await callAuth<{ id: string; providerId: string; createdAt: string }[]>('/list-accounts')
  return {
    hasPassword: accounts.some(({ providerId }) => providerId === 'credential'),
    connections: accounts.filter(({ providerId }) => providerId === OIDC),
  }
}

export const disconnectSingleSignOn = (accountId: string) => callAuth('/unlink-account', { accountId })

/** Ends the session, and clears everything that this page has cached about it. */
export async function signOut(next = '/sign-in'): Promise<void> {
  await callAuth('/sign-out', {})
  location.assign(addressOf(next))
}
