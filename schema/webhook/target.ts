import { lookup, Resolver } from 'node:dns/promises'
import ipaddr from 'ipaddr.js'

/** One of the addresses to which a host name resolves. */
export interface Address {
  address: string
  family: 4 | 6
}

/** Finds the addresses of a host name. Throws if there are none. The signal ends the search. */
export type Resolve = (hostname: string, signal: AbortSignal) => Promise<Address[]>

/** The reason why nothing is sent to a host. Its message is shown with the webhook. */
export class TargetError extends Error {}

/** The operator's variable, named in errors so that a developer with a receiver on the same machine finds it. */
const VARIABLE = 'KEYWARD_WEBHOOK_PRIVATE_TARGETS'

/** The end of the message for a rejected URL. */
export const UNLESS_ALLOWED = `The operator allows others with ${VARIABLE}=allow.`

export const NOT_PUBLIC = `The host has an address that is not on the public internet (see ${VARIABLE}).`

export const UNKNOWN_NAME = `DNS has no address for the host name. Names that only this machine or its network resolves are not used (see ${VARIABLE}).`

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

/** Whether a host name always refers to this machine (RFC 6761). DNS does not contain such names. */
export const isLocalhost = ({ hostname }: URL): boolean => /(^|\.)localhost\.?$/.test(hostname)

/** A host that is written as an address, without brackets. Null for a name. */
export function literalAddress({ hostname }: URL): Address | null {
  const bare = hostname.replace(/^\[|\]$/g, '')
  if (!ipaddr.isValid(bare)) return null
  return { address: bare, family: ipaddr.parse(bare) instanceof ipaddr.IPv4 ? 4 : 6 }
}

/** Resolves with name servers only and ignores /etc/hosts. Does not block a thread of the pool. */
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

/** Resolves like other programs of the machine, so that internal names are found. */
export const resolveAny: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true })).map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))

/**
 * The addresses to connect to. If only public addresses are allowed, a single private one rejects the host, because it
 * may be an attempt to reach internal addresses.
 */
export async function addressesOf(
  url: URL,
  options: { resolve: Resolve; privateTargets: boolean; signal: AbortSignal },
): Promise<[Address, ...Address[]]> {
  if (!options.privateTargets && isLocalhost(url)) throw new TargetError(NOT_PUBLIC)
  const literal = literalAddress(url)
  const found = literal ? [literal] : await options.resolve(url.hostname, options.signal).catch(() => [])
  const [first, ...rest] = found
  if (!first) throw new TargetError(options.privateTargets ? 'The host name has no address.' : UNKNOWN_NAME)
  if (!options.privateTargets && !found.every(({ address }) => isPublic(address))) throw new TargetError(NOT_PUBLIC)
  return [first, ...rest]
}
