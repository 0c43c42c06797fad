import { formatAddress, isInNetworks, type Network, parseClientAddress } from '@keyward/engine/networks'

/**
 * The client's address: the connection's own, or, behind trusted proxies, the nearest address of X-Forwarded-For that
 * is not a proxy. Addresses further to the left come from the client and are ignored. Null if the address is unknown.
 * Returns null if a proxy forwards a malformed address, and not the proxy's own address.
 */
export function clientAddress(
  connection: string | undefined,
  forwardedFor: string | null,
  trusted: readonly Network[] | null,
): string | null {
  let address = parseClientAddress(connection ?? '')
  const hops = trusted && forwardedFor !== null ? forwardedFor.split(',').map((hop) => hop.trim()) : []
  while (trusted && isInNetworks(address, trusted)) {
    const hop = hops.pop()
    if (hop === undefined) break
    address = parseClientAddress(hop)
  }
  return address && formatAddress(address)
}
