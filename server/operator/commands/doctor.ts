import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Database } from '@keyward/prisma/database'
import { pendingMigrations } from '@keyward/prisma/migrate'
import { readSinkFigures, type SinkFigures } from '@keyward/schema/audit/sink/sql'
import type { SealingKey } from '@keyward/schema/core/sealing'
import { findFit } from '@keyward/schema/replica/fit'
import { countSealed } from '@keyward/schema/sealed-value/values'
import { type Config, type ReplicaConfig, readConfig, unknownVariables } from '../../config/config.ts'
import { withSecrets } from '../../config/secrets.ts'
import { SEALED_KINDS } from '../../identity/sealed-kinds.ts'
import { UNUSED } from '../../telemetry/replica-log.ts'
import { CommandError, ConfigurationError } from '../exit-codes.ts'
import { openSupported } from '../open-migrated.ts'
import { type ResultOptions, showResult } from '../result.ts'
import { missingKey, wordsOf } from '../sealed-words.ts'

const describe = (config: Config): [string, string][] => [
  ['Public address', config.publicUrl],
  ['Listens on', `${config.host}:${config.port}`],
  ['Workers', String(config.workers)],
  ['Database', config.databaseKind === 'embedded' ? config.databaseUrl : 'PostgreSQL, from DATABASE_URL'],
  ['Sign-up', config.signup],
  ['Organizations', `created by ${config.organizationCreation}`],
  [
    'Mail',
    config.smtp ? `from ${config.smtp.from}` : 'not sent: inviters must send the links of invitations themselves',
  ],
  ['Single sign-on', config.oidc?.issuer ?? 'none'],
  ['Signed audit heads', config.auditHeadsFile],
  ['Audit stream', auditStream(config.auditSink)],
  ['Leak reports', leakReports(config.githubKeysFile)],
  ['Traces by OTLP', destination(config.telemetry?.traces)],
  ['Metrics by OTLP', destination(config.telemetry?.metrics)],
]

/** Shows only the host, because a path can contain a token. */
const destination = (to: { url: string } | null | undefined): string => (to ? `to ${new URL(to.url).host}` : 'none')

const auditStream = (sink: Config['auditSink']): string =>
  sink === null ? 'none' : 'file' in sink ? `to ${sink.file}` : destination(sink)

function wordsOfSink({ pending, oldest, last_error: error }: SinkFigures): string {
  if (pending === '0') return 'the receiver has all events'
  const since = oldest === null ? 'but they are missing from the audit log' : `the oldest of ${oldest.toISOString()}`
  return `${pending} events are not confirmed, ${since}${error === null ? '' : `: ${error}`}`
}

async function wordsOfReplica(database: Database, replica: ReplicaConfig): Promise<string> {
  const { state, detail } = await findFit(database, replica.url)
  return state === 'USED' ? 'a standby of the database' : `not used: ${UNUSED[state]}${detail ? `: ${detail}` : ''}`
}

function leakReports(file: string | null): string {
  if (file === null) return 'not accepted'
  return existsSync(file)
    ? `from GitHub, verified with the keys in ${file}`
    : `rejected: KEYWARD_GITHUB_KEYS, ${file}, does not exist`
}

/** Throws if the data directory does not exist and cannot be created, or is not writable. */
function requireDataDirectory({ dataDirectory }: Config): void {
  let directory = dataDirectory
  while (!existsSync(directory) && dirname(directory) !== directory) directory = dirname(directory)
  try {
    if (!statSync(directory).isDirectory()) throw new Error('Not a directory')
    accessSync(directory, constants.W_OK)
  } catch {
    const expected = 'a writable directory, or a path where one can be created'
    throw new ConfigurationError([`KEYWARD_DATA_DIR: given ${JSON.stringify(dataDirectory)}, expected ${expected}.`])
  }
}

/** `keyward-server doctor`: prints the configuration and checks the database. Changes nothing. */
export async function runDoctor(options: ResultOptions): Promise<void> {
  const found: [string, string][] = []
  await check((name, value) => {
    found.push([name, value])
    if (!options.json) process.stdout.write(`${name.padEnd(20)}${value}\n`)
  })
  if (options.json) showResult(options, Object.fromEntries(found), [])
}

async function check(print: (name: string, value: string) => void): Promise<void> {
  const config = readConfig(process.env)
  for (const [name, value] of describe(config)) print(name, value)
  const unknown = unknownVariables(process.env)
  if (unknown.length > 0) print('Unknown variables', unknown.join(', '))
  requireDataDirectory(config)
  const secrets = join(config.dataDirectory, 'secrets.json')
  const areGiven = config.encryptionKeys !== null && config.sessionSecret !== null
  const keys = areGiven || existsSync(secrets) ? (await withSecrets(config)).encryptionKeys : []
  print('Secrets', areGiven ? 'from the environment' : existsSync(secrets) ? secrets : `will be created in ${secrets}`)
  if (config.databaseKind === 'embedded' && !existsSync(config.databaseUrl.slice('embedded:'.length))) {
    print('Migrations', 'the first start creates the database')
    return
  }
  const database = await openSupported(config, 'join')
  try {
    const pending = await pendingMigrations(database)
    print('Migrations', pending.length === 0 ? 'up to date' : `${pending.length} pending: ${pending.join(', ')}`)
    if (pending.length > 0) return
    if (config.replica) print('Read replica', await wordsOfReplica(database, config.replica))
    if (config.auditSink) print('Audit events', wordsOfSink(await readSinkFigures(database)))
    await checkSealed(database, keys, print)
  } finally {
    await database.close()
  }
}

/** Prints how many values are sealed with each key-encryption key. Throws if a key is missing. */
async function checkSealed(
  database: Database,
  keys: readonly SealingKey[],
  print: (name: string, value: string) => void,
): Promise<void> {
  const found = await countSealed(database, SEALED_KINDS, keys)
  const used = found.filter(({ counts }) => wordsOf(counts) !== '')
  print('Sealed values', used.map(({ key, counts }) => `${wordsOf(counts)} under "${key}"`).join('; ') || 'none')
  const missing = found.filter(({ isMissing }) => isMissing)
  if (missing.length > 0) throw new CommandError(missing.map(missingKey).join('\n'))
}
