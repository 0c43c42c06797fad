import { formatUsd } from '@keyward/engine/money'
import { createContextCache } from '@pothos/core'
import { RequestError } from '../core/errors.ts'
import { grouped } from '../core/grouped.ts'
import { Loader } from '../core/loader.ts'
import type { GraphContext } from '../graphql/context.ts'
import { bucketsOf } from './buckets.ts'
import { withStoredConsumers } from './consumers/filter.ts'
import { findInexact } from './inexact.ts'
import { type Question, readQuestion, type ScopeKind } from './question.ts'
import { requestsOf, type Sum, sumUsage } from './sums.ts'

/** Maximum number of groups in one bucket, and in one request. */
export const MAX_GROUPS_OF_BUCKET = 1_000
export const MAX_GROUPS = 10_000

/** The answer to a question. Amounts are decimals in US dollars. */
export interface Analytics {
  buckets: { start: Date; end: Date; groups: CostGroup[] }[]
  total: string
  totalRequests: bigint
  asOf: Date
}

export interface CostGroup {
  question: Question
  sum: Sum
}

interface Asked {
  kind: ScopeKind
  id: string
  organizationId: string
  question: Question
}

const alike = ({ kind, question }: Asked): string =>
  JSON.stringify([kind, { ...question, groupBy: [...question.groupBy].sort() }])

/** Loads sums, with one statement for all scopes of a request that ask the same question. */
const sumsLoader = createContextCache(
  ({ runtime }: GraphContext) =>
    new Loader<Asked, Sum[], string>(
      runtime.database,
      async (asked) => {
        const together = grouped(asked, alike)
        const sums = new Map<Asked, Sum[] | Error>()
        for (const several of together.values()) {
          const [first] = several
          if (!first) continue
          const ids = several.map(({ id }) => id)
          const organizationIds = [...new Set(several.map(({ organizationId }) => organizationId))]
          const question = await withStoredConsumers(runtime.database, organizationIds, first.question)
          const inexact = await findInexact(runtime.database, organizationIds, question)
          const rows = await sumUsage(runtime.database, first.kind, ids, question, MAX_GROUPS + 1)
          const byScope = grouped(rows, ({ scope }) => scope)
          for (const each of several) {
            sums.set(
              each,
              inexact.get(each.organizationId) ??
                (rows.length > MAX_GROUPS ? tooMany(MAX_GROUPS, 'in all') : (byScope.get(each.id) ?? [])),
            )
          }
        }
        return asked.map((each) => sums.get(each) ?? [])
      },
      { cache: false },
    ),
)

export const tooMany = (most: number, where: string): RequestError =>
  new RequestError(
    'BAD_REQUEST',
    `There are more than ${most} groups ${where}. Request a shorter period, group by fewer dimensions, or add a filter. For all groups at once, use GET /export/costs.csv.`,
  )

/** Answers a question about the usage of an organization, a project or a key. */
export async function analyze(
  context: GraphContext,
  { kind, id, organizationId }: Omit<Asked, 'question'>,
  input: unknown,
): Promise<Analytics> {
  const question = readQuestion(input)
  const asOf = context.runtime.database.clock.now()
  const sums = await sumsLoader(context).load({ kind, id, organizationId, question })
  const byStart = grouped(sums, ({ start }) => start.getTime())
  const buckets = bucketsOf(question).map(({ start, end }) => {
    const groups = byStart.get(start.getTime()) ?? []
    if (groups.length > MAX_GROUPS_OF_BUCKET) throw tooMany(MAX_GROUPS_OF_BUCKET, 'in one bucket')
    return { start, end, groups: groups.map((sum) => ({ question, sum })) }
  })
  const { lineItems } = question.filter
  return {
    buckets,
    total: formatUsd(sums.reduce((total, { nanos }) => total + nanos, 0n)),
    totalRequests: sums.reduce((total, { events, requests }) => total + (lineItems ? requests : events), 0n),
    asOf,
  }
}

/** The number of requests of a group. */
export const requestsOfGroup = ({ sum, question }: CostGroup): bigint => requestsOf(sum, question)
