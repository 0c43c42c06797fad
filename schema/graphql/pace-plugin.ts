import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'
import type { GraphQLFieldResolver } from 'graphql'
import { Pace } from './pace.ts'

/*
 * Answering runs in one turn of the event loop, however many objects an answer has: 4,000 keys held up every decision of the
 * process for 300 ms. This plugin lets the objects of lists wait for a later turn once a turn was long.
 */

const pluginName = 'pace'

export default pluginName

/** One for the process: all requests share its event loop. */
const pace = new Pace()

/** A promise is passed on as it is: it waits by itself, and nobody would handle its failure until the later turn. */
const paced = <Item>(items: readonly Item[], request: object): (Item | Promise<Item>)[] =>
  items.map((item) => (item instanceof Promise || pace.take(request) ? item : pace.later().then(() => item)))

class PacePlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    { type }: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const isListOfObjects = type.kind === 'List' && ['Object', 'Interface', 'Union'].includes(type.type.kind)
    if (!isListOfObjects) return resolver
    return (parent, args, context, info) => {
      const found: unknown = resolver(parent, args, context, info)
      if (Array.isArray(found)) return paced(found, context)
      return found instanceof Promise
        ? found.then((items) => (Array.isArray(items) ? paced(items, context) : items))
        : found
    }
  }
}

declare global {
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      pace: PacePlugin<Types>
    }
  }
}

SchemaBuilder.registerPlugin(pluginName, PacePlugin)
