import type { Types } from '@graphql-codegen/plugin-helpers'
import {
  concatAST,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  validate,
} from 'graphql'

/** A file in sdk/operations: a client method. */
export interface Operation {
  /** `apiKeys` for `apiKeys/create.graphql`. Null for methods of the client itself. */
  resource: string | null
  /** `create` for `apiKeys/create.graphql`. */
  method: string
  /** A batch is a mutation that returns a list with one entry per input, instead of a union. */
  kind: 'get' | 'list' | 'mutation' | 'batch' | 'subscription'
  node: OperationDefinitionNode
  /** The field of Query, Mutation or Subscription. */
  root: GraphQLField<unknown, unknown>
  /** Response names from the root to the method's return value. */
  path: string[]
  /** The last field of the path, whose selection is the method's return value. */
  answer: { field: GraphQLField<unknown, unknown>; selection: SelectionSetNode }
  /** The comment at the top of the file. */
  description: string | null
}

/** All data from which the generated files are printed. */
export interface Model {
  schema: GraphQLSchema
  fragments: Map<string, FragmentDefinitionNode>
  operations: Operation[]
}

const fieldsOf = (set: SelectionSetNode): FieldNode[] =>
  set.selections.filter((selection) => selection.kind === Kind.FIELD)

/** The definition of a selected field. */
export function fieldOf(parent: GraphQLNamedType, node: FieldNode): GraphQLField<unknown, unknown> {
  const field = 'getFields' in parent ? parent.getFields()[node.name.value] : undefined
  if (!field || !('args' in field)) throw new Error(`${parent.name} has no field ${node.name.value}`)
  return field
}

/** Whether a type is a connection, which is a page of a list. */
export const isConnection = (type: GraphQLNamedType): boolean => isObjectType(type) && type.name.endsWith('Connection')

/**
 * Descends from the root while each selection has a single field. The remaining selection is the method's return value.
 */
function findAnswer(root: GraphQLField<unknown, unknown>, rootNode: FieldNode) {
  const path = [rootNode.alias?.value ?? rootNode.name.value]
  let field = root
  let selection = rootNode.selectionSet
  for (;;) {
    if (!selection) throw new Error(`An operation that answers a single value: ${path.join('.')}`)
    const type = getNamedType(field.type)
    const [only, ...others] = selection.selections
    if (only?.kind !== Kind.FIELD || others.length > 0 || isConnection(type)) break
    const next = fieldOf(type, only)
    if (!isCompositeType(getNamedType(next.type))) break
    path.push(only.alias?.value ?? only.name.value)
    field = next
    selection = only.selectionSet
  }
  return { path, answer: { field, selection } }
}

function leadingComment(text: string): string | null {
  const lines = /^(?:#.*\n)*/.exec(text)?.[0].split('\n') ?? []
  const said = lines.map((line) => line.replace(/^#\s*/, '')).join(' ')
  return said.trim() === '' ? null : said.trim()
}

function kindOf(
  operation: OperationDefinitionNode['operation'],
  root: GraphQLField<unknown, unknown>,
  isList: boolean,
): Operation['kind'] {
  if (operation === 'query') return isList ? 'list' : 'get'
  return operation === 'mutation' && isListType(getNullableType(root.type)) ? 'batch' : operation
}

function readOperation(schema: GraphQLSchema, node: OperationDefinitionNode, location: string): Operation {
  const [, path = ''] = /sdk\/operations\/(.+)\.graphql$/.exec(location) ?? []
  const [method = '', resource = null, ...deeper] = path.split('/').reverse()
  const expected = path
    .split('/')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('')
  if (deeper.length > 0 || method === '')
    throw new Error(`${location}: expected operations/<resource>/<method>.graphql`)
  if (node.name?.value !== expected) throw new Error(`${location}: the operation must be named ${expected}`)
  const rootType = schema.getRootType(node.operation)
  const [rootNode, ...others] = fieldsOf(node.selectionSet)
  if (!rootType || !rootNode || others.length > 0) throw new Error(`${location}: expected one root field`)
  const root = fieldOf(rootType, rootNode)
  const found = findAnswer(root, rootNode)
  // An operation that selects only a connection's counts returns an object.
  const isList =
    isConnection(getNamedType(found.answer.field.type)) &&
    found.answer.selection.selections.some((node) => node.kind === Kind.FIELD && node.name.value === 'nodes')
  return {
    resource,
    method,
    kind: kindOf(node.operation, root, isList),
    node,
    root,
    ...found,
    description: leadingComment(node.loc?.source.body ?? ''),
  }
}

/** Codegen validates documents only for its own plugins. */
function checkDocuments(schema: GraphQLSchema, files: Types.DocumentFile[]): void {
  const documents = files.flatMap(({ document }) => (document ? [document] : []))
  const errors = validate(schema, concatAST(documents))
  if (errors.length > 0) throw new Error(errors.map((error) => error.toString()).join('\n\n'))
}

/** Reads the documents that codegen loaded from sdk/operations. */
export function readOperations(schema: GraphQLSchema, files: Types.DocumentFile[]): Model {
  checkDocuments(schema, files)
  const fragments = new Map<string, FragmentDefinitionNode>()
  const operations: Operation[] = []
  for (const { document, location } of files) {
    for (const node of document?.definitions ?? []) {
      if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
      if (node.kind === Kind.OPERATION_DEFINITION) operations.push(readOperation(schema, node, location ?? ''))
    }
  }
  const nameOf = ({ resource, method }: Operation) => `${resource ?? ''}/${method}`
  operations.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  return { schema, fragments: new Map([...fragments].sort(([a], [b]) => (a < b ? -1 : 1))), operations }
}
