/** Places of a secret besides `Authorization: Bearer`. Each is read only if it is configured. */
export const SECRET_PLACES = ['x-api-key', 'api-key', 'websocket', 'basic'] as const

export type SecretPlace = (typeof SECRET_PLACES)[number]

/** Returned for a request with two different secrets, because the server behind the gateway might use the other one. */
export const TWO_SECRETS = ''

const SECRET = /^[!-~]{1,4096}$/

/** Several headers with the same name arrive as one, joined with a comma and a space. */
const JOINED = /,(?=[ \t]|$)/

/** The header of a place, the pattern that precedes its secret, and the separator between several values. */
const FORMS: Partial<Record<SecretPlace, readonly [string, RegExp, RegExp]>> = {
  // Browsers can set no other headers for a WebSocket.
  websocket: ['sec-websocket-protocol', /^openai-insecure-api-key\.(.*)/, /,/],
  basic: ['authorization', /^basic +(.*)/i, JOINED],
}

/** The password, or the name if there is no password. */
function secretOfBasic(encoded: string): string {
  try {
    const [, name, password] = /^([^:]*):(.*)/s.exec(atob(encoded)) ?? []
    return password || name || ''
  } catch {
    return ''
  }
}

/** Reads the secret of a request. Null if it has none, TWO_SECRETS if it has two different ones. */
export function readSecret(
  header: (name: string) => string | null | undefined,
  places: readonly SecretPlace[],
): string | null {
  const bearer = /^bearer +([!-~]{1,4096})$/i.exec(header('authorization')?.trim() ?? '')?.[1]
  if (places.length === 0) return bearer ?? null
  const found = new Set(bearer === undefined ? [] : [bearer])
  for (const place of places) {
    const [name, pattern, divider] = FORMS[place] ?? [place, /(.*)/, JOINED]
    for (const part of (header(name) ?? '').split(divider)) {
      const [, text = ''] = pattern.exec(part.trim()) ?? []
      const secret = place === 'basic' ? secretOfBasic(text) : text
      if (SECRET.test(secret)) found.add(secret)
    }
  }
  const [first = null, second] = found
  return second === undefined ? first : TWO_SECRETS
}
