import { RequestError } from '@keyward/schema/core/errors'
import { type DocumentNode, GraphQLError, parse } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { hasJsonBody, objectToJson } from '../../http/json-caps.ts'
import { REQUEST_CAPS } from '../../http/request-caps.ts'
import { type Objection, objectToDocument, objectToVariables } from '../document-caps.ts'

function refuse(objection: Objection): void {
  if (objection) throw new RequestError(objection.code, objection.message)
}

/** The way to send a document that all clients support. */
export const POST_JSON = 'POST a JSON object with `query`, as `content-type: application/json`.'

type RequestParser = Parameters<Parameters<NonNullable<Plugin['onRequestParse']>>[0]['setRequestParser']>[0]

/** The allowed nesting of values, plus two levels for the body and its `variables` member. */
const BODY_LEVELS = REQUEST_CAPS.valueDepth + 2

const parseJson: RequestParser = async (request) => {
  const text = await request.text()
  const objection = objectToJson(text, BODY_LEVELS)
  if (objection) throw new RequestError('BAD_REQUEST', `The body ${objection}`)
  const body = parsed(text)
  if (typeof body === 'object' && body !== null) return body
  throw new RequestError('BAD_REQUEST', 'The body has to be a JSON object with `query` and perhaps `variables`.')
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** Variables in a URL or a form are JSON too. */
const orBadRequest =
  (parser: RequestParser): RequestParser =>
  async (request) => {
    try {
      return await parser(request)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      throw new RequestError('BAD_REQUEST', 'The variables and extensions of a request have to be JSON objects.')
    }
  }

/** Rejects documents and variables beyond the request caps before anything processes them. */
export function useRequestCaps(): Plugin {
  const accepted = new WeakSet<DocumentNode>()
  return {
    onRequestParse({ request, requestParser, setRequestParser }) {
      if (requestParser) setRequestParser(hasJsonBody(request) ? parseJson : orBadRequest(requestParser))
      return {
        onRequestParseDone({ requestParserResult }) {
          if (Array.isArray(requestParserResult)) {
            throw new RequestError('BAD_REQUEST', 'Send one operation per request: batches are not supported.')
          }
        },
      }
    },
    onParams({ params, request }) {
      // Checked here, because Yoga's own check runs after the plugins that read the query.
      if (params.query != null && typeof params.query !== 'string') {
        throw new RequestError('BAD_REQUEST', '`query` has to be a string.')
      }
      // Yoga's own message does not mention the content type. curl and forms send a different one by default.
      if (request.method === 'POST' && params.query === undefined && params.extensions === undefined) {
        throw new RequestError('BAD_REQUEST', `The body has no \`query\`. ${POST_JSON}`)
      }
      if (params.query && params.query.length > REQUEST_CAPS.documentCharacters) {
        const message = `The document has ${params.query.length} characters. The maximum is ${REQUEST_CAPS.documentCharacters}. Put values into variables, or use several requests.`
        throw new RequestError('QUERY_TOO_COSTLY', message)
      }
      refuse(objectToVariables(params.variables))
      refuse(objectToVariables(params.extensions))
    },
    onParse({ setParseFn }) {
      setParseFn((source, options) => parse(source, { ...options, maxTokens: REQUEST_CAPS.tokens }))
      return ({ result }) => {
        if (result instanceof GraphQLError) {
          if (!/more tha[nt] \d+ tokens/.test(result.message)) return
          const message = `The document has more than ${REQUEST_CAPS.tokens} tokens. Use several requests.`
          throw new RequestError('QUERY_TOO_COSTLY', message)
        }
        if (result === null || result instanceof Error || accepted.has(result)) return
        refuse(objectToDocument(result))
        accepted.add(result)
      }
    },
  }
}
