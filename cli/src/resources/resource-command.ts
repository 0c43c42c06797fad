import type { Keyward, List } from '@keyward/sdk'
import type { Values } from './values.ts'

/** An option or argument of a generated command. */
export interface Parameter {
  /** The name on the command line. */
  flag: string
  /**
   * How the value is given: as an argument, an option, standard input (for secrets), or the name of an organization or
   * project.
   */
  place: 'ARGUMENT' | 'OPTION' | 'INPUT' | 'FOUND'
  isRequired: boolean
  isList: boolean
  /** An enum's values, as spelled in options. Null for other types. */
  values: readonly string[] | null
  hint: string
  about: string
}

/** A method's result: a list, a stream, or anything else. */
export type Result = { items: List<unknown> } | { events: AsyncIterable<unknown> } | { answer: unknown }

/** A command that calls a single SDK method. */
export interface ResourceCommand {
  /** The command's group. Null at the top level. */
  group: string | null
  name: string
  /** The SDK operation's name. */
  operation: string
  summary: string
  kind: 'get' | 'list' | 'mutation' | 'batch' | 'subscription'
  parameters: readonly Parameter[]
  run(client: Keyward, given: Values): Promise<Result>
}
