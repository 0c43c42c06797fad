import { createContextCache, isThenable, type MaybePromise } from '@pothos/core'
import { queryFromInfo } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import { visibleApiKeys } from '../api-key/access.ts'
import type { ApiKey } from '../api-key/graph.ts'
import { Loader } from '../core/loader.ts'
import type { GraphContext } from '../graphql/context.ts'
import { visibleModels } from '../model/access.ts'
import type { Model } from '../model/graph.ts'
import { visibleProjects } from '../project/access.ts'
import type { Project } from '../project/graph.ts'
import type { User } from '../user/graph.ts'
import { findKeyNames } from './sql.ts'

/*
 * Loads the objects of groups, with one statement for all groups of a field and their selection, regardless of the
 * number of buckets.
 */

type Find<Row> = (ids: string[], query: object) => Promise<Row[]>

const loaders = createContextCache(() => new Map<object, Loader<string, unknown>>())

/** The loader shared by all resolvers of one field of the document. */
function loaderAt<Row>(context: GraphContext, place: object, load: () => Loader<string, Row | null>) {
  const known = loaders(context)
  const loader = (known.get(place) ?? load()) as Loader<string, Row | null>
  known.set(place, loader)
  return loader
}

/** The selection below a field of the document. */
interface Selection {
  include?: object | undefined
  select?: object | undefined
}

const selections = createContextCache(() => new Map<object, MaybePromise<Selection>>())

/**
 * Plans the selection below a field. If the selection reaches other tables, it is planned again for every group,
 * because nested fields find their preloaded data by their own path.
 */
function selectionAt(context: GraphContext, place: object, info: GraphQLResolveInfo): MaybePromise<Selection> {
  const known = selections(context)
  const selection = known.get(place)
  if (selection && !isThenable(selection) && !selection.include && !selection.select) return selection
  const planned = queryFromInfo({ context, info, awaitSelections: true })
  if (!selection) known.set(place, planned)
  return planned
}

async function rowsAt<Row extends { id: string }>(
  context: GraphContext,
  info: GraphQLResolveInfo,
  id: string | null,
  find: Find<Row>,
): Promise<Row | null> {
  if (id === null) return null
  const [place = info] = info.fieldNodes
  const query = selectionAt(context, place, info)
  const row = loaderAt(
    context,
    place,
    () =>
      new Loader<string, Row | null>(context.runtime.database, async (ids) => {
        const found = new Map((await find([...ids], await query)).map((each) => [each.id, each]))
        return ids.map((each) => found.get(each) ?? null)
      }),
  ).load(id)
  await query
  return row
}

export const projectAt = (context: GraphContext, info: GraphQLResolveInfo, id: string | null) =>
  rowsAt<typeof Project.$inferType>(context, info, id, (ids, query) =>
    context.runtime.database.rows.project.findMany({
      ...query,
      where: { AND: [{ id: { in: ids } }, visibleProjects(context.access)] },
    }),
  )

export const apiKeyAt = (context: GraphContext, info: GraphQLResolveInfo, id: string | null) =>
  rowsAt<typeof ApiKey.$inferType>(context, info, id, (ids, query) =>
    context.runtime.database.rows.apiKey.findMany({
      ...query,
      where: { AND: [{ id: { in: ids } }, visibleApiKeys(context.access)] },
    }),
  )

export const modelAt = (context: GraphContext, info: GraphQLResolveInfo, id: string | null) =>
  rowsAt<typeof Model.$inferType>(context, info, id, (ids, query) =>
    context.runtime.database.rows.model.findMany({
      ...query,
      where: { AND: [{ id: { in: ids } }, visibleModels(context.access)] },
    }),
  )

/** Readers of usage may also read the people in it, as they may read the creators of keys. */
export const userAt = (context: GraphContext, info: GraphQLResolveInfo, id: string | null) =>
  rowsAt<typeof User.$inferType>(context, info, id, async (ids, query) => {
    const rows = await context.runtime.database.rows.user.findMany({ ...query, where: { id: { in: ids } } })
    return rows.map((row) => context.vouch(row))
  })

const KEY_NAMES = {}

/** The name of a key, even if it is revoked. */
export async function keyNameOf(context: GraphContext, id: string): Promise<string | null> {
  const names = loaderAt<string>(
    context,
    KEY_NAMES,
    () =>
      new Loader(context.runtime.database, async (ids) => {
        const rows = await findKeyNames(context.runtime.database, ids)
        const found = new Map(rows.map((row) => [row.id, row.name]))
        return ids.map((each) => found.get(each) ?? null)
      }),
  )
  return names.load(id)
}
