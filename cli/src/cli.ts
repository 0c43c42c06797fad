import { Command, CommanderError, Option } from '@commander-js/extra-typings'
import type { Keyward } from '@keyward/sdk'
import { baseUrlOf, connect } from './connection.ts'
import { UsageError } from './exit-codes.ts'
import { Output } from './output.ts'
import { parseSpan } from './times.ts'

/** What may be said of every command. */
export interface CommonOptions {
  url?: string | undefined
  json?: true | undefined
  timeout?: string | undefined
}

/** What the commands share: the server, and where their results go. */
export class Cli {
  readonly #options: () => CommonOptions
  #baseUrl: string | undefined

  constructor(options: () => CommonOptions) {
    this.#options = options
  }

  get output(): Output {
    return new Output(this.#options().json === true)
  }

  /** The server, once a command has read its address. */
  get knownBaseUrl(): string | undefined {
    return this.#baseUrl
  }

  /** How long an attempt may take, in milliseconds; undefined for the client's own. */
  get timeout(): number | undefined {
    const { timeout } = this.#options()
    return timeout === undefined ? undefined : parseSpan('--timeout', timeout) * 1_000
  }

  async baseUrl(): Promise<string> {
    this.#baseUrl ??= await baseUrlOf(this.#options().url)
    return this.#baseUrl
  }

  /** A client of the server. */
  async connect(): Promise<Keyward> {
    return connect(await this.baseUrl(), this.timeout)
  }
}

/** A command or a group of commands, whose mistakes are thrown instead of ending the process. */
export function command(name: string, summary: string): Command {
  return new Command(name)
    .description(summary)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      // A group without a command shows its help, which is no mistake.
      writeErr: (text) => process.stdout.write(text),
      outputError: () => {},
    })
}

/** Examples at the end of a help text. */
export const examples = (...lines: string[]): string => `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`

/** Collects an option that may be given several times. */
export const several = (value: string, before: readonly string[] | undefined): string[] => [...(before ?? []), value]

/** What project something is in. */
export const projectOption = (summary = 'the project; the only one, if there is one') =>
  new Option('-p, --project <name or id>', summary).env('KEYWARD_PROJECT')

/** What organization something is in. */
export const organizationOption = () =>
  new Option('-o, --organization <name or id>', 'the organization; the only one, if there is one').env(
    'KEYWARD_ORGANIZATION',
  )

/** What the parser says of a command line, as a message of ours; null when it only showed help or the version. */
export function mistakeOf(error: CommanderError): UsageError | null {
  if (error.exitCode === 0 || error.code === 'commander.help') return null
  // A value that was given with an option that does not exist could be a secret.
  const message = error.message.replace(/^error: /, '').replace(/(unknown option '[^'=]*)=[^']*'/, "$1=…'")
  return new UsageError(`${message.charAt(0).toUpperCase()}${message.slice(1)}.`.replace(/([.?)])\.$/, '$1'))
}

export { CommanderError }
