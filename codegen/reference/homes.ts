import { getNamedType, isEnumType, isInputObjectType, isScalarType, Kind, type SelectionSetNode } from 'graphql'
import { fieldOf, type Model, type Operation } from '../operations.ts'
import { variablesOf } from '../parameters.ts'
import type { Link } from './fields.ts'
import { anchorOf } from './markdown.ts'

/** Page of the methods without a resource. */
export const CLIENT = 'client'
/** Page of the types that several pages use. */
export const SHARED = 'types'

export const pageOf = ({ resource }: Operation): string => resource ?? CLIENT

/** For each used type, how often each page and type uses it. */
type Uses = Map<string, Map<string, number>>

/** Finds the types that methods use, directly or indirectly: fragments, inputs, enums and scalars. */
class Follower {
  readonly uses: Uses = new Map()
  readonly #model: Model

  constructor(model: Model) {
    this.#model = model
  }

  input(from: string, type: Parameters<typeof getNamedType>[0]): void {
    const named = getNamedType(type)
    if (!named || !this.#isNew(from, named.name) || !isInputObjectType(named)) return
    for (const field of Object.values(named.getFields())) this.input(named.name, field.type)
  }

  selection(from: string, parent: string, set: SelectionSetNode): void {
    const type = this.#model.schema.getType(parent)
    for (const node of set.selections) {
      if (node.kind === Kind.FRAGMENT_SPREAD) this.#fragment(from, node.name.value)
      else if (node.kind === Kind.INLINE_FRAGMENT) {
        this.selection(from, node.typeCondition?.name.value ?? parent, node.selectionSet)
      } else if (type && node.name.value !== '__typename') {
        const named = getNamedType(fieldOf(type, node).type)
        if (node.selectionSet) this.selection(from, named.name, node.selectionSet)
        else if (isEnumType(named) || isScalarType(named)) this.#isNew(from, named.name)
      }
    }
  }

  #fragment(from: string, name: string): void {
    const fragment = this.#model.fragments.get(name)
    if (!fragment || !this.#isNew(from, name)) return
    this.selection(name, fragment.typeCondition.name.value, fragment.selectionSet)
  }

  #isNew(from: string, name: string): boolean {
    const before = this.uses.get(name)
    const uses = before ?? new Map<string, number>()
    uses.set(from, (uses.get(from) ?? 0) + 1)
    this.uses.set(name, uses)
    return before === undefined
  }
}

/** Scalars with their own TypeScript type, which need no description. */
const PLAIN = new Set(['ID', 'String', 'Boolean', 'Int', 'Float'])
/** Error types are described together with the errors. */
const ERRORS = new Set(['Problem', 'ErrorCode', 'ValidationIssue'])

/** The page whose methods use a type most often. Null if no method uses it directly. */
function ownHome(name: string, uses: Map<string, number>, pages: Set<string>, { schema }: Model): string | null {
  if (isEnumType(schema.getType(name)) || name.endsWith('Reference')) return null
  const [first, second] = [...uses].filter(([from]) => pages.has(from)).sort(([, a], [, b]) => b - a)
  return first && first[1] > (second?.[1] ?? 0) ? first[0] : null
}

/**
 * Chooses the page that describes each named type: the page whose methods use it most, or else the only page that uses
 * it, or else the page of shared types.
 */
export function homesOf(model: Model): Map<string, string> {
  const follower = new Follower(model)
  const inlined = new Set<string>()
  for (const operation of model.operations) {
    for (const { type } of variablesOf(operation, model)) {
      inlined.add(getNamedType(type).name)
      follower.input(pageOf(operation), type)
    }
    const { field, selection } = operation.answer
    follower.selection(pageOf(operation), getNamedType(field.type).name, selection)
  }
  const pages = new Set(model.operations.map(pageOf))
  const homes = new Map<string, string>()
  const homeOf = (name: string): string => {
    const known = homes.get(name)
    if (known !== undefined) return known
    // Set first, to end the recursion for types that use themselves indirectly.
    homes.set(name, SHARED)
    const uses = follower.uses.get(name) ?? new Map<string, number>()
    const namedOn = new Set([...uses.keys()].map((from) => (pages.has(from) ? from : homeOf(from))))
    const [only = SHARED] = namedOn.size === 1 ? namedOn : []
    const home = isScalarType(model.schema.getType(name)) ? SHARED : (ownHome(name, uses, pages, model) ?? only)
    homes.set(name, home)
    return home
  }
  // A method's table already contains its input fields.
  const isTold = (name: string) => PLAIN.has(name) || ERRORS.has(name) || isOfMethod(name)
  const isOfMethod = (name: string) => isInputObjectType(model.schema.getType(name)) && inlined.has(name)
  const told = [...follower.uses.keys()].filter((name) => !isTold(name)).sort()
  return new Map(told.map((name) => [name, homeOf(name)]))
}

/** Creates links from a page to type descriptions. */
export function linksFrom(page: string, homes: Map<string, string>): Link {
  const words: Record<string, string> = {
    ID: 'string',
    String: 'string',
    Boolean: 'boolean',
    Int: 'number',
    Float: 'number',
  }
  return (name) => {
    const home = homes.get(name)
    if (home === undefined) return `\`${words[name] ?? name}\``
    return `[\`${name}\`](${home === page ? '' : `${home}.md`}#${anchorOf(name)})`
  }
}
