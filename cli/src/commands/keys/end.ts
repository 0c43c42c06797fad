import { Option } from '@commander-js/extra-typings'
import { type Cli, command, examples, projectOption } from '../../cli.ts'
import { confirm } from '../../confirm.ts'
import { UsageError } from '../../exit-codes.ts'
import { findKey, findKeyId } from '../../find.ts'
import { parseAhead, parseMoment, parseSpan, showTime } from '../../times.ts'
import { reportReceipts, WAIT } from '../pause.ts'
import { asConstant, showChanged } from './show.ts'

const REASONS = ['no-longer-needed', 'leaked', 'replaced', 'other'] as const

/** `keyward keys revoke` */
export const revokeCommand = (cli: Cli) =>
  command('revoke', 'revoke a key: it stops working at once, everywhere; this is final')
    .argument('<key>', 'its name or id')
    .addOption(projectOption())
    .addOption(new Option('--reason <reason>', 'why').choices(REASONS).default('no-longer-needed' as const))
    .option('-y, --yes', 'do not ask for confirmation; required outside a terminal')
    .addHelpText(
      'after',
      examples(
        'keyward keys revoke ci --project Production',
        'keyward keys revoke key_… --reason leaked --wait 10s --yes',
      ),
    )
    .option(...WAIT)
    .action(async (given, { project, reason, wait, yes = false }) => {
      const awaitGatewaysSeconds = wait === undefined ? undefined : parseSpan('--wait', wait)
      const client = await cli.connect()
      const { id, name, project: home } = await findKey(client, given, project)
      await confirm(`Revoke the key "${name}" (${id}) in ${home.name}? This is final.`, yes)
      const payload = await client.apiKeys.revoke({ id, reason: asConstant(reason), awaitGatewaysSeconds })
      cli.output.note(`Revoked the key "${name}" (${id}). The server rejects it from now on.`)
      reportReceipts(cli, 'revocation', payload.gateways)
      if (cli.output.isJson) await cli.output.json(payload)
    })

interface Expiration {
  at?: string | undefined
  in?: string | undefined
  never?: true | undefined
}

function expirationOf({ at, in: span, never }: Expiration): string | null {
  if ([at, span, never].filter((given) => given !== undefined).length !== 1) {
    throw new UsageError('Give one of --at, --in and --never.')
  }
  if (at !== undefined) return parseMoment('--at', at)
  if (span === undefined) return null
  parseSpan('--in', span)
  return parseAhead('--in', span)
}

/** `keyward keys expire` */
export const expireCommand = (cli: Cli) =>
  command('expire', 'set, move or clear the expiration of a key; a later expiration revives an expired key')
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
      const expiresAt = expirationOf(when)
      const client = await cli.connect()
      const key = await client.apiKeys.setExpiration({ id: await findKeyId(client, given, project), expiresAt })
      const end = key.expiresAt === null ? 'never expires' : `expires at ${showTime(key.expiresAt)}`
      await showChanged(cli, key, `The key "${key.name}" (${key.id}) ${end}.`)
    })
