import {
  coerceInputValue,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
} from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../../../schema/graph.ts'
import { INVALID, readerOf } from '../../../server/graphql/input-reader.ts'

/* Readers of input types agree with GraphQL.js about every JSON value, valid or not. */

const INPUTS = Object.values(schema.getTypeMap()).filter(isInputObjectType)

const SCALARS: unknown[] = ['a', '1', '1.5', 1, 1.5, true, '2026-12-01T10:00:00.000Z', 'Europe/Berlin']
const ODD: unknown[] = [null, '', 'a', ' ', 0, -1, 1.5, Number.NaN, true, [], [null], [[]], {}, { a: 1 }, '__proto__']
const DEPTH = 3

function validValue(given: GraphQLInputType, depth: number): unknown {
  const type = getNullableType(given)
  if (isListType(type))
    return depth > DEPTH ? [] : [validValue(type.ofType, depth + 1), validValue(type.ofType, depth + 1)]
  if (isInputObjectType(type)) return validObject(type, depth)
  if (isEnumType(type)) return type.getValues()[0]?.name
  return SCALARS.find((value) => isLeafType(type) && isParsed(() => type.parseValue(value)))
}

function isParsed(parse: () => unknown): boolean {
  try {
    return parse() !== undefined
  } catch {
    return false
  }
}

function validObject(type: GraphQLInputObjectType, depth: number): Record<string, unknown> {
  const fields = Object.values(type.getFields()).slice(0, type.isOneOf ? 1 : undefined)
  return Object.fromEntries(
    // An input type that contains itself ends somewhere.
    fields.flatMap(({ name, type: of }) =>
      depth > DEPTH && getNullableType(of) === of ? [] : [[name, validValue(of, depth + 1)]],
    ),
  )
}

/** The value itself, and the value with an odd one at each of its places, without each of its members, and with another one. */
function variantsOf(value: unknown): unknown[] {
  const replaced = [value, ...ODD]
  if (Array.isArray(value)) return [...replaced, ...variantsOf(value[0]).map((first) => [first, ...value.slice(1)])]
  if (typeof value !== 'object' || value === null) return replaced
  const members = Object.entries(value)
  return [
    ...replaced,
    { ...value, unheard: 1 },
    JSON.parse(`{"__proto__": 1}`),
    ...members.flatMap(([name, member]) => [
      Object.fromEntries(members.filter(([other]) => other !== name)),
      ...variantsOf(member).map((variant) => ({ ...value, [name]: variant })),
    ]),
  ]
}

function byGraphql(value: unknown, type: GraphQLInputType): unknown {
  let isInvalid = false
  const read = coerceInputValue(value, type, () => {
    isInvalid = true
  })
  return isInvalid ? INVALID : read
}

// Failed without the check for fields that a type does not have.
test.each(INPUTS.map((type) => [type.name, type] as const))(
  '%s is read with the same result as by GraphQL.js',
  (_name, type) => {
    const variants = variantsOf(validObject(type, 0))
    const read = readerOf(type)
    const own = variants.map(read)
    expect(own).toEqual(variants.map((variant) => byGraphql(variant, type)))
    expect(own.filter((result) => result !== INVALID && result !== null).length).toBeGreaterThan(0)
    expect(own.filter((result) => result === INVALID).length).toBeGreaterThan(0)
  },
)
