import { AsyncLocalStorage } from 'node:async_hooks'
import type { Refusal } from './sign-up-policy.ts'

/** State of one request under /auth. The callbacks that better-auth runs for the request share it. */
export interface AuthRequest {
  /**
   * The reason why single sign-on may not create an account. Null if it may. Unset until the provider has identified
   * the person.
   */
  ssoRefusal?: Refusal | null
  /** Id of the person who sent the request with a session, or who signed in with it. */
  personId?: string | undefined
  /** Hash of the new account's password, computed before better-auth's transaction. */
  passwordHash?: string
  /** Whether this request creates the first account of the instance. */
  isFounder?: boolean
  /** E-mail address of the account whose password this request reset. */
  passwordResetOf?: string
  /** Id of the person who requests a first password. Set only if they have none and signed in recently. */
  firstPasswordOf?: string
  /** Whether this request creates an account. */
  createsUser?: boolean
  /** Id of the person whose account this request connected to single sign-on. */
  connectedUserId?: string
  /** The provider of the way to sign in that this request removed from the person's account. */
  disconnectedProvider?: string
  /** Whether this request turned the person's second factor on or off. */
  secondFactorTurned?: boolean
  /** Whether the plugin failed because it cannot read a passkey. It then responds with its own internal error. */
  isPasskeyUnreadable?: boolean
  /** A database failure that better-auth logged and replaced by its own error. */
  outage?: Error
  /** The sign-in that this request attempts. */
  attempt?: { email: string; settle(failed: boolean): void }
  /** The device code that the response shows. Only its hash is stored. */
  deviceCode?: string
  /** The sign-in time of the person who approved the device code of this request. */
  authenticatedAt?: Date | null
}

export const authRequests = new AsyncLocalStorage<AuthRequest>()
