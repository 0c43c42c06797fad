import {
  type GraphQLOutputType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql'
import { expect, test } from 'vitest'
import { bannedIn } from '../../../docs/banned-words.ts'
import { schema } from '../../../schema/graph.ts'

interface Described {
  name: string
  description: string
  /** Set for fields of output types. */
  type: GraphQLOutputType | null
}

/** Everything in the schema that can have a description. */
function* described(): Generator<Described> {
  const entry = (name: string, { description }: { description?: string | null | undefined }): Described => ({
    name,
    description: description?.trim() ?? '',
    type: null,
  })
  yield entry('schema', schema)
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue
    yield entry(type.name, type)
    if (isEnumType(type)) for (const value of type.getValues()) yield entry(`${type.name}.${value.name}`, value)
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) yield entry(`${type.name}.${field.name}`, field)
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    for (const field of Object.values(type.getFields())) {
      yield { ...entry(`${type.name}.${field.name}`, field), type: field.type }
      for (const argument of field.args) yield entry(`${type.name}.${field.name}(${argument.name})`, argument)
    }
  }
}

const MAX_WORDS = 25

const sentencesOf = (text: string): string[] => text.split(/(?<=[.!?]) /)

test('the schema and every type, field, argument and enum value have a description', () => {
  const silent = [...described()].filter(({ description }) => description === '')
  expect(silent.map(({ name }) => name)).toEqual([])
})

// Failed while 83 descriptions had banned words.
test('no description contains a banned opening or phrase', () => {
  const found = [...described()].map(({ name, description }) => [name, bannedIn(description)])
  expect(found.filter(([, words]) => words !== null)).toEqual([])
})

test(`every sentence of a description ends with a full stop and has at most ${MAX_WORDS} words`, () => {
  const wrong = [...described()].flatMap(({ name, description }) =>
    sentencesOf(description)
      .filter((sentence) => !/[.]$/.test(sentence) || sentence.split(/\s+/).length > MAX_WORDS)
      .map((sentence) => `${name}: ${sentence}`),
  )
  expect(wrong).toEqual([])
})

test('every nullable field’s description says when the field is null', () => {
  const silent = [...described()].filter(
    ({ type, description }) => type !== null && !isNonNullType(type) && !/\bnull\b/i.test(description),
  )
  expect(silent.map(({ name }) => name)).toEqual([])
})
