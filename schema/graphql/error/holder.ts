import { createContextCache } from '@pothos/core'
import type { Holder } from '../../core/errors.ts'
import { encodeId } from '../../core/ids.ts'
import { Loader } from '../../core/loader.ts'
import type { GraphContext } from '../context.ts'

type HolderType = Holder['type']
type HolderOf<Type extends HolderType> = Extract<Holder, { type: Type }>

interface Found {
  id: string
  /** Null if such objects have no name. */
  name: string | null
}

/** Finds the holders of values among the objects visible to the caller. Visibility is part of the query. */
type FindHolders<Type extends HolderType> = (
  context: GraphContext,
  held: readonly HolderOf<Type>[],
) => Promise<(value: HolderOf<Type>) => Found | undefined>

const finders: { [Type in HolderType]?: FindHolders<Type> } = {}

/** Makes objects of a type available as holders in conflicts. Each noun's graph.ts registers its own. */
export function registerHolder<Type extends HolderType>(
  type: Type,
  find: FindHolders<NoInfer<Type>> & (typeof finders)[Type],
): void {
  finders[type] = find
}

/** The object that an input conflicts with, limited to fields that the caller can read. */
export interface NamedHolder {
  id: string
  name: string | null
}

async function findOfType<Type extends HolderType>(
  context: GraphContext,
  type: Type,
  values: readonly Holder[],
): Promise<Map<Holder, NamedHolder>> {
  const held = values.filter((value): value is HolderOf<Type> => value.type === type)
  const find: FindHolders<Type> | undefined = finders[type]
  if (!find || held.length === 0) return new Map()
  const holderOf = await find(context, held)
  return new Map(
    held.flatMap((value) => {
      const found = holderOf(value)
      return found ? [[value, { id: encodeId(type, found.id), name: found.name }] as const] : []
    }),
  )
}

/** The holders that a request's conflicts name, by one statement for each type. */
export const holdersOf = createContextCache(
  (context: GraphContext) =>
    new Loader<Holder, NamedHolder | null>(context.runtime.database, async (values) => {
      const types = [...new Set(values.map(({ type }) => type))]
      const found = await Promise.all(types.map((type) => findOfType(context, type, values)))
      return values.map((value) => found.map((each) => each.get(value)).find((each) => each !== undefined) ?? null)
    }),
)
