import { type Estimate, leastOf, ONE } from './kind.ts'

/*
 * A reservation sets aside a part of limits for one request until its usage is known. Its token, `rsv_…`, is base64url
 * of these values: an id (16 bytes), the cost in nano-dollars (8 bytes, big-endian), the numbers of input and output
 * tokens if a rate in tokens is among the limits (6 bytes each), and the ids of its leases (16 bytes each). Nothing is
 * stored before the reservation is settled.
 */
export interface Reservation {
  readonly id: string
  /** The reserved amounts. */
  readonly estimate: Estimate
  readonly leases: readonly string[]
}

const PREFIX = 'rsv_'
/**
 * The maximum: four budgets, nine rates in tokens and the concurrency of a key, its project, its organization, a
 * consumer and three tags, twenty rates by model of each of the first three, and the budget of a child token.
 */
const MAX_LEASES = 159
const ID_DIGITS = 32
const AMOUNT_DIGITS = 16
const TOKEN_DIGITS = 12
const MAX_TOKENS = (1n << 48n) - 1n
const MAX_REMEMBERED = 10_000

const encode = (hex: string): string =>
  btoa(String.fromCharCode(...(hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

const hexOf = (uuid: string): string => uuid.replaceAll('-', '')

const tokensHex = ({ input, output }: Estimate): string =>
  [input, output]
    .map((each) => (each / ONE < MAX_TOKENS ? each / ONE : MAX_TOKENS).toString(16).padStart(TOKEN_DIGITS, '0'))
    .join('')

/** Writes the token of a reservation. */
export const writeReservation = ({ id, estimate, leases }: Reservation): string =>
  PREFIX +
  encode(
    hexOf(id) +
      estimate.nanos.toString(16).padStart(AMOUNT_DIGITS, '0') +
      (estimate.input + estimate.output > 0n ? tokensHex(estimate) : '') +
      leases.map(hexOf).join(''),
  )

/** Reads the token of a reservation. Null if the text is not one. */
export function readReservation(token: string): Reservation | null {
  if (!/^rsv_[A-Za-z0-9_-]{32,3440}$/.test(token)) return null
  const text = token.slice(PREFIX.length)
  if (text.length % 4 === 1) return null
  const hex = Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (byte) =>
    byte.charCodeAt(0).toString(16).padStart(2, '0'),
  ).join('')
  const [amountAt, tokensAt] = [ID_DIGITS, ID_DIGITS + AMOUNT_DIGITS]
  const hasTokens = (hex.length - tokensAt) % ID_DIGITS === 2 * TOKEN_DIGITS
  const leasesAt = tokensAt + (hasTokens ? 2 * TOKEN_DIGITS : 0)
  const leases = (hex.length - leasesAt) / ID_DIGITS
  if (!Number.isInteger(leases) || leases < 0 || leases > MAX_LEASES) return null
  const idAt = (start: number) =>
    hex.slice(start, start + ID_DIGITS).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  const tokensFrom = (start: number) => (hasTokens ? BigInt(`0x${hex.slice(start, start + TOKEN_DIGITS)}`) * ONE : 0n)
  return {
    id: idAt(0),
    estimate: {
      nanos: BigInt(`0x${hex.slice(amountAt, tokensAt)}`),
      input: tokensFrom(tokensAt),
      output: tokensFrom(tokensAt + TOKEN_DIGITS),
    },
    leases: Array.from({ length: leases }, (_, index) => idAt(leasesAt + index * ID_DIGITS)),
  }
}

/**
 * Makes the tokens of new reservations, fast enough for every request: the common part of tokens is encoded only once.
 * An id consists of nine random bytes of the process and a counter of six and a bit, in whole digits of base64.
 */
export class ReservationWriter {
  readonly #origin: string
  /** Amounts and ids of leases as text. Requests share them. */
  readonly #encoded = new Map<bigint | string, string>()
  #made = 0

  /** @param id A random UUID, whose last nine bytes make ids unique among processes. */
  constructor(id: string) {
    this.#origin = encode(hexOf(id).slice(-18))
  }

  /** @param leases The ids of leases, joined. */
  write(estimate: Estimate, leases: string, hasTokens: boolean): string {
    // Eight digits with the base 36 are digits of base64, too. They suffice for years at 10,000 requests a second.
    this.#made = (this.#made + 1) % 36 ** 8
    const counter = this.#made.toString(36).padStart(8, '0')
    // Reserves at least the smallest amount of money.
    const nanos = estimate.nanos || leastOf(null)
    // Twelve bytes, which are whole digits of base64.
    const tokens = hasTokens ? encode(tokensHex(estimate)) : ''
    // Nine random bytes, six bytes of the counter, and one zero byte before the amount, so that the counter fills whole
    // digits.
    return PREFIX + this.#origin + counter + this.#encode(nanos) + tokens + this.#encode(leases)
  }

  #encode(part: bigint | string): string {
    const known = this.#encoded.get(part)
    if (known !== undefined) return known
    if (this.#encoded.size >= MAX_REMEMBERED) this.#encoded.clear()
    const text = encode(typeof part === 'bigint' ? part.toString(16).padStart(18, '0') : hexOf(part))
    this.#encoded.set(part, text)
    return text
  }
}
