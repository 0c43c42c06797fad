import {
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLType,
  getNamedType,
  isCompositeType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { fieldOf, type Model } from '../operations.ts'
import { IDEMPOTENCY_KEY } from '../parameters.ts'
import { conditionOf, selectedOf } from '../shapes.ts'
import { cell, described } from './markdown.ts'

/** Formats a named type in Markdown: as a link to its description, or as plain words if it has none. */
export type Link = (name: string) => string

/** Describes a type in words: `list of ApiKey or null`. */
function words(type: GraphQLType, named: string): string {
  if (isNonNullType(type)) return bare(type.ofType, named)
  return `${bare(type, named)} or null`
}

function bare(type: GraphQLType, named: string): string {
  if (!isListType(type)) return named
  const element = words(type.ofType, named)
  return `list of ${/ or null$/.test(element) ? `(${element})` : element}`
}

const isLong = (type: GraphQLType): boolean => isListType(isNonNullType(type) ? type.ofType : type)

/** The fragment in a selection that consists of a single fragment. */
function fragmentOf(type: GraphQLType, set: SelectionSetNode | undefined, model: Model): string | null {
  const [only, ...others] = set?.selections ?? []
  if (only?.kind !== Kind.FRAGMENT_SPREAD || others.length > 0) return null
  return conditionOf(only, model) === getNamedType(type).name ? only.name.value : null
}

/** Describes the type of a value that callers pass. */
export const inputWords = (type: GraphQLInputType, link: Link): string =>
  cell(words(type, link(getNamedType(type).name)))

/** Describes a returned type by its selection: a fragment, a leaf, or an object whose fields follow. */
export function outputWords(
  type: GraphQLOutputType,
  set: SelectionSetNode | undefined,
  model: Model,
  link: Link,
): string {
  const named = getNamedType(type)
  const name = isCompositeType(named) ? fragmentOf(type, set, model) : named.name
  return cell(words(type, name === null ? 'object' : link(name)))
}

/** Table rows for an object's selection: name, type, meaning. */
export function outputRows(
  type: GraphQLObjectType,
  selections: readonly SelectionNode[],
  model: Model,
  link: Link,
  prefix = '',
): string[][] {
  return selectedOf(type, selections, model).flatMap((node): string[][] => {
    if (node.kind === Kind.FRAGMENT_SPREAD) {
      const spread = model.fragments.get(node.name.value)
      return spread ? outputRows(type, spread.selectionSet.selections, model, link, prefix) : []
    }
    if (node.name.value === '__typename') return []
    const field = fieldOf(type, node)
    const path = `${prefix}${node.alias?.value ?? node.name.value}`
    const words = outputWords(field.type, node.selectionSet, model, link)
    const row = [`\`${path}\``, words, described(field.description, field.deprecationReason)]
    const named = getNamedType(field.type)
    if (!node.selectionSet || !isObjectType(named) || fragmentOf(field.type, node.selectionSet, model)) return [row]
    const inner = `${path}${isLong(field.type) ? '[]' : ''}.`
    return [row, ...outputRows(named, node.selectionSet.selections, model, link, inner)]
  })
}

/** An input value to print as a row. */
export interface Given {
  name: string
  type: GraphQLInputType
  defaultValue?: unknown
  description?: string | null | undefined
  deprecationReason?: string | null | undefined
}

export const isOptional = ({ type, defaultValue }: Given): boolean => !isNonNullType(type) || defaultValue !== undefined

/** The input fields that callers pass. The client fills in the idempotency key. */
export function fieldsOfInput(type: GraphQLInputType): Given[] {
  const named = getNamedType(type)
  if (!isInputObjectType(named)) return []
  return Object.values(named.getFields()).filter(({ name }) => name !== IDEMPOTENCY_KEY)
}

/** Table row for an input value: name, type, whether it is required, meaning. */
export function inputRow(given: Given, link: Link, prefix = ''): string[] {
  const { name, type, defaultValue, description, deprecationReason } = given
  const preset = defaultValue === undefined ? '' : ` Default: \`${JSON.stringify(defaultValue)}\`.`
  return [
    `\`${prefix}${name}\``,
    inputWords(type, link),
    isOptional(given) ? '' : 'yes',
    described(`${description ?? ''}${preset}`, deprecationReason),
  ]
}

/** Table rows for a parameter, or for its fields if it is an input object. */
export function parameterRows(given: Given, link: Link): string[][] {
  const fields = fieldsOfInput(given.type)
  const inner = `${given.name}${isLong(given.type) ? '[]' : ''}.`
  const rows = fields.map((field) => inputRow(field, link, inner))
  return fields.length === 0 || isOptional(given) ? [inputRow(given, link), ...rows] : rows
}
