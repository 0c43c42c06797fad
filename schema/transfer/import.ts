import { sqlState } from '@keyward/prisma/errors'
import { InvalidStateError } from '../core/errors.ts'
import { encodeId } from '../core/ids.ts'
import { type SealingKey, seal } from '../core/sealing.ts'
import { findUsedHashes, lockImports } from '../credential/sql.ts'
import type { Runtime } from '../runtime.ts'
import { operate, type UnitOfWork } from '../write/unit-of-work.ts'
import { ChainReader } from './chain.ts'
import { type Header, type Person, readLine } from './format.ts'
import { settleNames } from './names.ts'
import { deriveKey, fromHex, OPENED, PROTECTED, toHex, unprotect } from './passphrase.ts'
import { settlePeople } from './people.ts'
import { BATCH, countRows, findColumnsIn, insertRows } from './sql.ts'
import { HASHES, personColumns, type Row, TABLES, type TravellingTable } from './tables.ts'

/** Maximum duration of an import. */
const TIMEOUT_MS = 6 * 3_600_000

export interface ImportOptions {
  /** Opens the secrets in the file. Null if the file was written without a passphrase. */
  passphrase: string | null
  /** Whether accounts of this instance may get roles from the file even if their e-mail address is not verified. */
  acceptsUnverified: boolean
}

/** An imported organization. */
export interface Imported {
  id: string
  name: string
  /** E-mail addresses of people who already had accounts here, and of those for whom accounts were created. */
  matched: string[]
  created: string[]
  /** Rows by table. */
  rows: Record<string, number>
}

/**
 * Imports a file of `exportOrganization` in one transaction. Rejects it if the organization, or the hash of one of its
 * secrets, already exists here.
 * @param readLines Opens the file. Called again if the transaction is repeated.
 */
export const importOrganization = (
  runtime: Runtime,
  readLines: () => AsyncIterable<string>,
  options: ImportOptions,
): Promise<Imported> =>
  operate(runtime, async (unit) => new Importer(runtime, unit, options).readAll(readLines()), { timeoutMs: TIMEOUT_MS })

const refuse = (message: string): never => {
  throw new InvalidStateError(`${message} Nothing was imported.`)
}

interface Batch {
  table: TravellingTable
  columns: string[]
  rows: Row[]
  firstLine: number
}

class Importer {
  #number = 0
  #header: Header | null = null
  #isComplete = false
  #key: SealingKey | null = null
  #columns = new Map<string, string[]>()
  readonly #people: Person[] = []
  #ids: ReadonlyMap<string, string> | null = null
  #settled: Pick<Imported, 'matched' | 'created'> = { matched: [], created: [] }
  readonly #models = new Map<string, string>()
  readonly #chain = new ChainReader()
  readonly #counts: Record<string, number> = Object.fromEntries(TABLES.map((table) => [table, 0]))
  #batch: Batch | null = null

  constructor(
    private readonly runtime: Runtime,
    private readonly unit: UnitOfWork,
    private readonly options: ImportOptions,
  ) {}

