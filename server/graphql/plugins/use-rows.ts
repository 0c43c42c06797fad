import { mapInTurns } from '@keyward/prisma/pace'
import { InvalidRow, markRows } from '@keyward/schema/core/rows'
import {
  coerceInputValue,
  type ExecutionArgs,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isRequiredInputField,
  Kind,
  typeFromAST,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { INVALID, readerOf } from '../input-reader.ts'
import { ruleAt } from '../variable-issues.ts'

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A list of rows in an input type: the field's name, the row type, and the field that marks the stand-in. */
interface Rows {
  list: string
  row: GraphQLInputObjectType
  mark: string
}

function rowsIn(type: GraphQLInputObjectType): Rows | null {
  for (const field of Object.values(type.getFields())) {
    const mark = field.extensions.rowsMarkedBy
    const row = getNamedType(field.type)
    if (typeof mark === 'string' && isInputObjectType(row)) return { list: field.name, row, mark }
  }
  return null
}

/** The smallest valid row, which replaces rows that were already read. */
function standIn(row: GraphQLInputObjectType): Record<string, unknown> {
  const required = Object.values(row.getFields()).filter(isRequiredInputField)
  return Object.fromEntries(required.map(({ name, type }) => [name, placeholder(type)]))
}

function placeholder(type: GraphQLInputType): unknown {
  const bare = getNullableType(type)
  if (isListType(bare)) return []
  return isEnumType(bare) ? bare.getValues()[0]?.name : ''
}

/** Number of rows to read per turn of the event loop. */
const TURN_ROWS = 25

/** Thrown to stop reading a row at its first error. GraphQL.js would create an error with a stack for each value. */
class Found {
  constructor(readonly invalid: InvalidRow) {}
}

/** Reads a row's value, or its first problem. */
function readRow(row: GraphQLInputObjectType, value: unknown): unknown {
  if (value == null) return new InvalidRow(null, 'Must not be null.', value)
  const read = readerOf(row)(value)
  if (read !== INVALID) return read
  try {
    return coerceInputValue(value, row, (path, found, error) => {
      // GraphQL.js reports a missing or unknown field at the object that contains the field.
      const [, named] = /^Field "([^"]{1,100})"/.exec(error.message) ?? []
      const field = [...path, ...(named === undefined ? [] : [named])].join('.') || null
      throw new Found(new InvalidRow(field, ruleAt(row, path, found, error), value))
    })
  } catch (error) {
    if (error instanceof Found) return error.invalid
    throw error
  }
}

/** Reads rows, and returns a list with a single stand-in for them. */
async function readRows(context: object, { row, mark }: Rows, given: readonly unknown[]): Promise<unknown[]> {
  const rows = await mapInTurns(given, TURN_ROWS, (value) => readRow(row, value))
  return rows.length === 0 ? [] : [{ ...standIn(row), [mark]: markRows(context, rows) }]
}

/**
 * Reads the rows of a list one by one, for lists that the schema marks. An invalid row then does not reject the other
 * rows, and many rows do not block the event loop.
 */
export function useRows(): Plugin {
  const known = new WeakMap<GraphQLInputObjectType, Rows | null>()
  const rowsOf = (type: GraphQLInputObjectType): Rows | null => {
    const found = known.get(type)
    if (found !== undefined) return found
    const rows = rowsIn(type)
    known.set(type, rows)
    return rows
  }
  /** Finds the lists of rows in a mutation's variables. */
  const findLists = (args: ExecutionArgs) => {
    const operation = args.document.definitions.find(
      (definition) =>
        definition.kind === Kind.OPERATION_DEFINITION &&
        (args.operationName == null || definition.name?.value === args.operationName),
    )
    if (operation?.kind !== Kind.OPERATION_DEFINITION || operation.operation !== 'mutation') return []
    return (operation.variableDefinitions ?? []).flatMap(({ variable, type: node }) => {
      const type = typeFromAST(args.schema, node)
      const bare = type && isInputType(type) ? getNullableType(type) : undefined
      const rows = isInputObjectType(bare) ? rowsOf(bare) : null
      const name = variable.name.value
      const value = args.variableValues?.[name]
      if (!rows || !isRecord(value)) return []
      const list = value[rows.list]
      return Array.isArray(list) ? [{ name, value, rows, list }] : []
    })
  }
  const read = async (args: ExecutionArgs, lists: ReturnType<typeof findLists>): Promise<void> => {
    for (const { name, value, rows, list } of lists) {
      const marked = await readRows(Object(args.contextValue), rows, list)
      args.variableValues = { ...args.variableValues, [name]: { ...value, [rows.list]: marked } }
    }
  }
  return {
    onExecute({ args }) {
      const lists = findLists(args)
      return lists.length === 0 ? undefined : read(args, lists)
    },
  }
}
