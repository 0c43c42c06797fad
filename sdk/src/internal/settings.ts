import type { ClientOptions } from '../core/options.ts'
import { environmentVariable, isPage } from '../platform/runtime.ts'
import { rejectSecretInBrowser } from './secrets.ts'

function parse(url: string): URL | null {
  try {
    return new URL(url)
  } catch {
    return null
  }
}

/** A server's GraphQL endpoint. `baseUrl` may already be the endpoint. */
export function urlOf(baseUrl: string): string {
  const url = /^https?:\/\//i.test(baseUrl) ? parse(baseUrl) : null
  if (!url) throw new TypeError('`baseUrl` must be a URL that begins with http:// or https://.')
  if (url.username !== '' || url.password !== '') throw new TypeError('`baseUrl` must not contain a password.')
  return `${url.origin}${url.pathname.replace(/(\/graphql)?\/*$/, '')}/graphql`
}

/** The header that carries a token. */
export function bearerOf(token: string): string {
  if (!/^[!-~]+$/.test(token ?? '')) throw new TypeError('`token` is missing or not plain ASCII.')
  return `Bearer ${token}`
}

/**
 * Builds the headers for every request. Checked here, because the error that `fetch` throws quotes an invalid value.
 */
export function headersOf({ token, headers = {}, dangerouslyAllowBrowser }: ClientOptions): Record<string, string> {
  const checked: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[\t -~]*$/.test(value)) throw new TypeError(`The value of header ${name} has invalid characters.`)
    rejectSecretInBrowser(`headers.${name}`, value, dangerouslyAllowBrowser)
    checked[name.toLowerCase()] = value
  }
  const given = token === undefined ? environmentVariable('KEYWARD_TOKEN') : token
  // On a web page, the browser sends the session cookie of the signed-in person.
  const hasSession = checked.authorization || checked.cookie || isPage()
  if (given === null || (given === undefined && hasSession)) return checked
  if (!given) throw new TypeError('Pass `token`, or set KEYWARD_TOKEN. `token: null` sends no credential.')
  const authorization = bearerOf(given)
  rejectSecretInBrowser('token', given, dangerouslyAllowBrowser)
  return { ...checked, authorization }
}
