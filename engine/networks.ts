/** An IPv4 address as 4 bytes, or an IPv6 address as 16. */
export type Address = readonly number[]

/** A network in CIDR notation: the first `bits` bits of an address. */
export interface Network {
  readonly bytes: Address
  readonly bits: number
}

/** Contains no address. Replaces a network that cannot be read, so that a key stays restricted. */
const NOWHERE: Network = { bytes: [], bits: 0 }

/**
 * Reads four decimal parts. Octal (`010.0.0.1`) and short forms (`10.1`) are invalid, because programs interpret them
 * differently.
 */
function parseIPv4(text: string): Address | null {
  const parts = text.split('.')
  const bytes = parts.map(Number)
  const isDecimal = parts.every((part, index) => /^(0|[1-9]\d*)$/.test(part) && (bytes[index] ?? 256) < 256)
  return parts.length === 4 && isDecimal ? bytes : null
}

function parseIPv6(text: string): Address | null {
  // Programs interpret the deprecated form `::10.1.2.3` differently.
  if (!/^(?!::\d+\.)[\da-f:.]+$/i.test(text)) return null
  try {
    // The URL parser reads every form and writes a single one, with at most one `::` and no dots.
    const [left = '', right = ''] = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::')
    const [before = [], after = []] = [left, right].map((part) => part.match(/[^:]+/g) ?? [])
    const groups = [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after]
    return groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255])
  } catch {
    return null
  }
}

const parseEither = (text: string): Address | null => (text.includes(':') ? parseIPv6(text) : parseIPv4(text))

/** Whether bytes are an IPv4 address in IPv6 form, `::ffff:10.1.2.3`. */
const isMapped = (bytes: Address): boolean =>
  bytes.length === 16 && bytes.slice(0, 12).every((byte, index) => byte === (index < 10 ? 0 : 255))

/**
 * Reads an address. Null if the text is not one. An IPv4 address in IPv6 form becomes IPv4. A zone (`%eth0`) is
 * ignored.
 */
export function parseAddress(text: string): Address | null {
  const bytes = parseEither(text.includes(':') ? text.replace(/%[0-9a-z]+$/i, '') : text)
  return bytes && isMapped(bytes) ? bytes.slice(12) : bytes
}

/** Reads a client's address as proxies write it: `203.0.113.9:4711`, `[2001:db8::1]:443` or without a port. Null if malformed. */
export function parseClientAddress(text: string): Address | null {
  const [, inBrackets, beforePort] = /^(?:\[([^\]:]*:[^\]]*)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/.exec(text) ?? []
  return parseAddress(inBrackets ?? beforePort ?? text)
}

/** Reads an address or a network such as `10.0.0.0/8` or `2001:db8::/32`. Null if the text is neither. */
export function parseNetwork(text: string): Network | null {
  const [, address = '', prefix] = /^([^/]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? []
  const bytes = parseEither(address)
  if (!bytes) return null
  const size = bytes.length * 8
  const bits = prefix === undefined ? size : Number(prefix)
  if (bits > size) return null
  return isMapped(bytes) && bits >= 96 ? { bytes: bytes.slice(12), bits: bits - 96 } : { bytes, bits }
}

/** Reads networks. A network that cannot be read contains no address. */
export const parseNetworks = (texts: readonly string[]): Network[] => texts.map((text) => parseNetwork(text) ?? NOWHERE)

/** The bits of one byte that belong to the network part. */
const maskOf = (bits: number, index: number): number => {
  const own = Math.min(8, Math.max(0, bits - index * 8))
  return (0xff00 >> own) & 255
}

/** Whether an address is in one of the networks. */
export function isInNetworks(address: Address | null, networks: readonly Network[]): boolean {
  if (!address) return false
  return networks.some(
    ({ bytes, bits }) =>
      bytes.length === address.length &&
      bytes.every((byte, index) => ((byte ^ (address[index] ?? 0)) & maskOf(bits, index)) === 0),
  )
}

/** Whether every address of a network is in one of the networks. A network that cannot be read is in no network. */
export function isWithinNetworks(inner: Network | null, networks: readonly Network[]): boolean {
  return inner !== null && networks.some((outer) => outer.bits <= inner.bits && isInNetworks(inner.bytes, [outer]))
}

/** Writes an address in its canonical form (RFC 5952 for IPv6). */
export function formatAddress(bytes: Address): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0))
  return new URL(`http://[${groups.map((group) => group.toString(16)).join(':')}]`).hostname.slice(1, -1)
}

/** Writes a network in canonical CIDR notation, with the host bits cleared. */
export const formatNetwork = ({ bytes, bits }: Network): string =>
  `${formatAddress(bytes.map((byte, index) => byte & maskOf(bits, index)))}/${bits}`
