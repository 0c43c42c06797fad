import { Option } from '@commander-js/extra-typings'
import { type Cli, command, examples, projectOption, several } from '../../cli.ts'
import { UsageError } from '../../exit-codes.ts'
import { findKey } from '../../find.ts'
import { parseBudget, parseMaxConcurrent, parseRate, parseRequestsPerMinute, parseTag, WORKLOADS } from './input.ts'
import { asConstant, showChanged } from './show.ts'

const HELP = `
Omitted options leave their value as it is. A repeatable option replaces all previous values; "any" and "none" remove them.
Scopes are set first, then limits, then the name and tags. If one fails, the changes before it stay.
${examples(
  'keyward keys update ci --project Production --name "ci of the monorepo" --tag team=platform',
  'keyward keys update key_… --budget month=200 --budget day=20:alert --requests-per-minute none',
  'keyward keys update key_… --workload inference batch --allow-ip any',
)}`

/** An option's values. An empty list if the option is the word in `none`. Undefined if the option is omitted. */
function listOf<Value>(
  option: string,
  given: readonly string[] | undefined,
  none: string,
  parse: (text: string) => Value,
): Value[] | undefined {
  if (!given?.includes(none)) return given?.map(parse)
  if (given.length > 1) throw new UsageError(`${option} takes either "${none}" or other values, not both.`)
  return []
}

const numberOf = (given: string | undefined, read: (text: string) => number): number | null | undefined =>
  given === 'none' ? null : given === undefined ? undefined : read(given)

const isGiven = (fields: object): boolean => Object.values(fields).some((value) => value !== undefined)

/** `keyward keys update` */
export const updateCommand = (cli: Cli) =>
  command('update', 'change the name, tags, scopes and limits of a key')
    .argument('<key>', 'its name or id')
    .addOption(projectOption())
    .option('--name <name>', 'the new name')
    .option('--tag <key=value>', 'all its tags, or none', several)
    .addOption(
      new Option('--workload <workload...>', 'all allowed workloads, or any').choices([...WORKLOADS, 'any'] as const),
    )
    .option('--model <model>', 'all allowed models, or any; repeatable', several)
    .option('--allow-ip <address or network>', 'all allowed addresses, or any', several)
    .option('--requests-per-minute <count>', 'the rate limit in requests a minute, or none')
    .option('--rate <unit/period=max:model>', 'all its rate limits, :MODEL for one model, or none', several)
    .option('--budget <period=usd>', 'all its budgets, in US dollars, or none', several)
    .option('--max-concurrent <count>', 'the maximum number of concurrent requests, or none')
    .addHelpText('after', HELP)
    .action(
      async (
        given,
        { project, name, tag, workload, model, allowIp, requestsPerMinute, rate, budget, maxConcurrent },
      ) => {
        const scopes = {
          workloads: listOf('--workload', workload, 'any', asConstant),
          models: listOf('--model', model, 'any', (text) => text),
          allowedIps: listOf('--allow-ip', allowIp, 'any', (text) => text),
        }
        const limits = {
          requestsPerMinute: numberOf(requestsPerMinute, parseRequestsPerMinute),
          rates: listOf('--rate', rate, 'none', parseRate),
          budgets: listOf('--budget', budget, 'none', parseBudget),
          maxConcurrent: numberOf(maxConcurrent, parseMaxConcurrent),
        }
        const fields = { name, tags: listOf('--tag', tag, 'none', parseTag) }
        if (![scopes, limits, fields].some(isGiven)) {
          throw new UsageError(
            'Name at least one change: --name, --tag, --workload, --model, --allow-ip, --requests-per-minute, --rate, --budget, --max-concurrent.',
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
          if (done.length > 0)
            cli.output.warn(`The ${done.join(' and ')} of the key were changed. The changes after them were not made.`)
          throw error
        }
        await showChanged(cli, key, `Changed the key "${key.name}" (${key.id}).`)
      },
    )
