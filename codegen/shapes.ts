import {
  type FieldNode,
  type FragmentSpreadNode,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { fieldOf, type Model } from './operations.ts'
import { comment, deprecation } from './text.ts'

const SCALARS: Record<string, string> = {
  ID: 'string',
  String: 'string',
  Boolean: 'boolean',
  Int: 'number',
  Float: 'number',
  BigInt: 'string',
  Decimal: 'string',
  DateTime: 'DateTime',
}

/** The TypeScript name of a scalar or enum. */
export function leafName(type: GraphQLNamedType): string {
  if (isEnumType(type)) return type.name
  const name = SCALARS[type.name]
  if (name === undefined) throw new Error(`codegen/shapes.ts does not know how the scalar ${type.name} is written`)
  return name
}

/** The TypeScript type, with lists and nulls around the named type. */
function wrapped(type: GraphQLOutputType, named: string): string {
  const inner = (of: GraphQLOutputType): string =>
    isListType(of) ? `readonly ${element(of.ofType)}[]` : isNonNullType(of) ? inner(of.ofType) : named
  const element = (of: GraphQLOutputType): string => {
    const text = isNonNullType(of) ? inner(of.ofType) : `${inner(of)} | null`
    return /[ {]/.test(text) ? `(${text})` : text
  }
  return isNonNullType(type) ? inner(type.ofType) : `${inner(type)} | null`
}

/** The type that a fragment spread applies to. */
export const conditionOf = ({ name }: FragmentSpreadNode, { fragments }: Model): string | undefined =>
  fragments.get(name.value)?.typeCondition.name.value

function applies(type: GraphQLObjectType, condition: string | undefined, { schema }: Model): boolean {
  if (condition === undefined || condition === type.name) return true
  const other = schema.getType(condition)
  return isAbstractType(other) && schema.isSubType(other, type)
}

/** The selection for one possible type of an abstract type, without type conditions. */
export function selectedOf(
  type: GraphQLObjectType,
  selections: readonly SelectionNode[],
  model: Model,
): (FieldNode | FragmentSpreadNode)[] {
  return selections.flatMap((selection): (FieldNode | FragmentSpreadNode)[] => {
    if (selection.kind === Kind.FIELD) return [selection]
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      if (!applies(type, selection.typeCondition?.name.value, model)) return []
      return selectedOf(type, selection.selectionSet.selections, model)
    }
    return applies(type, conditionOf(selection, model), model) ? [selection] : []
  })
}

/** Prints a selection's result type. */
export class Shapes {
  readonly #model: Model

  constructor(model: Model) {
    this.#model = model
  }

  /** The type of a field with the given selection. */
  ofField(type: GraphQLOutputType, selection: SelectionSetNode | undefined, indent: string): string {
    let named: GraphQLOutputType = type
    while (isNonNullType(named) || isListType(named)) named = named.ofType
    if (!isCompositeType(named)) return wrapped(type, leafName(named))
    if (!selection) throw new Error(`The selection of ${named.name} is empty`)
    return wrapped(type, this.of(named, selection, indent))
  }

  /** The result type of a selection on an object, or on each possible type of an abstract type. */
  of(type: GraphQLCompositeType, { selections }: SelectionSetNode, indent: string): string {
    const [only, ...others] = selections
    // A fragment on the type itself has its own named type.
    if (only?.kind === Kind.FRAGMENT_SPREAD && others.length === 0) {
      if (conditionOf(only, this.#model) === type.name) return only.name.value
    }
    if (isObjectType(type)) return this.#object(type, selections, indent, null)
    const shapes = new Map<string, string[]>()
    for (const possible of this.#model.schema.getPossibleTypes(type)) {
      const mine = selectedOf(possible, selections, this.#model)
      const shape = this.#object(possible, mine, `${indent}    `, '__typename!')
      shapes.set(shape, [...(shapes.get(shape) ?? []), `'${possible.name}'`])
    }
    const texts = [...shapes].map(([shape, names]) => shape.replace('__typename!', names.join(' | ')))
    return texts.length === 1 ? (texts[0] ?? '') : texts.map((text) => `\n${indent}  | ${text}`).join('')
  }

  #object(
    type: GraphQLObjectType,
    selections: readonly SelectionNode[],
    indent: string,
    typename: string | null,
  ): string {
    const spreads: string[] = []
    const members: string[] = []
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) spreads.push(selection.name.value)
      else if (selection.kind === Kind.INLINE_FRAGMENT) throw new Error(`${type.name}: an inline fragment on an object`)
      else members.push(this.#member(type, selection, `${indent}  `, typename))
    }
    const body = members.length > 0 ? [`{\n${members.join('')}${indent}}`] : []
    return [...spreads, ...body].join(' & ')
  }

  #member(type: GraphQLObjectType, node: FieldNode, indent: string, typename: string | null): string {
    const name = node.alias?.value ?? node.name.value
    if (node.directives && node.directives.length > 0) throw new Error(`${type.name}.${name}: directives are for lists`)
    if (node.name.value === '__typename') {
      const doc = comment(['Which of the types it is. The list may grow.'], indent)
      return `${doc}${indent}readonly __typename: ${typename ?? `'${type.name}'`}\n`
    }
    const field = fieldOf(type, node)
    const doc = comment([field.description, deprecation(field.deprecationReason)], indent)
    return `${doc}${indent}readonly ${name}: ${this.ofField(field.type, node.selectionSet, indent)}\n`
  }
}
