import { Option } from '@commander-js/extra-typings'
import { ForbiddenError, type Keyward } from '@keyward/sdk'
import { type Cli, command, examples, projectOption, several } from '../../cli.ts'
import { findProject } from '../../find.ts'
import { inSeconds, parseExpiration, showTime } from '../../times.ts'
import { parseLimits, parseTag, WORKLOADS } from './input.ts'
import { asConstant } from './show.ts'

const HELP = `
The secret, and nothing else, goes to standard output, this once. Only its hash is kept.
${examples(
  'keyward keys create ci --project Production | vault kv put secret/ci key=-',
  'keyward keys create "nightly evaluation" -p Research --expires 2027-01-31 --workload evaluations --tag team=search',
  'keyward keys create chat -p Production --requests-per-minute 600 --budget month=100 --budget day=10:alert',
)}`

const USUAL_LIFETIME_S = 90 * 86_400

/** When a key expires for which nothing was said: in 90 days, or as soon as the project's policy wants it. */
async function usualExpiration(client: Keyward, projectId: string): Promise<string> {
  const policy = await client.projects.getKeyPolicy(projectId).catch((error: unknown) => {
    // Not everybody who may create keys may read what bounds them.
    if (error instanceof ForbiddenError) return null
    throw error
  })
  return inSeconds(Math.min(USUAL_LIFETIME_S, policy?.maxLifetimeSeconds ?? USUAL_LIFETIME_S))
}

/** `keyward keys create` */
export const createCommand = (cli: Cli) =>
  command('create', 'create a key and print its secret, once')
    .argument('<name>', 'what it is for')
    .addOption(projectOption())
    .option('--expires <when>', 'a span (30d), a day (2027-01-31), a time, or `never`; 90d if not given')
    .addOption(
      new Option('--workload <workload...>', 'what it may be used for; everything if not given').choices(WORKLOADS),
    )
    .option('--allow-ip <address or network>', 'from where it may be used; anywhere if not given', several)
    .option('--tag <key=value>', 'metadata', several)
    .option('--requests-per-minute <count>', 'how many requests it may make a minute')
    .option('--budget <period=usd>', 'what it may cost a day, week, month or in total: month=100', several)
    .addHelpText('after', HELP)
    .action(async (name, { project, expires, workload = [], allowIp = [], tag = [], ...given }) => {
      const { output } = cli
      const fields = {
        name,
        workloads: workload.map(asConstant),
        allowedIps: allowIp,
        tags: tag.map(parseTag),
        limits: parseLimits(given.requestsPerMinute, given.budget),
      }
      const asked = expires === undefined ? undefined : parseExpiration('--expires', expires)
      const client = await cli.connect()
      const projectId = await findProject(client, project)
      const expiresAt = asked === undefined ? await usualExpiration(client, projectId) : asked
      const payload = await client.apiKeys.create({ projectId, expiresAt, ...fields })
      const { apiKey, secret } = payload
      const lost = `The key is there; give it another secret: keyward keys rotate ${apiKey.id} --overlap 0s`
      const end = apiKey.expiresAt === null ? 'It never expires' : `It expires ${showTime(apiKey.expiresAt)}`
      output.note(`Created the key "${apiKey.name}" (${apiKey.id}) in ${apiKey.project.name}. ${end}.`)
      if (process.stdout.isTTY) output.note('Its secret, shown this once:')
      await output.secret(secret, payload, lost)
    })
