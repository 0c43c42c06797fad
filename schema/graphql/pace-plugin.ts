import { pace } from '@keyward/prisma/pace'
import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'
import {
  type FragmentDefinitionNode,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  Kind,
  type SelectionSetNode,
} from 'graphql'

/*
 * GraphQL.js builds a response in one turn of the event loop, whatever its size: 4,000 keys delayed every decision of
 * the process by 300 ms. This plugin makes objects wait for a later turn after their request has completed many
 * objects. It applies to items of lists, and to objects that a resolver waited for, because the rows of one statement
 * arrive at the same time.
 */

const pluginName = 'pace'

export default pluginName

const OBJECTS = ['Object', 'Interface', 'Union']

/** Fields below a selection. Cached, because documents are parsed once and executed many times. */
const counts = new WeakMap<SelectionSetNode, number>()

function countFields(set: SelectionSetNode, fragments: { readonly [name: string]: FragmentDefinitionNode }): number {
  const known = counts.get(set)
  if (known !== undefined) return known
  let count = 0
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) count += 1
    const below =
      selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value]?.selectionSet : selection.selectionSet
    if (below) count += countFields(below, fragments)
  }
  counts.set(set, count)
  return count
}

/** Number of fields of one object. Fields of lists below the object are counted again for each of their items. */
function fieldsOf({ fieldNodes, fragments }: GraphQLResolveInfo): number {
  let count = 1
  for (const { selectionSet } of fieldNodes) if (selectionSet) count += countFields(selectionSet, fragments)
  return count
}

/** Contexts that were created again, such as for each event of a subscription, belong to the same request. */
const requestOf = (context: object): object =>
  'requester' in context && typeof context.requester === 'object' ? (context.requester ?? context) : context

class PacePlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    { type }: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const isList = type.kind === 'List'
    if (!OBJECTS.includes(isList ? type.type.kind : type.kind)) return resolver
    return (parent, args, context, info) => {
      const found: unknown = resolver(parent, args, context, info)
      if (!(found instanceof Promise) && !(isList && Array.isArray(found))) return found
      const request = requestOf(context)
      const fields = fieldsOf(info)
      const paced = <Item>(item: Item): Item | Promise<Item> =>
        item == null || pace.take(request, fields) ? item : pace.later(request, fields, item)
      const pacedItem = <Item>(item: Item) => (item instanceof Promise ? item.then(paced) : paced(item))
      const pacedValue = (value: unknown) => (isList && Array.isArray(value) ? value.map(pacedItem) : value)
      if (!(found instanceof Promise)) return pacedValue(found)
      return found.then(isList ? pacedValue : paced)
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
