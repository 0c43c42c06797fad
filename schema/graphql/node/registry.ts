import type { IdType } from '../../core/ids.ts'
import type { GraphContext } from '../context.ts'

/** The columns and relations that the document selects. */
export type Selected = { include?: object; select?: object }

/** Finds the rows with the given UUIDs that are visible to the caller. Visibility is part of the query. */
export type FindNodes = (context: GraphContext, ids: string[], query: Selected) => Promise<({ id: string } & object)[]>

const finders = new Map<IdType, FindNodes>()

/** Makes a type reachable by id, through `node` and `nodes`. Each noun's graph.ts registers its own. */
export const registerNode = (type: IdType, find: FindNodes): void => {
  finders.set(type, find)
}

/** The finder of a type. */
export const finderOf = (type: IdType): FindNodes | undefined => finders.get(type)
