import type { Reason } from '@keyward/engine/reasons'
import { createContextCache } from '@pothos/core'
import { grouped } from '../core/grouped.ts'
import { Loader } from '../core/loader.ts'
import type { GraphContext } from '../graphql/context.ts'
import { MAX_GROUPS, MAX_GROUPS_OF_BUCKET, tooMany } from '../usage/analytics.ts'
import { bucketsOf } from '../usage/buckets.ts'
import { findInexact } from '../usage/inexact.ts'
import type { ScopeKind } from '../usage/question.ts'
import { type DenialQuestion, readDenialQuestion } from './question.ts'
import { type DenialRow, readDenials } from './sql.ts'

/** Denials that share the values of the grouping dimensions. Ids are UUIDs. */
export interface DenialGroup {
  reason: Reason | null
  projectId: string | null
  credential: { kind: NonNullable<DenialRow['credential_kind']>; id: string } | null
  denials: bigint
}

export interface DenialSeries {
  buckets: { start: Date; end: Date; groups: DenialGroup[] }[]
  total: bigint
  asOf: Date
}

interface Asked {
  kind: ScopeKind
  id: string
  organizationId: string
  question: DenialQuestion
}

/** Loads sums: one statement for all scopes of a request with the same question. */
const denialsLoader = createContextCache(
  ({ runtime }: GraphContext) =>
    new Loader<Asked, DenialRow[]>(
      runtime.database,
      async (asked) => {
        const found = new Map<Asked, DenialRow[] | Error>()
        for (const several of grouped(asked, ({ kind, question }) => JSON.stringify([kind, question])).values()) {
          const [first] = several
          if (!first) continue
          const ids = several.map(({ id }) => id)
          const organizationIds = [...new Set(several.map(({ organizationId }) => organizationId))]
          const inexact = await findInexact(runtime.database, organizationIds, first.question)
          const rows = await readDenials(runtime.database, first.kind, ids, first.question, MAX_GROUPS + 1)
          const byScope = grouped(rows, ({ scope }) => scope)
          for (const each of several)
            found.set(
              each,
              inexact.get(each.organizationId) ??
                (rows.length > MAX_GROUPS ? tooMany(MAX_GROUPS, 'in all') : (byScope.get(each.id) ?? [])),
            )
        }
        return asked.map((each) => found.get(each) ?? [])
      },
      { cache: false },
    ),
)

const groupOf = (row: DenialRow): DenialGroup => ({
  // Only reasons of decisions are stored.
  reason: (row.reason as Reason | undefined) ?? null,
  projectId: row.project_id ?? null,
  credential: row.credential_kind && row.credential_id ? { kind: row.credential_kind, id: row.credential_id } : null,
  denials: BigInt(row.denials),
})

/** Answers a question about the denied requests of an organization, a project or a key. */
export async function analyzeDenials(
  context: GraphContext,
  { kind, id, organizationId }: Omit<Asked, 'question'>,
  input: Parameters<typeof readDenialQuestion>[0],
): Promise<DenialSeries> {
  const question = readDenialQuestion(input)
  const asOf = context.runtime.database.clock.now()
  const rows = await denialsLoader(context).load({ kind, id, organizationId, question })
  const byStart = grouped(rows, ({ start }) => start.getTime())
  const buckets = bucketsOf(question).map(({ start, end }) => {
    const groups = byStart.get(start.getTime()) ?? []
    if (groups.length > MAX_GROUPS_OF_BUCKET) throw tooMany(MAX_GROUPS_OF_BUCKET, 'in one bucket')
    return { start, end, groups: groups.map(groupOf) }
  })
  return { buckets, total: rows.reduce((total, { denials }) => total + BigInt(denials), 0n), asOf }
}
