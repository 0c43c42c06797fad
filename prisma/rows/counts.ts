import { TABLES } from './tables.ts'
import { Parameters, whereOf } from './where.ts'

/** Counts of the rows of a model, as one statement. Its only row has a column `c<place>` for each condition. */
export interface CountStatement {
  text: string
  values: unknown[]
}

/**
 * Writes the counts of a model's rows for several conditions, each up to a maximum, as one statement. Throws
 * UnsupportedQuery for conditions that only Prisma reads.
 */
export function writeCounts(model: string, wheres: readonly object[], most: number): CountStatement {
  const table = TABLES.get(model)
  if (!table) throw new Error(`There is no model ${model}`)
  const parameters = new Parameters()
  const limit = parameters.bind(most)
  const counts = wheres.map((where, place) => {
    const alias = parameters.name()
    const condition = whereOf(table, alias, where, parameters)
    return `(SELECT count(*)::int FROM (SELECT FROM ${table.name} ${alias} WHERE ${condition} LIMIT ${limit}) c) AS c${place}`
  })
  return { text: `SELECT ${counts.join(', ')}`, values: parameters.values }
}
