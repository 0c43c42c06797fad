/** Every kind of secret but a playground token, which is made for a person's page and gone in minutes. */
const SECRET = /\bkw_(?!play_)[a-z]+_/

/** Windows and workers of browsers, and nothing else that runs JavaScript, begin their name like this. */
const isBrowser = (): boolean => typeof navigator !== 'undefined' && /^Mozilla\//.test(navigator.userAgent)

/**
 * Refuses a secret that whoever opens the page would have, too. A person's session token is theirs, and passes.
 * @param name The option that it was given as.
 */
export function refuseSecretInBrowser(name: string, given: string, isAllowed: boolean | undefined): void {
  if (isAllowed || !isBrowser()) return
  const [prefix] = SECRET.exec(given) ?? []
  if (prefix === undefined) return
  throw new TypeError(
    `\`${name}\` is a secret (${prefix}…), which everybody who opens this page can read. Ask Keyward from your server, or with the session of a person who signs in. Where nobody else can open the page, \`dangerouslyAllowBrowser: true\` allows it.`,
  )
}
