import { parseSecret } from '@keyward/engine/secret'
import { DatabaseUnavailableError } from '@keyward/prisma/errors'
import type { Actor } from '@keyward/schema/core/actor'
import { measureAfterSuspension } from '@keyward/schema/core/host'
import { authenticateSecret } from '@keyward/schema/credential/service'
import { clientSource } from '@keyward/schema/credential/unknown-secrets'
import type { Runtime } from '@keyward/schema/runtime'
import { pathPrefix, type ServerConfig } from '../config/config.ts'
import { objectToJson } from '../http/json-caps.ts'
import { REQUEST_CAPS } from '../http/request-caps.ts'
import type { RequestContext } from '../http/request-context.ts'
import { errorResponse, readBody, withHeaders } from '../http/responses.ts'
import type { Log } from '../telemetry/log.ts'
import { createAcceptedSecrets } from './accepted-secrets.ts'
import { createEventRecord } from './account-events.ts'
import { CLIENT_ADDRESS_HEADER } from './auth-options.ts'
import { type Authentication, authenticate } from './authenticate.ts'
import { mailLinks } from './link-mails.ts'
import { createOtherOrigins } from './other-origins.ts'
import type { Passwords } from './passwords.ts'
import { createPeople } from './people.ts'
import { SessionCache } from './session-cache.ts'
import { announceSessionEnded } from './session-ended.ts'

/** Authenticates callers and serves sign-in. */
export interface Identity {
  /** Authenticates a request. Throws InvalidCredentialError if the credential is not valid. */
  authenticate(request: Request, clientAddress: string | null): Promise<Authentication>
  /** Serves a path under /auth. */
  handle(request: Request, path: string, context: RequestContext): Promise<Response>
  close(): void
}

/**
 * Whether a program, not a browser, sent the request. Node's fetch sends `sec-fetch-mode` like a browser, but neither a
 * site nor an origin, which browsers always send. better-auth would mistake the program for a page that hides its
 * origin.
 */
const isProgram = (headers: Headers): boolean =>
  !['cookie', 'origin', 'referer', 'sec-fetch-site'].some((name) => headers.has(name))

function isGatewayToken(secret: string): boolean {
  const parsed = parseSecret(secret)
  return parsed.shape === 'keyward' && parsed.kind === 'gate'
}

/** Reads the verifier's cache, like the forward-auth endpoint, so that both accept the same gateways in an outage. */
async function authenticateGateway(
  { verifier }: Runtime,
  token: string,
  clientAddress: string | null,
): Promise<Actor | null> {
  const gateway = await verifier.gatewayOf(token, () => clientSource(clientAddress))
  if (gateway === 'UNAVAILABLE') throw new DatabaseUnavailableError('The gateway token cannot be checked')
  return gateway && { kind: 'GATEWAY', id: gateway.id, name: gateway.name }
}

/** Combines sessions with the other credentials, and keeps the session cache current on every replica. */
export async function createIdentity(options: {
  config: ServerConfig
  runtime: Runtime
  log: Log
  passwords: Passwords
}): Promise<Identity> {
  const { config, runtime, log, passwords } = options
  const {
    database,
    settings: { mailer },
  } = runtime
  const otherOrigins = createOtherOrigins(config)
  /** Restores the prefix in a request URL for better-auth. */
  const prefixed = (address: string): URL => {
    const found = new URL(address)
    found.pathname = pathPrefix(config) + found.pathname
    return found
  }
  const accepted = createAcceptedSecrets(config.sessionSecret, config.acceptedSessionSecrets)
  const people = await createPeople({
    config,
    database,
    log,
    passwords,
    record: createEventRecord({ runtime, log }),
    sendLink: mailer && mailLinks(mailer, config.publicUrl),
    onSessionEnded: async (sessionId) => {
      sessions.dropSession(sessionId)
      await announceSessionEnded(runtime, sessionId)
    },
    onUserChanged(userId) {
      sessions.dropUser(userId)
      return runtime.replica?.positions.note(userId)
    },
    onServed(userId, isCertain) {
      if (isCertain) return runtime.replica?.positions.note(userId)
      runtime.replica?.positions.doubt(userId)
    },
  })
  const sessions = new SessionCache(people.findSession, () => database.clock.now())
  const unsubscribe = runtime.changes.subscribe({
    onChange: (change) => {
      if (change.kind === 'SESSION_ENDED') sessions.dropSession(change.subjectId)
    },
    onReset: () => sessions.dropAll(),
  })
  const find: SessionCache['find'] = async (signedToken, options) => {
    await measureAfterSuspension(database.clock)
    return sessions.find(accepted.signedAgain(signedToken), options)
  }
  const credentials = {
    sessions: { find },
    cookieName: people.cookieName,
    forgetCookieName: people.forgetCookieName,
    authenticateSecret: (secret: string, clientAddress: string | null) =>
      isGatewayToken(secret)
        ? authenticateGateway(runtime, secret, clientAddress)
        : authenticateSecret(runtime, secret, clientAddress),
  }
  return {
    authenticate: (request, clientAddress) => authenticate(request, clientAddress, credentials),
    async handle(request, path, { clientAddress, requestId }) {
      const isOther = otherOrigins.isOther(request)
      const refusal = isOther ? otherOrigins.refusal(request, path) : null
      if (refusal) return refusal
      const body =
        request.method === 'GET' || request.method === 'HEAD'
          ? null
          : await readBody(request, REQUEST_CAPS.authBodyBytes)
      if (body === null && request.method !== 'GET' && request.method !== 'HEAD') {
        const message = `The body is larger than ${REQUEST_CAPS.authBodyBytes} bytes.`
        return errorResponse(413, { code: 'BAD_REQUEST', message, requestId })
      }
      const objection = body && objectToJson(Buffer.from(body).toString(), REQUEST_CAPS.valueDepth)
      if (objection) {
        const message = `The body ${objection}`
        return errorResponse(400, { code: 'BAD_REQUEST', message, requestId })
      }
      const headers = new Headers(request.headers)
      headers.delete(CLIENT_ADDRESS_HEADER)
      accepted.signHeadersAgain(headers)
      // A page from another origin is served like a program: neither sends cookies.
      if (isOther) for (const name of ['origin', 'referer', 'sec-fetch-site']) headers.delete(name)
      if (isProgram(headers)) for (const name of ['sec-fetch-mode', 'sec-fetch-dest']) headers.delete(name)
      if (clientAddress !== null) headers.set(CLIENT_ADDRESS_HEADER, clientAddress)
      const { method, url } = request
      const response = await people.handle(
        new Request(prefixed(url), { method, headers, body: body?.length ? body : null }),
        clientAddress,
      )
      const retryAfter = response.headers.get('x-retry-after')
      const answer = retryAfter === null ? response : withHeaders(response, { 'retry-after': retryAfter })
      return isOther ? otherOrigins.withoutCookies(answer) : otherOrigins.withAdvice(request, answer)
    },
    close: unsubscribe,
  }
}
