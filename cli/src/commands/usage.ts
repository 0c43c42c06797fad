import { Option } from '@commander-js/extra-typings'
import type { Keyward } from '@keyward/sdk'
import { type Cli, command, examples, organizationOption, projectOption } from '../cli.ts'
import { UsageError } from '../exit-codes.ts'
import { findKeyId, findOrganization, findProject } from '../find.ts'
import { parseBefore, showTime } from '../times.ts'
import { csvOf } from '../usage/csv.ts'
import { DIMENSIONS, type Dimension, isDimension } from '../usage/dimensions.ts'
import { headerOf, rowsOf, showCost } from '../usage/rows.ts'

const HELP = `
--group-by takes ${Object.keys(DIMENSIONS).join(', ')}, and day or hour, as many as needed, separated by commas. Days and
hours are those of UTC. The table rounds costs to a hundredth of a cent; --json and --csv have them exactly.
Costs of an organization are for its Owner and ADMINs, those of a project for its collaborators.
${examples(
  'keyward usage --organization Acme --from 2026-11-01 --to 2026-12-01',
  'keyward usage --project Production --group-by key,workload --from 7d',
  'keyward usage --project Production --key ci --group-by day --csv > ci.csv',
)}`

interface Grouping {
  dimensions: Dimension[]
  /** Whether each hour or day is told by itself; null when all of them are summed up. */
  bucket: 'HOUR' | 'DAY' | null
}

function parseGrouping(text: string): Grouping {
  const names = text.split(',').map((name) => name.trim())
  const times = names.filter((name) => name === 'day' || name === 'hour')
  const dimensions = names.filter(isDimension)
  if (times.length > 1 || times.length + dimensions.length !== names.length) {
    throw new UsageError(
      `--group-by takes ${Object.keys(DIMENSIONS).join(', ')}, and day or hour, separated by commas.`,
    )
  }
  return { dimensions, bucket: times[0] === 'hour' ? 'HOUR' : times[0] === 'day' ? 'DAY' : null }
}

interface Whose {
  project?: string | undefined
  organization?: string | undefined
}

/** Whose costs are asked for: a flag wins over the environment; two flags, or two variables, go together. */
function whoseOf({ project, organization }: Whose, isFlag: (name: keyof Whose) => boolean): Whose {
  if (isFlag('project') === isFlag('organization')) return { project, organization }
  return isFlag('project') ? { project } : { organization }
}

type Question = Omit<Parameters<Keyward['costAnalytics']['get']>[1], 'filter'>

/** One key alone; undefined for all of them. */
const filterOf = async (client: Keyward, key: string | undefined, projectId: string | undefined) =>
  key === undefined ? undefined : { credentialIds: [await findKeyId(client, key, projectId)] }

/** The costs of a project, which has to be one of the organization if both are given, or else of an organization. */
async function read(client: Keyward, { project, organization }: Whose, key: string | undefined, question: Question) {
  if (project === undefined) {
    const organizationId = await findOrganization(client, organization)
    return client.costAnalytics.get(organizationId, { ...question, filter: await filterOf(client, key, undefined) })
  }
  const organizationId = organization === undefined ? undefined : await findOrganization(client, organization)
  const projectId = await findProject(client, project, organizationId)
  return client.costAnalytics.getOfProject(projectId, { ...question, filter: await filterOf(client, key, projectId) })
}

/** `keyward usage` */
export const usageCommand = (cli: Cli) =>
  command('usage', 'show what was used and what it cost, of a project or an organization')
    .addOption(projectOption('whose costs; those of the organization if not given'))
    .addOption(organizationOption())
    .option('--key <name or id>', 'only what this key used; a name needs --project')
    .option('--from <when>', 'from when on: a day, a time, or a span ago', '30d')
    .option('--to <when>', 'until when; now if not given')
    .option('--group-by <dimensions>', 'what to tell apart', 'key')
    .addOption(new Option('--csv', 'print comma-separated values').conflicts('json'))
    .addHelpText('after', HELP)
    .action(async ({ key, from, to = '0s', groupBy, csv = false, ...given }, self) => {
      const { output } = cli
      const { dimensions, bucket } = parseGrouping(groupBy)
      const question = {
        from: parseBefore('--from', from),
        to: parseBefore('--to', to),
        granularity: bucket ?? 'DAY',
        groupBy: dimensions.map((name) => DIMENSIONS[name]),
      }
      if (csv && output.isJson) throw new UsageError('Give one of --csv and --json.')
      const client = await cli.connect()
      const whose = whoseOf(given, (name) => self.getOptionValueSource(name) === 'cli')
      const costs = await read(client, whose, key, question)
      if (output.isJson) return output.json(costs)
      if (costs === null) throw new UsageError('There are no costs to see.')
      if (csv) return output.text(csvOf(costs, dimensions))
      const rows = rowsOf(costs, dimensions, bucket)
      if (rows.length > 0) {
        await output.table(headerOf(dimensions, bucket), rows, {
          right: ['REQUESTS', 'QUANTITY', `COST (${costs.currency})`],
        })
      }
      const span = `${showTime(costs.buckets[0]?.start ?? null)} to ${showTime(costs.buckets.at(-1)?.end ?? null)}`
      output.note(`${showCost(costs.total)} ${costs.currency} for ${costs.totalRequests} requests, ${span}.`)
    })
