import type { ClientOptions } from '../core/options.ts'
import { refuseSecretInBrowser } from '../platform/browser.ts'

// Where there is no environment, such as in a browser, there is no such variable.
declare const process: { env?: Record<string, string | undefined> } | undefined

function parse(url: string): URL | null {
  try {
    return new URL(url)
  } catch {
    return null
  }
}

/** The address of the graph of a server. */
export function urlOf(baseUrl: string): string {
  const url = /^https?:\/\//i.test(baseUrl) ? parse(baseUrl) : null
  if (!url) throw new TypeError('The address of the server has to be a URL, with http:// or https://.')
  if (url.username !== '' || url.password !== '')
    throw new TypeError('The address of the server must not hold a password.')
  // The address of the graph itself is as good.
  return `${url.origin}${url.pathname.replace(/(\/graphql)?\/*$/, '')}/graphql`
}

/** The headers of every request, checked: nothing that fetch would quote gets as far as that. */
export function headersOf({ token, headers = {}, dangerouslyAllowBrowser }: ClientOptions): Record<string, string> {
  const checked: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    // What fetch would throw quotes the value.
    if (!/^[\t\x20-\x7e]*$/.test(value)) throw new TypeError(`The header ${name} holds characters that no header can.`)
    refuseSecretInBrowser(`headers.${name}`, value, dangerouslyAllowBrowser)
    checked[name.toLowerCase()] = value
  }
  const given = token === undefined ? (typeof process === 'undefined' ? undefined : process.env?.KEYWARD_TOKEN) : token
  // A browser sends the session of who is signed in by itself.
  const isSession = checked.authorization || checked.cookie || 'document' in globalThis
  if (given === null || (given === undefined && isSession)) return checked
  if (!given) throw new TypeError('Give `token`, or set KEYWARD_TOKEN. `token: null` asks as nobody.')
  if (!/^[\x21-\x7e]+$/.test(given)) throw new TypeError('`token` holds characters that no token has, such as spaces.')
  refuseSecretInBrowser('token', given, dangerouslyAllowBrowser)
  return { ...checked, authorization: `Bearer ${given}` }
}
