import { type DocumentNode, type GraphQLSchema, getOperationAST, Kind, type SelectionSetNode } from 'graphql'

/**
 * The option of a root field whose whole response may come from a read replica. Such a field lists, sums or shows data,
 * and makes no decision. The fields below it read from the same database.
 */
export const MAY_LAG = { extensions: { mayLag: true } }

/** Whether an operation is a query and a replica can serve all its root fields. */
export function mayLag(schema: GraphQLSchema, document: DocumentNode, operationName?: string | null): boolean {
  const operation = getOperationAST(document, operationName)
  if (operation?.operation !== 'query') return false
  const fields = schema.getQueryType()?.getFields() ?? {}
  const seen = new Set<string>()
  const mayAll = ({ selections }: SelectionSetNode): boolean =>
    selections.every((node) => {
      const { kind } = node
      if (kind === Kind.FIELD)
        return node.name.value.startsWith('__') || fields[node.name.value]?.extensions.mayLag === true
      if (kind === Kind.INLINE_FRAGMENT) return mayAll(node.selectionSet)
      const { value: name } = node.name
      if (seen.has(name)) return true
      seen.add(name)
      const fragment = document.definitions.find(
        (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name,
      )
      return fragment?.kind === Kind.FRAGMENT_DEFINITION && mayAll(fragment.selectionSet)
    })
  return mayAll(operation.selectionSet)
}
