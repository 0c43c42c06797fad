/** Sends a request to a route of `/auth`. Throws the server's words if it fails. */
async function post(url: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(url, {
    method: 'POST',
    // The server accepts no cookies from another origin. The session is a token.
    credentials: 'omit',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  if (!response.ok) {
    const error: { message: string } = await response.json()
    throw new Error(error.message)
  }
  return response
}

/** The signed token of the session that a response begins. Null if it begins none. */
const tokenOf = (response: Response): string | null => response.headers.get('set-auth-token')

/** Signs a person in. With a second factor, the result is a challenge, which `sendCode` completes. */
export async function signIn(
  baseUrl: string,
  email: string,
  password: string,
): Promise<{ token: string } | { challenge: string }> {
  const response = await post(`${baseUrl}/auth/sign-in/email`, { email, password })
  const token = tokenOf(response)
  return token === null ? response.json() : { token }
}

/** Completes a sign-in with the code of the person's authenticator app. */
export async function sendCode(baseUrl: string, challenge: string, code: string): Promise<{ token: string }> {
  const headers = { 'x-keyward-challenge': challenge }
  return { token: tokenOf(await post(`${baseUrl}/auth/two-factor/verify-totp`, { code }, headers)) ?? '' }
}

/** Ends the session. From then on, the server rejects its token. */
export async function signOut(baseUrl: string, token: string): Promise<void> {
  await post(`${baseUrl}/auth/sign-out`, {}, { authorization: `Bearer ${token}` })
}
