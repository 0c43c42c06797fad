import { type DocumentNode, parse, print, type SelectionNode, stripIgnoredCharacters, visit } from 'graphql'
import { mutation, query } from '../sdk/src/internal/operation.ts'
import { fragmentsToInline, inlineFragments } from './inline.ts'
import { answersOf, throwsNotFound } from './methods.ts'
import type { Model, Operation } from './operations.ts'
import { isIdempotent } from './parameters.ts'
import { Shapes } from './shapes.ts'

/** An operation's constant name: `apiKeysCreate`. */
export const constantOf = ({ resource, method }: Operation): string =>
  resource === null ? method : resource + method.charAt(0).toUpperCase() + method.slice(1)

const compact = (node: Parameters<typeof print>[0]): string => stripIgnoredCharacters(print(node))

const quoted = (text: string): string => `'${text.replaceAll("'", "\\'")}'`

const text = (node: Parameters<typeof print>[0]): string => quoted(compact(node))

/** The fragments that a definition uses, directly or indirectly. */
function fragmentsOf(definition: DocumentNode['definitions'][number], { fragments }: Model): string[] {
  const found = new Set<string>()
  const look = (node: DocumentNode['definitions'][number]): void => {
    visit(node, {
      FragmentSpread({ name: { value } }) {
        if (found.has(value)) return
        const fragment = fragments.get(value)
        if (!fragment) throw new Error(`There is no fragment ${value}`)
        found.add(value)
        look(fragment)
      },
    })
  }
  look(definition)
  return [...found].sort()
}

/** A mutation's payload selection, if `mutation` can build the document from it. Null for other documents. */
function selectedOf({ kind, node, root }: Operation, name: string): string | null {
  if (kind !== 'mutation') return null
  const document = compact(node)
  const [, selected = ''] = /Payload\{(.*)\}\.\.\.Problem\}\}$/.exec(document) ?? []
  return mutation(name, root.name, selected, []).text === document ? selected : null
}

/** A query's text after its name, if `query` can build the document from it. Null for other documents. */
function restOf({ kind, node }: Operation, name: string): string | null {
  if (kind !== 'get' && kind !== 'list') return null
  const document = compact(node)
  const rest = document.slice(query(name, '', []).text.length)
  return query(name, rest, []).text === document ? rest : null
}

/** A constant that `query` or `mutation` builds. */
const printCall = (constant: string, builder: string, type: string, parameters: readonly string[]): string =>
  // Marked as pure, so that bundlers drop unused documents.
  `export const ${constant} = /* @__PURE__ */ ${builder}<${type}>(\n  ${parameters.join(',\n  ')},\n)\n`

/**
 * @param model The model to print, with some fragments inlined. `given` is the original model, which contains all
 * fragments and names the types.
 * @param buildsQueries Whether queries are built when the module loads. This takes fewer bytes if there are many.
 */
function printOperation(operation: Operation, model: Model, given: Model, buildsQueries: boolean): string {
  const { resource, method, kind, node, root, path } = operation
  const answer = answersOf(operation, given, new Shapes(given))
  const { typename, unwrap } = answer
  const type = qualified(answer.type, given)
  const name = resource === null ? method : `${resource}.${method}`
  const fragments = fragmentsOf(node, model)
  const selected = selectedOf(operation, name)
  if (selected !== null) {
    const more = [
      ...(isIdempotent(operation, model) ? ['takesIdempotencyKey: true'] : []),
      ...(unwrap === null ? [] : [`unwrap: '${unwrap}'`]),
    ]
    const parameters = [
      `'${name}'`,
      `'${root.name}'`,
      quoted(selected),
      `[${fragments.join(', ')}]`,
      ...(more.length === 0 ? [] : [`{ ${more.join(', ')} }`]),
    ]
    return printCall(constantOf(operation), 'mutation', type, parameters)
  }
  const more = [
    ...(throwsNotFound(operation) ? ['throwsNotFound: true'] : []),
    ...(typename === null ? [] : [`typename: '${typename}'`]),
    ...(unwrap === null ? [] : [`unwrap: '${unwrap}'`]),
  ]
  const places = `[${path.map((name) => `'${name}'`).join(', ')}]`
  const rest = buildsQueries ? restOf(operation, name) : null
  if (rest !== null) {
    const used = fragments.length > 0 || more.length > 0 ? [`[${fragments.join(', ')}]`] : []
    const given = [`'${name}'`, quoted(rest), places, ...used, ...(more.length === 0 ? [] : [`{ ${more.join(', ')} }`])]
    return printCall(constantOf(operation), 'query', type, given)
  }
  const members = [
    `name: '${name}'`,
    // `join` is marked as pure. Bundlers treat concatenation as a side effect, so they would keep unused documents.
    `text: ${fragments.length === 0 ? text(node) : `/* @__PURE__ */ join(${[text(node), ...fragments].join(', ')})`}`,
    `path: ${places}`,
    ...(kind === 'mutation' ? ['isMutation: true'] : []),
    ...(isIdempotent(operation, model) ? ['takesIdempotencyKey: true'] : []),
    ...more,
  ]
  const declared = `export const ${constantOf(operation)}: Operation<${type}>`
  return `${declared} = {\n${members.map((member) => `  ${member},\n`).join('')}}\n`
}

