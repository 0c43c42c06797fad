import { randomBytes } from 'node:crypto'
import { InvalidStateError } from '../core/errors.ts'
import { decodeId } from '../core/ids.ts'
import { open, type SealingKey } from '../core/sealing.ts'
import type { Runtime } from '../runtime.ts'
import { operate } from '../write/unit-of-work.ts'
import { type Header, VERSION } from './format.ts'
import { deriveKey, fromHex, OPENED, PROTECTED, protect, toHex } from './passphrase.ts'
import { findColumns, findPeople, findPublicModels, type Query, readRows, readSnapshot } from './sql.ts'
import { type Row, TABLES, type TravellingTable } from './tables.ts'

/** Counts of an exported organization. */
export interface Exported {
  name: string
  people: number
  /** Rows by table. */
  rows: Record<string, number>
  /** Whether the file needs the passphrase. */
  hasSecrets: boolean
  /** Whether keys still work on this instance. If so, both instances accept them. */
  isPaused: boolean
}

/**
 * Writes an organization as JSON lines, as of one moment. The export is first recorded in the organization's audit log,
 * so that the file contains this event, too.
 * @param write Receives one line after the other.
 * @param passphrase Protects secrets that other instances must be able to read. If null, an organization with such
 * secrets is rejected.
 */
export async function exportOrganization(
  runtime: Runtime,
  publicId: string,
  passphrase: string | null,
  write: (line: object) => Promise<void>,
): Promise<Exported> {
  const id = decodeId('Organization', publicId)
  const organization = id === null ? null : await runtime.database.prisma.organization.findUnique({ where: { id } })
  if (!organization) throw new InvalidStateError(`No organization has the id ${publicId}.`)
  const { name } = organization
  if (organization.deletesAt) {
    throw new InvalidStateError(`"${name}" is being deleted. Its Owner can cancel the deletion.`)
  }
  await operate(runtime, async (unit) => {
    unit.audit({
      organizationId: organization.id,
      action: 'organization.exported',
      targetType: 'Organization',
      targetId: organization.id,
      targetName: name,
    })
  })
  const salt = passphrase === null ? null : randomBytes(16)
  const writer = new Writer(
    runtime,
    organization.id,
    salt && passphrase !== null ? deriveKey(passphrase, salt) : null,
    write,
  )
  const header: Header = {
    keyward: 'organization',
    version: VERSION,
    organization: { id: organization.id, name },
    exportedAt: runtime.database.clock.now().toISOString(),
    salt: salt?.toString('base64') ?? null,
  }
  const counts = await readSnapshot(runtime.database, (query) => writer.writeAll(query, header))
  const isPaused =
    organization.pausedAt !== null &&
    (organization.pausedUntil === null || organization.pausedUntil > runtime.database.clock.now())
  return { name, ...counts, isPaused }
}

class Writer {
  #lines = 0
  #hasSecrets = false

  constructor(
    private readonly runtime: Runtime,
    private readonly organizationId: string,
    private readonly key: SealingKey | null,
    private readonly write: (line: object) => Promise<void>,
  ) {}

  async writeAll(query: Query, header: Header) {
    await this.#line(header)
    const columns = await findColumns(query)
    const people = await findPeople(query, columns, this.organizationId)
    for (const person of people) await this.#line({ person })
    for (const publicModel of await findPublicModels(query, this.organizationId)) await this.#line({ publicModel })
    const rows: Record<string, number> = {}
    for (const table of TABLES) {
      rows[table] = 0
      for await (const batch of readRows(query, table, columns.get(table) ?? [], this.organizationId)) {
        rows[table] += batch.length
        for (const row of batch) await this.#line({ table, row: this.#protected(table, row) })
      }
    }
    await this.#line({ end: { lines: this.#lines + 1 } })
    return { people: people.length, rows, hasSecrets: this.#hasSecrets }
  }

  #protected(table: TravellingTable, row: Row): Row {
    const opened = OPENED[table]
    if (opened && row[opened.column] != null) {
      return { ...row, [opened.column]: this.#opened(fromHex(row[opened.column]), opened.bound(row)) }
    }
    const secret = PROTECTED[table]
    if (!secret || row[secret.column] == null) return row
    this.#hasSecrets = true
    if (!this.key) {
      throw new InvalidStateError(
        `The organization has secrets that the new instance must read, in ${table}. Give a passphrase for them: --passphrase-file FILE.`,
      )
    }
    return { ...row, [secret.column]: protect(secret, row, this.runtime.settings.encryptionKeys, this.key) }
  }

  /** A key of names. If its key-encryption key is missing, the names are lost. That must not prevent the export. */
  #opened(sealed: Uint8Array, binding: string): string | null {
    try {
      return toHex(open(this.runtime.settings.encryptionKeys, sealed, binding))
    } catch {
      return null
    }
  }

  async #line(line: object): Promise<void> {
    this.#lines += 1
    await this.write(line)
  }
}
