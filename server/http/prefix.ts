import type { Incoming } from './incoming.ts'
import { originForm } from './target.ts'

/**
 * Removes the path prefix of `KEYWARD_PUBLIC_URL` from a request, once. A request without the prefix is unchanged: the
 * proxy may have removed it, and internal load balancers and gateways connect directly. The path is not resolved first,
 * so that a dot segment cannot escape from the forward-auth endpoint.
 */
export function withoutPrefix(incoming: Incoming, prefix: string): Incoming {
  if (prefix === '') return incoming
  const target = originForm(incoming.target)
  if (!target.startsWith(prefix)) return incoming
  const rest = target.slice(prefix.length)
  if (rest !== '' && !/^[/?#]/.test(rest)) return incoming
  return incoming.at(rest.startsWith('/') ? rest : `/${rest}`)
}
