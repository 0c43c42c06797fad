import { ownOrigins, pathPrefix, type ServerConfig } from '../config/config.ts'

/**
 * Routes under /auth that pages of KEYWARD_CORS_ORIGINS may call. They work without cookies: the session token is in
 * `set-auth-token`. A route that is in neither list is closed, and test/infra/server/other-origins.test.ts fails until
 * it is added.
 */
export const OPEN_ROUTES: readonly string[] = [
  '/sign-in/email',
  '/sign-up/email',
  '/sign-out',
  '/get-session',
  '/list-sessions',
  '/revoke-session',
  '/revoke-sessions',
  '/revoke-other-sessions',
  '/change-password',
  '/update-user',
  '/list-accounts',
  '/request-password-reset',
  '/reset-password',
  '/send-verification-email',
  '/verify-address',
  '/two-factor/enable',
  '/two-factor/disable',
  '/two-factor/verify-totp',
  '/two-factor/verify-backup-code',
  '/two-factor/generate-backup-codes',
  '/device',
  '/device/code',
  '/device/token',
  '/device/approve',
  '/device/deny',
]

/**
 * Routes that only the instance's own pages may call. Single sign-on stores its state in a cookie, and passkeys belong
 * to the instance's own domain.
 */
export const OWN_ROUTES: readonly string[] = [
  '/sign-in/social',
  '/callback/:id',
  '/link-social',
  '/unlink-account',
  '/refresh-token',
  '/get-access-token',
  '/account-info',
  '/passkey/generate-register-options',
  '/passkey/generate-authenticate-options',
  '/passkey/verify-registration',
  '/passkey/verify-authentication',
  '/passkey/list-user-passkeys',
  '/passkey/update-passkey',
  '/passkey/delete-passkey',
]

const refuse = (code: string, message: string): Response => Response.json({ code, message }, { status: 403 })

/** Whether the browser considers the request same-origin. If the origin differs here, a proxy has changed it. */
const isSameOrigin = ({ headers }: Request): boolean => headers.get('sec-fetch-site') === 'same-origin'

/** Whether pages from other origins may call a path under /auth. */
export const isOpenRoute = (path: string): boolean => OPEN_ROUTES.includes(path.replace(/^\/auth/, ''))

/** Detects requests to /auth from pages of configured origins, and decides which are allowed. */
export function createOtherOrigins(config: Pick<ServerConfig, 'publicUrl' | 'corsOrigins'>) {
  const own = ownOrigins(config)
  const prefix = pathPrefix(config)
  const others = config.corsOrigins.filter((origin) => !own.includes(origin))

  return {
    /** Whether a page of a configured origin, other than the instance's own, sent the request. */
    isOther: ({ headers }: Request): boolean => others.includes(headers.get('origin') ?? ''),

    /**
     * Rejects a request that pages from other origins are not allowed to send. Null if it is allowed. If both origins
     * belong to the same site, browsers send the site's cookies. A request with a cookie is therefore rejected: it
     * would act as the person who is signed in here.
     */
    refusal(request: Request, path: string): Response | null {
      const origin = request.headers.get('origin')
      if (isSameOrigin(request)) {
        const message = `The page at ${origin} calls Keyward through its own origin, so it needs Keyward’s cookies. For that, set KEYWARD_PUBLIC_URL=${origin}${prefix}. A page of another origin must call ${config.publicUrl} directly.`
        return refuse('OWN_ORIGIN_REQUIRED', message)
      }
      if (!isOpenRoute(path)) {
        const message = `Only pages of ${config.publicUrl} may call ${path}, which needs the cookies or the domain of these pages.`
        return refuse('OWN_PAGES_ONLY', message)
      }
      if (!request.headers.has('cookie')) return null
      const message = `Cookies are accepted only from pages of ${config.publicUrl} (KEYWARD_PUBLIC_URL). Call /auth with \`credentials: 'omit'\`, and send the token of \`set-auth-token\` as \`Authorization: Bearer …\`.`
      return refuse('COOKIES_NOT_ACCEPTED', message)
    },

    /** Removes cookies from a response to another origin's page, because they would sign its browser in here. */
    withoutCookies(response: Response): Response {
      const headers = new Headers(response.headers)
      headers.delete('set-cookie')
      return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
    },

    /** Replaces better-auth's "Invalid origin" with advice on the configuration. */
    async withAdvice(request: Request, response: Response): Promise<Response> {
      if (response.status !== 403) return response
      const error: { code?: string } = await response.clone().json()
      if (error.code !== 'INVALID_ORIGIN' && error.code !== 'MISSING_OR_NULL_ORIGIN') return response
      return refuse(error.code, adviceOn(request, config.publicUrl))
    },
  }
}

function adviceOn(request: Request, publicUrl: string): string {
  const origin = request.headers.get('origin')
  const instance = `KEYWARD_PUBLIC_URL is ${publicUrl}`
  if (origin === null || !URL.canParse(origin) || origin.length > 200) {
    return `Invalid origin: the request has no origin, and ${instance}. Open the page at that address.`
  }
  const advice = [
    `Invalid origin: the page is at ${origin}, and ${instance}.`,
    `If people open this instance at ${origin}, directly or through your proxy, set KEYWARD_PUBLIC_URL=${origin}${pathPrefix({ publicUrl })}.`,
  ]
  if (!isSameOrigin(request)) {
    advice.push(
      `If the page is your own frontend and calls ${publicUrl} directly, add ${origin} to KEYWARD_CORS_ORIGINS.`,
    )
  }
  return advice.join(' ')
}
