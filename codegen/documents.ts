import { type DocumentNode, Kind, print, stripIgnoredCharacters, visit } from 'graphql'
import { answersOf, throwsNotFound } from './methods.ts'
import type { Model, Operation } from './operations.ts'
import { isIdempotent } from './parameters.ts'
import { Shapes } from './shapes.ts'

/** The name of an operation's constant: `apiKeysCreate`. */
export const constantOf = ({ resource, method }: Operation): string =>
  resource === null ? method : resource + method.charAt(0).toUpperCase() + method.slice(1)

const text = (node: Parameters<typeof print>[0]): string =>
  `'${stripIgnoredCharacters(print(node)).replaceAll("'", "\\'")}'`

/** The fragments that a definition uses, and those that they use. */
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

function printOperation(operation: Operation, model: Model, shapes: Shapes): string {
  const { resource, method, kind, node, path } = operation
  const { type, typename, unwrap } = answersOf(operation, model, shapes)
  const members = [
    `name: '${resource === null ? method : `${resource}.${method}`}'`,
    `text: ${[text(node), ...fragmentsOf(node, model)].join(' + ')}`,
    `path: [${path.map((name) => `'${name}'`).join(', ')}]`,
    ...(kind === 'mutation' ? ['isMutation: true'] : []),
    ...(isIdempotent(operation, model) ? ['takesIdempotencyKey: true'] : []),
    ...(throwsNotFound(operation) ? ['throwsNotFound: true'] : []),
    ...(typename === null ? [] : [`typename: '${typename}'`]),
    ...(unwrap === null ? [] : [`unwrap: '${unwrap}'`]),
  ]
  const declared = `export const ${constantOf(operation)}: Operation<${qualified(type, model)}>`
  return `${declared} = {\n${members.map((member) => `  ${member},\n`).join('')}}\n`
}

/** The names of types.ts are imported as a whole. */
export function qualified(type: string, model: Model): string {
  if (/[{\n]/.test(type)) throw new Error(`Give what this answers a fragment: ${type}`)
  return type.replace(/\b[A-Z]\w+/g, (name) =>
    model.fragments.has(name) || model.schema.getType(name) ? `types.${name}` : name,
  )
}

/** `documents.ts`: each operation as text, without spaces that mean nothing. */
export function printDocuments(model: Model): string {
  const shapes = new Shapes(model)
  const imports = "import type { Operation } from '../operation.ts'\nimport type * as types from './types.ts'\n"
  const fragments = [...model.fragments].map(([name, node]) => {
    if (node.kind !== Kind.FRAGMENT_DEFINITION) throw new Error(name)
    return `const ${name} = ${text(node)}\n`
  })
  const operations = model.operations.map((operation) => printOperation(operation, model, shapes))
  return [imports, ...fragments, ...operations].join('\n')
}
