import type { Database } from '@keyward/prisma/database'
import type { HeadReader, SignedHead } from './heads.ts'
import type { AuditProblem } from './problem.ts'
import { type EndsRow, findEvents, findOldFirstEvents, readEnds } from './sql.ts'
import { type ChainEnds, walkChain } from './walk.ts'

const ORGANIZATIONS_PAGE = 200
const HEADS_PAGE = 500
/** Maximum number of rejected lines that are listed. All are counted. */
const NAMED_LINES = 20

/** The heads file outside of the database, and the reader that checks its signatures. */
export interface SignedHeads {
  reader: HeadReader
  /** The lines of the heads file, in any order. */
  lines: AsyncIterable<string> | Iterable<string>
}

/** The report of one organization's log. */
export interface OrganizationReport {
  organizationId: string
  /** Null if the organization is deleted and only signed heads mention it. */
  name: string | null
  /** Number of valid events, counted from the first one. */
  events: bigint
  /** Number of signed heads that were compared, and the newest of them. */
  signedHeads: number
  newestSignedHead: { sequence: bigint; at: string } | null
  /**
   * The first row that fails the verification of the chain, then the first that contradicts a signed head. Empty if all
   * are valid.
   */
  problems: AuditProblem[]
}

/** The report of a verification. */
export interface AuditReport {
  fits: boolean
  organizations: OrganizationReport[]
  /**
   * Lines that are not signed heads of this server. The first ones are listed with their line number, starting at 1.
   */
  refusedLines: { count: number; first: { line: number; reason: string }[] }
}

const endsOf = (row: EndsRow): ChainEnds => ({
  organizationId: row.organization_id,
  head: row.sequence !== null && row.hash ? { sequence: BigInt(row.sequence), hash: row.hash } : null,
  last: row.last === null ? null : BigInt(row.last),
})

/**
 * Checks every organization's audit log: its chain from the first event to the head, then the heads that were signed and
 * kept outside the database. Reads pages, so that its memory does not grow with the log.
 */
export async function verifyAudit(database: Database, options: { heads: SignedHeads | null }): Promise<AuditReport> {
  const reports = new Map<string, OrganizationReport>()
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const page: EndsRow[] = await readEnds(database, after, ORGANIZATIONS_PAGE)
    for (const row of page) {
      const { events, problem } = await walkChain(database, endsOf(row))
      const report = newReport(row.organization_id, row.name, events)
      reports.set(row.organization_id, { ...report, problems: problem ? [problem] : [] })
    }
    const last = page.at(-1)
    if (!last || page.length < ORGANIZATIONS_PAGE) break
    after = last.organization_id
  }
  const refusedLines: AuditReport['refusedLines'] = { count: 0, first: [] }
  if (options.heads) await compare(database, options.heads, reports, refusedLines)
  const organizations = [...reports.values()]
  const fits = refusedLines.count === 0 && organizations.every(({ problems }) => problems.length === 0)
  return { fits, organizations, refusedLines }
}

const newReport = (organizationId: string, name: string | null, events: bigint): OrganizationReport => ({
  organizationId,
  name,
  events,
  signedHeads: 0,
  newestSignedHead: null,
  problems: [],
})

async function compare(
  database: Database,
  { reader, lines }: SignedHeads,
  reports: Map<string, OrganizationReport>,
  refused: AuditReport['refusedLines'],
): Promise<void> {
  const comparison = new Comparison(database)
  let batch: SignedHead[] = []
  let number = 0
  for await (const line of lines) {
    number += 1
    if (line === '') continue
    const head = reader.read(line)
    if (typeof head === 'string') {
      refused.count += 1
      if (refused.first.length < NAMED_LINES) refused.first.push({ line: number, reason: head })
      continue
    }
    batch.push(head)
    if (batch.length < HEADS_PAGE) continue
    await comparison.add(batch)
    batch = []
  }
  await comparison.add(batch)
  comparison.finish(reports)
  await reportUnsigned(database, reports)
}

/**
 * Reports each log without any signed head, unless it has only just begun: somebody may have emptied the heads file.
 */
