import { parseUsd, readUsd } from '@keyward/engine/money'
import { UnreadableValueError } from '@keyward/prisma/session'

/**
 * Checks a list as the database sent it. An empty list permits everything. So a missing list, or a list with a missing
 * or nested entry, must not be read as empty.
 * @throws {UnreadableValueError} It is not a list of texts.
 */
export function readStoredList<Text extends string>(stored: readonly Text[]): Text[] {
  const list: unknown = stored
  if (Array.isArray(list) && list.every((each) => typeof each === 'string')) return [...stored]
  throw new UnreadableValueError('The database sent a list in an unknown format.')
}

/**
 * Reads an amount as the database sent it: PostgreSQL also stores NaN.
 * @throws {UnreadableValueError} It is not a decimal.
 */
export function readStoredUsd(stored: string): bigint {
  if (readUsd(stored) !== null) return parseUsd(stored)
  throw new UnreadableValueError('The database sent an amount in an unknown format.')
}

/**
 * Reads a count as the database sent it. The column has decimals, even for whole numbers.
 * @throws {UnreadableValueError} It is not a decimal.
 */
export function readStoredCount(stored: string): bigint {
  if (/^\d+(\.\d*)?$/.test(stored)) return BigInt(stored.replace(/\..*/, ''))
  throw new UnreadableValueError('The database sent a count in an unknown format.')
}
