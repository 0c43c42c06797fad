import { Option } from '@commander-js/extra-typings'
import type { Keyward } from '@keyward/sdk'
import { type Cli, command, examples, organizationOption, projectOption } from '../cli.ts'
import { UsageError } from '../exit-codes.ts'
import { findKeyId, findOrganization, findProject } from '../find.ts'
import { parseBefore, parseFirstDay, showTime } from '../times.ts'
import { csvOf } from '../usage/csv.ts'
import { DIMENSIONS, type Dimension, isDimension, SPELLINGS } from '../usage/dimensions.ts'
import { type BucketLength, headerOf, rowsOf, showCost } from '../usage/rows.ts'

const HELP = `
--group-by takes ${SPELLINGS}, and month, day or hour, separated by commas.
--time-zone sets the time zone of days and months; UTC if omitted. Days given to --from and --to also begin at midnight there.
The table rounds costs to a hundredth of a cent; --json and --csv are exact.
Costs of an organization are shown to its Owner and ADMINs, costs of a project to its collaborators except external ones.
${examples(
  'keyward usage --organization Acme --from 2026-11-01 --to 2026-12-01',
  'keyward usage --project Production --group-by key,workload --from 7d',
  'keyward usage --project Production --key ci --group-by hour,model,line-item --from 1h',
  'keyward usage --project Production --key ci --group-by day --csv > ci.csv',
  'keyward usage --organization Acme --group-by consumer --from 7d',
  'keyward usage --organization Acme --group-by tag:team,day --tag env=prod',
  'keyward usage --organization Acme --group-by month --from 2026-01-01 --time-zone Asia/Kolkata',
)}`

interface Grouping {
  dimensions: Dimension[]
  /** Key of the tag to group by. Null if there is none. */
  tagKey: string | null
  bucket: BucketLength
}

const TAG = 'tag:'
const BUCKETS: Record<string, NonNullable<BucketLength>> = { hour: 'HOUR', day: 'DAY', month: 'MONTH' }

function parseGrouping(text: string): Grouping {
  const names = text.split(',').map((name) => name.trim())
  const tagKeys = names.filter((name) => name.startsWith(TAG)).map((name) => name.slice(TAG.length))
  if (tagKeys.length > 1) throw new UsageError('--group-by takes one tag. For a second one, filter by --tag.')
  const times = names.filter((name) => Object.hasOwn(BUCKETS, name))
  const dimensions = names
    .map((name) => (name === 'tag' ? null : name.startsWith(TAG) ? 'tag' : name))
    .filter((name) => name !== null)
    .filter(isDimension)
  if (times.length > 1 || times.length + dimensions.length !== names.length) {
    throw new UsageError(`--group-by takes ${SPELLINGS}, and month, day or hour, separated by commas.`)
  }
  return {
    dimensions,
    tagKey: tagKeys[0] ?? null,
    bucket: BUCKETS[times[0] ?? ''] ?? null,
  }
}

interface Whose {
  project?: string | undefined
  organization?: string | undefined
}

/** The report's scope. Options take precedence over the environment. Two options, or two variables, are combined. */
function whoseOf({ project, organization }: Whose, isFlag: (name: keyof Whose) => boolean): Whose {
  if (isFlag('project') === isFlag('organization')) return { project, organization }
  return isFlag('project') ? { project } : { organization }
}

type Question = Omit<Parameters<Keyward['costAnalytics']['get']>[1], 'filter'>

interface Narrowed {
  key: string | undefined
  consumer: string | undefined
  /** As key=value. */
  tag: string[] | undefined
}

function tagOf(text: string) {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError('--tag takes a tag as key=value, such as team=search.')
  return { key: text.slice(0, at), value: text.slice(at + 1) }
}

/** Builds a filter for one key, one consumer and some tags. Undefined for all usage. */
const filterOf = async (client: Keyward, { key, consumer, tag }: Narrowed, projectId: string | undefined) =>
  key === undefined && consumer === undefined && tag === undefined
    ? undefined
    : {
        ...(key === undefined ? {} : { credentialIds: [await findKeyId(client, key, projectId)] }),
        ...(consumer === undefined ? {} : { consumers: [consumer] }),
        ...(tag === undefined ? {} : { tags: tag.map(tagOf) }),
      }

/** Reads the costs of a project or organization. If both are given, the project must belong to the organization. */
async function read(client: Keyward, { project, organization }: Whose, to: Narrowed, question: Question) {
  if (project === undefined) {
    const organizationId = await findOrganization(client, organization)
    return client.costAnalytics.get(organizationId, { ...question, filter: await filterOf(client, to, undefined) })
  }
  const organizationId = organization === undefined ? undefined : await findOrganization(client, organization)
  const projectId = await findProject(client, project, organizationId)
  return client.costAnalytics.getOfProject(projectId, { ...question, filter: await filterOf(client, to, projectId) })
}

/** `keyward usage` */
export const usageCommand = (cli: Cli) =>
  command('usage', 'show the usage and costs of a project or an organization')
    .addOption(projectOption('the project; without it, the whole organization'))
    .addOption(organizationOption())
    .option('--key <name or id>', 'only usage of this key; a name needs --project')
    .option('--consumer <id>', 'only usage of this end customer')
    .option('--tag <key=value...>', 'only usage of keys that had one of these tags at the time')
    .option('--from <when>', 'start: a day, a time, or a span; 7d means seven days including today', '30d')
    .option('--to <when>', 'end; now if omitted')
    .option('--time-zone <name>', 'time zone of days and months, such as Asia/Kolkata', 'UTC')
    .option('--group-by <dimensions>', 'dimensions of the report', 'key')
    .addOption(new Option('--csv', 'print comma-separated values').conflicts('json'))
    .addHelpText('after', HELP)
    .action(async ({ key, consumer, tag, from, to = '0s', timeZone, groupBy, csv = false, ...given }, self) => {
      const { output } = cli
      const { dimensions, tagKey, bucket } = parseGrouping(groupBy)
      const question = {
        from: bucket === 'HOUR' ? parseBefore('--from', from, timeZone) : parseFirstDay('--from', from, timeZone),
        to: parseBefore('--to', to, timeZone),
        granularity: bucket ?? 'DAY',
        timeZone,
        groupBy: dimensions.map((name) => DIMENSIONS[name]),
        tagKey,
      }
      if (csv && output.isJson) throw new UsageError('Give one of --csv and --json.')
      const client = await cli.connect()
      const whose = whoseOf(given, (name) => self.getOptionValueSource(name) === 'cli')
      const costs = await read(client, whose, { key, consumer, tag }, question)
      if (output.isJson) return output.json(costs)
      if (costs === null) throw new UsageError('The costs are not visible to you.')
      if (csv) return output.text(csvOf(costs, dimensions))
      const rows = rowsOf(costs, dimensions, bucket, timeZone)
      if (rows.length > 0) {
        await output.table(headerOf(dimensions, bucket), rows, {
          right: ['REQUESTS', 'QUANTITY', `COST (${costs.currency})`],
        })
      }
      const span = `${showTime(costs.buckets[0]?.start ?? null)} to ${showTime(costs.buckets.at(-1)?.end ?? null)}`
      const requests = `${costs.totalRequests} ${costs.totalRequests === '1' ? 'request' : 'requests'}`
      output.note(`${showCost(costs.total)} ${costs.currency} for ${requests}, ${span}.`)
    })
