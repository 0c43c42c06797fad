import type { builder } from './builder.ts'

/** The types of the graph's builder, for functions that are generic over its fields. */
export type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never

/** The argument of the `fields` function of an object type. */
export type FieldsOf<Shape> = PothosSchemaTypes.ObjectFieldBuilder<Types, Shape>

/** The argument of the `fields` function of an input type. */
export type InputFieldsOf = PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>
