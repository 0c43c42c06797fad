/** Messages for single sign-on errors. `PROVIDER` is replaced by the provider's name. */
const SENTENCES: Record<string, string> = {
  // Errors about the account.
  account_not_linked:
    'An account with this address exists. Sign in with your password, then connect PROVIDER on the Account page.',
  account_already_linked_to_different_user:
    'This account of PROVIDER is connected to another account here. Sign in with PROVIDER to use that one.',
  email_does_not_match:
    'PROVIDER knows you by another e-mail address. Connect the account of PROVIDER that has the address of this account.',
  unable_to_link_account:
    'PROVIDER could not be connected. Its account must have a verified e-mail address, and you must stay signed in here until it returns.',
  email_not_found: 'PROVIDER did not share your e-mail address. Allow it there, then try again.',
  email_not_verified: 'PROVIDER has not verified your e-mail address. Verify it there, then try again.',
  signup_disabled: 'This instance creates no new accounts. Ask its operator.',
  SIGN_UP_CLOSED: 'This instance creates no new accounts. Ask its operator.',
  INVITATION_REQUIRED:
    'To create an account, you need an invitation to an e-mail address that PROVIDER has verified. Open the link of the invitation.',
  SETUP_TOKEN_REQUIRED:
    'The first account of this instance needs the setup token that the server printed when it started. Create it with a password.',

  // Sign-ins that cannot be completed, but can be repeated.
  state_mismatch: 'The sign-in took too long, or ended in another browser than it began in. Try again.',
  state_not_found: 'The sign-in did not begin on this page. Try again from here.',
  state_invalid: 'The sign-in took too long, or ended in another browser than it began in. Try again.',
  state_security_mismatch: 'The sign-in took too long, or ended in another browser than it began in. Try again.',
  invalid_callback_request: 'PROVIDER returned an answer that cannot be read. Try again.',
  no_code: 'PROVIDER returned without a sign-in. Try again.',
  invalid_code: 'PROVIDER did not confirm the sign-in, perhaps because it took too long. Try again.',

  // Errors of the provider itself (OAuth 2.0, OpenID Connect).
  access_denied: 'You cancelled the sign-in at PROVIDER, or it does not let you use this instance.',
  login_required: 'PROVIDER asks you to sign in there. Sign in at PROVIDER first, then try again.',
  interaction_required: 'PROVIDER needs you to confirm something. Sign in at PROVIDER first, then try again.',
  consent_required: 'PROVIDER needs your consent to share your name and address. Try again, and allow it.',
  account_selection_required: 'Choose an account at PROVIDER, then try again.',
  temporarily_unavailable: 'PROVIDER is busy. Try again in a few minutes.',
  server_error: 'PROVIDER had an internal error. Try again in a few minutes.',

  // Failures of this server.
  internal_server_error: 'The server could not complete the sign-in. Try again in a few minutes.',
  unable_to_create_user: 'The server could not create your account. Try again in a few minutes.',
  unable_to_create_session: 'The server could not sign you in. Try again in a few minutes.',
  unable_to_update_account: 'The server could not sign you in. Try again in a few minutes.',
}

/** Errors in the configuration of this server or the provider, which only the operator can fix. */
const SETUP_ERRORS = [
  'issuer_mismatch',
  'issuer_missing',
  'nonce_binding_missing',
  'no_callback_url',
  'oauth_provider_not_found',
  'unable_to_get_user_info',
  'validation_failed',
  'validation_source_missing',
  'account_hook_binding_conflict',
  'account_ownership_conflict',
  'session_hook_user_conflict',
  'state_generation_error',
  'user_hook_selection_conflict',
  'user_not_found',
  'invalid_request',
  'invalid_scope',
  'invalid_client',
  'unauthorized_client',
  'unsupported_response_type',
  'request_not_supported',
  'request_uri_not_supported',
  'registration_not_supported',
  'invalid_request_uri',
  'invalid_request_object',
]

/** Whether there is a sentence for a code. */
export const isKnownSignInError = (code: string): boolean =>
  Object.hasOwn(SENTENCES, code) || SETUP_ERRORS.includes(code)

/**
 * The sentence for an error of single sign-on. A description in the address is not shown, because anybody can write one
 * into a link.
 */
export function signInError(code: string, provider: string | null): string {
  const name = provider ?? 'the provider'
  const sentence = Object.hasOwn(SENTENCES, code) ? SENTENCES[code] : undefined
  if (sentence !== undefined) {
    const text = sentence.replaceAll('PROVIDER', name)
    return text.charAt(0).toUpperCase() + text.slice(1)
  }
  const shown = /^[\w-]{1,60}$/.test(code) ? ` (${code})` : ''
  return `Sign-in with ${name} is not set up correctly${shown}. Ask the operator of this instance.`
}
