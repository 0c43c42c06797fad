import type { Keyward } from '@keyward/sdk'
import { asConstant } from '../commands/keys/show.ts'
import { UsageError } from '../exit-codes.ts'
import { findOrganization, findPrincipal, findProject, parseLimit } from '../find.ts'
import { readSecret } from '../prompt.ts'
import { parseAhead, parseBefore, parseSeconds } from '../times.ts'

/** The word that clears a list, a number, a time or a choice. Text fields are cleared with an empty string. */
const CLEARED = 'none'

/** Returns a required value. The parser rejects command lines without it. */
export function need<T>(flag: string, value: T | undefined): T {
  if (value === undefined) throw new UsageError(`--${flag} is required.`)
  return value
}

/** Reads a generated command's options as the types of the SDK's inputs. */
export class Values {
  readonly #client: Keyward
  readonly #options: Readonly<Record<string, unknown>>

  /** @param options Option values by option name, without dashes. */
  constructor(client: Keyward, options: Readonly<Record<string, unknown>>) {
    this.#client = client
    this.#options = options
  }

  #texts(flag: string): string[] | undefined {
    const given = this.#options[flag]
    if (given === undefined) return undefined
    const texts = (Array.isArray(given) ? given : [given]).map(String)
    return Array.isArray(given) && texts.length === 1 && texts[0] === CLEARED ? [] : texts
  }

  text(flag: string): string | undefined {
    return this.#texts(flag)?.at(-1)
  }

  textList(flag: string): string[] | undefined {
    return this.#texts(flag)
  }

  integer(flag: string): number | undefined {
    const text = this.text(flag)
    if (text === undefined) return undefined
    if (!/^-?\d{1,15}$/.test(text)) throw new UsageError(`--${flag} takes a whole number.`)
    return Number(text)
  }

  /** Reads a number of seconds, or a span. */
  seconds(flag: string): number | undefined {
    const text = this.text(flag)
    return text === undefined ? undefined : parseSeconds(`--${flag}`, text)
  }

  decimal(flag: string): number | undefined {
    const text = this.text(flag)
    if (text === undefined) return undefined
    if (!/^-?\d{1,15}(\.\d+)?$/.test(text)) throw new UsageError(`--${flag} takes a number.`)
    return Number(text)
  }

  truth(flag: string): boolean | undefined {
    const text = this.text(flag)
    if (text === undefined || text === 'true') return text === undefined ? undefined : true
    if (text !== 'false') throw new UsageError(`--${flag} takes true or false.`)
    return false
  }

  time(flag: string): string | undefined {
    const text = this.text(flag)
    return text === undefined ? undefined : parseAhead(`--${flag}`, text)
  }

  timeBefore(flag: string): string | undefined {
    const text = this.text(flag)
    return text === undefined ? undefined : parseBefore(`--${flag}`, text)
  }

  /** The parser has already checked that the value belongs to the enum. */
  choice<T extends string>(flag: string): T | undefined {
    const text = this.text(flag)
    return text === undefined ? undefined : (asConstant(text) as T)
  }

  choiceList<T extends string>(flag: string): T[] | undefined {
    return this.#texts(flag)?.map((text) => asConstant(text) as T)
  }

  /** The server checks the fields and reports the invalid one. */
  json<T>(flag: string): T | undefined {
    const text = this.text(flag)
    return text === undefined ? undefined : (parseJson(flag, text) as T)
  }

  /** Accepts one option per item, or one option with a list. */
  jsonList<T>(flag: string): T[] | undefined {
    return this.#texts(flag)?.flatMap((text) => parseJson(flag, text) as T | T[])
  }

  /** Null for the word `none`, which clears a number, a time or a choice. */
  orNull<T>(flag: string, read: () => T | undefined): T | null | undefined {
    return this.text(flag) === CLEARED ? null : read()
  }

  /** Builds an object, unless none of its options is given. */
  some<T extends object>(flags: readonly string[], make: () => T): T | undefined {
    return flags.some((flag) => this.#options[flag] !== undefined) ? make() : undefined
  }

  organization(): Promise<string> {
    return findOrganization(this.#client, this.text('organization'))
  }

  project(): Promise<string> {
    return findProject(this.#client, this.text('project'))
  }

  /** Looks up a member of the project's organization. */
  async principal(flag: string): Promise<string | undefined> {
    const text = this.text(flag)
    return text === undefined ? undefined : findPrincipal(this.#client, text, () => this.project())
  }

  secret(): Promise<string> {
    return readSecret()
  }

  /** Number of items per page. A command that shows few items requests few. */
  pageSize(): number {
    return Math.min(parseLimit(this.text('limit')) ?? 100, 100)
  }
}

function parseJson(flag: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError(`--${flag} takes JSON.`)
  }
}
