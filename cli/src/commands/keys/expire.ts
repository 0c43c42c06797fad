import { type Cli, command, examples, projectOption } from '../../cli.ts'
import { UsageError } from '../../exit-codes.ts'
import { findKeyId } from '../../find.ts'
import { type Expiration, parseMoment, parseSpan, showTime } from '../../times.ts'
import { showChanged } from './show.ts'

interface Choice {
  at?: string | undefined
  in?: string | undefined
  never?: true | undefined
}

function expirationOf({ at, in: span, never }: Choice): Expiration {
  if ([at, span, never].filter((given) => given !== undefined).length !== 1) {
    throw new UsageError('Give one of --at, --in and --never.')
  }
  if (at !== undefined) return { expiresAt: parseMoment('--at', at) }
  return span === undefined ? { expiresAt: null } : { expiresInSeconds: parseSpan('--in', span) }
}

/** `keyward keys expire` */
export const expireCommand = (cli: Cli) =>
  command('expire', 'set, change or clear the expiration of a key; a later expiration reactivates an expired key')
    .argument('<key>', 'its name or id')
    .addOption(projectOption())
    .option('--at <when>', 'a day (2027-01-31) or a time with its zone')
    .option('--in <span>', 'a span from now: 30d')
    .option('--never', 'clear the expiration')
    .addHelpText(
      'after',
      examples(
        'keyward keys expire ci --project Production --in 30d',
        'keyward keys expire key_… --at 2027-01-31',
        'keyward keys expire key_… --never',
      ),
    )
    .action(async (given, { project, ...when }) => {
      const expiration = expirationOf(when)
      const client = await cli.connect()
      const id = await findKeyId(client, given, project)
      cli.keyId = id
      const key = await client.apiKeys.setExpiration({ id, ...expiration })
      const end = key.expiresAt === null ? 'never expires' : `expires at ${showTime(key.expiresAt)}`
      await showChanged(cli, key, `The key "${key.name}" (${key.id}) ${end}.`)
    })
