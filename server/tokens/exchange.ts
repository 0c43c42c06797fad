import { formatScope } from '@keyward/schema/child-token/scope'
import { createChildToken, revokeChildToken } from '@keyward/schema/child-token/service'
import { encodeId } from '@keyward/schema/core/ids'
import { UnknownSecretsLimitedError } from '@keyward/schema/credential/unknown-secrets'
import type { Runtime } from '@keyward/schema/runtime'
import { exchangeIdentityToken } from '@keyward/schema/trust/exchange'
import type { RequestContext } from '../http/request-context.ts'
import { readBody } from '../http/responses.ts'
import { ACCESS_TOKEN, Refusal, readParameters } from './parameters.ts'

/** Path of the token endpoint. */
export const TOKEN = '/token'

/** Path that revokes a child token. */
export const TOKEN_REVOCATION = '/token/revoke'

const BODY_BYTES = 16_384
const LONGEST_TOKEN = 4_096
const FORM = 'application/x-www-form-urlencoded'
/** Seconds after which to retry if a key has too many child tokens. */
const RETRY_SECONDS = 60
/** OAuth requires both headers, because the response contains a token. */
const UNCACHED = { 'cache-control': 'no-store', pragma: 'no-cache' }

/** Serves `POST /token`: exchanges a key's secret or a workload's identity token (RFC 8693). */
export const exchangeToken = (request: Request, context: RequestContext, runtime: Runtime): Promise<Response> =>
  answer(request, (form) => exchange(form, context, runtime))

/** Serves `POST /token/revoke`: revokes the child token in the request (RFC 7009). */
export const revokeToken = (request: Request, context: RequestContext, runtime: Runtime): Promise<Response> =>
  answer(request, (form) => revoke(form, context, runtime))

async function answer(
  request: Request,
  serve: (form: URLSearchParams) => Promise<object | Refusal>,
): Promise<Response> {
  const form = await readForm(request)
  const answered = form instanceof Refusal ? form : await serve(form).catch(limitedOf)
  if (!(answered instanceof Refusal)) return Response.json(answered, { headers: UNCACHED })
  const { error, description, status, headers } = answered
  return Response.json({ error, error_description: description }, { status, headers: { ...headers, ...UNCACHED } })
}

/** The response to a client that sent too many unknown secrets. Rethrows any other error. */
function limitedOf(error: unknown): Refusal {
  if (!(error instanceof UnknownSecretsLimitedError)) throw error
  return new Refusal('temporarily_unavailable', error.message, 429, { 'retry-after': '1' })
}

const invalid = (description: string, status?: number, headers?: Record<string, string>) =>
  new Refusal('invalid_request', description, status, headers)

async function readForm(request: Request): Promise<URLSearchParams | Refusal> {
  if (request.method !== 'POST') return invalid('Send the request by POST.', 405, { allow: 'POST' })
  // Rejected, because servers and proxies log URLs.
  if (new URL(request.url).search !== '') return invalid('Send the parameters in the body, not in the URL.')
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== FORM) return invalid(`Send the parameters with \`content-type: ${FORM}\`.`)
  const body = await readBody(request, BODY_BYTES)
  if (!body) return invalid(`The body may have at most ${BODY_BYTES} bytes.`, 413)
  const form = new URLSearchParams(new TextDecoder().decode(body))
  const isRepeated = [...new Set(form.keys())].some((name) => form.getAll(name).length > 1)
  return isRepeated ? invalid('A parameter is given twice.') : form
}

async function revoke(form: URLSearchParams, context: RequestContext, runtime: Runtime): Promise<object | Refusal> {
  const token = form.get('token') ?? ''
  if (token === '') return invalid('`token` is missing: send the child token.')
  const isChild = token.length <= LONGEST_TOKEN && (await revokeChildToken(runtime, token, context.clientAddress))
  const description = 'Only child tokens, `kw_tmp_…`, can be revoked here. Revoke a key with `apiKeyRevoke`.'
  return isChild ? {} : new Refusal('unsupported_token_type', description)
}

async function exchange(form: URLSearchParams, context: RequestContext, runtime: Runtime): Promise<object | Refusal> {
  const parameters = readParameters(form)
  if (parameters instanceof Refusal) return parameters
  const { subjectToken: secret, trustId, ...asked } = parameters
  if (trustId !== null) {
    const { lifetimeSeconds } = asked
    return exchangeIdentity({ trustId, identityToken: secret, lifetimeSeconds }, context, runtime)
  }
  const issued = await createChildToken(runtime, { secret, ...asked }, context.clientAddress)
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
        ...(asked.origins.length > 0 && { origins: asked.origins.join(' ') }),
      }
    }
  }
}

async function exchangeIdentity(
  given: { trustId: string; identityToken: string; lifetimeSeconds: number },
  context: RequestContext,
  runtime: Runtime,
): Promise<object | Refusal> {
  const issued = await exchangeIdentityToken(runtime, given)
  switch (issued.outcome) {
    case 'DENIED':
      return invalid('The trust does not accept `subject_token`. ADMINs of its project see the reason with the trust.')
    case 'ISSUER_UNAVAILABLE':
    case 'TOO_MANY': {
      const isFull = issued.outcome === 'TOO_MANY'
      const description = isFull
        ? `A trust may have at most ${runtime.limits.tokensPerTrust} live tokens. Wait until some expire.`
        : 'The keys of the issuer cannot be read now. Try again later.'
      const headers = { 'retry-after': String(RETRY_SECONDS) }
      return new Refusal('temporarily_unavailable', description, isFull ? 429 : 503, headers)
    }
    case 'ISSUED':
      context.credentialId = encodeId('ServiceAccount', issued.serviceAccountId)
      return {
        access_token: issued.token,
        issued_token_type: ACCESS_TOKEN,
        token_type: 'Bearer',
        expires_in: given.lifetimeSeconds,
      }
  }
}
