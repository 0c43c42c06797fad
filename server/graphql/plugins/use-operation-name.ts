import { type DocumentNode, getOperationAST } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { RequestContext } from '../../http/request-context.ts'

const MOST_CHARACTERS = 100

/** Records which operation runs, for the log. */
export function useOperationName(): Plugin<RequestContext> {
  const note = (context: RequestContext, document: DocumentNode, operationName: string | null | undefined): void => {
    const operation = getOperationAST(document, operationName)
    if (!operation) return
    context.operation.kind = operation.operation
    if (operation.name) context.operation.name = operation.name.value.slice(0, MOST_CHARACTERS)
  }
  return {
    onExecute: ({ args }) => note(args.contextValue, args.document, args.operationName),
    onSubscribe: ({ args }) => note(args.contextValue, args.document, args.operationName),
  }
}