  async readAll(lines: AsyncIterable<string>): Promise<Imported> {
    await lockImports(this.unit.tx, 'LEGACY_KEY')
    this.#columns = await findColumnsIn(this.unit.tx)
    for await (const text of lines) {
      this.#number += 1
      await this.#read(text)
    }
    await this.#flush()
    const header = this.#header
    if (!header || !this.#isComplete) return refuse(`The file ends early, after line ${this.#number}.`)
    const { id, name } = header.organization
    await this.#requireAllOf(id)
    await settleNames(this.unit, this.runtime.settings.encryptionKeys, id, this.#ids ?? new Map())
    await this.#record(id, name)
    return { id: encodeId('Organization', id), name, ...this.#settled, rows: this.#counts }
  }

  async #read(text: string): Promise<void> {
    const line = readLine(text, this.#number)
    const isFirst = this.#number === 1
    if (isFirst !== 'keyward' in line || this.#isComplete) return refuse(`Line ${this.#number} is out of place.`)
    if ('keyward' in line) return this.#begin(line)
    if ('end' in line) {
      if (line.end.lines !== this.#number)
        refuse(`The file has ${this.#number} lines, but was written with ${line.end.lines}.`)
      this.#isComplete = true
      return
    }
    if ('table' in line) return this.#row(line.table, line.row)
    if (this.#ids) return refuse(`Line ${this.#number} is out of place.`)
    if ('person' in line) this.#people.push(line.person)
    else {
      const here = await this.unit.tx.model.findUnique({ where: { slug: line.publicModel.slug, organizationId: null } })
      if (here) this.#models.set(line.publicModel.id, here.id)
    }
  }

  async #begin(header: Header): Promise<void> {
    const { tx } = this.unit
    const { id, name } = header.organization
    this.#header = header
    if (await tx.organization.findUnique({ where: { id } })) refuse(`"${name}" exists on this instance.`)
    if (await tx.auditHead.findUnique({ where: { organizationId: id } })) {
      refuse(`"${name}" was deleted on this instance, which keeps its audit log. Import it on another instance.`)
    }
    if (header.salt === null) return
    if (this.options.passphrase === null) refuse('The file has secrets. Give its passphrase: --passphrase-file FILE.')
    else this.#key = deriveKey(this.options.passphrase, Buffer.from(header.salt, 'base64'))
  }

  async #row(table: TravellingTable, row: Row): Promise<void> {
    if (!this.#ids) {
      const settled = await settlePeople(this.unit, this.#people, this.options.acceptsUnverified)
      this.#ids = settled.ids
      this.#settled = settled
    }
    const columns = Object.keys(row).sort()
    const unknown = columns.find((column) => !this.#columns.get(table)?.includes(column))
    if (unknown)
      refuse(
        `Line ${this.#number} has the column "${unknown}", which "${table}" does not have here. Upgrade this instance first.`,
      )
    if (table === 'audit_event' && !this.#chain.isNext(row)) {
      refuse(`Line ${this.#number} does not fit into the chain of the audit log.`)
    }
    if (table === 'audit_head' && !this.#chain.isHead(row))
      refuse(`Line ${this.#number} is not the end of the audit log.`)
    const batch = this.#batch
    const fits = batch?.table === table && batch.rows.length < BATCH && batch.columns.join() === columns.join()
    if (!fits) await this.#flush()
    this.#batch ??= { table, columns, rows: [], firstLine: this.#number }
    this.#batch.rows.push(this.#translate(table, row))
    this.#counts[table] = (this.#counts[table] ?? 0) + 1
  }

  /** The row with the ids of this instance, and with secrets that this instance can open. */
  #translate(table: TravellingTable, row: Row): Row {
    const own = { ...row }
    const translate = (column: string, ids: ReadonlyMap<string, string> | null) => {
      const id = own[column]
      if (typeof id === 'string') own[column] = ids?.get(id) ?? id
    }
    for (const column of personColumns(table, row)) translate(column, this.#ids)
    translate('model_id', this.#models)
    const opened = OPENED[table]
    const [first] = this.runtime.settings.encryptionKeys
    if (opened && first && row[opened.column] != null) {
      own[opened.column] = toHex(seal(first, fromHex(row[opened.column]), opened.bound(row)))
    }
    const secret = PROTECTED[table]
    if (!secret || row[secret.column] == null) return own
    const key = this.#key
    if (!key) return refuse(`Line ${this.#number} has a secret, and the file has no salt.`)
    try {
      own[secret.column] = unprotect(secret, row, key, this.runtime.settings.encryptionKeys)
    } catch {
      refuse(`The passphrase does not open the secret in line ${this.#number}.`)
    }
    return own
  }

  async #flush(): Promise<void> {
    const batch = this.#batch
    this.#batch = null
    if (!batch) return
    const { table, columns, rows, firstLine } = batch
    await this.#requireNewHashes(batch)
    try {
      await insertRows(this.unit.tx, table, columns, rows)
    } catch (error) {
      // Classes of SQLSTATE: wrong data, and a violated constraint.
      const state = sqlState(error) ?? ''
      if (!/^2[23]/.test(state)) throw error
      const place =
        rows.length === 1 ? `Line ${firstLine} does` : `Lines ${firstLine} to ${firstLine + rows.length - 1} do`
      refuse(`${place} not fit into "${table}" (SQLSTATE ${state}${constraintOf(error)}).`)
    }
  }

  async #requireNewHashes({ table, rows, firstLine }: Batch): Promise<void> {
    for (const column of HASHES[table] ?? []) {
      const given = rows.flatMap((row, index) => (row[column] == null ? [] : [{ hash: fromHex(row[column]), index }]))
      const used = await findUsedHashes(
        this.unit.tx,
        given.map(({ hash }) => hash),
      )
      const found = given.find(({ hash }) => used.has(hash.toString('hex')))
      if (found)
        refuse(`Line ${firstLine + found.index} of "${table}" has the hash of a secret that exists on this instance.`)
    }
  }

  /** A modified file could contain rows of other organizations. */
  async #requireAllOf(organizationId: string): Promise<void> {
    for (const table of TABLES) {
      const rows = await countRows(this.unit.tx, table, organizationId)
      if (rows !== this.#counts[table]) refuse(`The file has rows of "${table}" that are not of the organization.`)
    }
    if (this.#counts.audit_head !== 1) refuse('The file has no end of the audit log.')
  }

  async #record(organizationId: string, name: string): Promise<void> {
    const { unit } = this
    unit.audit({
      organizationId,
      action: 'organization.imported',
      targetType: 'Organization',
      targetId: organizationId,
      targetName: name,
      details: { peopleMatched: this.#settled.matched.length, peopleCreated: this.#settled.created.length },
    })
    const nowhere = { organizationId, projectId: null }
    unit.publish({ ...nowhere, kind: 'ORGANIZATION_CHANGED', subjectId: organizationId })
    for (const id of new Set(this.#ids?.values())) {
      unit.publish({ ...nowhere, kind: 'MEMBERSHIP_CHANGED', subjectId: id })
    }
    const models = await unit.tx.model.findMany({ where: { organizationId }, select: { id: true, projectId: true } })
    for (const { id, projectId } of models) {
      unit.publish({ organizationId, projectId, kind: 'MODEL_CHANGED', subjectId: id })
    }
  }
}

function constraintOf(error: unknown): string {
  const [, name] = /constraint "?([a-z_]+)"?/.exec(error instanceof Error ? error.message : '') ?? []
  return name ? `, ${name}` : ''
}
