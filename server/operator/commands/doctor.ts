import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openDatabase } from '@keyward/prisma/database'
import { pendingMigrations } from '@keyward/prisma/migrate'
import { type Config, readConfig, unknownVariables } from '../../config/config.ts'
import { withSecrets } from '../../config/secrets.ts'
import { ConfigurationError } from '../exit-codes.ts'

const describe = (config: Config): [string, string][] => [
  ['Public address', config.publicUrl],
  ['Listens on', `${config.host}:${config.port}`],
  ['Database', config.databaseKind === 'embedded' ? config.databaseUrl : 'PostgreSQL, from DATABASE_URL'],
  ['Sign-up', config.signup],
  ['Organizations', `made by ${config.organizationCreation}`],
  ['Mail', config.smtp ? `from ${config.smtp.from}` : 'not sent: links of invitations are shown to the inviter'],
  ['Single sign-on', config.oidc?.issuer ?? 'none'],
  ['Signed audit heads', config.auditHeadsFile],
  ['Leak reports', leakReports(config.githubKeysFile)],
]

function leakReports(file: string | null): string {
  if (file === null) return 'none are taken'
  return existsSync(file) ? `of GitHub, by the keys in ${file}` : `refused: KEYWARD_GITHUB_KEYS, ${file}, is not there`
}

/** Refuses a data directory that can neither be written to nor be made. */
function requireDataDirectory({ dataDirectory }: Config): void {
  let directory = dataDirectory
  while (!existsSync(directory) && dirname(directory) !== directory) directory = dirname(directory)
  try {
    if (!statSync(directory).isDirectory()) throw new Error('Not a directory')
    accessSync(directory, constants.W_OK)
  } catch {
    const expected = 'a directory that can be written to, or be made'
    throw new ConfigurationError([`KEYWARD_DATA_DIR: given ${JSON.stringify(dataDirectory)}, expected ${expected}.`])
  }
}

/** `keyward-server doctor`: says how the server would run, and whether its database is there. Changes nothing. */
export async function runDoctor(): Promise<void> {
  const config = readConfig(process.env)
  const say = (what: string, how: string) => process.stdout.write(`${what.padEnd(20)}${how}\n`)
  for (const [what, how] of describe(config)) say(what, how)
  const unknown = unknownVariables(process.env)
  if (unknown.length > 0) say('Nothing reads', unknown.join(', '))
  requireDataDirectory(config)
  const secrets = join(config.dataDirectory, 'secrets.json')
  const areGiven = config.encryptionKeys !== null && config.sessionSecret !== null
  if (areGiven || existsSync(secrets)) await withSecrets(config)
  say('Secrets', areGiven ? 'from the environment' : existsSync(secrets) ? secrets : `to be made in ${secrets}`)
  if (config.databaseKind === 'embedded' && !existsSync(config.databaseUrl.slice('embedded:'.length))) {
    say('Migrations', 'the database is made at the first start')
    return
  }
  const database = await openDatabase(config.databaseUrl)
  try {
    const pending = await pendingMigrations(database)
    say('Migrations', pending.length === 0 ? 'up to date' : `${pending.length} to apply: ${pending.join(', ')}`)
  } finally {
    await database.close()
  }
}
