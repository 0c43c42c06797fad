import { callAuth } from './auth.ts'

/** A passkey of the signed-in person. */
export interface Passkey {
  id: string
  name: string
  createdAt: string
  /** Whether the passkey is copied to the person's other devices. */
  backedUp: boolean
}

const load = () => import('@simplewebauthn/browser')

/** The reason why the browser cannot use passkeys on this page. */
export type PasskeyObstacle = 'LOOPBACK_ADDRESS' | 'ADDRESS' | 'INSECURE' | 'BROWSER'

/** Passkeys belong to a host name, so they do not work with an IP address. Null if this page can use them. */
export const obstacle: PasskeyObstacle | null = /^127\.|^\[::1]$/.test(location.hostname)
  ? 'LOOPBACK_ADDRESS'
  : /^[\d.]+$|^\[/.test(location.hostname)
    ? 'ADDRESS'
    : !window.isSecureContext
      ? 'INSECURE'
      : 'PublicKeyCredential' in window
        ? null
        : 'BROWSER'

/** Whether the browser supports passkeys on this page. */
export const hasPasskeys = obstacle === null

/** An error message for people. The browser's own message says neither what happened nor what to do. */
function explained(error: unknown): Error {
  const name = error instanceof Error ? error.name : ''
  if (name === 'NotAllowedError' || name === 'AbortError') return new Error('No passkey was used. Try again.')
  if (name === 'InvalidStateError') return new Error('This device has a passkey of your account already.')
  return error instanceof Error ? error : new Error('The passkey cannot be used.')
}

export const listPasskeys = () => callAuth<Passkey[]>('/passkey/list-user-passkeys')

/** Asks the browser for a new passkey and stores its public key. */
export async function addPasskey(name: string): Promise<void> {
  const { startRegistration } = await load()
  type Options = Parameters<typeof startRegistration>[0]['optionsJSON']
  const optionsJSON = await callAuth<Options>('/passkey/generate-register-options')
  const response = await startRegistration({ optionsJSON }).catch((error: unknown) => {
    throw explained(error)
  })
  await callAuth('/passkey/verify-registration', { name, response })
}

export const renamePasskey = (id: string, name: string) => callAuth('/passkey/update-passkey', { id, name })

export const removePasskey = (id: string) => callAuth('/passkey/delete-passkey', { id })

async function authenticate(useBrowserAutofill: boolean) {
  const { startAuthentication } = await load()
  type Options = Parameters<typeof startAuthentication>[0]['optionsJSON']
  const optionsJSON = await callAuth<Options>('/passkey/generate-authenticate-options')
  return startAuthentication({ optionsJSON, useBrowserAutofill })
}

/** Signs in with a passkey that the person picks. */
export async function signInWithPasskey(): Promise<void> {
  const response = await authenticate(false).catch((error: unknown) => {
    throw explained(error)
  })
  await callAuth('/passkey/verify-authentication', { response })
}

/**
 * Offers passkeys in the browser's autocompletion of the address. Resolves to whether the person picked one. If the
 * browser does not support this, or the person signs in otherwise, the offer ends silently.
 */
export async function offerPasskeys(): Promise<boolean> {
  const { browserSupportsWebAuthnAutofill } = await load()
  if (!hasPasskeys || !(await browserSupportsWebAuthnAutofill())) return false
  const response = await authenticate(true).catch(() => null)
  if (response === null) return false
  await callAuth('/passkey/verify-authentication', { response })
  return true
}

/** Ends the offer, which would otherwise outlive its form. */
export async function withdrawOffer(): Promise<void> {
  const { WebAuthnAbortService } = await load()
  WebAuthnAbortService.cancelCeremony()
}
