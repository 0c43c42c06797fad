import { UUID } from 'uuidv7'

/**
 * A part of budgets that is set aside for one request until its cost is known. Gateways carry it as an opaque token, which
 * names the leases that it was taken from: nothing is written for it before it is settled.
 */
export interface Reservation {
  id: string
  /** In nano-dollars, of each budget alike. */
  nanos: bigint
  leases: string[]
}

const PREFIX = 'rsv_'
const MAX_LEASES = 12
const ID_BYTES = 16
const AMOUNT_BYTES = 8

/** The token of a reservation. */
export function writeReservation({ id, nanos, leases }: Reservation): string {
  const amount = Buffer.alloc(AMOUNT_BYTES)
  amount.writeBigUInt64BE(nanos)
  return PREFIX + Buffer.concat([bytesOf(id), amount, ...leases.map(bytesOf)]).toString('base64url')
}

/** Reads a reservation's token; null for what is none. */
export function readReservation(token: string): Reservation | null {
  if (!/^rsv_[A-Za-z0-9_-]{32,400}$/.test(token)) return null
  const bytes = Buffer.from(token.slice(PREFIX.length), 'base64url')
  const leases = (bytes.length - ID_BYTES - AMOUNT_BYTES) / ID_BYTES
  if (!Number.isInteger(leases) || leases < 0 || leases > MAX_LEASES) return null
  const idAt = (start: number) => UUID.ofInner(bytes.subarray(start, start + ID_BYTES)).toString()
  return {
    id: idAt(0),
    nanos: bytes.readBigUInt64BE(ID_BYTES),
    leases: Array.from({ length: leases }, (_, index) => idAt(ID_BYTES + AMOUNT_BYTES + index * ID_BYTES)),
  }
}

const bytesOf = (uuid: string): Uint8Array => UUID.parse(uuid).bytes
