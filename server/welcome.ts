import type { Database } from '@keyward/prisma/database'
import type { ServerConfig } from './config/config.ts'
import { setupToken } from './config/secrets.ts'
import type { Listener } from './http/listen.ts'
import { hasNoAccount } from './identity/sign-up-policy.ts'
import { say } from './operator/output.ts'
import type { Log } from './telemetry/log.ts'

/** Prints the address at which the server serves. */
export const tellServing = ({
  config,
  listener,
}: {
  config: ServerConfig
  listener: Pick<Listener, 'url'>
}): string[] => [
  `Keyward answers at ${config.publicUrl} (listening on ${listener.url}), ${Math.round(performance.now())} ms after its process began.`,
]

/** Prints which page to open first. */
export async function tellPages({ config, database }: { config: ServerConfig; database: Database }): Promise<string[]> {
  const at = config.publicUrl
  const isNew = await hasNoAccount(database)
  const lines = [`${isNew ? 'Set up:  ' : 'Sign in: '} ${at}/`, `GraphiQL: ${at}/graphql`]
  if (isNew) {
    lines.push(
      `There is no account yet. Create the first one at ${at}/ with this setup token: ${setupToken(config.sessionSecret)}`,
      `Or: curl ${at}/auth/sign-up/email -H 'content-type: application/json' -H 'x-keyward-setup-token: …' -d '{"name":…,"email":…,"password":…}'`,
    )
  }
  return lines
}

/** Prints lines that are read from the database. If the database is unreachable, the server continues to serve. */
export async function sayRead(log: Log, read: () => Promise<string[]>): Promise<void> {
  try {
    say('info', await read())
  } catch (error) {
    log.error('the welcome could not be printed', error)
  }
}
