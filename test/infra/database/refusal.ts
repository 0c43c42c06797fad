import { expect } from 'vitest'
import type { Database, Transaction } from '../../../prisma/database.ts'
import { sqlState } from '../../../prisma/errors.ts'

/** The SQLSTATEs of the guards. */
export const CHECK = '23514'
export const FOREIGN_KEY = '23503'
export const UNIQUE = '23505'

/** Rolled back, so that no test sees the rows of another. */
class Undo extends Error {}

/** The statements of a test within one transaction. */
export type Work = (tx: Transaction) => Promise<unknown>

/**
 * Runs statements up to COMMIT and returns the database's error. Null if there is none. Nothing is kept in either case.
 */
export async function refusal(database: Database, work: Work): Promise<{ state: string | null; text: string } | null> {
  try {
    await database.transaction(async (tx) => {
      await work(tx)
      // Checks the deferred constraints here instead of at COMMIT.
      await tx.$executeRaw`SET CONSTRAINTS ALL IMMEDIATE`
      throw new Undo()
    })
  } catch (error) {
    if (error instanceof Undo) return null
    return { state: sqlState(error), text: `${error} ${JSON.stringify(Object(error).meta)}` }
  }
  return null
}

/** Expects the database to reject the statements with a SQLSTATE and a name or message. */
export async function expectRefused(database: Database, state: string, says: string, work: Work): Promise<void> {
  const refused = await refusal(database, work)
  expect(refused).toMatchObject({ state })
  expect(refused?.text).toContain(says)
}
