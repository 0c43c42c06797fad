import { InvalidRow, markRow } from '@keyward/schema/core/rows'
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
import { ruleAt } from '../variable-issues.ts'

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The list of rows in an input type: the name of the field, the type of a row, and the field that marks stand-ins. */
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

/** A row that is of its type, for the place of one that is not. */
function standIn({ row, mark }: Rows, marked: string): Record<string, unknown> {
  const required = Object.values(row.getFields()).filter(isRequiredInputField)
  return { ...Object.fromEntries(required.map(({ name, type }) => [name, placeholder(type)])), [mark]: marked }
}

function placeholder(type: GraphQLInputType): unknown {
  const bare = getNullableType(type)
  if (isListType(bare)) return []
  return isEnumType(bare) ? bare.getValues()[0]?.name : ''
}

function checkRows(context: object, rows: Rows, given: readonly unknown[]): unknown[] {
  return given.map((value) => {
    let invalid = value == null ? new InvalidRow(null, 'Must not be null.', value) : null
    coerceInputValue(value, rows.row, (path, found, error) => {
      // GraphQL.js reports a missing or unknown field at the object that lacks or has it.
      const [, named] = /^Field "([^"]{1,100})"/.exec(error.message) ?? []
      const field = [...path, ...(named === undefined ? [] : [named])].join('.') || null
      invalid ??= new InvalidRow(field, ruleAt(rows.row, path, found, error), value)
    })
    return invalid === null ? value : standIn(rows, markRow(context, invalid))
  })
}

/**
 * Checks the rows of lists one by one, where the graph says so, so that an invalid row does not cause the others to be
 * rejected.
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
  const check = (args: ExecutionArgs): void => {
    const operation = args.document.definitions.find(
      (definition) =>
        definition.kind === Kind.OPERATION_DEFINITION &&
        (args.operationName == null || definition.name?.value === args.operationName),
    )
    if (operation?.kind !== Kind.OPERATION_DEFINITION || operation.operation !== 'mutation') return
    for (const { variable, type: node } of operation.variableDefinitions ?? []) {
      const type = typeFromAST(args.schema, node)
      const bare = type && isInputType(type) ? getNullableType(type) : undefined
      const rows = isInputObjectType(bare) ? rowsOf(bare) : null
      const name = variable.name.value
      const value = args.variableValues?.[name]
      if (!rows || !isRecord(value)) continue
      const list = value[rows.list]
      if (!Array.isArray(list)) continue
      const checked = checkRows(Object(args.contextValue), rows, list)
      args.variableValues = { ...args.variableValues, [name]: { ...value, [rows.list]: checked } }
    }
  }
  return { onExecute: ({ args }) => check(args) }
}
