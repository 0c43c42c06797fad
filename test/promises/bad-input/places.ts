import {
  type GraphQLInputType,
  type GraphQLNamedInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql'
import type { Json } from '../../infra/app.ts'

/** A value in an input: its path, its type there, and its description. */
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

/** A value of a type. Input objects have only their required fields. */
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

/** Every path in a type, at any depth. Lists have their first entry. */
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

/** Copies an input and replaces one value. Missing objects on the way are created. */
export function put(input: Json, [step, ...rest]: Place['path'], value: Json, type: GraphQLInputType): Json {
  if (step === undefined) return value
  if (isNonNullType(type)) return put(input, [step, ...rest], value, type.ofType)
  if (isListType(type)) return [put(input?.[0], rest, value, type.ofType)]
  const field = isInputObjectType(type) ? type.getFields()[step] : undefined
  if (!field) throw new Error(`${type} has no ${step}`)
  return { ...(input ?? sample(type)), [step]: put(input?.[step], rest, value, field.type) }
}
