import { type BlockList, isIP } from 'node:net'

const plain = (address: string): string => address.trim().replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')

const isTrusted = (address: string, trusted: BlockList): boolean =>
  isIP(address) !== 0 && trusted.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')

/**
 * The client's address: the connection's own, or, behind trusted proxies, the nearest address of X-Forwarded-For that is
 * not a proxy. Addresses further to the left come from the client and are ignored.
 */
export function clientAddress(
  connection: string | undefined,
  forwardedFor: string | null,
  trusted: BlockList | null,
): string | null {
  if (connection === undefined) return null
  let address = plain(connection)
  if (!trusted) return address
  const hops = (forwardedFor ?? '')
    .split(',')
    .map(plain)
    .filter((hop) => hop !== '')
  while (isTrusted(address, trusted)) {
    const next = hops.pop()
    if (next === undefined || isIP(next) === 0) break
    address = next
  }
  return address
}
