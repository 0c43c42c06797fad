import { type DocumentNode, getOperationAST, Kind, type OperationDefinitionNode } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { YogaContext } from '../yoga-context.ts'

const MOST_CHARACTERS = 100

/**
 * The operation's first root field. A validated document contains only fields of the schema, so metrics can use it as a
 * label.
 */
function rootFieldOf({ selectionSet: { selections } }: OperationDefinitionNode): string {
  const [only] = selections
  return selections.length === 1 && only?.kind === Kind.FIELD ? only.name.value : 'several'
}

/** Records the operation for the log and the metrics. */
export function useOperationName(): Plugin<YogaContext> {
  const note = ({ http }: YogaContext, document: DocumentNode, operationName: string | null | undefined): void => {
    const operation = getOperationAST(document, operationName)
    if (!operation) return
    http.operation.kind = operation.operation
    http.operation.field = rootFieldOf(operation)
    if (operation.name) http.operation.name = operation.name.value.slice(0, MOST_CHARACTERS)
  }
  return {
    onExecute: ({ args }) => note(args.contextValue, args.document, args.operationName),
    onSubscribe: ({ args }) => note(args.contextValue, args.document, args.operationName),
  }
}
