import type { Database } from '@keyward/prisma/database'
import { z } from 'zod'
import { chainHash, type Details, GENESIS, type HashedEvent } from '../write/audit/chain.ts'
import type { AuditProblem } from './problem.ts'

const PAGE = 1_000
/** How far from its place an event that was moved is looked for. */
const REACH = 100_000n

/** Where an organization's chain should end, by its head row, and where its rows do: both of one moment. */
export interface ChainEnds {
  organizationId: string
  head: { sequence: bigint; hash: Uint8Array } | null
  /** The greatest sequence of any row; null when there is none. */
  last: bigint | null
}

interface EventRow {
  id: string
  sequence: string
  at: string
  action: string
  actor_kind: string
  actor_id: string | null
  actor_name: string | null
  target_type: string
  target_id: string
  target_name: string | null
  project_id: string | null
  details: unknown
  request_id: string | null
  previous_hash: Buffer
  hash: Buffer
}

// Times as text: what was hashed has microseconds, which a JavaScript Date does not.
const ROWS = `
  SELECT id, sequence, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, action, actor_kind,
         actor_id, actor_name, target_type, target_id, target_name, project_id, details, request_id, previous_hash, hash
    FROM audit_event WHERE organization_id = $1 AND sequence > $2 ORDER BY sequence LIMIT ${PAGE}`

const detail = z.union([z.string(), z.number().int(), z.boolean(), z.null(), z.array(z.string())])
const storedDetails: z.ZodType<Details> = z.record(z.string(), detail)

function eventOf(organizationId: string, row: EventRow): HashedEvent | null {
  const details = storedDetails.safeParse(row.details)
  if (!details.success) return null
  return {
    id: row.id,
    organizationId,
    sequence: row.sequence,
    at: row.at,
    action: row.action,
    actorKind: row.actor_kind,
    actorId: row.actor_id,
    actorName: row.actor_name,
    targetType: row.target_type,
    targetId: row.target_id,
    targetName: row.target_name,
    projectId: row.project_id,
    details: details.data,
    requestId: row.request_id,
  }
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

const isAsHashed = (row: EventRow, event: HashedEvent): boolean => isSame(chainHash(row.previous_hash, event), row.hash)

/** The sequence under which a row was hashed, where that is another one than it has now. */
function writtenAs(row: EventRow, event: HashedEvent, greatest: bigint): bigint | null {
  const place = BigInt(row.sequence)
  const to = place + REACH < greatest ? place + REACH : greatest
  for (let sequence = place > REACH ? place - REACH : 1n; sequence <= to; sequence += 1n) {
    if (isAsHashed(row, { ...event, sequence: sequence.toString() })) return sequence
  }
  return null
}

/** Every row of an organization by its sequence, a page at a time. */
async function* rowsOf(database: Database, organizationId: string): AsyncGenerator<EventRow> {
  let after = '-9223372036854775808'
  for (;;) {
    const page: EventRow[] = await database.sql<EventRow>(ROWS, [organizationId, after])
    yield* page
    const last = page.at(-1)
    if (!last || page.length < PAGE) return
    after = last.sequence
  }
}

/**
 * Recomputes every hash of an organization's chain up to its head, from the rows as they are stored. Answers how many
 * events fit, and the first one that does not.
 */
export async function walkChain(
  database: Database,
  ends: ChainEnds,
): Promise<{ events: bigint; problem: AuditProblem | null }> {
  const { organizationId, head } = ends
  const last = ends.last ?? 0n
  let previous: EventRow | null = null
  let expected = 1n
  const broken = (what: AuditProblem['what'], message: string, sequence = expected, eventId: string | null = null) => ({
    events: sequence - 1n,
    problem: { organizationId, what, sequence, eventId, message },
  })
  for await (const row of rowsOf(database, organizationId)) {
    // What is written while this runs is checked the next time.
    if (BigInt(row.sequence) > last) break
    const wrong = (what: AuditProblem['what'], message: string) => broken(what, message, expected, row.id)
    if (BigInt(row.sequence) > expected) {
      return broken('REMOVED', `is missing: the next row has sequence ${row.sequence}`)
    }
    if (BigInt(row.sequence) < expected) {
      return broken('EDITED', 'has a sequence before the first one, 1', BigInt(row.sequence), row.id)
    }
    const event = eventOf(organizationId, row)
    if (!event || !isAsHashed(row, event)) {
      const original = event && writtenAs(row, event, head && head.sequence > last ? head.sequence : last)
      return original === null
        ? wrong('EDITED', 'was changed after it was written: its hash is not the one of what it says')
        : wrong('REORDERED', `was written as event ${original} and stands in the place of event ${expected}`)
    }
    if (!isSame(row.previous_hash, previous?.hash ?? GENESIS)) {
      // One of the two was replaced by a row that is right in itself. What follows knows which hash this one had.
      const next = await hashAfter(database, ends, expected)
      if (previous && next && isSame(next, row.hash)) {
        return broken(
          'REWRITTEN',
          `was replaced: event ${expected} follows one with another hash`,
          expected - 1n,
          previous.id,
        )
      }
      return wrong('REWRITTEN', `was replaced: it does not follow event ${expected - 1n}`)
    }
    previous = row
    expected += 1n
  }
  if (!head) return broken('HEAD', 'cannot be checked: the organization has no row in audit_head')
  if (head.sequence >= expected) {
    return broken('REMOVED', `is missing, with all after it: the log ended at event ${head.sequence}`)
  }
  if (head.sequence < expected - 1n) {
    return broken('HEAD', `is beyond the head of the chain, which was set back to ${head.sequence}`, head.sequence + 1n)
  }
  if (!isSame(head.hash, previous?.hash ?? GENESIS)) {
    return broken(
      'REWRITTEN',
      'is not the one that the head of the chain names: it was replaced',
      head.sequence,
      previous?.id ?? null,
    )
  }
  return { events: head.sequence, problem: null }
}

/** The hash that whatever follows an event remembers of it: the next row, or the head row after the last one. */
async function hashAfter(database: Database, ends: ChainEnds, sequence: bigint): Promise<Uint8Array | null> {
  const [next] = await database.sql<{ previous_hash: Buffer }>(
    'SELECT previous_hash FROM audit_event WHERE organization_id = $1 AND sequence = $2',
    [ends.organizationId, (sequence + 1n).toString()],
  )
  if (next) return next.previous_hash
  return ends.head?.sequence === sequence ? ends.head.hash : null
}
