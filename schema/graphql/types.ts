import type { builder } from './builder.ts'

/** The types of the graph's builder, for helpers that are generic over its fields. */
export type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never

/** What the `fields` function of an object type is called with. */
export type FieldsOf<Shape> = PothosSchemaTypes.ObjectFieldBuilder<Types, Shape>
