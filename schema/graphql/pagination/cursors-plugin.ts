import SchemaBuilder, {
  BasePlugin,
  type BuildCache,
  isThenable,
  type PothosOutputFieldConfig,
  type SchemaTypes,
} from '@pothos/core'
import type { GraphQLFieldResolver } from 'graphql'
import { cursorOf, isById } from './list-order.ts'
import { listed, orderOfPage } from './page.ts'

/*
 * The prisma plugin makes cursors from one unique column. For lists sorted by other columns, this plugin replaces these
 * cursors by cursors of the list's order.
 */

const pluginName = 'cursors'

export default pluginName

interface Connection {
  edges: { cursor: string; node: object }[]
  pageInfo: { startCursor: string | null; endCursor: string | null }
}

const isConnection = (value: unknown): value is Connection =>
  typeof value === 'object' && value !== null && 'edges' in value && 'pageInfo' in value

/** Sets the cursors of the rows of a page. */
function withCursors(connection: unknown): unknown {
  if (!isConnection(connection)) return connection
  const order = orderOfPage(listed(connection).args)
  if (!order || isById(order)) return connection
  const { edges, pageInfo } = connection
  for (const edge of edges) edge.cursor = cursorOf(order, edge.node)
  pageInfo.startCursor = edges.at(0)?.cursor ?? null
  pageInfo.endCursor = edges.at(-1)?.cursor ?? null
  return connection
}

class CursorsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  constructor(cache: BuildCache<Types>) {
    super(cache, pluginName)
  }

  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    { args }: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    if (!('after' in args && 'before' in args)) return resolver
    return (...asked) => {
      const connection = resolver(...asked)
      return isThenable(connection) ? connection.then(withCursors) : withCursors(connection)
    }
  }
}

declare global {
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      cursors: CursorsPlugin<Types>
    }
  }
}

SchemaBuilder.registerPlugin(pluginName, CursorsPlugin)
