import { Option } from '@commander-js/extra-typings'
import { type Cli, command, examples, projectOption, several } from '../../cli.ts'
import { UsageError } from '../../exit-codes.ts'
import { findKey } from '../../find.ts'
import { parseBudget, parseRate, parseTag, WORKLOADS } from './input.ts'
import { asConstant, showChanged } from './show.ts'

const HELP = `
What is not given stays. What may be given several times is all of it from now on; "any" and "none" take a bound away.
Scopes are set first, then limits, then the name and the tags: where one of them is refused, those before it were made.
${examples(
  'keyward keys update ci --project Production --name "ci of the monorepo" --tag team=platform',
  'keyward keys update key_… --budget month=200 --budget day=20:alert --requests-per-minute none',
  'keyward keys update key_… --workload inference batch --allow-ip any',
)}`

/** All values of an option; none where the one word that says so was given; undefined where nothing was. */
function listOf<Value>(
  option: string,
  given: readonly string[] | undefined,
  none: string,
  parse: (text: string) => Value,
): Value[] | undefined {
  if (!given?.includes(none)) return given?.map(parse)
  if (given.length > 1) throw new UsageError(`${option} takes "${none}" alone, or others without it.`)
  return []
}

const isGiven = (fields: object): boolean => Object.values(fields).some((value) => value !== undefined)

/** `keyward keys update` */
export const updateCommand = (cli: Cli) =>
  command('update', 'change the name, tags, scopes and limits of a key')
    .argument('<key>', 'its name or id')
    .addOption(projectOption())
    .option('--name <name>', 'what it is for')
    .option('--tag <key=value>', 'all its metadata, or none', several)
    .addOption(
      new Option('--workload <workload...>', 'all it may be used for, or any').choices([...WORKLOADS, 'any'] as const),
    )
    .option('--allow-ip <address or network>', 'from where it may be used, or any', several)
    .option('--requests-per-minute <count>', 'how many requests it may make a minute, or none for no limit')
    .option('--budget <period=usd>', 'all it may cost a day, week, month or in total, or none', several)
    .addHelpText('after', HELP)
    .action(async (given, { project, name, tag, workload, allowIp, requestsPerMinute: rate, budget }) => {
      const scopes = {
        workloads: listOf('--workload', workload, 'any', asConstant),
        allowedIps: listOf('--allow-ip', allowIp, 'any', (text) => text),
      }
      const limits = {
        requestsPerMinute: rate === undefined ? undefined : rate === 'none' ? null : parseRate(rate),
        budgets: listOf('--budget', budget, 'none', parseBudget),
      }
      const fields = { name, tags: listOf('--tag', tag, 'none', parseTag) }
      if (![scopes, limits, fields].some(isGiven)) {
        throw new UsageError(
          'Say what to change: --name, --tag, --workload, --allow-ip, --requests-per-minute, --budget.',
        )
      }
      const client = await cli.connect()
      let key = await findKey(client, given, project)
      const { id } = key
      const done: string[] = []
      try {
        if (isGiven(scopes)) key = await client.apiKeys.setScopes({ id, ...scopes })
        if (isGiven(scopes)) done.push('scopes')
        if (isGiven(limits)) key = await client.apiKeys.setLimits({ id, ...limits })
        if (isGiven(limits)) done.push('limits')
        if (isGiven(fields)) key = await client.apiKeys.update({ id, ...fields })
      } catch (error) {
        if (done.length > 0) cli.output.warn(`The ${done.join(' and ')} of the key were changed; what follows was not.`)
        throw error
      }
      await showChanged(cli, key, `Changed the key "${key.name}" (${key.id}).`)
    })
