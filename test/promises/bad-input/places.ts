import {
  type GraphQLInputType,
  type GraphQLNamedInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql'
import type { Json } from '../../infra/app.ts'

/** One value somewhere in an input: where it is, what type it has there, and what its description says. */
export interface Place {
  path: (string | number)[]
  type: GraphQLNamedInputType
  nullable: boolean
  description: string
}

const SAMPLES: Record<string, Json> = {
  ID: 'prj_00000000000000000000000000',
  String: 'some text',
  Int: 1,
  Boolean: true,
  DateTime: '2099-01-01T00:00:00.000Z',
  BigInt: '1',
}

/** A value of a type: of an input object, with the fields that it must have. */
export function sample(type: GraphQLInputType): Json {
  if (isNonNullType(type)) return sample(type.ofType)
  if (isListType(type)) return [sample(type.ofType)]
  if (isEnumType(type)) return type.getValues()[0]?.name
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter((field) => isNonNullType(field.type))
    return Object.fromEntries(required.map((field) => [field.name, sample(field.type)]))
  }
  return SAMPLES[type.name]
}

/** Every place of a type at any depth: of lists, the first entry. */
export function placesOf(type: GraphQLInputType, path: Place['path'] = [], description = '', nullable = true): Place[] {
  if (isNonNullType(type)) return placesOf(type.ofType, path, description, false)
  if (isListType(type)) return placesOf(type.ofType, [...path, 0], description, !isNonNullType(type.ofType))
  const here = { path, type, nullable, description }
  if (!isInputObjectType(type)) return [here]
  const inside = Object.values(type.getFields()).flatMap((field) =>
    placesOf(field.type, [...path, field.name], field.description ?? ''),
  )
  return [here, ...inside]
}

/** A copy of an input of a type with one value replaced; what is missing on the way to it is made up. */
export function put(input: Json, [step, ...rest]: Place['path'], value: Json, type: GraphQLInputType): Json {
  if (step === undefined) return value
  if (isNonNullType(type)) return put(input, [step, ...rest], value, type.ofType)
  if (isListType(type)) return [put(input?.[0], rest, value, type.ofType)]
  const field = isInputObjectType(type) ? type.getFields()[step] : undefined
  if (!field) throw new Error(`${type} has no ${step}`)
  return { ...(input ?? sample(type)), [step]: put(input?.[step], rest, value, field.type) }
}
