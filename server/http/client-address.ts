import { formatAddress, isInNetworks, type Network, parseClientAddress } from '@keyward/engine/networks'

/**
 * The client's address: that of the connection or, behind trusted proxies, the rightmost X-Forwarded-For address that
 * is not a proxy. Addresses further left come from the client and are ignored. Null if the address is unknown. If a
 * proxy forwards a malformed address, the result is null instead of the proxy's address.
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
