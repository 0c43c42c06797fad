import { AsyncLocalStorage } from 'node:async_hooks'
import type { Refusal } from './sign-up-policy.ts'

/** State of a single request under /auth, shared by the callbacks that better-auth runs for it. */
export interface AuthRequest {
  /**
   * Why single sign-on is not allowed to create an account. Null if it is allowed. Unset until the provider has
   * identified the person.
   */
  ssoRefusal?: Refusal | null
  /** Id of the person whose session the request carried, or who signed in with it. */
  personId?: string | undefined
  /** The new account's password hash, computed before better-auth's transaction. */
  passwordHash?: string
  /** Whether this request creates the instance's first account. */
  isFounder?: boolean
  /** E-mail address of the account whose password this request reset. */
  passwordResetOf?: string
  /** Id of the person who requests a first password. Set only if the person has no password and signed in recently. */
  firstPasswordOf?: string
  /** Whether this request creates an account. */
  createsUser?: boolean
  /** Id of the person whose account this request connected to single sign-on. */
  connectedUserId?: string
  /** Provider of the sign-in method that this request removed from the person's account. */
  disconnectedProvider?: string
  /** Whether this request enabled or disabled the person's second factor. */
  secondFactorTurned?: boolean
  /** Whether the plugin failed because it could not read a passkey. It then responds with an internal error. */
  isPasskeyUnreadable?: boolean
  /** A database failure that better-auth logged and replaced with its own error. */
  outage?: Error
  /** The sign-in that this request attempts. */
  attempt?: { email: string; settle(failed: boolean): void }
  /** The device code in the response. Only its hash is stored. */
  deviceCode?: string
  /** Sign-in time of the person who approved this request's device code. */
  authenticatedAt?: Date | null
}

export const authRequests = new AsyncLocalStorage<AuthRequest>()
