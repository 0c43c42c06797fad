import { isBrowser } from '../platform/runtime.ts'

/** Matches Keyward secrets, including the start of a secret in a message that the server shortened. */
const SECRET = /\bkw_([a-z]+)_[0-9A-Za-z]{12,}/g

/** Shorter header values, such as `close`, are not credentials. */
const SHORTEST = 8

/** Removes Keyward secrets, bearer tokens and the sent credentials from a message. */
export function redact(message: string, credentials: readonly string[]): string {
  let text = message
  for (const value of credentials) if (value.length >= SHORTEST) text = text.replaceAll(value, '…')
  return text.replaceAll(SECRET, '…').replaceAll(/\bBearer [^\s"']+/gi, 'Bearer …')
}

/**
 * Rejects a secret that anyone who opens the page could read. Accepts session tokens of people, and playground and
 * child tokens, because they expire soon.
 * @param name The option that contains the value.
 */
export function rejectSecretInBrowser(name: string, value: string, isAllowed: boolean | undefined): void {
  if (isAllowed || !isBrowser()) return
  for (const [, kind] of value.matchAll(SECRET)) {
    if (kind === 'play' || kind === 'tmp') continue
    throw new TypeError(
      `\`${name}\` is a secret (kw_${kind}_…), which everybody who opens this page can read. Call Keyward from your server, or with the session of the signed-in person. If nobody else can open the page, set \`dangerouslyAllowBrowser: true\`.`,
    )
  }
}
