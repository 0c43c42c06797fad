import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type GraphQLInputType, getNullableType, isInputObjectType, isListType, isNonNullType } from 'graphql'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { schema } from '../../../schema/graph.ts'

const SCHEMA = join(import.meta.dirname, '../../../schema')
const DECLARED = /^export const ([a-z]\w+)Input = /gm

/** The zod schemas of the services, by mutation: `export const apiKeyCreateInput = …`. */
async function inputSchemas(): Promise<Map<string, z.ZodObject>> {
  const found = new Map<string, z.ZodObject>()
  for (const file of readdirSync(SCHEMA, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.includes('node_modules')) continue
    const names = [...readFileSync(join(SCHEMA, file), 'utf8').matchAll(DECLARED)].map(([, name = '']) => name)
    if (names.length === 0) continue
    const module: Record<string, unknown> = await import(pathToFileURL(join(SCHEMA, file)).href)
    for (const name of names) {
      const exported = module[`${name}Input`]
      // A webhook's URL depends on a setting of the instance.
      const input: unknown = typeof exported === 'function' ? exported(false) : exported
      if (!(input instanceof z.ZodObject)) throw new Error(`${name}Input in ${file} is not an object`)
      found.set(name, input)
    }
  }
  return found
}

/** The schema inside an optional, nullable or transforming one. Other schemas are returned unchanged. */
function unwrap(type: unknown): unknown {
  if (type instanceof z.ZodOptional || type instanceof z.ZodNullable || type instanceof z.ZodDefault)
    return type.unwrap()
  return type instanceof z.ZodPipe ? type.in : type
}

/** Whether a schema reads the entries of a list after it has checked their number (`listOf`). */
const isList = (type: unknown): type is z.ZodPipe<z.ZodArray, z.ZodArray> =>
  type instanceof z.ZodPipe && type.in instanceof z.ZodArray && type.out instanceof z.ZodArray

function inner(type: unknown): unknown {
  if (isList(type)) return type.out
  const wrapped = unwrap(type)
  return wrapped === type ? type : inner(wrapped)
}

/** The largest number, length or count that a schema accepts. Null if it has no maximum. */
function boundOf(type: unknown): number | bigint | null {
  if (type instanceof z.ZodType) {
    const length = type.meta()?.maxLength
    if (typeof length === 'number') return length
    for (const check of type.def.checks ?? []) {
      const { def } = check._zod
      if ('maximum' in def && typeof def.maximum === 'number') return def.maximum
      if ('value' in def && def.check === 'less_than' && typeof def.value !== 'object') return Number(def.value)
    }
  }
  const below = unwrap(type)
  return below === type ? null : boundOf(below)
}

/** Whether a description states a number, as `1000`, `1,000` or in words for a duration. */
const states = (description: string, bound: number | bigint): boolean =>
  description.includes(bound.toLocaleString('en')) ||
  description.includes(String(bound)) ||
  (Number(bound) === 604_800 && description.includes('7 days'))

/** All differences between an input type of the graph and the schema that parses its values. */
function differences(place: string, type: GraphQLInputType, parsed: unknown): string[] {
  const graph = getNullableType(type)
  const zod = inner(parsed)
  if (isListType(graph)) return zod instanceof z.ZodArray ? differences(place, graph.ofType, zod.element) : []
  if (!isInputObjectType(graph) || !(zod instanceof z.ZodObject)) return []
  const fields = graph.getFields()
  const shape: Record<string, z.ZodType> = zod.shape
  const names = new Set([...Object.keys(fields), ...Object.keys(shape)])
  return [...names].flatMap((name) => {
    const [field, part] = [fields[name], shape[name]]
    const at = `${place}.${name}`
    if (!field || !part) return [`${at}: only in ${field ? 'the graph' : 'the service'}`]
    const bound = boundOf(part)
    return [
      ...(isNonNullType(field.type) === part.isOptional() ? [`${at}: nullable in one of the two`] : []),
      ...(bound === null || states(field.description ?? '', bound)
        ? []
        : [`${at}: says nothing of its bound ${bound}`]),
      ...differences(at, field.type, part),
    ]
  })
}

// Failed while the description of `apiKeyUpdate` did not mention its 20 tags, and with a field renamed on one side.
test('every mutation’s input has the fields, nullability and bounds that its service parses', async () => {
  const parsed = await inputSchemas()
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {})
  const found = mutations.flatMap(({ name, args: [input] }) => {
    if (name === 'apiKeysAuthorize') return []
    const service = parsed.get(name)
    if (!service || !input) return [`${name}: its service exports no ${name}Input`]
    return differences(name, input.type, service)
  })
  expect(found).toEqual([])
})
