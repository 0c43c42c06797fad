import type { Database } from '@keyward/prisma/database'
import type { Question } from '../question.ts'
import { hashConsumer } from './hash.ts'
import { findSalts } from './sql.ts'

/**
 * Makes a filter by consumers match their hashes, too. Callers may use the names in their events, or the hashes in
 * costs.
 */
export async function withStoredConsumers(
  database: Database,
  organizationIds: readonly string[],
  question: Question,
): Promise<Question> {
  const { consumers } = question.filter
  if (consumers === null || consumers.length === 0) return question
  const salts = await findSalts(database, organizationIds)
  const hashes = salts.flatMap(({ salt }) => consumers.map((consumer) => hashConsumer(salt, consumer)))
  return { ...question, filter: { ...question.filter, consumers: [...consumers, ...hashes] } }
}
