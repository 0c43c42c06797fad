import { Option } from '@commander-js/extra-typings'
import type { ApiKey } from '@keyward/sdk'
import { type Cli, command, examples, projectOption } from '../../cli.ts'
import { all, findKey, findProject, parseLimit } from '../../find.ts'
import { parseAhead } from '../../times.ts'
import { watchKeys } from '../../watch.ts'
import { parseDays, parseTag, WORKLOADS } from './input.ts'
import { asConstant, showKey, showKeys } from './show.ts'

const STATUSES = ['active', 'paused', 'expired', 'revoked'] as const

const WATCH = 'show again after every change, until you press Ctrl-C'

/** Sort fields, each with the direction that puts the most interesting keys first. */
const SORTS = {
  name: 'ASC',
  'created-at': 'DESC',
  'created-by': 'ASC',
  'expires-at': 'ASC',
  'last-used-at': 'DESC',
} as const
type Sort = keyof typeof SORTS

function orderOf(sort: Sort, isReversed: boolean) {
  const isAscending = (SORTS[sort] === 'ASC') !== isReversed
  const fields = {
    name: 'NAME',
    'created-at': 'CREATED_AT',
    'created-by': 'CREATED_BY',
    'expires-at': 'EXPIRES_AT',
    'last-used-at': 'LAST_USED_AT',
  } as const
  return { field: fields[sort], direction: isAscending ? 'ASC' : 'DESC' } as const
}

/** `keyward keys list` */
export const listCommand = (cli: Cli) =>
  command('list', 'list the keys of a project, newest first')
    .addOption(projectOption())
    .addOption(new Option('--status <status...>', 'only keys with these statuses').choices(STATUSES))
    .addOption(new Option('--workload <workload>', 'only keys that allow this workload').choices(WORKLOADS))
    .option('--search <text>', 'only keys whose name contains this text')
    .option('--tag <key=value>', 'only keys with this tag')
    .option('--expires-before <when>', 'only keys that expire before a day, a time, or a span from now (30d)')
    .option('--unused-for-days <days>', 'only keys that were unused for this many days')
    .addOption(new Option('--sort <field>', 'the order').choices(Object.keys(SORTS) as Sort[]).default('created-at'))
    .option('--reverse', 'reverse the order')
    .option('--limit <number>', 'the maximum number of keys')
    .option('--watch', WATCH)
    .addHelpText(
      'after',
      examples(
        'keyward keys list --project Production',
        'keyward keys list -p Production --sort last-used-at --limit 20',
        'keyward keys list -p Production --status active --expires-before 14d',
        'keyward keys list -p Production --unused-for-days 90 --json',
        'keyward keys list -p Production --watch',
      ),
    )
    .action(async ({ project, status, workload, search, tag, expiresBefore, unusedForDays, ...shown }) => {
      const filter = {
        search,
        statuses: status?.map(asConstant),
        workload: workload === undefined ? undefined : asConstant(workload),
        tag: tag === undefined ? undefined : parseTag(tag),
        expiresBefore: expiresBefore === undefined ? undefined : parseAhead('--expires-before', expiresBefore),
        unusedForDays: unusedForDays === undefined ? undefined : parseDays(unusedForDays),
      }
      const client = await cli.connect()
      const projectId = await findProject(client, project)
      const orderBy = orderOf(shown.sort, shown.reverse === true)
      const limit = parseLimit(shown.limit)
      const pageSize = Math.min(limit ?? 100, 100)
      const show = async () => {
        const keys = await all(client.apiKeys.list({ projectId, filter, orderBy, pageSize }), limit)
        if (cli.output.isJson) return cli.output.json(keys)
        if (keys.length === 0) return cli.output.note('No keys match. Create one: keyward keys create NAME')
        await showKeys(cli, keys)
      }
      await (shown.watch ? watchKeys(cli, client, projectId, show) : show())
    })

/** `keyward keys get` */
export const getCommand = (cli: Cli) =>
  command('get', 'show a key, the start of its secrets, its limits and its remaining budgets')
    .argument('<key>', 'its name or id')
    .addOption(projectOption())
    .option('--watch', WATCH)
    .addHelpText('after', examples('keyward keys get ci --project Production', 'keyward keys get key_… --json'))
    .action(async (given, { project, watch }) => {
      const client = await cli.connect()
      const found = await findKey(client, given, project)
      const show = async (key: ApiKey) => {
        const limits = await client.apiKeys.getLimits(key.id)
        if (cli.output.isJson) return cli.output.json({ ...key, ...limits })
        await showKey(cli, key, limits)
      }
      if (!watch) return show(found)
      await watchKeys(cli, client, found.project.id, async () => show(await client.apiKeys.get(found.id)))
    })
