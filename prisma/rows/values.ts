import { Prisma } from '../generated/prisma/client.ts'
import { UnreadableValueError } from '../session.ts'
import type { Column } from './tables.ts'

/* How values of columns are transferred as JSON: the SQL that writes a value, and the function that reads it. */

type Read = (value: unknown) => unknown

const unreadable = (): never => {
  throw new UnreadableValueError('The database sent a value in an unknown format.')
}

const same: Read = (value) => value
const text = (value: unknown): string => (typeof value === 'string' ? value : unreadable())

const KINDS: Readonly<Record<string, { write: (at: string) => string; read: Read }>> = {
  BigInt: { write: (at) => `${at}::text`, read: (value) => BigInt(text(value)) },
  Decimal: { write: (at) => `${at}::text`, read: (value) => new Prisma.Decimal(text(value)) },
  Bytes: { write: (at) => `encode(${at}, 'hex')`, read: (value) => new Uint8Array(Buffer.from(text(value), 'hex')) },
  DateTime: {
    write: (at) => `floor(extract(epoch FROM ${at}) * 1000)`,
    // An infinite time is not a number.
    read: (value) => (typeof value === 'number' ? new Date(value) : unreadable()),
  },
}

/** The SQL of a column's value within JSON. */
export function writeValue({ column, type, isList }: Column, alias: string): string {
  const at = `${alias}.${column}`
  return isList ? at : (KINDS[type]?.write(at) ?? at)
}

/** The function that reads a column's value from JSON. */
export function readerOf({ type, isList }: Column): Read {
  // Prisma reads a null list as an empty one.
  if (isList) return (value) => value ?? []
  const read = KINDS[type]?.read
  return read ? (value) => (value === null ? null : read(value)) : same
}

/** Whether a column is transferred as JSON. */
export const isReadable = ({ type, isList }: Column): boolean => !isList || KINDS[type] === undefined
