import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { Option } from '@commander-js/extra-typings'
import { revokeToken } from '@keyward/sdk'
import { type Cli, command, examples, projectOption, several } from '../cli.ts'
import { CommandError, EXIT_CODES } from '../exit-codes.ts'
import { findKey } from '../find.ts'
import { forwardInterrupts } from '../interrupt.ts'
import { parseSpan } from '../times.ts'
import { WORKLOADS } from './keys/input.ts'
import { asConstant } from './keys/show.ts'

const VARIABLE = 'KEYWARD_API_KEY'

/**
 * Runs a command with additional environment variables, and forwards signals to it. Returns its exit code as a shell
 * would.
 */
async function exitCodeOf([file = '', ...args]: readonly string[], variables: Record<string, string>): Promise<number> {
  // The command gets the child token, but not the user's own credential.
  const { KEYWARD_TOKEN: _own, ...env } = process.env
  const child = spawn(file, args, { stdio: 'inherit', env: { ...env, ...variables } })
  const release = forwardInterrupts(child)
  try {
    const [code, signal] = await once(child, 'exit')
    return signal === null ? code : 128 + constants.signals[signal as NodeJS.Signals]
  } catch (error) {
    throw new CommandError(
      `${file} cannot be run: ${error instanceof Error ? error.message : error}`,
      EXIT_CODES.failed,
    )
  } finally {
    release()
  }
}

/** `keyward run` */
export const runCommand = (cli: Cli) =>
  command('run', 'run a command with a child token of a key in its environment, and end the token afterwards')
    .argument('<command...>', 'the command and its arguments, after --')
    .requiredOption('--key <key>', 'the name or id of the key')
    .addOption(projectOption())
    .option('--expires <span>', 'lifetime of the token: 1h if omitted, which is the maximum')
    .addOption(new Option('--workload <workload...>', 'workloads; those of the key if omitted').choices(WORKLOADS))
    .option('--model <model>', 'models: a slug or `meta/*`; those of the key if omitted; repeatable', several)
    .option('--max-cost <usd>', 'the maximum total cost of requests with the token, in US dollars')
    .option('--origin <origin>', 'pages that may use the token, such as https://app.example.com; repeatable', several)
    .option('--env <name>', `the variable that holds the token; ${VARIABLE} if omitted; repeatable`, several)
    .addHelpText(
      'after',
      examples(
        'keyward run --key ci --project Production -- node evaluate.js',
        'keyward run --key ci -p Production --env OPENAI_API_KEY --model "meta/*" --expires 10m -- python chat.py',
      ),
    )
    .action(
      async (
        words,
        { key: given, project, expires = '1h', workload = [], model = [], maxCost, origin, env = [VARIABLE] },
      ) => {
        const expiresInSeconds = parseSpan('--expires', expires)
        const client = await cli.connect()
        const { id } = await findKey(client, given, project)
        const scopes = { workloads: workload.map(asConstant), models: model }
        const { token } = await client.apiKeys.createToken({
          id,
          ...scopes,
          expiresInSeconds,
          maxCost,
          origins: origin,
        })
        try {
          process.exitCode = await exitCodeOf(words, Object.fromEntries(env.map((name) => [name, token])))
        } finally {
          // If the server is unreachable, the token will expire by itself.
          await revokeToken(token, { baseUrl: await cli.baseUrl(), timeout: cli.timeout }).catch(() =>
            cli.output.warn(`The token could not be ended. It expires within ${expires}.`),
          )
        }
      },
    )