async function reportUnsigned(database: Database, reports: ReadonlyMap<string, OrganizationReport>): Promise<void> {
  const unsigned = [...reports.values()].filter(({ signedHeads, events }) => signedHeads === 0 && events > 0n)
  for (let from = 0; from < unsigned.length; from += HEADS_PAGE) {
    const ids = unsigned.slice(from, from + HEADS_PAGE).map(({ organizationId }) => organizationId)
    for (const { organization_id: organizationId, id: eventId } of await findOldFirstEvents(database, ids)) {
      const message =
        'is not covered by any signed head, although servers sign each log within a minute: the file of signed heads may have been emptied'
      reports.get(organizationId)?.problems.push({ organizationId, what: 'UNSIGNED', sequence: 1n, eventId, message })
    }
  }
}

interface Compared {
  count: number
  newest: SignedHead
  /** The lowest signed head that the log does not contain, and the row at its position. */
  lost: { head: SignedHead; eventId: string | null } | null
  /** The sequences of signed heads that the log contains, as far as they are below `lost`. */
  highestKept: bigint
}

/** Compares signed heads with their rows, in any order. Stores only a few values per organization. */
class Comparison {
  readonly #database: Database
  readonly #byOrganization = new Map<string, Compared>()

  constructor(database: Database) {
    this.#database = database
  }

  async add(heads: SignedHead[]): Promise<void> {
    if (heads.length === 0) return
    const rows = await findPlaces(this.#database, heads)
    for (const head of heads) {
      const row = rows.get(placeOf(head)) ?? null
      const before = this.#byOrganization.get(head.organizationId)
      const compared = before ?? { count: 0, newest: head, lost: null, highestKept: 0n }
      this.#byOrganization.set(head.organizationId, compared)
      compared.count += 1
      if (head.at > compared.newest.at) compared.newest = head
      const sequence = BigInt(head.sequence)
      if (row?.hash === head.hash) {
        if (!compared.lost || sequence < BigInt(compared.lost.head.sequence)) {
          compared.highestKept = sequence > compared.highestKept ? sequence : compared.highestKept
        }
      } else if (!compared.lost || isBefore(head, compared.lost.head)) {
        compared.lost = { head, eventId: row?.id ?? null }
      }
    }
  }

  finish(reports: Map<string, OrganizationReport>): void {
    for (const [organizationId, { count, newest, lost, highestKept }] of this.#byOrganization) {
      const report = reports.get(organizationId) ?? newReport(organizationId, null, 0n)
      reports.set(organizationId, report)
      report.signedHeads = count
      report.newestSignedHead = { sequence: BigInt(newest.sequence), at: newest.at }
      if (lost) report.problems.push(lostProblem(lost, highestKept, report.events))
    }
  }
}

const isBefore = (a: SignedHead, b: SignedHead): boolean => {
  const [first, second] = [BigInt(a.sequence), BigInt(b.sequence)]
  return first === second ? a.at < b.at : first < second
}

function lostProblem({ head, eventId }: NonNullable<Compared['lost']>, kept: bigint, events: bigint): AuditProblem {
  const { organizationId, at } = head
  const signed = BigInt(head.sequence)
  if (eventId === null) {
    const sequence = events < signed ? events + 1n : signed
    const message = `is missing: the log had ${signed} events when its head was signed at ${at}`
    return { organizationId, what: 'REMOVED', sequence, eventId, message }
  }
  const from = kept < signed ? kept + 1n : 1n
  const among = from === signed ? '' : `; at least one of the events ${from} to ${signed} was rewritten`
  const message = `was rewritten since its hash was signed at ${at}${among}`
  return { organizationId, what: 'REWRITTEN', sequence: signed, eventId, message }
}

/** A string for the position of a head, unique across all logs. */
export const placeOf = ({ organizationId, sequence }: { organizationId: string; sequence: string }): string =>
  `${organizationId} ${sequence}`

/** The rows at the positions of heads, by `placeOf`. */
export async function findPlaces(
  database: Database,
  heads: readonly Pick<SignedHead, 'organizationId' | 'sequence'>[],
): Promise<Map<string, { id: string; hash: string }>> {
  const rows = await findEvents(database, heads)
  return new Map(
    rows.map((row) => [
      placeOf({ organizationId: row.organization_id, sequence: row.sequence }),
      { id: row.id, hash: row.hash },
    ]),
  )
}
