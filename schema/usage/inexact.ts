import type { Database } from '@keyward/prisma/database'
import { RequestError } from '../core/errors.ts'
import { edgesOf, type Span } from './buckets.ts'
import { type Part, partFor, type SumParts, WHOLE_HOURS } from './parts.ts'
import { findSumParts } from './sql.ts'

const HOUR_MS = 3_600_000

/** The earliest moment from which sums are kept by the half hour, or by the quarter hour. */
function exactFrom({ halfHoursFrom, quarterHoursFrom }: SumParts, part: Part): number {
  const froms = [quarterHoursFrom, ...(part === 30 ? [halfHoursFrom] : [])].flatMap((from) => from?.getTime() ?? [])
  return Math.min(Number.POSITIVE_INFINITY, ...froms)
}

const HOW: Record<Part, string> = { 60: 'hour', 30: 'half hour', 15: 'quarter hour' }

function refusalOf(edges: readonly number[], part: Part, parts: SumParts): RequestError | null {
  const from = exactFrom(parts, part)
  const within = edges.find((edge) => edge % HOUR_MS !== 0 && edge < from)
  if (within === undefined) return null
  const since =
    from === Number.POSITIVE_INFINITY
      ? 'An ADMIN can set the time zone of the organization. From the next hour on, sums then follow the days of that time zone'
      : `Sums follow the days of the organization’s time zone since ${new Date(from).toISOString()}: start the period then`
  const message = `${new Date(within).toISOString()} is within an hour that is not summed by the ${HOW[part]}, so its usage cannot be split. ${since}. Or use a time zone of whole hours, such as \`UTC\`.`
  return RequestError.invalid([{ path: ['timeZone'], message }])
}

/**
 * Finds the organizations whose sums cannot answer a question exactly, because one of its days or hours begins inside
 * an hour that has only one sum. Returns the reason, by organization.
 */
export async function findInexact(
  database: Database,
  organizationIds: readonly string[],
  span: Span,
): Promise<ReadonlyMap<string, RequestError>> {
  const edges = edgesOf(span) ?? []
  if (partFor(edges) === 60) return new Map()
  const part = partFor(edges)
  if (part === null) {
    const message =
      'The offsets of this time zone were not whole quarter hours in this period. Use a later period, or `UTC`.'
    const error = RequestError.invalid([{ path: ['timeZone'], message }])
    return new Map(organizationIds.map((id) => [id, error]))
  }
  const known = new Map((await findSumParts(database, organizationIds)).map(({ id, ...parts }) => [id, parts]))
  return new Map(
    organizationIds.flatMap((id) => {
      const refusal = refusalOf(edges, part, known.get(id) ?? WHOLE_HOURS)
      return refusal ? [[id, refusal] as const] : []
    }),
  )
}
