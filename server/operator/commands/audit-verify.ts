import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pendingMigrations } from '@keyward/prisma/migrate'
import { HeadReader } from '@keyward/schema/audit/heads'
import { type AuditReport, type OrganizationReport, type SignedHeads, verifyAudit } from '@keyward/schema/audit/verify'
import { encodeId } from '@keyward/schema/core/ids'
import { type Config, readConfig } from '../../config/config.ts'
import { withSecrets } from '../../config/secrets.ts'
import { CommandError, EXIT_CODES } from '../exit-codes.ts'
import { openSupported } from '../open-migrated.ts'
import { type ResultOptions, showResult } from '../result.ts'

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** `keyward-server audit verify`: checks every audit log and the signed heads. Changes nothing. Exits with 0 or 9. */
export async function runAuditVerify(options: ResultOptions): Promise<void> {
  const config = readConfig(process.env)
  const directory = config.databaseUrl.slice('embedded:'.length)
  if (config.databaseKind === 'embedded' && !existsSync(directory)) {
    throw new CommandError(`There is no database in ${directory}. Set KEYWARD_DATA_DIR or DATABASE_URL.`)
  }
  const heads = await signedHeads(config)
  const database = await openSupported(config, 'join')
  try {
    const pending = await pendingMigrations(database)
    if (pending.length > 0)
      throw new CommandError('The database has pending migrations. Apply them: keyward-server migrate')
    const report = await verifyAudit(database, { heads })
    if (options.json) showResult(options, documentOf(report, config.auditHeadsFile, heads), [])
    else print(report, config.auditHeadsFile, heads)
    if (!report.fits) process.exitCode = EXIT_CODES.auditDoesNotFit
  } finally {
    await database.close()
  }
}

/**
 * The heads file, with the keys that verify it. Null if there is no file. Does not create secrets, because no line
 * would match new ones.
 */
async function signedHeads(config: Config): Promise<SignedHeads | null> {
  const file = config.auditHeadsFile
  if (!existsSync(file)) return null
  if (config.encryptionKeys === null && !existsSync(join(config.dataDirectory, 'secrets.json'))) {
    throw new CommandError(
      `Checking the signed heads in ${file} needs the server's keys: set KEYWARD_ENCRYPTION_KEYS, or set KEYWARD_DATA_DIR to the directory of its secrets.json.`,
    )
  }
  // Only the encryption keys are needed, so a missing session secret is not created.
  const { encryptionKeys } = config.encryptionKeys
    ? { encryptionKeys: config.encryptionKeys }
    : await withSecrets(config)
  return { reader: new HeadReader(encryptionKeys), lines: linesOf(file) }
}

/**
 * A generator, so that the file is opened only when it is read. A readline interface that is opened earlier would lose
 * lines.
 */
async function* linesOf(file: string): AsyncGenerator<string> {
  yield* createInterface(createReadStream(file))
}

function documentOf(report: AuditReport, file: string, heads: SignedHeads | null): object {
  return {
    fits: report.fits,
    headsFile: heads ? file : null,
    publicKeys: Object.fromEntries(heads?.reader.publicKeys() ?? []),
    organizations: report.organizations.map(({ organizationId, events, newestSignedHead, problems, ...rest }) => ({
      id: encodeId('Organization', organizationId),
      ...rest,
      events: Number(events),
      newestSignedHead: newestSignedHead && { at: newestSignedHead.at, sequence: String(newestSignedHead.sequence) },
      problems: problems.map(({ sequence, eventId, ...problem }) => ({
        ...problem,
        sequence: String(sequence),
        eventId: eventId && encodeId('AuditEvent', eventId),
      })),
    })),
    rejectedLines: report.refusedLines,
  }
}

function print(report: AuditReport, file: string, heads: SignedHeads | null): void {
  for (const organization of report.organizations) printOrganization(organization, heads !== null)
  const { count, first } = report.refusedLines
  for (const { line, reason } of first) say(`${file}, line ${line}: rejected, ${reason}.`)
  if (count > first.length) say(`${file}: ${count - first.length} more lines were rejected.`)
  if (!heads) {
    say(
      `There are no signed heads in ${file}: without them, a log that was truncated or rewritten as a whole cannot be detected.`,
    )
  }
  for (const [id, pem] of heads?.reader.publicKeys() ?? [])
    say(`Public key of heads signed under "${id}":\n${pem.trim()}`)
  const logs = report.organizations.length
  const broken = report.organizations.filter(({ problems }) => problems.length > 0).length
  if (report.fits) say(`${heads ? 'All valid' : 'Every chain is valid'}: ${logs} audit ${logs === 1 ? 'log' : 'logs'}.`)
  else say(`Not valid: ${broken} of ${logs} audit logs, ${count} lines of signed heads.`)
}

function printOrganization(organization: OrganizationReport, withHeads: boolean): void {
  const { organizationId, name, events, signedHeads: count, newestSignedHead: newest, problems } = organization
  const who = `${encodeId('Organization', organizationId)} ${name === null ? '(gone)' : JSON.stringify(name)}`
  const signed = !withHeads
    ? ''
    : newest
      ? `, ${count} signed ${count === 1 ? 'head' : 'heads'}, the newest of ${newest.at} at event ${newest.sequence}`
      : ', no signed head yet'
  say(`${who}: ${events} ${events === 1n ? 'event is valid' : 'events are valid'}${signed}.`)
  for (const { what, sequence, eventId, message } of problems) {
    const id = eventId === null ? '' : ` (${encodeId('AuditEvent', eventId)}, row ${eventId})`
    say(`  ${what}: event ${sequence}${id} ${message}.`)
  }
}
