import { Command, CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings'
import manifest from '../package.json' with { type: 'json' }
import { EXIT_CODES } from './exit-codes.ts'
import { printJson, run } from './run.ts'

const JSON_OPTION = ['--json', 'print one JSON document'] as const

const pathOf = (command: CommandUnknownOpts): string =>
  command.parent?.parent ? `${command.parent.name()} ${command.name()}` : command.name()

const root: Command = new Command('keyward-server')
  .description('Runs and operates a Keyward server.')
  .version(manifest.version, '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print the help of a command')
  .helpCommand(false)
  .exitOverride()
  .showHelpAfterError()
  .configureHelp({
    // Lists "gateway create <name>" instead of only "gateway".
    visibleCommands: ({ commands }) => commands.flatMap((each) => (each.commands.length > 0 ? each.commands : [each])),
    subcommandTerm: (command) =>
      [pathOf(command), ...command.registeredArguments.map((argument) => `<${argument.name()}>`)].join(' '),
  })
  .configureOutput({
    // Removes the value of an unknown option, because it could be a secret.
    outputError: (text, write) => write(text.replace(/(unknown option '[^'=]*)=[^']*'/, "$1=…'")),
  })
  .addHelpText('after', '\nEnvironment variables set everything else: docs/configuration.md lists them.')

// Each command loads its code only when it runs: `doctor` does not need the schema, for example.
root
  .command('start')
  .description('serve until SIGTERM or SIGINT')
  .action(async () => (await import('./commands/start.ts')).runStart())
root
  .command('migrate')
  .option('--check', 'run the migrations, roll them back and print how long each took')
  .option(...JSON_OPTION)
  .description('apply pending migrations to the database')
  .action(async ({ check = false, json = false }) =>
    (await import('./commands/migrate.ts')).runMigrate({ check, json }),
  )
root
  .command('doctor')
  .option(...JSON_OPTION)
  .description('check the configuration and the database without changing them')
  .action(async ({ json = false }) => (await import('./commands/doctor.ts')).runDoctor({ json }))

root
  .command('reseal')
  .option(...JSON_OPTION)
  .description('encrypt all sealed values again under the first key of KEYWARD_ENCRYPTION_KEYS')
  .action(async ({ json = false }) => (await import('./commands/reseal.ts')).runReseal({ json }))

root
  .command('database')
  .description('Manages the database.')
  .command('restored')
  .option('--revoked <file>', 'a file of keys to revoke again: a key id or an audit event as JSON in each line')
  .option(...JSON_OPTION)
  .description('announce that the database was restored, so that servers, gateways and subscribers drop their caches')
  .action(async ({ revoked, json = false }) =>
    (await import('./commands/database-restored.ts')).runDatabaseRestored({ revoked, json }),
  )

const user = root.command('user').description('Manages people.')
user
  .command('create')
  .argument('<email>')
  .option('--name <name>', 'the name of the person; by default the beginning of the address')
  .option(...JSON_OPTION)
  .description('create a person with a password from stdin, or generate one and print it once')
  .action(async (email, { name, json = false }) =>
    (await import('./commands/user-create.ts')).runUserCreate(email, { name, json }),
  )
user
  .command('list')
  .option(...JSON_OPTION)
  .description('list people and when each was created, oldest first')
  .action(async ({ json = false }) => (await import('./commands/user-list.ts')).runUserList({ json }))
user
  .command('set-password')
  .argument('<email>')
  .option(...JSON_OPTION)
  .description('read a new password from stdin, or generate one and print it once')
  .action(async (email, { json = false }) =>
    (await import('./commands/set-password.ts')).runSetPassword(email, { json }),
  )
user
  .command('reset-link')
  .argument('<email>')
  .option(...JSON_OPTION)
  .description('print a link with which a person sets a new password, once and within an hour')
  .action(async (email, { json = false }) => (await import('./commands/reset-link.ts')).runResetLink(email, { json }))
user
  .command('remove-second-factor')
  .argument('<email>')
  .option(...JSON_OPTION)
  .description('remove the second factor and all passkeys of a person who lost them')
  .action(async (email, { json = false }) =>
    (await import('./commands/remove-second-factor.ts')).runRemoveSecondFactor(email, { json }),
  )
user
  .command('remove')
  .argument('<email>')
  .option(...JSON_OPTION)
  .description('remove a person who owns no organization; the keys they created keep working')
  .action(async (email, { json = false }) => (await import('./commands/user-remove.ts')).runUserRemove(email, { json }))
user
  .command('erase')
  .argument('<email>', 'the address, or the id of a person who was removed before: usr_…')
  .option('--yes', 'do not ask')
  .option(...JSON_OPTION)
  .description('erase a person: their account, and their name and address everywhere, also in audit logs')
  .action(async (email, { yes = false, json = false }) =>
    (await import('./commands/user-erase.ts')).runUserErase(email, { yes, json }),
  )

const organization = root.command('organization').description('Manages organizations.')
organization
  .command('list')
  .option(...JSON_OPTION)
  .description('list organizations with their owners and sizes, oldest first')
  .action(async ({ json = false }) => (await import('./commands/organization-list.ts')).runOrganizationList({ json }))
organization
  .command('export')
  .argument('<id>')
  .requiredOption('--to <file>', 'the file to create')
  .option('--passphrase-file <file>', 'a file with the passphrase that protects webhook secrets and the legacy key')
  .option(...JSON_OPTION)
  .description('export an organization to a file, for import into another instance')
  .action(async (id, { to, passphraseFile, json = false }) =>
    (await import('./commands/organization-export.ts')).runOrganizationExport(id, { to, passphraseFile, json }),
  )
organization
  .command('import')
  .argument('<file>')
  .option('--passphrase-file <file>', 'a file with the passphrase of the export')
  .option('--accept-unverified', 'give roles also to accounts of this instance whose e-mail address is not verified')
  .option(...JSON_OPTION)
  .description('import an exported organization, completely or not at all; its keys keep working')
  .action(async (file, { passphraseFile, acceptUnverified = false, json = false }) =>
    (await import('./commands/organization-import.ts')).runOrganizationImport(file, {
      passphraseFile,
      acceptUnverified,
      json,
    }),
  )

const gateway = root.command('gateway').description('Manages gateways and their tokens.')
gateway
  .command('create')
  .argument('<name>')
  .option(...JSON_OPTION)
  .description('create a gateway and print its token, once')
  .action(async (name, { json = false }) => (await import('./commands/gateway.ts')).runGatewayCreate(name, { json }))
gateway
  .command('list')
  .option(...JSON_OPTION)
  .description('list the gateways and the time at which each was last seen')
  .action(async ({ json = false }) => (await import('./commands/gateway.ts')).runGatewayList({ json }))
gateway
  .command('rotate')
  .argument('<name>')
  .option(...JSON_OPTION)
  .description("replace a gateway's token and print the new one, once; the old token stops working")
  .action(async (name, { json = false }) => (await import('./commands/gateway.ts')).runGatewayRotate(name, { json }))
gateway
  .command('remove')
  .argument('<name>')
  .option(...JSON_OPTION)
  .description('remove a gateway; its token stops working')
  .action(async (name, { json = false }) => (await import('./commands/gateway.ts')).runGatewayRemove(name, { json }))

root
  .command('models')
  .description('Manages the catalogue of models.')
  .command('load')
  .argument('<file>')
  .option('--prune', 'take models that are not in the file offline')
  .option(...JSON_OPTION)
  .description('load the catalogue of models and prices')
  .action(async (file, { prune = false, json = false }) =>
    (await import('./commands/models-load.ts')).runModelsLoad(file, { prune, json }),
  )
root
  .command('audit')
  .description('Checks audit logs.')
  .command('verify')
  .option(...JSON_OPTION)
  .description(`check every audit log and its signed heads; exits with ${EXIT_CODES.auditDoesNotFit} if a check fails`)
  .action(async ({ json = false }) => (await import('./commands/audit-verify.ts')).runAuditVerify({ json }))

/** Whether the arguments name no command. For --help, Commander would print the group's help. */
function isUnknown(words: readonly string[]): boolean {
  let command: CommandUnknownOpts = root
  for (const word of words) {
    if (command.commands.length === 0) return false
    const found = command.commands.find((each) => each.name() === word)
    if (found === undefined) return true
    command = found
  }
  return false
}

/** An invalid command line has the same exit code as an invalid configuration. */
async function main(): Promise<void> {
  const given = process.argv.slice(2)
  const withoutHelp = given.filter((word) => word !== '--help' && word !== '-h')
  const words = given.length === 0 ? ['--help'] : isUnknown(withoutHelp) ? withoutHelp : given
  try {
    await root.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode !== 0) process.exitCode = EXIT_CODES.configuration
  }
}

await run(main, process.argv.includes('--json') ? printJson : undefined)
