import { randomBytes } from 'node:crypto'
import { HeadReader, HeadSigner } from '@keyward/schema/audit/heads'
import { type AuditReport, verifyAudit } from '@keyward/schema/audit/verify'
import { decodeId } from '@keyward/schema/core/ids'
import { chainHash, GENESIS, type HashedEvent } from '@keyward/schema/write/audit/chain'
import type { Client, TestApp } from '../../infra/app.ts'
import { sha256 } from '../../infra/world.ts'

const key = { id: 'first', key: randomBytes(32) }

/** Signs and reads heads like an instance. */
export const signer = new HeadSigner(key)
export const reader = new HeadReader([key])

/** Rows of one import. A busy machine imports this many within the request timeout. */
const IMPORTED = 250

/** Creates an organization whose log has this many events, and returns its UUID. */
export async function makeLog(owner: Client, events: number): Promise<string> {
  const { organization } = await owner.mutate('organizationCreate', { name: 'Logged' }, 'organization { id }')
  for (let made = 1; made < events; ) {
    const rows = Array.from({ length: Math.min(IMPORTED, events - made) }, (_, index) => ({
      name: `Key ${made + index}`,
      sha256: sha256(`${organization.id} ${made + index}`),
    }))
    const { __typename } = await owner.mutate('apiKeysImport', { organizationId: organization.id, rows })
    if (__typename !== 'ApiKeysImportPayload') throw new Error(`Nothing was imported: ${__typename}`)
    made += rows.length
  }
  return decodeId('Organization', organization.id) ?? ''
}

/** Lets a superuser edit the log of this database from now on. */
export async function disarm({ database }: TestApp): Promise<void> {
  await database.sql('ALTER TABLE audit_event DISABLE TRIGGER ALL')
}

/** One row of a log, by its sequence. */
export const rowOf = ({ database }: TestApp, organizationId: string, sequence: number) =>
  database.prisma.auditEvent.findFirstOrThrow({ where: { organizationId, sequence: BigInt(sequence) } })

/** A signed line for the current row with a sequence. */
export async function signedLine(app: TestApp, organizationId: string, sequence: number, at: string): Promise<string> {
  const { hash } = await rowOf(app, organizationId, sequence)
  return signer.sign({ organizationId, sequence: `${sequence}`, hash: Buffer.from(hash).toString('hex'), at })
}

/** Verifies all logs against the given lines. */
export const verify = (app: TestApp, lines: string[] = []): Promise<AuditReport> =>
  verifyAudit(app.database, { heads: { reader, lines } })

/** The findings for one organization. */
export async function reportOf(app: TestApp, organizationId: string, lines: string[] = []) {
  const { organizations } = await verify(app, lines)
  const report = organizations.find((candidate) => candidate.organizationId === organizationId)
  if (!report) throw new Error('The organization was not verified')
  return report
}

/**
 * Recomputes a chain from an event on, as an attacker who knows the format would: every hash, and optionally the head.
 */
export async function rechain(
  app: TestApp,
  organizationId: string,
  from: number,
  { to = Number.MAX_SAFE_INTEGER, head = true } = {},
): Promise<void> {
  const { prisma } = app.database
  let hash = from === 1 ? GENESIS : (await rowOf(app, organizationId, from - 1)).hash
  let last = 0n
  const rows = await prisma.auditEvent.findMany({
    where: { organizationId, sequence: { gte: BigInt(from), lte: BigInt(to) } },
    orderBy: { sequence: 'asc' },
  })
  for (const { id, sequence, at, details, hash: _old, previousHash: _previous, ...rest } of rows) {
    const event: HashedEvent = {
      ...rest,
      id,
      sequence: sequence.toString(),
      at: at.toISOString().replace('Z', '000Z'),
      details: details as HashedEvent['details'],
    }
    const previousHash = hash
    hash = chainHash(previousHash, event)
    last = sequence
    await prisma.auditEvent.update({ where: { id }, data: { previousHash, hash } })
  }
  if (head) await prisma.auditHead.update({ where: { organizationId }, data: { sequence: last, hash } })
}
