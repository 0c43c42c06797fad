import {
  type GraphQLEnumType,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { answersOf } from './methods.ts'
import type { Model } from './operations.ts'
import { hasParams, IDEMPOTENCY_KEY, variablesOf } from './parameters.ts'
import { leafName, Shapes } from './shapes.ts'
import { comment, deprecation } from './text.ts'

/** The TypeScript type of a variable or input field. */
export function inputType(type: GraphQLInputType): string {
  const nullable = (of: GraphQLInputType): string => (isNonNullType(of) ? bare(of.ofType) : `${bare(of)} | null`)
  const bare = (of: GraphQLInputType): string => {
    if (isNonNullType(of)) return bare(of.ofType)
    if (!isListType(of)) return isInputObjectType(of) ? of.name : leafName(getNamedType(of))
    const element = nullable(of.ofType)
    return `readonly ${/ /.test(element) ? `(${element})` : element}[]`
  }
  return nullable(type)
}

/** A member of an object that callers pass. */
export function inputMember(
  name: string,
  field: { type: GraphQLInputType; defaultValue?: unknown; description?: string | null | undefined },
  deprecationReason?: string | null,
): string {
  const optional = !isNonNullType(field.type) || field.defaultValue !== undefined
  const type = optional ? `${inputType(field.type)} | undefined` : inputType(field.type)
  const doc = comment([field.description, deprecation(deprecationReason)], '  ')
  return `${doc}  readonly ${name}${optional ? '?' : ''}: ${type}\n`
}

function printEnum(type: GraphQLEnumType): string {
  const values = type.getValues()
  const listed = values.map(({ name, description, deprecationReason }) =>
    [`- \`${name}\`: ${description ?? ''}`, deprecationReason ? `Deprecated: ${deprecationReason}` : ''].join(' '),
  )
  const names = [...values.map(({ name }) => `'${name}'`), '(string & {})']
  const doc = comment([type.description, 'A newer server may know others; take those as unknown.', ...listed])
  return `${doc}export type ${type.name} = ${names.join(' | ')}\n`
}

/**
 * Inputs that require exactly one of some fields, with the values that each field can have. GraphQL cannot express
 * this, so an omission would be found only at run time.
 */
const ONE_OF: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ApiKeyExpirationSetInput: { expiresAt: 'DateTime | null', expiresInSeconds: 'number' },
}

/** A union of objects, one per field, each of which excludes the other fields. */
function oneOf(fields: readonly GraphQLInputField[], values: Readonly<Record<string, string>>): string {
  const choices = Object.entries(values).map(([chosen, type]) => {
    const members = fields.map(({ name, description }) => {
      const member = name === chosen ? `${name}: ${type}` : `${name}?: undefined`
      return `${comment([description], '      ')}      readonly ${member}\n`
    })
    return `  | {\n${members.join('')}    }`
  })
  return ` & (\n${choices.join('\n')}\n)`
}

function printInput(type: GraphQLInputObjectType): string {
  const fields = Object.values(type.getFields()).filter(({ name }) => name !== IDEMPOTENCY_KEY)
  const values = ONE_OF[type.name]
  const own = fields.filter(({ name }) => !values || !Object.hasOwn(values, name))
  const members = own.map((field) => inputMember(field.name, field, field.deprecationReason)).join('')
  const doc = comment([type.description])
  if (!values) return `${doc}export interface ${type.name} {\n${members}}\n`
  const others = fields.filter((field) => !own.includes(field))
  return `${doc}export type ${type.name} = {\n${members}}${oneOf(others, values)}\n`
}

/** Prints `types.ts`: scalars, enums, inputs, and the results of fragments and mutations. */
export function printTypes(model: Model): string {
  const shapes = new Shapes(model)
  const types = Object.values(model.schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))
  types.sort((a, b) => (a.name < b.name ? -1 : 1))
  const parts = [`${comment([model.schema.getType('DateTime')?.description])}export type DateTime = string\n`]
  parts.push(...types.filter(isEnumType).map(printEnum))
  parts.push(...types.filter(isInputObjectType).map(printInput))
  const declare = (name: string, description: string | null | undefined, shape: string) =>
    parts.push(
      /^\{[\s\S]*\}$/.test(shape)
        ? `${comment([description])}export interface ${name} ${shape}\n`
        : `${comment([description])}export type ${name} =${shape.startsWith('\n') ? '' : ' '}${shape}\n`,
    )
  for (const { name, typeCondition, selectionSet } of model.fragments.values()) {
    const type = model.schema.getType(typeCondition.name.value)
    if (!isCompositeType(type)) throw new Error(`The fragment ${name.value} is on something that has no fields`)
    declare(name.value, type.description, shapes.of(type, selectionSet, ''))
  }
  for (const { payload } of model.operations.map((operation) => answersOf(operation, model, shapes))) {
    if (payload && isObjectType(payload.type)) declare(payload.type.name, payload.type.description, payload.shape)
  }
  for (const operation of model.operations.filter(hasParams)) {
    const members = variablesOf(operation, model).map((variable) => inputMember(variable.name, variable))
    const name = `${operation.node.name?.value}Params`
    const doc = comment([`Parameters of \`${operation.resource}.${operation.method}\`.`])
    parts.push(`${doc}export interface ${name} {\n${members.join('')}}\n`)
  }
  return parts.join('\n')
}
