import {
  GraphQLNonNull,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isCompositeType,
  isNonNullType,
  isObjectType,
  isUnionType,
  Kind,
  type SelectionSetNode,
} from 'graphql'
import { fieldOf, type Model, type Operation } from './operations.ts'
import type { Shapes } from './shapes.ts'

/** A method's return value, and its path in the response data. */
export interface Answer {
  /** TypeScript type of the value. */
  type: string
  /** The `__typename` that the value at the path must have. Null if no other type is possible. */
  typename: string | null
  /** The payload's only field, whose value the method returns directly. */
  unwrap: string | null
  /** A payload with several fields, which has a named type. */
  payload: { type: GraphQLObjectType; shape: string } | null
}

/** The selection for one possible type of an abstract type. */
function selectedOf(selection: SelectionSetNode, accepts: (name: string) => boolean) {
  for (const node of selection.selections) {
    if (node.kind !== Kind.INLINE_FRAGMENT || !node.typeCondition) continue
    if (accepts(node.typeCondition.name.value)) return { name: node.typeCondition.name.value, set: node.selectionSet }
  }
  return null
}

function ofMutation(operation: Operation, model: Model, shapes: Shapes): Answer {
  const selected = selectedOf(operation.answer.selection, (name) => name.endsWith('Payload'))
  const type = model.schema.getType(selected?.name ?? '')
  if (!selected || !isObjectType(type)) throw new Error(`${operation.node.name?.value}: selects no payload`)
  const [only, ...others] = selected.set.selections
  if (only?.kind === Kind.FIELD && others.length === 0) {
    const field = fieldOf(type, only)
    const answer = shapes.ofField(field.type, only.selectionSet, '  ')
    return { type: answer, typename: type.name, unwrap: only.name.value, payload: null }
  }
  const shape = shapes.of(type, selected.set, '')
  return { type: type.name, typename: type.name, unwrap: null, payload: { type, shape } }
}

function ofList(operation: Operation, shapes: Shapes): Answer {
  const { field, selection } = operation.answer
  const nodes = selection.selections.find((node) => node.kind === Kind.FIELD && node.name.value === 'nodes')
  const connection = getNamedType(field.type)
  if (nodes?.kind !== Kind.FIELD || !nodes.selectionSet || !isCompositeType(connection)) {
    throw new Error(`${operation.node.name?.value}: a list selects nodes`)
  }
  const item = getNamedType(fieldOf(connection, nodes).type)
  if (!isCompositeType(item)) throw new Error(`${operation.node.name?.value}: a list of values`)
  return { type: shapes.of(item, nodes.selectionSet, '  '), typename: null, unwrap: null, payload: null }
}

/** Whether a method throws if the root field is null. Methods of the client itself return null instead. */
export const throwsNotFound = ({ kind, resource, root }: Operation): boolean =>
  (kind === 'get' || kind === 'list') && resource !== null && !isNonNullType(root.type)

/** Determines a method's return value. */
export function answersOf(operation: Operation, model: Model, shapes: Shapes): Answer {
  if (operation.kind === 'mutation') return ofMutation(operation, model, shapes)
  if (operation.kind === 'list') return ofList(operation, shapes)
  const { field, selection } = operation.answer
  const nothing = { typename: null, unwrap: null, payload: null }
  // `node(id) { ... on ApiKey }`: an object of another type is treated as missing.
  const single = selectedOf(selection, (name) => isObjectType(model.schema.getType(name)))
  const type = model.schema.getType(single?.name ?? '')
  if (single && isObjectType(type) && operation.resource !== null) {
    return { ...nothing, type: shapes.of(type, single.set, '  '), typename: type.name }
  }
  const asked = throwsNotFound(operation) && operation.path.length === 1
  const fieldType = asked ? new GraphQLNonNull(getNullableType(field.type)) : field.type
  return { ...nothing, type: shapes.ofField(fieldType, selection, '  ') }
}

/** The error types in a mutation's result union. */
function errorsOf({ root }: Operation): string[] {
  const type = getNamedType(root.type)
  if (!isUnionType(type)) return []
  return type.getTypes().flatMap(({ name }) => (name.endsWith('Error') ? [name] : []))
}

/** An error that a method can throw, in addition to errors that every request can cause. */
export interface Thrown {
  name: string
  /** When the error is thrown. */
  when: string
}

/** The specific errors that a method can throw. */
export function throwsOf(operation: Operation, { schema }: Model): Thrown[] {
  const { kind, path, answer } = operation
  const hidden = kind !== 'mutation' && path.length > 1 && !isNonNullType(answer.field.type)
  const forbidden = 'You can see the parent object, but your role may not read this.'
  return [
    ...errorsOf(operation).map((name) => ({ name, when: schema.getType(name)?.description ?? '' })),
    ...(throwsNotFound(operation)
      ? [{ name: 'NotFoundError', when: 'The object does not exist, or you may not see it.' }]
      : []),
    ...(hidden ? [{ name: 'ForbiddenError', when: forbidden }] : []),
  ]
}
