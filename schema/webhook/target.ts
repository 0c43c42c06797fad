import { lookup, Resolver } from 'node:dns/promises'
import ipaddr from 'ipaddr.js'

/** An address of a host, as a name resolves to it. */
export interface Address {
  address: string
  family: 4 | 6
}

/** Finds the addresses of a host's name; throws when there are none. The signal ends the search. */
export type Resolve = (hostname: string, signal: AbortSignal) => Promise<Address[]>

/** The reason that nothing is sent to a host. Its message is shown with the webhook. */
export class TargetError extends Error {}

export const NOT_PUBLIC = 'The host has an address outside of the public internet.'

/**
 * Whether an address is on the public internet: not of this machine or its networks, not an alias of another address
 * (IPv4-mapped, 6to4, Teredo, NAT64), not reserved.
 */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  // Only this part of IPv6 is allocated as global unicast.
  return parsed instanceof ipaddr.IPv4 || parsed.match(ipaddr.IPv6.parse('2000::'), 3)
}

/** A host that is written as an address, without brackets; null for a name. */
export function literalAddress({ hostname }: URL): Address | null {
  const bare = hostname.replace(/^\[|\]$/g, '')
  if (!ipaddr.isValid(bare)) return null
  return { address: bare, family: ipaddr.parse(bare) instanceof ipaddr.IPv4 ? 4 : 6 }
}

/** Resolves by name servers only, ignoring /etc/hosts, without blocking a thread of the pool. */
export const resolvePublic: Resolve = async (hostname, signal) => {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 })
  const cancel = () => resolver.cancel()
  signal.addEventListener('abort', cancel)
  try {
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
    const [four, six] = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    return [
      ...(four ?? []).map((address) => ({ address, family: 4 as const })),
      ...(six ?? []).map((address) => ({ address, family: 6 as const })),
    ]
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

/** Resolves as other programs of the machine do, so that internal names are found. */
export const resolveAny: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true })).map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))

/**
 * The addresses to connect to. If only public ones are allowed, a single private one rejects them all: such a host may be
 * an attempt to reach internal addresses.
 */
export async function addressesOf(
  url: URL,
  options: { resolve: Resolve; privateTargets: boolean; signal: AbortSignal },
): Promise<[Address, ...Address[]]> {
  const literal = literalAddress(url)
  const found = literal ? [literal] : await options.resolve(url.hostname, options.signal).catch(() => [])
  const [first, ...rest] = found
  if (!first) throw new TargetError('The host name has no address.')
  if (!options.privateTargets && !found.every(({ address }) => isPublic(address))) throw new TargetError(NOT_PUBLIC)
  return [first, ...rest]
}
