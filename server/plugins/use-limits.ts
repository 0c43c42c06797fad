import { RequestError } from '@keyward/schema/errors'
import { type DocumentNode, GraphQLError, parse } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { type Objection, objectToDocument, objectToVariables } from '../document-limits.ts'
import { LIMITS } from '../limits.ts'

function refuse(objection: Objection): void {
  if (objection) throw new RequestError(objection.code, objection.message)
}

/** Refuses documents and variables beyond the limits before anything works on them. */
export function useLimits(): Plugin {
  const accepted = new WeakSet<DocumentNode>()
  return {
    onRequestParse({ requestParser, setRequestParser }) {
      if (requestParser) {
        setRequestParser(async (request) => {
          try {
            return await requestParser(request)
          } catch (error) {
            if (!(error instanceof SyntaxError)) throw error
            throw new RequestError('BAD_REQUEST', 'The variables and extensions of a request have to be JSON objects.')
          }
        })
      }
      return {
        onRequestParseDone({ requestParserResult }) {
          if (Array.isArray(requestParserResult)) {
            throw new RequestError('BAD_REQUEST', 'Send one operation a request: batches are not taken.')
          }
        },
      }
    },
    onParams({ params }) {
      if (typeof params.query === 'string' && params.query.length > LIMITS.documentCharacters) {
        const message = `The document has ${params.query.length} characters, and may have ${LIMITS.documentCharacters}. Put values into variables, or ask in several requests.`
        throw new RequestError('QUERY_TOO_COSTLY', message)
      }
      refuse(objectToVariables(params.variables))
      refuse(objectToVariables(params.extensions))
    },
    onParse({ setParseFn }) {
      setParseFn((source, options) => parse(source, { ...options, maxTokens: LIMITS.tokens }))
      return ({ result }) => {
        if (result instanceof GraphQLError) {
          if (!/more than \d+ tokens/.test(result.message)) return
          const message = `The document has more than ${LIMITS.tokens} tokens. Ask in several requests.`
          throw new RequestError('QUERY_TOO_COSTLY', message)
        }
        if (result === null || result instanceof Error || accepted.has(result)) return
        refuse(objectToDocument(result))
        accepted.add(result)
      }
    },
  }
}