/** Prefixes a type's names, because types.ts is imported as a namespace. */
export function qualified(type: string, model: Model): string {
  if (/[{\n]/.test(type)) throw new Error(`Give what this answers a fragment: ${type}`)
  return type.replace(/\b[A-Z]\w+/g, (name) =>
    model.fragments.has(name) || model.schema.getType(name) ? `types.${name}` : name,
  )
}

/** The operations, and the fragments that remain after inlining. */
function inlined({ schema, fragments, operations }: Model): Model {
  const doomed = fragmentsToInline([...fragments.values(), ...operations.map(({ node }) => node)], fragments)
  const inline = <Node extends DocumentNode['definitions'][number]>(node: Node) => inlineFragments(node, doomed, schema)
  const written = operations.map((operation) => ({ ...operation, node: inline(operation.node) }))
  const left = new Map([...fragments].map(([name, node]) => [name, inline(node)]))
  const model = { schema, fragments: left, operations: written }
  const used = new Set(written.flatMap(({ node }) => fragmentsOf(node, model)))
  return { ...model, fragments: new Map([...left].filter(([name]) => used.has(name))) }
}

/** Prints `documents.ts`: each operation as text, without insignificant whitespace. */
export function printDocuments(given: Model, buildsQueries = true): string {
  const model = inlined(given)
  const imports = buildsQueries
    ? "import { join, mutation, type Operation, query } from '../internal/operation.ts'\nimport type * as types from './types.ts'\n"
    : "import { join, mutation, type Operation } from '../internal/operation.ts'\nimport type * as types from './types.ts'\n"
  const fragments = [...model.fragments].map(([name, node]) => `const ${name} = ${text(node)}\n`)
  const operations = model.operations.map((operation) => printOperation(operation, model, given, buildsQueries))
  return [imports, ...fragments, ...operations].join('\n')
}

/** Operations that the gateway module sends. */
const OF_GATEWAYS = [
  'apiKeys.authorize',
  'gateway.acknowledge',
  'gateway.lookUp',
  'gateway.sync',
  'limits.exchangeLeases',
  'usage.record',
]

/** Selects only an error's code, because the gateway module reads nothing else. */
const withCodeOnly = <Node extends DocumentNode['definitions'][number]>(node: Node): Node =>
  visit(node, {
    FragmentSpread({ name: { value } }) {
      if (value !== 'Problem') return undefined
      const [definition] = parse('{ ... on Error { code } }').definitions
      return definition && 'selectionSet' in definition ? definition.selectionSet?.selections[0] : undefined
    },
  })

/** Payloads of which the gateway module reads only some fields. */
const READ: Record<string, readonly string[]> = { UsageRecordPayload: ['rejected'] }

/** Selects only the payload fields that the gateway module reads. */
const withReadOnly = <Node extends DocumentNode['definitions'][number]>(node: Node): Node =>
  visit(node, {
    InlineFragment(fragment) {
      const read = READ[fragment.typeCondition?.name.value ?? '']
      const isRead = (field: SelectionNode) => field.kind === 'Field' && read?.includes(field.name.value)
      const { selectionSet } = fragment
      return (
        read && { ...fragment, selectionSet: { ...selectionSet, selections: selectionSet.selections.filter(isRead) } }
      )
    },
  })

/** Narrows the types of payloads of which the gateway module reads only some fields. */
const typeAsRead = (printed: string): string =>
  Object.entries(READ).reduce(
    (text, [name, read]) =>
      text.replace(`Operation<types.${name}>`, `Operation<Pick<types.${name}, ${read.map(quoted).join(' | ')}>>`),
    printed,
  )

/** Prints `gateway-documents.ts`: the gateway module's operations, in as few bytes as possible. */
export function printGatewayDocuments(given: Model): string {
  const operations = given.operations
    .filter(({ resource, method }) => OF_GATEWAYS.includes(`${resource}.${method}`))
    .map((operation) => ({ ...operation, node: withReadOnly(withCodeOnly(operation.node)) }))
  const deeper = operations.find(({ path }) => path.length !== 1)
  if (deeper) throw new Error(`The result of ${deeper.resource}.${deeper.method} is not its root field`)
  // The gateway module does not use the operation kind for retries, and its responses contain only the root field.
  return typeAsRead(printDocuments({ ...given, operations }, false))
    .replaceAll(/ {2}(isMutation|path): .*\n/g, '')
    .replaceAll(/\bOperation\b/g, 'RootOperation')
}
