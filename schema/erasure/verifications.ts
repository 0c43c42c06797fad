import type { Transaction } from '@keyward/prisma/database'
import { findVerificationsWith } from './sql.ts'

/** Returns every string in a JSON value, at any depth. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

function parsed(value: string): unknown {
  try {
    return [value, JSON.parse(value)]
  } catch {
    return value
  }
}

/**
 * Deletes pending verifications of a person or an address, such as links to reset a password. An address inside a longer one
 * does not count.
 * @param text The id of the person, or the address in lower case.
 * @returns Their number.
 */
export async function deleteVerifications(tx: Transaction, text: string): Promise<number> {
  const own = (await findVerificationsWith(tx, text)).filter(({ identifier, value }) =>
    textsIn([identifier, parsed(value)]).some((each) => each.toLowerCase() === text),
  )
  const { count } = await tx.verification.deleteMany({ where: { id: { in: own.map(({ id }) => id) } } })
  return count
}
