import { isNonNullType, isObjectType } from 'graphql'
import { constantOf, qualified } from './documents.ts'
import { answersOf, throwsOf } from './methods.ts'
import type { Model, Operation } from './operations.ts'
import { hasParams, isIdempotent, type Variable, variablesOf } from './parameters.ts'
import { Shapes } from './shapes.ts'
import { capital, comment, deprecation } from './text.ts'
import { inputType } from './types.ts'

const RUNNERS = { get: 'read', list: 'list', mutation: 'change', batch: 'charge', subscription: 'follow' } as const
const ANSWERS = {
  get: 'Promise',
  list: 'List',
  mutation: 'Promise',
  batch: 'Promise',
  subscription: 'AsyncIterableIterator',
} as const

function optionsOf(operation: Operation, model: Model): string {
  if (operation.kind === 'subscription') return 'FollowOptions'
  return isIdempotent(operation, model) ? 'IdempotentOptions' : 'RequestOptions'
}

/** A method's parameters, and how they become variables. */
function parametersOf(operation: Operation, model: Model): { declared: string; variables: string } {
  const options = `options?: ${optionsOf(operation, model)}`
  const given = variablesOf(operation, model)
  if (hasParams(operation)) {
    const optional = given.every(({ type, defaultValue }) => !isNonNullType(type) || defaultValue !== undefined)
    const declared = `params: types.${operation.node.name?.value}Params${optional ? ' = {}' : ''}, ${options}`
    return { declared, variables: 'params' }
  }
  const declared = given.map(
    ({ name, type }) => `${name}${isNonNullType(type) ? '' : '?'}: ${qualified(inputType(type), model)}`,
  )
  const variables = given.length === 0 ? '{}' : `{ ${given.map(({ name }) => name).join(', ')} }`
  return { declared: [...declared, options].join(', '), variables }
}

/** A method's declaration in its class: `get(id: string, options?: RequestOptions): Promise<types.ApiKey>`. */
export function signatureOf(operation: Operation, model: Model): string {
  const { type } = answersOf(operation, model, new Shapes(model))
  const { declared } = parametersOf(operation, model)
  return `${operation.method}(${declared}): ${ANSWERS[operation.kind]}<${qualified(type, model)}>`
}

/** The description of a parameter that is not a named object. */
export function aboutParameter({ name, description }: Variable, operation: Operation, model: Model): string | null {
  if (name !== 'id') return description
  return idOf(answersOf(operation, model, new Shapes(model)).typename, model) ?? description
}

function printMethod(operation: Operation, model: Model): string {
  const { kind, root, answer, description } = operation
  const { variables } = parametersOf(operation, model)
  const parameters = hasParams(operation) ? [] : variablesOf(operation, model)
  const doc = comment(
    [
      description ?? root.description,
      ...parameters.flatMap((variable) => {
        const about = aboutParameter(variable, operation, model)
        return variable.name === 'input' || about === null ? [] : [`@param ${variable.name} ${about}`]
      }),
      ...throwsOf(operation, model).map(({ name, when }) => `@throws {${name}} ${when}`),
      deprecation(root.deprecationReason ?? answer.field.deprecationReason),
    ],
    '  ',
  )
  const call = `${RUNNERS[kind]}(this.#transport, documents.${constantOf(operation)}, ${variables}, options)`
  return `${doc}  ${signatureOf(operation, model)} {\n    return ${call}\n  }\n`
}

/** The description of a type's `id` field. */
function idOf(typename: string | null, { schema }: Model): string | null {
  const type = typename === null ? null : schema.getType(typename)
  return isObjectType(type) ? (type.getFields().id?.description ?? null) : null
}

/** Prints a file's imports, given the relative paths of the SDK's sources and generated files. */
function imports(operations: Operation[], model: Model, up: string, generated: string): string {
  const runners = [...new Set(operations.map(({ kind }) => RUNNERS[kind]))].sort()
  const options = [...new Set(operations.map((operation) => optionsOf(operation, model)))].sort()
  return [
    ...(operations.some(({ kind }) => kind === 'list') ? [`import type { List } from '${up}core/page.ts'`] : []),
    ...(options.length === 0 ? [] : [`import type { ${options.join(', ')} } from '${up}core/options.ts'`]),
    ...(runners.length === 0 ? [] : [`import { ${runners.join(', ')} } from '${up}internal/run.ts'`]),
    `import type { Transport } from '${up}internal/transport.ts'`,
    ...(runners.length === 0 ? [] : [`import * as documents from '${generated}documents.ts'`]),
    ...(runners.length === 0 ? [] : [`import type * as types from '${generated}types.ts'`]),
  ]
    .map((line) => `${line}\n`)
    .join('')
}

const className = (resource: string): string => `${capital(resource)}Resource`

/** Prints `resources/<resource>.ts`: a class with the resource's methods. */
export function printResource(model: Model, resource: string): string {
  const operations = model.operations.filter((operation) => operation.resource === resource)
  const methods = operations.map((operation) => printMethod(operation, model))
  const doc = comment([`The methods of \`client.${resource}\`.`])
  const head = `  readonly #transport: Transport\n\n  constructor(transport: Transport) {\n    this.#transport = transport\n  }\n`
  return `${imports(operations, model, '../../', '../')}\n${doc}export class ${className(resource)} {\n${[head, ...methods].join('\n')}}\n`
}

/** Prints `client.ts`: the resources, and the methods without a resource. */
export function printClient(model: Model, resources: string[]): string {
  const operations = model.operations.filter(({ resource }) => resource === null)
  const imported = resources.map((name) => `import { ${className(name)} } from './resources/${name}.ts'\n`).join('')
  const fields = resources.map((name) => `  readonly ${name}: ${className(name)}\n`).join('')
  const made = resources.map((name) => `    this.${name} = new ${className(name)}(transport)\n`).join('')
  const head = `  readonly #transport: Transport\n${fields}\n  constructor(transport: Transport) {\n    this.#transport = transport\n${made}  }\n`
  const methods = operations.map((operation) => printMethod(operation, model))
  const doc = comment(['The generated part of the client, from the operations in sdk/operations.'])
  return `${imports(operations, model, '../', './')}${imported}\n${doc}export class GeneratedClient {\n${[head, ...methods].join('\n')}}\n`
}
