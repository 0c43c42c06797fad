import { parseArgs } from 'node:util'
import manifest from '../package.json' with { type: 'json' }
import { EXIT_CODES } from './exit-codes.ts'
import { run } from './run.ts'

interface Options {
  prune: boolean
}

interface Command {
  /** The words that name it, its operands in capitals, and its options. */
  usage: string
  does: string
  /** The options that it takes, beside --help. */
  options?: (keyof Options)[]
  run(operands: string[], options: Options): Promise<void>
}

/** Each command is loaded only when it is called for: `doctor` has no need of the graph. */
const COMMANDS: Command[] = [
  {
    usage: 'start',
    does: 'serve until SIGTERM or SIGINT',
    run: async () => (await import('./commands/start.ts')).runStart(),
  },
  {
    usage: 'migrate',
    does: 'bring the database up to date, and end',
    run: async () => (await import('./commands/migrate.ts')).runMigrate(),
  },
  {
    usage: 'doctor',
    does: 'check the configuration and the database, and change nothing',
    run: async () => (await import('./commands/doctor.ts')).runDoctor(),
  },
  {
    usage: 'user set-password EMAIL',
    does: 'read a new password from stdin, or make one and print it once',
    run: async ([email = '']) => (await import('./commands/set-password.ts')).runSetPassword(email),
  },
  {
    usage: 'user remove EMAIL',
    does: 'remove a person who owns no organization; the keys they made keep working',
    run: async ([email = '']) => (await import('./commands/user-remove.ts')).runUserRemove(email),
  },
  {
    usage: 'gateway create NAME',
    does: 'make a gateway and print its token, once',
    run: async ([name = '']) => (await import('./commands/gateway.ts')).runGatewayCreate(name),
  },
  {
    usage: 'gateway list',
    does: 'list the gateways and when each was last seen',
    run: async () => (await import('./commands/gateway.ts')).runGatewayList(),
  },
  {
    usage: 'gateway rotate NAME',
    does: 'give a gateway a new token and print it, once; the old one stops',
    run: async ([name = '']) => (await import('./commands/gateway.ts')).runGatewayRotate(name),
  },
  {
    usage: 'gateway remove NAME',
    does: 'remove a gateway; its token stops',
    run: async ([name = '']) => (await import('./commands/gateway.ts')).runGatewayRemove(name),
  },
  {
    usage: 'models load FILE [--prune]',
    does: 'load the catalogue of models and prices; --prune takes models that are not in FILE offline',
    options: ['prune'],
    run: async ([file = ''], options) => (await import('./commands/models-load.ts')).runModelsLoad(file, options),
  },
  {
    usage: 'audit verify',
    does: 'check every audit log and its signed heads, and change nothing; ends with 9 when something does not fit',
    run: async () => (await import('./commands/audit-verify.ts')).runAuditVerify(),
  },
]

/** A command line that cannot be run; nothing was done. */
class UsageError extends Error {
  override readonly name = 'UsageError'
}

const HELP = `Usage: keyward-server COMMAND

${linesOf(COMMANDS)}

  COMMAND --help              what that command takes
  --version                   the version

Everything else is set by environment variables: docs/configuration.md lists them.
`

function linesOf(commands: readonly Command[]): string {
  return commands.map(({ usage, does }) => `  ${usage.padEnd(28)}${does}`).join('\n')
}

const wordsOf = ({ usage }: Command): string[] => usage.split(' ').filter((word) => /^[a-z-]+$/.test(word))

const operandsOf = ({ usage }: Command): string[] => usage.split(' ').filter((word) => /^[A-Z]+$/.test(word))

const helpOf = ({ usage, does }: Command): string => `Usage: keyward-server ${usage}\n\n  ${does}\n`

const startsWith = (words: readonly string[], start: readonly string[]): boolean =>
  start.every((word, index) => words[index] === word)

/** The commands of a group, such as `gateway`; none when there is no such group. */
const groupOf = (word: string | undefined): Command[] =>
  COMMANDS.filter((command) => wordsOf(command).length > 1 && wordsOf(command)[0] === word)

/** Says why there is no such command. Words after the name are not repeated: they may be meant to be seen by nobody. */
function unknownCommand([first = '', second]: readonly string[]): UsageError {
  const group = groupOf(first)
  if (group.length === 0) return new UsageError(`There is no command "${first}".\n\n${HELP}`)
  const usage = `\n\nUsage:\n${linesOf(group)}\n`
  if (second !== undefined) return new UsageError(`There is no command "${first} ${second}".${usage}`)
  const words = group.map((command) => wordsOf(command)[1]).join(', ')
  return new UsageError(`"${first}" needs one of ${words}.${usage}`)
}

/** What is wrong with what a command was given; null when nothing is. */
function mistakeIn(command: Command, given: readonly string[], { prune }: Options): string | null {
  const name = `"${wordsOf(command).join(' ')}"`
  const wanted = operandsOf(command)
  const missing = wanted.slice(given.length)
  if (missing.length > 0) return `${name} needs ${missing.join(' and ')}.`
  if (given.length > wanted.length) {
    return wanted.length === 0 ? `${name} takes no argument.` : `${name} takes ${wanted.join(' ')}, and nothing else.`
  }
  return prune && !command.options?.includes('prune') ? `${name} takes no --prune.` : null
}

async function obey(): Promise<void> {
  const { positionals, values } = parseArguments()
  if (values.version) return print(`${manifest.version}\n`)
  if (positionals.length === 0) return print(HELP)
  const command = COMMANDS.find((candidate) => startsWith(positionals, wordsOf(candidate)))
  if (!command) {
    const group = positionals.length === 1 ? groupOf(positionals[0]) : []
    if (values.help && group.length > 0) return print(`Usage: keyward-server COMMAND\n\n${linesOf(group)}\n`)
    throw unknownCommand(positionals)
  }
  if (values.help) return print(helpOf(command))
  const operands = positionals.slice(wordsOf(command).length)
  const options = { prune: values.prune ?? false }
  const mistake = mistakeIn(command, operands, options)
  if (mistake !== null) throw new UsageError(`${mistake}\n\n${helpOf(command)}`)
  await command.run(operands, options)
}

function print(text: string): void {
  process.stdout.write(text)
}

function parseArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'V' },
        prune: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${HELP}`)
  }
}

/** A wrong command line ends as a wrong configuration does: the operator has to say something else. */
async function main(): Promise<void> {
  try {
    await obey()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(error.message)
    process.exitCode = EXIT_CODES.configuration
  }
}

await run(main)
