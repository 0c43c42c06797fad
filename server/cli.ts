import { parseArgs } from 'node:util'
import { CommandError } from './exit-codes.ts'
import { run } from './run.ts'

interface Options {
  prune: boolean
}

interface Command {
  /** The words that name it, and its operands. */
  usage: string
  does: string
  operands: number
  /** The options that it takes, beside --help. */
  options?: (keyof Options)[]
  run(operands: string[], options: Options): Promise<void>
}

/** Each command is loaded only when it is called for: `doctor` has no need of the graph. */
const COMMANDS: Command[] = [
  {
    usage: 'start',
    does: 'serve until SIGTERM or SIGINT',
    operands: 0,
    run: async () => (await import('./commands/start.ts')).runStart(),
  },
  {
    usage: 'migrate',
    does: 'bring the database up to date, and end',
    operands: 0,
    run: async () => (await import('./commands/migrate.ts')).runMigrate(),
  },
  {
    usage: 'doctor',
    does: 'check the configuration and the database, and change nothing',
    operands: 0,
    run: async () => (await import('./commands/doctor.ts')).runDoctor(),
  },
  {
    usage: 'user set-password EMAIL',
    does: 'read a new password from stdin, or make one and print it once',
    operands: 1,
    run: async ([email = '']) => (await import('./commands/set-password.ts')).runSetPassword(email),
  },
  {
    usage: 'user remove EMAIL',
    does: 'remove a person who owns no organization; the keys they made keep working',
    operands: 1,
    run: async ([email = '']) => (await import('./commands/user-remove.ts')).runUserRemove(email),
  },
  {
    usage: 'gateway create NAME',
    does: 'make a gateway and print its token, once',
    operands: 1,
    run: async ([name = '']) => (await import('./commands/gateway.ts')).runGatewayCreate(name),
  },
  {
    usage: 'gateway list',
    does: 'list the gateways and when each was last seen',
    operands: 0,
    run: async () => (await import('./commands/gateway.ts')).runGatewayList(),
  },
  {
    usage: 'gateway rotate NAME',
    does: 'give a gateway a new token and print it, once; the old one stops',
    operands: 1,
    run: async ([name = '']) => (await import('./commands/gateway.ts')).runGatewayRotate(name),
  },
  {
    usage: 'gateway remove NAME',
    does: 'remove a gateway; its token stops',
    operands: 1,
    run: async ([name = '']) => (await import('./commands/gateway.ts')).runGatewayRemove(name),
  },
  {
    usage: 'models load FILE [--prune]',
    does: 'load the catalogue of models and prices; --prune takes models that are not in FILE offline',
    operands: 1,
    options: ['prune'],
    run: async ([file = ''], options) => (await import('./commands/models-load.ts')).runModelsLoad(file, options),
  },
  {
    usage: 'audit verify',
    does: 'check every audit log and its signed heads, and change nothing; ends with 9 when something does not fit',
    operands: 0,
    run: async () => (await import('./commands/audit-verify.ts')).runAuditVerify(),
  },
]

const HELP = `Usage: keyward-server COMMAND

${COMMANDS.map(({ usage, does }) => `  ${usage.padEnd(28)}${does}`).join('\n')}

Everything else is set by environment variables: docs/configuration.md lists them.
`

const wordsOf = (command: Command): string[] => command.usage.split(' ').filter((word) => /^[a-z-]+$/.test(word))

async function main(): Promise<void> {
  const { positionals, values } = parseArguments()
  if (values.help || positionals.length === 0) {
    process.stdout.write(HELP)
    return
  }
  const command = COMMANDS.find((candidate) => wordsOf(candidate).every((word, index) => positionals[index] === word))
  const operands = positionals.slice(command ? wordsOf(command).length : 0)
  if (!command || operands.length !== command.operands) {
    throw new CommandError(`There is no command "${positionals.join(' ')}".\n\n${HELP}`)
  }
  const { prune = false } = values
  if (prune && !command.options?.includes('prune')) {
    throw new CommandError(`"${wordsOf(command).join(' ')}" takes no --prune.\n\n${HELP}`)
  }
  await command.run(operands, { prune })
}

function parseArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' }, prune: { type: 'boolean' } },
    })
  } catch (error) {
    throw new CommandError(`${error instanceof Error ? error.message : error}\n\n${HELP}`)
  }
}

await run(main)
