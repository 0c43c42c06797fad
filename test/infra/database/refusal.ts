import { expect } from 'vitest'
import type { Database, Transaction } from '../../../prisma/database.ts'
import { sqlState } from '../../../prisma/errors.ts'

/** The SQLSTATEs that guards answer with. */
export const CHECK = '23514'
export const FOREIGN_KEY = '23503'
export const UNIQUE = '23505'

/** Nothing the work writes is kept, so that no test sees another's rows. */
class Undo extends Error {}

/** What a test does within one transaction. */
export type Work = (tx: Transaction) => Promise<unknown>

/** What the database answers to the work at its COMMIT: null when it takes it. Nothing is kept either way. */
export async function refusal(database: Database, work: Work): Promise<{ state: string | null; text: string } | null> {
  try {
    await database.transaction(async (tx) => {
      await work(tx)
      // What is deferred to the COMMIT is looked at here.
      await tx.$executeRaw`SET CONSTRAINTS ALL IMMEDIATE`
      throw new Undo()
    })
  } catch (error) {
    if (error instanceof Undo) return null
    return { state: sqlState(error), text: `${error} ${JSON.stringify(Object(error).meta)}` }
  }
  return null
}

/** Expects the database to refuse the work with that SQLSTATE, and to say that name or message. */
export async function expectRefused(database: Database, state: string, says: string, work: Work): Promise<void> {
  const refused = await refusal(database, work)
  expect(refused).toMatchObject({ state })
  expect(refused?.text).toContain(says)
}
