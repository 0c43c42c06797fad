import { lookup, Resolver } from 'node:dns/promises'
import ipaddr from 'ipaddr.js'

/** An address of a host, as a name resolves to it. */
export interface Address {
  address: string
  family: 4 | 6
}

/** Finds the addresses of a host's name; throws when there are none. The signal ends the search. */
export type Resolve = (hostname: string, signal: AbortSignal) => Promise<Address[]>

/** Why nothing is sent to a host. Its message is shown to whoever reads the webhook. */
export class TargetError extends Error {}

export const NOT_PUBLIC = 'The host has an address that is not on the public internet: nothing is sent there.'

/**
 * Whether an address is one of the public internet: neither of this machine or its networks, nor one that stands for
 * another address (IPv4-mapped, 6to4, Teredo, NAT64), nor reserved.
 */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  // Of IPv6, only this much is given out: what is outside of it leads nowhere, or somewhere that nobody foresaw.
  return parsed instanceof ipaddr.IPv4 || parsed.match(ipaddr.IPv6.parse('2000::'), 3)
}

/** A host that is written as an address, without brackets; null for a name. */
export function literalAddress({ hostname }: URL): Address | null {
  const bare = hostname.replace(/^\[|\]$/g, '')
  if (!ipaddr.isValid(bare)) return null
  return { address: bare, family: ipaddr.parse(bare) instanceof ipaddr.IPv4 ? 4 : 6 }
}

/** Asks the name servers, not the machine's own list of names, and holds up no thread that others need. */
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

/** Asks as every program of the machine does, so that names of its own networks are found. */
export const resolveAny: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true })).map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))

/**
 * The addresses to connect to. Where only public ones are allowed, one that is not refuses them all: a host that also
 * leads inside is not to be trusted with the outside.
 */
export async function addressesOf(
  url: URL,
  options: { resolve: Resolve; privateTargets: boolean; signal: AbortSignal },
): Promise<[Address, ...Address[]]> {
  const literal = literalAddress(url)
  const found = literal ? [literal] : await options.resolve(url.hostname, options.signal).catch(() => [])
  const [first, ...rest] = found
  if (!first) throw new TargetError('The name of the host leads to no address.')
  if (!options.privateTargets && !found.every(({ address }) => isPublic(address))) throw new TargetError(NOT_PUBLIC)
  return [first, ...rest]
}
