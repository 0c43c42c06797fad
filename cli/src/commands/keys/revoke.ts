import { Option } from '@commander-js/extra-typings'
import type { ApiKey, ApiKeyFilter, ApiKeyRevokeOutcome, GatewayReceipt, Keyward } from '@keyward/sdk'
import { type Cli, command, examples, projectOption } from '../../cli.ts'
import { confirm } from '../../confirm.ts'
import { CommandError, EXIT_CODES, UsageError } from '../../exit-codes.ts'
import { all, findKey, findProject } from '../../find.ts'
import { parseSpan } from '../../times.ts'
import { reportReceipts, WAIT } from '../pause.ts'
import { parseDays, parseTag } from './input.ts'
import { asConstant, showKeys } from './show.ts'

const REASONS = ['no-longer-needed', 'leaked', 'replaced', 'other'] as const
const ADVICE = ['leaked', 'creator-gone', 'unused-90-days', 'no-expiration', 'expires-soon'] as const

/** Maximum number of keys per request. */
const BATCH = 500

interface Selectors {
  advice?: (typeof ADVICE)[number] | undefined
  createdBy?: string | undefined
  tag?: string | undefined
  search?: string | undefined
  unusedForDays?: string | undefined
}

/** Selects the keys named by the arguments, or a project's keys that match the options. */
async function selectKeys(
  client: Keyward,
  given: readonly string[],
  project: string | undefined,
  { advice, createdBy, tag, search, unusedForDays }: Selectors,
): Promise<ApiKey[]> {
  const isFiltered = [advice, createdBy, tag, search, unusedForDays].some((value) => value !== undefined)
  if (isFiltered === given.length > 0) throw new UsageError('Name keys, or select them by options such as --advice.')
  if (!isFiltered) {
    const keys: ApiKey[] = []
    for (const each of new Set(given)) keys.push(await findKey(client, each, project))
    return keys
  }
  const filter: ApiKeyFilter = {
    statuses: ['ACTIVE', 'PAUSED', 'EXPIRED'],
    search,
    createdBy,
    tag: tag === undefined ? undefined : parseTag(tag),
    unusedForDays: unusedForDays === undefined ? undefined : parseDays(unusedForDays),
  }
  const projectId = await findProject(client, project)
  const keys = await all(client.apiKeys.list({ projectId, filter, pageSize: 100 }))
  return advice === undefined ? keys : keys.filter((key) => key.advice.includes(asConstant(advice)))
}

/** Revokes several keys. Throws with the reasons if some of them cannot be revoked. */
async function revokeAll(
  cli: Cli,
  client: Keyward,
  keys: readonly ApiKey[],
  how: { reason: ApiKey['revocationReason']; awaitGatewaysSeconds: number | undefined },
): Promise<void> {
  const outcomes: ApiKeyRevokeOutcome[] = []
  let gateways: readonly GatewayReceipt[] | null = null
  for (let first = 0; first < keys.length; first += BATCH) {
    const ids = keys.slice(first, first + BATCH).map(({ id }) => id)
    const payload = await client.apiKeys.revokeMany({ ids, ...how })
    outcomes.push(...payload.outcomes)
    gateways = payload.gateways
  }
  const failed = outcomes.filter(({ error }) => error !== null)
  cli.output.note(`Revoked ${outcomes.length - failed.length} keys. The server rejects them from now on.`)
  for (const { id, error } of failed) cli.output.warn(`${id} is not revoked: ${error?.message ?? ''}`)
  reportReceipts(cli, 'revocation', gateways)
  if (cli.output.isJson) await cli.output.json({ outcomes, gateways })
  if (failed.length > 0) throw new CommandError('Some keys were not revoked.', EXIT_CODES.rowsRejected)
}

/** `keyward keys revoke` */
export const revokeCommand = (cli: Cli) =>
  command('revoke', 'revoke keys permanently: they stop working everywhere at once')
    .argument('[keys...]', 'their names or ids; or select them with the options below')
    .addOption(projectOption())
    .addOption(new Option('--advice <advice>', 'keys of the project with this recommendation').choices(ADVICE))
    .option('--created-by <id>', 'keys of the project that this person or service account created')
    .option('--tag <key=value>', 'keys of the project with this tag')
    .option('--search <text>', 'keys of the project whose name contains this text')
    .option('--unused-for-days <days>', 'keys of the project that were unused for this many days')
    .addOption(new Option('--reason <reason>', 'why').choices(REASONS).default('no-longer-needed' as const))
    .option('-y, --yes', 'do not ask for confirmation; required outside a terminal')
    .addHelpText(
      'after',
      examples(
        'keyward keys revoke ci --project Production',
        'keyward keys revoke key_… key_… --reason leaked --wait 10s --yes',
        'keyward keys revoke --project Production --advice creator-gone',
      ),
    )
    .option(...WAIT)
    .action(async (given, { project, reason: why, wait, yes = false, ...selectors }) => {
      const reason = asConstant(why)
      const awaitGatewaysSeconds = wait === undefined ? undefined : parseSpan('--wait', wait)
      const client = await cli.connect()
      const keys = await selectKeys(client, given, project, selectors)
      const [key, another] = keys
      if (!key) throw new CommandError('No keys match. Nothing was changed.', EXIT_CODES.notFound)
      if (another) {
        if (!yes && !cli.output.isJson) await showKeys(cli, keys)
        await confirm(`Revoke these ${keys.length} keys? This is final.`, yes)
        return revokeAll(cli, client, keys, { reason, awaitGatewaysSeconds })
      }
      const { id, name, project: home } = key
      await confirm(`Revoke the key "${name}" (${id}) in ${home.name}? This is final.`, yes)
      const payload = await client.apiKeys.revoke({ id, reason, awaitGatewaysSeconds })
      cli.output.note(`Revoked the key "${name}" (${id}). The server rejects it from now on.`)
      reportReceipts(cli, 'revocation', payload.gateways)
      if (cli.output.isJson) await cli.output.json(payload)
    })
