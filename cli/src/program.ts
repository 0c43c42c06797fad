import { Cli, type CommonOptions, command, examples } from './cli.ts'
import { apiCommand } from './commands/api.ts'
import { addCompletion } from './commands/completion.ts'
import { helpCommand } from './commands/help.ts'
import { keysCommand } from './commands/keys.ts'
import { organizationsCommand } from './commands/organizations.ts'
import { profilesCommand } from './commands/profiles.ts'
import { projectsCommand } from './commands/projects.ts'
import { runCommand } from './commands/run.ts'
import { loginCommand, logoutCommand, whoamiCommand } from './commands/session.ts'
import { tokenCommand } from './commands/token.ts'
import { usageCommand } from './commands/usage.ts'
import { useCommand } from './commands/use.ts'
import { VERSION } from './connection.ts'
import { applyDefaults } from './defaults.ts'
import { addResourceCommands } from './resources/register.ts'

const HELP = `
KEYWARD_TOKEN and KEYWARD_URL override the stored sign-in; --url and --profile override these variables. KEYWARD_PROFILE is the
default of --profile. KEYWARD_PROJECT and KEYWARD_ORGANIZATION are the defaults of --project and --organization. docs/cli.md lists the exit codes.
${examples(
  'keyward login --url https://keys.example.com',
  'keyward keys create ci --project Production --expires 30d | vault kv put secret/ci key=-',
  'keyward usage --organization Acme --group-by key,workload',
)}`

/** Builds the `keyward` command with all subcommands. */
export function program() {
  const options = (): CommonOptions => root.opts()
  const cli = new Cli(options)
  const root = command('keyward', 'manage the API keys of a Keyward server')
    .version(VERSION, '-V, --version', 'print the version')
    .option('--url <url>', 'the address of the server')
    .option('--profile <name>', 'the stored sign-in and defaults to use; see `keyward profiles`')
    .option('--json', 'print one JSON document instead of tables, also for errors')
    .option('--jq <filter>', 'apply a jq filter to the JSON document, and print strings without quotes')
    .option('--timeout <span>', 'the time limit of one attempt: 10s')
    .addHelpText('after', HELP)
  for (const make of [loginCommand, logoutCommand, whoamiCommand, useCommand, profilesCommand])
    root.addCommand(make(cli))
  for (const make of [organizationsCommand, projectsCommand, keysCommand]) root.addCommand(make(cli))
  root.addCommand(tokenCommand(cli))
  root.addCommand(runCommand(cli))
  root.addCommand(usageCommand(cli))
  addResourceCommands(root, cli)
  root.addCommand(apiCommand(cli))
  root.hook('preAction', (_root, action) => applyDefaults(cli, action))
  // Added last, so that it completes all other commands.
  addCompletion(root)
  root.helpCommand(false).addCommand(helpCommand(() => root))
  return { root, cli }
}
