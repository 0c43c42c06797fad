import { Command, CommanderError, Option } from '@commander-js/extra-typings'
import type { Keyward } from '@keyward/sdk'
import { baseUrlOf, connect, type Store } from './connection.ts'
import { credentialsFile } from './credentials.ts'
import { UsageError } from './exit-codes.ts'
import { Output } from './output.ts'
import { parseSpan } from './times.ts'

/** Options that every command has. */
export interface CommonOptions {
  url?: string | undefined
  json?: true | undefined
  jq?: string | undefined
  timeout?: string | undefined
  profile?: string | undefined
}

/** A command's server and output. */
export class Cli {
  readonly #options: () => CommonOptions
  #baseUrl: string | undefined
  /** Id of the key that the command acts on. Errors use it in the commands that they suggest. */
  keyId: string | undefined

  constructor(options: () => CommonOptions) {
    this.#options = options
  }

  get output(): Output {
    const { json, jq } = this.#options()
    return new Output(json === true || jq !== undefined, jq)
  }

  /** The server's address. Undefined until a command reads it. */
  get knownBaseUrl(): string | undefined {
    return this.#baseUrl
  }

  /** Timeout of one attempt, in milliseconds. Undefined for the SDK's default. */
  get timeout(): number | undefined {
    const { timeout } = this.#options()
    return timeout === undefined ? undefined : parseSpan('--timeout', timeout) * 1_000
  }

  /** Where tokens are stored. Depends on the profile, if one is named. */
  get store(): Store {
    const { profile: named } = this.#options()
    const profile = named || process.env.KEYWARD_PROFILE || undefined
    return { file: credentialsFile(profile), profile, isExplicit: Boolean(named) }
  }

  async baseUrl(): Promise<string> {
    this.#baseUrl ??= await baseUrlOf(this.#options().url, this.store)
    return this.#baseUrl
  }

  /** Creates a client for the server. */
  async connect(): Promise<Keyward> {
    return connect(await this.baseUrl(), this.timeout, this.store)
  }
}

/** Creates a command or command group. Usage errors are thrown instead of exiting the process. */
export function command(name: string, summary: string): Command {
  const made = new Command(name)
  return made
    .description(summary)
    .exitOverride((error) => {
      const isArguments = ['commander.missingArgument', 'commander.excessArguments'].includes(error.code)
      if (isArguments)
        error.message = `${error.message.replace(/\.$/, '')}. Usage: ${made.createHelp().commandUsage(made)}`
      throw error
    })
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      // If a group is called without a command, help is printed here, which is not an error.
      writeErr: (text) => process.stdout.write(text),
      outputError: () => {},
    })
}

/** Examples at the end of a help text. */
export const examples = (...lines: string[]): string => `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`

/** Collects the values of a repeatable option. */
export const several = (value: string, before: readonly string[] | undefined): string[] => [...(before ?? []), value]

/** The option to select a project. */
export const projectOption = (summary = 'the project; may be omitted if you have only one') =>
  new Option('-p, --project <name or id>', summary).env('KEYWARD_PROJECT')

/** The option to select an organization. */
export const organizationOption = () =>
  new Option('-o, --organization <name or id>', 'the organization; may be omitted if you have only one').env(
    'KEYWARD_ORGANIZATION',
  )

/** Converts the parser's error to a UsageError. Null if the parser only printed the help or the version. */
export function mistakeOf(error: CommanderError): UsageError | null {
  if (error.exitCode === 0 || error.code === 'commander.help') return null
  // Removes the value of an unknown option, because it can be a secret.
  const message = error.message.replace(/^error: /, '').replace(/(unknown option '[^'=]*)=[^']*'/, "$1=…'")
  return new UsageError(`${message.charAt(0).toUpperCase()}${message.slice(1)}.`.replace(/([.?)\]>])\.$/, '$1'))
}

export { CommanderError }
