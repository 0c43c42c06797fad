import { formatScope } from '@keyward/schema/child-token/scope'
import { createChildToken } from '@keyward/schema/child-token/service'
import { encodeId } from '@keyward/schema/core/ids'
import type { Runtime } from '@keyward/schema/runtime'
import type { RequestContext } from '../http/request-context.ts'
import { readBody } from '../http/responses.ts'
import { ACCESS_TOKEN, Refusal, readParameters } from './parameters.ts'

/** The path of the token endpoint. */
export const TOKEN = '/token'

const BODY_BYTES = 16_384
const FORM = 'application/x-www-form-urlencoded'
/** How soon to try again where a key has too many child tokens. */
const RETRY_SECONDS = 60
/** OAuth demands both, since the answer carries a token. */
const UNCACHED = { 'cache-control': 'no-store', pragma: 'no-cache' }

/** Serves `POST /token`: exchanges the secret of a key for a child token (RFC 8693). */
export async function exchangeToken(request: Request, context: RequestContext, runtime: Runtime): Promise<Response> {
  const answer = await exchange(request, context, runtime)
  if (!(answer instanceof Refusal)) return Response.json(answer, { headers: UNCACHED })
  const { error, description, status, headers } = answer
  return Response.json({ error, error_description: description }, { status, headers: { ...headers, ...UNCACHED } })
}

async function exchange(request: Request, context: RequestContext, runtime: Runtime): Promise<object | Refusal> {
  const invalid = (description: string, status?: number, headers?: Record<string, string>) =>
    new Refusal('invalid_request', description, status, headers)
  if (request.method !== 'POST') return invalid('Send the request by POST.', 405, { allow: 'POST' })
  // Servers and proxies write URLs to their logs.
  if (new URL(request.url).search !== '') return invalid('Send the parameters in the body, not in the URL.')
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== FORM) return invalid(`Send the parameters with \`content-type: ${FORM}\`.`)
  const body = await readBody(request, BODY_BYTES)
  if (!body) return invalid(`The body may have at most ${BODY_BYTES} bytes.`, 413)
  const parameters = readParameters(new URLSearchParams(new TextDecoder().decode(body)))
  if (parameters instanceof Refusal) return parameters
  const { subjectToken: secret, scope, lifetimeSeconds } = parameters
  const issued = await createChildToken(runtime, { secret, scope, lifetimeSeconds }, context.clientAddress)
  switch (issued.outcome) {
    case 'UNKNOWN_SECRET':
      return invalid('`subject_token` is not the secret of a key that works from this address.')
    case 'INVALID_SCOPE':
      return new Refusal('invalid_scope', issued.message)
    case 'TOO_MANY': {
      const description = `A key may have at most ${runtime.limits.childTokensPerKey} live child tokens. Wait until some expire.`
      return new Refusal('temporarily_unavailable', description, 429, { 'retry-after': String(RETRY_SECONDS) })
    }
    case 'ISSUED': {
      context.credentialId = encodeId('ApiKey', issued.apiKeyId)
      const granted = formatScope(issued.scopes)
      return {
        access_token: issued.token,
        issued_token_type: ACCESS_TOKEN,
        token_type: 'Bearer',
        expires_in: issued.expiresInSeconds,
        ...(granted !== '' && { scope: granted }),
      }
    }
  }
}
