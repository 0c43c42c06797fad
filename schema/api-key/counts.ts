import type { Database } from '@keyward/prisma/database'
import type { Prisma } from '@keyward/prisma/generated/prisma/client'
import { writeCounts } from '@keyward/prisma/rows/counts'
import { UnsupportedQuery } from '@keyward/prisma/rows/where'
import { builder } from '../graphql/builder.ts'
import { TOTAL_COUNT_CAP } from '../graphql/pagination/page.ts'
import type { ApiKeyAdvice } from './advice-kinds.ts'
import { ApiKeyAdviceEnum, ApiKeyStatusEnum } from './enums.ts'
import type { ApiKeyStatus } from './filter.ts'

/** All statuses, in the order of their counts. */
export const STATUSES = ['ACTIVE', 'PAUSED', 'EXPIRED', 'REVOKED'] as const satisfies readonly ApiKeyStatus[]

/** Number of keys with a value, and whether counting stopped early. */
export interface CountOf<Value> {
  value: Value
  count: number
  isCapped: boolean
}

/** Counts keys for each condition, by one statement. Prisma counts what that statement cannot express. */
export async function countKeys(
  database: Database,
  wheres: Prisma.ApiKeyWhereInput[],
  take: number,
): Promise<number[]> {
  try {
    const { text, values } = writeCounts('ApiKey', wheres, take)
    const [row] = await database.analyze<Record<string, number>>(text, values)
    return wheres.map((_where, place) => row?.[`c${place}`] ?? 0)
  } catch (error) {
    if (!(error instanceof UnsupportedQuery)) throw error
    return Promise.all(wheres.map((where) => database.prisma.apiKey.count({ where, take })))
  }
}

/** Counts keys for each value, by its condition. */
export async function countValues<Value>(
  database: Database,
  values: readonly Value[],
  wheres: Prisma.ApiKeyWhereInput[],
): Promise<CountOf<Value>[]> {
  const counts = await countKeys(database, wheres, TOTAL_COUNT_CAP + 1)
  return values.map((value, place) => {
    const found = counts[place] ?? 0
    return { value, count: Math.min(found, TOTAL_COUNT_CAP), isCapped: found > TOTAL_COUNT_CAP }
  })
}

const COUNT = `Number of these keys that are visible to you, at most ${TOTAL_COUNT_CAP}.`
const CAPPED = `Whether \`count\` is incomplete because there are more than ${TOTAL_COUNT_CAP}.`

export const ApiKeyStatusCount = builder.objectRef<CountOf<ApiKeyStatus>>('ApiKeyStatusCount').implement({
  description: 'Number of keys with a status.',
  fields: (t) => ({
    status: t.field({ type: ApiKeyStatusEnum, description: 'Status of the keys.', resolve: ({ value }) => value }),
    count: t.exposeInt('count', { description: COUNT }),
    countCapped: t.exposeBoolean('isCapped', { description: CAPPED }),
  }),
})

export const ApiKeyAdviceCount = builder.objectRef<CountOf<ApiKeyAdvice>>('ApiKeyAdviceCount').implement({
  description: 'Number of keys with a recommendation.',
  fields: (t) => ({
    advice: t.field({
      type: ApiKeyAdviceEnum,
      description: 'Recommendation for the keys.',
      resolve: ({ value }) => value,
    }),
    count: t.exposeInt('count', { description: COUNT }),
    countCapped: t.exposeBoolean('isCapped', { description: CAPPED }),
  }),
})
