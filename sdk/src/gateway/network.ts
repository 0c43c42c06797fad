/** An address, or the beginning of those of a network: IPv4 as four bytes, IPv6 as sixteen. */
type Bytes = readonly number[]

/** A network as CIDR says it. */
export interface Network {
  bytes: Bytes
  bits: number
}

function parseIPv4(text: string): Bytes | null {
  if (!/^(?:(?:0|[1-9]\d{0,2})(?:\.|$)){4}$/.test(text) || text.endsWith('.')) return null
  const bytes = text.split('.').map(Number)
  return bytes.every((byte) => byte < 256) ? bytes : null
}

function parseIPv6(text: string): Bytes | null {
  // `::10.1.2.3` is a form that nobody uses any more, and that programs read as different addresses.
  if (!/^(?!::\d+\.)[\da-f:.]+$/i.test(text)) return null
  try {
    // The URL parser knows every form, and writes it in one: without IPv4 at the end, and with one `::` at most.
    const [left = '', right = ''] = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::')
    const [before = [], after = []] = [left, right].map((part) => part.match(/[^:]+/g) ?? [])
    const all = [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after]
    return all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255])
  } catch {
    return null
  }
}

const isMapped = (bytes: Bytes): boolean =>
  bytes.length === 16 && bytes.slice(0, 12).every((byte, index) => byte === (index < 10 ? 0 : 255))

/** Reads an address; an IPv4 address may come in its IPv6 form. Null for what is none. */
function parseAddress(text: string): Bytes | null {
  if (!text.includes(':')) return parseIPv4(text)
  const bytes = parseIPv6(text.replace(/%[0-9a-z]+$/i, ''))
  return bytes && isMapped(bytes) ? bytes.slice(12) : bytes
}

/** Reads a network, such as `192.0.2.0/24`. Null for what is none. */
export function parseNetwork(cidr: string): Network | null {
  const [address = '', bits = ''] = cidr.split('/')
  const bytes = address.includes(':') ? parseIPv6(address) : parseIPv4(address)
  return bytes && { bytes, bits: Number(bits) }
}

/** Whether an address is in one of the networks. */
export function isInNetworks(address: string, networks: readonly Network[]): boolean {
  const own = parseAddress(address)
  return (
    own !== null &&
    networks.some(({ bytes, bits }) => {
      if (bytes.length !== own.length) return false
      const whole = bits >> 3
      const mask = 0xff00 >> (bits & 7)
      const isAlike = (index: number) => bytes[index] === own[index]
      return (
        bytes.slice(0, whole).every((_, index) => isAlike(index)) &&
        ((bytes[whole] ?? 0) & mask & 255) === ((own[whole] ?? 0) & mask & 255)
      )
    })
  )
}
