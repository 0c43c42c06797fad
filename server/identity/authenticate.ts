import type { Actor } from '@keyward/schema/core/actor'
import type { SessionCache } from './session-cache.ts'

/** The request's credential is not valid: HTTP 401. The message does not say why. */
export class InvalidCredentialError extends Error {
  override readonly name = 'InvalidCredentialError'
}

/** The actor that made a request, and how the request was authenticated. */
export interface Authentication {
  actor: Actor
  /** Where the credential was found. Requests with a COOKIE must come from the instance's own pages. */
  by: 'HEADER' | 'COOKIE' | 'NOTHING'
  /** Cookies for the response if this request renewed its session. Missing for other credentials. */
  cookies?: readonly string[]
  /** Authenticates again without any cache. Anonymous if the credential is no longer valid. */
  reauthenticate(): Promise<Actor>
}

/** Looks up each kind of credential. */
interface Credentials {
  sessions: Pick<SessionCache, 'find'>
  cookieName: string
  /** Name of the cookie that marks the session of a person who chose not to be remembered. */
  forgetCookieName: string
  /** Looks up any secret that is not a session token: `kw_…` or an imported secret. */
  authenticateSecret(secret: string, clientAddress: string | null): Promise<Actor | null>
}

const SIGNED_TOKEN = /^[A-Za-z0-9]{32}\.[A-Za-z0-9+/]{43}=$/

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function cookie(header: string | null, name: string): string | null {
  for (const pair of header?.split(';') ?? []) {
    const equals = pair.indexOf('=')
    if (pair.slice(0, equals).trim() === name) return decode(pair.slice(equals + 1).trim())
  }
  return null
}

const ANONYMOUS: Actor = { kind: 'ANONYMOUS' }

async function orAnonymous(found: Promise<Actor>): Promise<Actor> {
  try {
    return await found
  } catch (error) {
    if (error instanceof InvalidCredentialError) return ANONYMOUS
    throw error
  }
}

const invalid = () =>
  new InvalidCredentialError(
    'The credential is not valid: it is unknown, malformed, expired, revoked or signed out, or a key that may not be used from this address. Send a valid credential as `Authorization: Bearer …`, or none.',
  )

/** Authenticates a request. The header takes precedence over the cookie, and the two are never combined. */
export async function authenticate(
  request: Request,
  clientAddress: string | null,
  credentials: Credentials,
): Promise<Authentication> {
  const findSession = async (signedToken: string, options: { fresh: boolean; renew: boolean }) => {
    const found = SIGNED_TOKEN.test(signedToken) ? await credentials.sessions.find(signedToken, options) : null
    if (!found) throw invalid()
    const actor: Actor = { kind: 'USER', ...found.user, sessionId: found.sessionId }
    return { actor, cookies: found.cookies }
  }
  // Checks before stream events do not renew the session, because there is no response to send a cookie with.
  const bySession = async (signedToken: string, fresh: boolean) =>
    (await findSession(signedToken, { fresh, renew: !fresh })).actor
  const bySecret = async (secret: string): Promise<Actor> => {
    const actor = await credentials.authenticateSecret(secret, clientAddress)
    if (!actor) throw invalid()
    return actor
  }
  const header = request.headers.get('authorization')
  if (header !== null) {
    const [, given] = /^Bearer +([\x21-\x7e]{1,4096})$/i.exec(header.trim()) ?? []
    if (given === undefined) throw invalid()
    const token = given.includes('%') ? decode(given) : given
    const find = (fresh: boolean) => (SIGNED_TOKEN.test(token) ? bySession(token, fresh) : bySecret(given))
    return { actor: await find(false), by: 'HEADER', reauthenticate: () => orAnonymous(find(true)) }
  }
  const given = request.headers.get('cookie')
  const token = cookie(given, credentials.cookieName)
  if (token !== null && token !== '') {
    // If a person chose not to be remembered, the session ends with the browser, or after a day.
    const isRemembered = cookie(given, credentials.forgetCookieName) === null
    const { actor, cookies } = await findSession(token, { fresh: false, renew: isRemembered })
    return {
      actor,
      by: 'COOKIE',
      cookies,
      reauthenticate: () => orAnonymous(bySession(token, true)),
    }
  }
  return { actor: ANONYMOUS, by: 'NOTHING', reauthenticate: async () => ANONYMOUS }
}
