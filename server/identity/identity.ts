import { DatabaseUnavailableError } from '@keyward/prisma/errors'
import { parseSecret } from '@keyward/schema/api-key/secret'
import type { Actor } from '@keyward/schema/core/actor'
import { authenticateSecret } from '@keyward/schema/credential/service'
import type { Runtime } from '@keyward/schema/runtime'
import { UnknownError } from '@keyward/schema/verification/knowledge'
import type { ServerConfig } from '../config/config.ts'
import { LIMITS } from '../http/request-caps.ts'
import type { RequestContext } from '../http/request-context.ts'
import { errorResponse, readBody, withHeaders } from '../http/responses.ts'
import type { Log } from '../telemetry/log.ts'
import { CLIENT_ADDRESS_HEADER, createPeople } from './people.ts'
import { SessionCache } from './session-cache.ts'
import { announceSessionEnded } from './session-ended.ts'
import { type Caller, whoIsCalling } from './who-is-calling.ts'

/** Who may come in, and as whom. */
export interface Identity {
  /** Names the actor of a request; throws InvalidCredentialError for a credential that is there and not valid. */
  whoIsCalling(request: Request, clientAddress: string | null): Promise<Caller>
  /** Answers everything under /auth. */
  handle(request: Request, context: RequestContext): Promise<Response>
  close(): void
}

/**
 * True for what no browser sent: Node's fetch names a mode as browsers do, and neither a site nor an origin, which they
 * always add. better-auth would take it for a page that hides where it comes from.
 */
const isProgram = (headers: Headers): boolean =>
  !['cookie', 'origin', 'referer', 'sec-fetch-site'].some((name) => headers.has(name))

function isGatewayToken(secret: string): boolean {
  const parsed = parseSecret(secret)
  return parsed.shape === 'keyward' && parsed.kind === 'gate'
}

/** From the verifier's memory, as at the door of proxies: in an outage, both doors then know the same gateways. */
async function authenticateGateway({ verifier }: Runtime, token: string): Promise<Actor | null> {
  try {
    const gateway = await verifier.gatewayOf(token)
    if (!gateway) return null
    return { kind: 'GATEWAY', id: gateway.id, name: gateway.name }
  } catch (error) {
    if (!(error instanceof UnknownError)) throw error
    throw new DatabaseUnavailableError('Whose token it is cannot be told', { cause: error })
  }
}

/** Wires people, their sessions and the other credentials together, and keeps the session cache right on every replica. */
export async function createIdentity(options: { config: ServerConfig; runtime: Runtime; log: Log }): Promise<Identity> {
  const { config, runtime, log } = options
  const { database } = runtime
  const people = await createPeople({
    config,
    database,
    log,
    onSessionEnded: async (sessionId) => {
      sessions.dropSession(sessionId)
      await announceSessionEnded(runtime, sessionId)
    },
    onUserChanged: (userId) => sessions.dropUser(userId),
  })
  const sessions = new SessionCache(people.findSession, () => database.clock.now())
  const unsubscribe = runtime.changes.onChange((change) => {
    if (change.kind === 'SESSION_ENDED') sessions.dropSession(change.subjectId)
  })
  const doors = {
    sessions,
    cookieName: people.cookieName,
    authenticateSecret: (secret: string, clientAddress: string | null) =>
      isGatewayToken(secret)
        ? authenticateGateway(runtime, secret)
        : authenticateSecret(runtime, secret, clientAddress),
  }
  return {
    whoIsCalling: (request, clientAddress) => whoIsCalling(request, clientAddress, doors),
    async handle(request, { clientAddress, requestId }) {
      const body =
        request.method === 'GET' || request.method === 'HEAD' ? null : await readBody(request, LIMITS.bodyBytes)
      if (body === null && request.method !== 'GET' && request.method !== 'HEAD') {
        const message = `The body is larger than ${LIMITS.bodyBytes} bytes.`
        return errorResponse(413, { code: 'BAD_REQUEST', message, requestId })
      }
      const headers = new Headers(request.headers)
      headers.delete(CLIENT_ADDRESS_HEADER)
      if (isProgram(headers)) for (const name of ['sec-fetch-mode', 'sec-fetch-dest']) headers.delete(name)
      if (clientAddress !== null) headers.set(CLIENT_ADDRESS_HEADER, clientAddress)
      const { method, url } = request
      const response = await people.handle(new Request(url, { method, headers, body: body?.length ? body : null }))
      const retryAfter = response.headers.get('x-retry-after')
      return retryAfter === null ? response : withHeaders(response, { 'retry-after': retryAfter })
    },
    close: unsubscribe,
  }
}
