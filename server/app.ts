import { setMaxListeners } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Database } from '@keyward/prisma/database'
import { createRuntime } from '@keyward/schema/create-runtime'
import { schema } from '@keyward/schema/graph'
import { createContext } from '@keyward/schema/graphql/context'
import type { Runtime } from '@keyward/schema/runtime'
import { ownOrigins, type ServerConfig } from './config/config.ts'
import { settingsOf } from './config/settings.ts'
import { authorize, type DoorAnswer, doorPathOf, isAuthorizePath } from './forward-auth/authorize.ts'
import { askedByMessage, askedByRequest, doorResponse } from './forward-auth/request.ts'
import { createGraphHandler } from './graphql/handler.ts'
import { createCors } from './http/cors.ts'
import { health } from './http/health.ts'
import { refusal } from './http/refusal.ts'
import { type RequestContext, requestIdOf } from './http/request-context.ts'
import { errorResponse, withHeaders } from './http/responses.ts'
import { createIdentity, type Identity } from './identity/identity.ts'
import { InvalidCredentialError } from './identity/who-is-calling.ts'
import { createLeakDoor } from './leaks/github.ts'
import { createPages } from './pages/pages.ts'
import { logAccess } from './telemetry/access-log.ts'
import { createLog, type Log } from './telemetry/log.ts'
import { logOutages } from './telemetry/outage-log.ts'
import { COSTS_CSV, exportCosts } from './usage/costs-csv.ts'

/** Where a request came from, as the listener knows it. */
export interface Connection {
  clientAddress: string | null
  /** The request's target as it was sent: a Request has its dot segments resolved. */
  target?: string | undefined
}

/** The whole server but its socket. */
export interface App {
  /** Answers any request of the instance. */
  fetch(request: Request, connection?: Connection): Promise<Response>
  /** Answers a request to the door for proxies as `fetch` does, without going through a Request and a Response. */
  authorize(incoming: IncomingMessage, path: string): Promise<DoorAnswer>
  runtime: Runtime
  log: Log
  /** Says that the server stops: `/health/ready` turns to 503 and subscriptions end. Requests are still answered. */
  drain(): void
  /** Ends everything but the database, which whoever opened it closes. */
  close(): Promise<void>
}

const COMMON_HEADERS = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' }

/** Builds the server over an open, migrated database. */
export async function createApp(config: ServerConfig, database: Database): Promise<App> {
  const log = createLog(config.log)
  const stopping = new AbortController()
  // Every open stream listens for the stop: many of them are no leak.
  setMaxListeners(0, stopping.signal)
  const runtime = await createRuntime({ database, settings: settingsOf(config, log) })
  const endOutageLog = logOutages(runtime.verifier, log)
  const identity = await createIdentity({ config, runtime, log })
  const origins = ownOrigins(config)
  const cors = createCors(config.corsOrigins)
  const pages = createPages({ config, database })
  const leaks = createLeakDoor({ keysFile: config.githubKeysFile, database, log })
  const graph = createGraphHandler({
    schema,
    origins,
    log,
    stopping: stopping.signal,
    contextOf: async ({ caller, requestId }) => {
      if (!caller) throw new Error('A request reached the graph without being asked who is calling')
      return createContext(runtime, { actor: caller.actor, requestId, reauthenticate: caller.reauthenticate })
    },
  })

  const answer = async (request: Request, path: string, context: RequestContext): Promise<Response> => {
    // The door that proxies ask on every request comes first, and does not pass through Yoga.
    if (isAuthorizePath(path)) return doorResponse(await authorize(askedByRequest(request, path), runtime))
    const page = await pages(request, path)
    if (page) return page
    if (path === '/graphql') {
      const preflight = cors.preflight(request)
      if (preflight) return preflight
      return cors.allow(request, await answerCaller(request, context, identity, graph))
    }
    if (path === COSTS_CSV) {
      const preflight = cors.preflight(request)
      if (preflight) return preflight
      const costs = (asked: Request, of: RequestContext) => exportCosts(asked, of, runtime, log)
      return cors.allow(request, await answerCaller(request, context, identity, costs))
    }
    if (path.startsWith('/auth/')) return identity.handle(request, context)
    const feedback = await leaks(request, path, context.requestId)
    if (feedback) return feedback
    const report = await health(path, database, stopping.signal)
    if (report) return report
    const message = path.endsWith('/graphql')
      ? 'There is nothing at this address. The graph is at /graphql: where a base address is asked for, give it without that.'
      : 'There is nothing at this address. The graph is at /graphql.'
    return errorResponse(404, { code: 'BAD_REQUEST', message, requestId: context.requestId })
  }

  return {
    runtime,
    log,
    async fetch(request, connection) {
      const context = contextOf(request.headers.get('x-request-id'), connection?.clientAddress ?? null)
      const { requestId } = context
      const path = pathOf(request, connection?.target)
      let response: Response
      try {
        response = await answer(request, path, context)
      } catch (error) {
        response = refusal(error, context, log)
      }
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
      response = withHeaders(response, {
        ...COMMON_HEADERS,
        'x-request-id': requestId,
        ...(response.headers.has('cache-control') ? {} : { 'cache-control': 'no-store' }),
        // Proxies such as nginx would hold events back until their buffer is full.
        ...(isStream ? { 'x-accel-buffering': 'no' } : {}),
      })
      logAccess(log, context, request.method, path, response.status)
      return response
    },
    async authorize(incoming, path) {
      const asked = askedByMessage(incoming, path)
      const context = contextOf(asked.header('x-request-id'), null)
      const { status, headers, body } = await authorize(asked, runtime).catch(async (error: unknown) => {
        const refused = refusal(error, context, log)
        return { status: refused.status, headers: Object.fromEntries(refused.headers), body: await refused.text() }
      })
      logAccess(log, context, asked.method, path, status)
      const own = { 'x-request-id': context.requestId, 'cache-control': 'no-store' }
      return { status, headers: { 'content-type': 'application/json', ...headers, ...COMMON_HEADERS, ...own }, body }
    },
    drain: () => stopping.abort(),
    async close() {
      stopping.abort()
      endOutageLog()
      identity.close()
      await runtime.close()
    },
  }
}

const contextOf = (requestId: string | null, clientAddress: string | null): RequestContext => ({
  requestId: requestIdOf(requestId),
  startedAt: performance.now(),
  clientAddress,
  caller: null,
  operation: {},
  errorCodes: new Set(),
})

/**
 * The path that decides who answers. A proxy puts its caller's path behind that of its door, so whether it is the door is
 * decided before dot segments are resolved: none may lead out of it.
 */
function pathOf(request: Request, target: string | undefined): string {
  return doorPathOf(target) ?? new URL(request.url).pathname
}

async function answerCaller(
  request: Request,
  context: RequestContext,
  identity: Identity,
  answer: (request: Request, context: RequestContext) => Promise<Response>,
): Promise<Response> {
  const { requestId } = context
  try {
    context.caller = await identity.whoIsCalling(request, context.clientAddress)
  } catch (error) {
    if (!(error instanceof InvalidCredentialError)) throw error
    context.errorCodes.add('UNAUTHENTICATED')
    const { message } = error
    return errorResponse(401, { code: 'UNAUTHENTICATED', message, requestId }, { 'www-authenticate': 'Bearer' })
  }
  return answer(request, context)
}
