import type { Database } from '@keyward/prisma/database'
import { z } from 'zod'
import { chainHash, type Details, GENESIS, type HashedEvent } from '../write/audit/chain.ts'
import type { AuditProblem } from './problem.ts'
import { type EventRow, findPreviousHash, readEvents } from './sql.ts'

const PAGE = 1_000
/** Distance, in positions, within which a moved event is searched. */
const REACH = 100_000n

/** The end of an organization's chain by its head row and by its rows, read in one snapshot. */
export interface ChainEnds {
  organizationId: string
  head: { sequence: bigint; hash: Uint8Array } | null
  /** The greatest sequence of any row; null when there is none. */
  last: bigint | null
}

const detail = z.union([z.string(), z.number().int(), z.boolean(), z.null(), z.array(z.string())])
const storedDetails: z.ZodType<Details> = z.record(z.string(), detail)

/** The hashed content of a row. Null if its details are not those of an event. */
export function eventOf(organizationId: string, row: EventRow): HashedEvent | null {
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

/** Finds the sequence with which a row was hashed, if its sequence was changed. */
function writtenAs(row: EventRow, event: HashedEvent, greatest: bigint): bigint | null {
  const place = BigInt(row.sequence)
  const to = place + REACH < greatest ? place + REACH : greatest
  for (let sequence = place > REACH ? place - REACH : 1n; sequence <= to; sequence += 1n) {
    if (isAsHashed(row, { ...event, sequence: sequence.toString() })) return sequence
  }
  return null
}

/** Reads all events of an organization by sequence, in pages. */
async function* rowsOf(database: Database, organizationId: string): AsyncGenerator<EventRow> {
  let after = '-9223372036854775808'
  for (;;) {
    const page: EventRow[] = await readEvents(database, organizationId, after, PAGE)
    yield* page
    const last = page.at(-1)
    if (!last || page.length < PAGE) return
    after = last.sequence
  }
}

/**
 * Recomputes all hashes of an organization's chain up to its head. Returns the number of valid events, and the first
 * invalid one.
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
    // The next run checks events written in the meantime.
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
        ? wrong('EDITED', 'was changed after it was written: its hash does not match its content')
        : wrong('REORDERED', `was written as event ${original} but is at the position of event ${expected}`)
    }
    if (!isSame(row.previous_hash, previous?.hash ?? GENESIS)) {
      // One of the two rows was replaced by a row that is valid by itself. The next row holds the original hash.
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
    return broken('REMOVED', `is missing, and so are all later events: the log ended at event ${head.sequence}`)
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

/** The hash of an event as stored in the next row, or in the head row. */
async function hashAfter(database: Database, ends: ChainEnds, sequence: bigint): Promise<Uint8Array | null> {
  const next = await findPreviousHash(database, ends.organizationId, sequence + 1n)
  if (next) return next
  return ends.head?.sequence === sequence ? ends.head.hash : null
}
