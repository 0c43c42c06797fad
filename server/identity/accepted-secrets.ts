import { createHmac, timingSafeEqual } from 'node:crypto'

/** A value and its signature, in better-auth's format for cookies and bearer sessions. */
const SIGNED = /^(.+)\.([A-Za-z0-9+/]{43}=)$/s

const signatureOf = (value: string, secret: string): string =>
  createHmac('sha256', secret).update(value).digest('base64')

const isSignedBy = (value: string, signature: string, secret: string): boolean =>
  timingSafeEqual(Buffer.from(signatureOf(value, secret)), Buffer.from(signature))

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Makes values that were signed with another accepted secret valid by signing them again. */
export interface AcceptedSecrets {
  /** Signs a value again if it was signed with an accepted secret. Returns any other text unchanged. */
  signedAgain(signed: string): string
  /** Signs a request's cookies and bearer session again. */
  signHeadersAgain(headers: Headers): void
}

/** better-auth checks signatures with only one secret, so a rotation would otherwise end all sessions. */
export function createAcceptedSecrets(current: string, accepted: readonly string[]): AcceptedSecrets {
  function signedAgain(signed: string): string {
    if (accepted.length === 0) return signed
    const [, value, signature] = SIGNED.exec(signed) ?? []
    if (value === undefined || signature === undefined || isSignedBy(value, signature, current)) return signed
    const isAccepted = accepted.some((secret) => isSignedBy(value, signature, secret))
    return isAccepted ? `${value}.${signatureOf(value, current)}` : signed
  }

  function cookieAgain(pair: string): string {
    const equals = pair.indexOf('=')
    const given = decode(pair.slice(equals + 1).trim())
    const again = signedAgain(given)
    return again === given ? pair : `${pair.slice(0, equals + 1)}${encodeURIComponent(again)}`
  }

  return {
    signedAgain,
    signHeadersAgain(headers) {
      if (accepted.length === 0) return
      const cookies = headers.get('cookie')
      if (cookies !== null) headers.set('cookie', cookies.split(';').map(cookieAgain).join(';'))
      const [, scheme, given] = /^(Bearer +)([\x21-\x7e]{1,4096})$/i.exec(headers.get('authorization') ?? '') ?? []
      if (scheme !== undefined && given !== undefined) {
        const token = decode(given)
        const again = signedAgain(token)
        if (again !== token) headers.set('authorization', `${scheme}${again}`)
      }
    },
  }
}
