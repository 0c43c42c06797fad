import { Option } from '@commander-js/extra-typings'
import { ForbiddenError, type Keyward } from '@keyward/sdk'
import { type Cli, command, examples, projectOption, several } from '../../cli.ts'
import { findProject } from '../../find.ts'
import { type Expiration, parseExpiration, showTime } from '../../times.ts'
import { parseLimits, parseTag, WORKLOADS } from './input.ts'
import { asConstant } from './show.ts'

const HELP = `
Only the secret is written to standard output. It is shown once; the server stores only its hash.
${examples(
  'keyward keys create ci --project Production | vault kv put secret/ci key=-',
  'keyward keys create "nightly evaluation" -p Research --expires 2027-01-31 --workload evaluations --tag team=search',
  'keyward keys create chat -p Production --requests-per-minute 600 --rate tokens/minute=100000 --budget month=100 --budget day=10:alert',
)}`

const DEFAULT_LIFETIME_S = 90 * 86_400

/**
 * The default expiration: 90 days from now, or earlier if the key policy of the project or organization requires it.
 */
async function defaultExpiration(client: Keyward, projectId: string): Promise<Expiration> {
  const policy = await client.projects.getKeyPolicy(projectId).catch((error: unknown) => {
    // A caller may be allowed to create keys but not to read the key policy.
    if (error instanceof ForbiddenError) return null
    throw error
  })
  const bounds = [policy?.maxLifetimeSeconds, policy?.organizationPolicy.maxLifetimeSeconds]
  return { expiresInSeconds: Math.min(...bounds.map((bound) => bound ?? DEFAULT_LIFETIME_S), DEFAULT_LIFETIME_S) }
}

/** `keyward keys create` */
export const createCommand = (cli: Cli) =>
  command('create', 'create a key and print its secret, once')
    .argument('<name>', 'its name: describe the purpose')
    .addOption(projectOption())
    .option('--expires <when>', 'a span (30d), a day (2027-01-31), a time, or `never`; 90d if omitted')
    .addOption(new Option('--workload <workload...>', 'allowed workloads; all if omitted').choices(WORKLOADS))
    .option('--model <model>', 'allowed models: a slug, `meta/*` or an id; all if omitted; repeatable', several)
    .option('--allow-ip <address or network>', 'allowed addresses; all if omitted', several)
    .option('--tag <key=value>', 'metadata; repeatable', several)
    .option('--requests-per-minute <count>', 'the rate limit in requests a minute')
    .option(
      '--rate <unit/period=max:model>',
      'a rate limit: tokens/minute=100000, or tokens/minute=100000:meta/* for the models of a pattern; repeatable',
      several,
    )
    .option('--budget <period=usd>', 'a budget in US dollars: month=100; repeatable', several)
    .option('--max-concurrent <count>', 'the maximum number of concurrent requests')
    .addHelpText('after', HELP)
    .action(async (name, { project, expires, workload = [], model = [], allowIp = [], tag = [], ...given }) => {
      const { output } = cli
      const fields = {
        name,
        workloads: workload.map(asConstant),
        models: model,
        allowedIps: allowIp,
        tags: tag.map(parseTag),
        limits: parseLimits(given),
      }
      const chosen = expires === undefined ? undefined : parseExpiration('--expires', expires)
      const client = await cli.connect()
      const projectId = await findProject(client, project)
      const expiration = chosen ?? (await defaultExpiration(client, projectId))
      const payload = await client.apiKeys.create({ projectId, ...expiration, ...fields })
      const { apiKey, secret } = payload
      const lost = `The key was created. To get another secret, run: keyward keys rotate ${apiKey.id} --overlap 0s`
      const end = apiKey.expiresAt === null ? 'It never expires' : `It expires at ${showTime(apiKey.expiresAt)}`
      output.note(`Created the key "${apiKey.name}" (${apiKey.id}) in ${apiKey.project.name}. ${end}.`)
      if (process.stdout.isTTY) output.note('The secret, which is shown only now:')
      await output.secret(secret, payload, lost)
    })
