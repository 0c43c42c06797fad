const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const MAX_REMEMBERED = 10_000

/** A whole number as so many digits of base64, six bits each. */
function digits(value: number, length: number): string {
  let text = ''
  for (let rest = value; text.length < length; rest = Math.floor(rest / 64)) text = DIGITS.charAt(rest % 64) + text
  return text
}

const base64 = (bytes: readonly number[]): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

const bytesOf = (hex: string): number[] => (hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16))

/** Base64 of what tokens have in common: it is made once. */
const remembered = new Map<string, string>()

function encoded(hex: string): string {
  const known = remembered.get(hex)
  if (known !== undefined) return known
  if (remembered.size >= MAX_REMEMBERED) remembered.clear()
  const text = base64(bytesOf(hex.replaceAll('-', '')))
  remembered.set(hex, text)
  return text
}

/** This process's part of the ids of its reservations: nine bytes, and so twelve digits. */
const ORIGIN = base64([...crypto.getRandomValues(new Uint8Array(9))])
let made = 0
/** Requests often cost the same, one after the other. */
let lastAmount = { nanos: -1n, text: '' }

/**
 * The token of a new reservation, in the form that the server reads: an id of 16 bytes, the amount as 8, and the leases that
 * it is taken from, whose ids are given one behind the other. Nothing is told to the server before it is settled.
 */
export function newReservation(nanos: bigint, leases: string): string {
  made += 1
  // Nine bytes of origin, six that count, and one that makes whole digits of the amount behind it.
  if (nanos !== lastAmount.nanos) lastAmount = { nanos, text: encoded(nanos.toString(16).padStart(18, '0')) }
  return `rsv_${ORIGIN}${digits(made, 8)}${lastAmount.text}${encoded(leases)}`
}
