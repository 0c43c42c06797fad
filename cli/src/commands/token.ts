import { Option } from '@commander-js/extra-typings'
import { exchangeToken } from '@keyward/sdk'
import { type Cli, command, examples, several } from '../cli.ts'
import { readSecret } from '../prompt.ts'
import { parseSpan } from '../times.ts'
import { WORKLOADS } from './keys/input.ts'
import { asConstant } from './keys/show.ts'

const HELP = `
The secret comes from standard input or a hidden prompt. The token works at gateways as the key does, and ends with that secret.
${examples('vault kv get -field=key secret/chat | keyward token --expires 10m --workload inference --model "meta/*"')}`

/** `keyward token` */
export const tokenCommand = (cli: Cli) =>
  command('token', 'exchange the secret of a key for a child token that lives at most an hour')
    .option('--expires <span>', 'lifetime: 10m if omitted, at most 1h')
    .addOption(new Option('--workload <workload...>', 'workloads; those of the key if omitted').choices(WORKLOADS))
    .option('--model <model>', 'models: a slug or `meta/*`; those of the key if omitted; repeatable', several)
    .option('--max-cost <usd>', 'the maximum total cost of requests with the token, in US dollars')
    .option('--origin <origin>', 'pages that may use the token, such as https://app.example.com; repeatable', several)
    .addHelpText('after', HELP)
    .action(async ({ expires, workload = [], model = [], maxCost, origin }) => {
      const expiresIn = expires === undefined ? undefined : parseSpan('--expires', expires)
      const baseUrl = await cli.baseUrl()
      const secret = await readSecret()
      const bounds = { workloads: workload.map(asConstant), models: model, expiresIn, maxCost, origins: origin }
      const issued = await exchangeToken({ secret, ...bounds }, { baseUrl, timeout: cli.timeout })
      cli.output.note(`The token expires in ${issued.expiresIn} seconds.`)
      await cli.output.secret(issued.token, issued, 'Run the command again for another token.')
    })
