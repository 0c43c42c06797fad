const PREFIX = 'rsv_'
const COUNTER_BYTES = 6

const base64 = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')

/** The bytes of a whole number, the greatest first. */
function bytesOf(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let index = length - 1, rest = value; index >= 0; index -= 1, rest >>= 8n) bytes[index] = Number(rest & 255n)
  return bytes
}

const uuidBytes = (uuid: string): number[] =>
  (uuid.replaceAll('-', '').match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16))

/** This process's part of the ids of its reservations. */
const ORIGIN = crypto.getRandomValues(new Uint8Array(16 - COUNTER_BYTES))
let made = 0n

/**
 * The token of a new reservation: an id of 16 bytes, the amount as 8, and the leases that it is taken from, in the form
 * that the server reads. Nothing is told to the server before it is settled.
 */
export function newReservation(nanos: bigint, leases: readonly string[]): string {
  made += 1n
  const bytes = [...ORIGIN, ...bytesOf(made, COUNTER_BYTES), ...bytesOf(nanos, 8), ...leases.flatMap(uuidBytes)]
  return PREFIX + base64(Uint8Array.from(bytes))
}
