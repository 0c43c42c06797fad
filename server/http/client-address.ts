import { formatAddress, isInNetworks, type Network, parseAddress } from '@keyward/engine/networks'

/**
 * The client's address: the connection's own, or, behind trusted proxies, the nearest address of X-Forwarded-For that is
 * not a proxy. Addresses further to the left come from the client and are ignored. An IPv4 address in IPv6 form becomes IPv4.
 */
export function clientAddress(
  connection: string | undefined,
  forwardedFor: string | null,
  trusted: readonly Network[] | null,
): string | null {
  if (connection === undefined) return null
  let address = parseAddress(connection)
  if (!address) return connection
  const hops = (trusted ? (forwardedFor ?? '') : '')
    .split(',')
    .map((hop) => hop.trim())
    .filter((hop) => hop !== '')
  while (trusted && isInNetworks(address, trusted)) {
    const next = parseAddress(hops.pop() ?? '')
    if (!next) break
    address = next
  }
  return formatAddress(address)
}
