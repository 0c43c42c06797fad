import { readSecret, TWO_SECRETS } from '@keyward/engine/presented'
import { clientSource, gatewaySource, UnknownSecretsLimitedError } from '@keyward/schema/credential/unknown-secrets'
import type { Runtime } from '@keyward/schema/runtime'
import type { FoundGateway } from '@keyward/schema/verification/memory'
import type { Config } from '../config/config.ts'
import type { PlainAnswer } from '../http/answer.ts'
import type { Incoming } from '../http/incoming.ts'
import type { RequestContext } from '../http/request-context.ts'
import { answer, preflightAnswer, refuse } from './answer.ts'
import { questionOf } from './question.ts'

/** Carries the gateway's own token. `Authorization` contains the secret to authorize. */
const GATEWAY_HEADER = 'keyward-gateway'

const LIMITED = 'Too many unknown tokens came from this address. Try again.'

const isAnswer = (value: object): value is PlainAnswer => 'status' in value

/**
 * Whether a raw path is routed to the endpoint. The endpoint answers `/authorizeX` with 404. Proxies append the path of
 * the original request (Envoy: `path_prefix`). If a dot segment led to another handler, its 2xx response would allow
 * the original request.
 */
export const isForwardAuthPath = (rawPath: string): boolean => rawPath.startsWith('/authorize')

/** `/authorize`, with or without the path that a proxy appended, but not `/authorizeX`. */
const SERVED = /^\/authorize(?:$|[/\\])/

/**
 * The forward-auth endpoint. nginx's `auth_request` and Envoy's `ext_authz` send it the original request's headers.
 * Authorizing a request charges its limits. Responds with 200, 401, 403, 429 or 503, a small JSON body and `Keyward-*`
 * headers.
 */
export async function forwardAuth(
  incoming: Incoming,
  path: string,
  context: RequestContext,
  runtime: Runtime,
  { secretFrom, preflightMethod }: Pick<Config, 'secretFrom' | 'preflightMethod'>,
): Promise<PlainAnswer> {
  if (!SERVED.test(path)) return refuse(404, 'BAD_REQUEST', 'Nothing is served at this path. Use /authorize.')
  // A row in memory is not awaited, because a promise is more expensive than the look-up.
  const finding = gatewayOf(incoming, runtime)
  const gateway = finding instanceof Promise ? await finding : finding
  if (isAnswer(gateway)) return gateway
  if (preflightMethod !== null && isPreflight(incoming, preflightMethod)) return preflightAnswer()
  const secret = readSecret(incoming.header, secretFrom)
  if (secret === TWO_SECRETS) return refuse(401, 'TWO_SECRETS', 'The request carries two different secrets. Send one.')
  if (secret === null) {
    const others =
      secretFrom.length > 0 ? `, or in one of these places (KEYWARD_SECRET_FROM): ${secretFrom.join(', ')}` : ''
    const message = `Send the secret as \`Authorization: Bearer …\`${others}.`
    return refuse(401, 'NO_SECRET', message, ['www-authenticate', 'Bearer'])
  }
  const asking = questionOf(incoming, path, secret)
  const asked = asking instanceof Promise ? await asking : asking
  if (isAnswer(asked)) return asked
  const verification = await runtime.verifier.authorize(asked, () => gatewaySource(gateway.id, asked.clientIp))
  context.credentialId = verification.record?.ids.credential ?? null
  if (verification.allowed && verification.reservation) context.reserved.add(verification.reservation)
  return answer(verification, runtime.database.clock.now().getTime(), asked.consumer ?? null)
}

/** Whether the request is a browser's CORS preflight. */
const isPreflight = ({ method, header }: Incoming, from: string): boolean =>
  (from === 'request' ? method : header(from)) === 'OPTIONS' &&
  header('origin') !== null &&
  header('access-control-request-method') !== null

type Gateway = PlainAnswer | { id: string }

function limitedOf(error: unknown): 'LIMITED' {
  if (error instanceof UnknownSecretsLimitedError) return 'LIMITED'
  throw error
}

function gatewayOf(incoming: Incoming, runtime: Runtime): Gateway | Promise<Gateway> {
  const token = incoming.header(GATEWAY_HEADER)
  const source = () => clientSource(incoming.clientAddress)
  const found = token === null ? null : runtime.verifier.gatewayOf(token, source)
  return found instanceof Promise
    ? found.catch(limitedOf).then((gateway) => knownGateway(gateway, token))
    : knownGateway(found, token)
}

function knownGateway(gateway: FoundGateway | 'LIMITED', token: string | null): Gateway {
  if (gateway === 'LIMITED') return refuse(429, 'UNKNOWN_SECRETS_LIMITED', LIMITED, ['retry-after', '1'])
  if (gateway === 'UNAVAILABLE') {
    return refuse(503, 'UNAVAILABLE', 'The gateway token cannot be checked at the moment. Try again.', [
      'retry-after',
      '1',
    ])
  }
  if (gateway) return gateway
  const message = !token
    ? 'Send the token of a gateway as `Keyward-Gateway`.'
    : '`Keyward-Gateway` carries an unknown token: it is mistyped, or was rotated or removed.'
  return refuse(401, 'GATEWAY_UNKNOWN', message)
}
