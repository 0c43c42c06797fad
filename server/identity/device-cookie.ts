import { PASSKEY_SIGN_IN } from './passkeys.ts'
import { CODE_PATHS } from './second-factor.ts'

const DAY = 86_400

/** Cookie that identifies a browser that has signed in to an account before. */
export const DEVICE_COOKIE = 'keyward.device'

/** Paths of sign-ins that make a browser known to the account. */
export const COOKIE_PATHS = ['/sign-in/email', '/sign-up/email', PASSKEY_SIGN_IN, ...CODE_PATHS]

/** Builds the cookie's attributes. */
export const deviceCookie = (isSecure: boolean, prefix: string) =>
  ({
    path: `${prefix}/auth`,
    maxAge: 365 * DAY,
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure,
  }) as const
