import type { Keyward, List } from '@keyward/sdk'
import type { Values } from './values.ts'

/** An option or argument of a generated command. */
export interface Parameter {
  /** Its name on the command line. */
  flag: string
  /**
   * How the value is given: an argument, an option, standard input (for secrets), or the name of an organization or
   * project.
   */
  place: 'ARGUMENT' | 'OPTION' | 'INPUT' | 'FOUND'
  isRequired: boolean
  isList: boolean
  /** The values of an enum, in the spelling of options. Null for other types. */
  values: readonly string[] | null
  hint: string
  about: string
}

/** The result of a method: a list, a stream, or anything else. */
export type Result = { items: List<unknown> } | { events: AsyncIterable<unknown> } | { answer: unknown }

/** A command that calls one method of the SDK. */
export interface ResourceCommand {
  /** The group of the command. Null at the top level. */
  group: string | null
  name: string
  /** The name of the SDK's operation. */
  operation: string
  summary: string
  kind: 'get' | 'list' | 'mutation' | 'batch' | 'subscription'
  parameters: readonly Parameter[]
  run(client: Keyward, given: Values): Promise<Result>
}
