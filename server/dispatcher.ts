import { schema } from '@keyward/schema/graph'
import { createContext } from '@keyward/schema/graphql/context'
import type { Runtime } from '@keyward/schema/runtime'
import { ownOrigins, pathPrefix, type ServerConfig } from './config/config.ts'
import { DEMO_CHAT, type DemoChat } from './demo/chat/endpoint.ts'
import { forwardAuth, isForwardAuthPath } from './forward-auth/authorize.ts'
import { createGraphHandler } from './graphql/handler.ts'
import type { Answer } from './http/answer.ts'
import { createCors } from './http/cors.ts'
import { type HealthPath, health } from './http/health.ts'
import type { Incoming } from './http/incoming.ts'
import type { RequestContext } from './http/request-context.ts'
import { errorResponse, errorTypeFor, withCookies } from './http/responses.ts'
import { isServedPath, type ServedPath } from './http/served-paths.ts'
import { originForm, rawPathOf } from './http/target.ts'
import { InvalidCredentialError } from './identity/authenticate.ts'
import type { Identity } from './identity/identity.ts'
import { isOpenRoute } from './identity/other-origins.ts'
import { INSTANCE_HEALTH, serveInstanceHealth } from './instance/health.ts'
import { createLeakReports } from './leaks/github.ts'
import { STOP_NOTICES, serveStopNotices } from './notices/stop.ts'
import { createPages } from './pages/pages.ts'
import type { Log } from './telemetry/log.ts'
import type { Metrics } from './telemetry/metrics/metrics.ts'
import type { RequestTracing } from './telemetry/tracing.ts'
import { exchangeToken, revokeToken, TOKEN, TOKEN_REVOCATION } from './tokens/exchange.ts'
import { COSTS_CSV, exportCosts } from './usage/costs-csv.ts'

type Handler = (request: Request, context: RequestContext, incoming: Incoming) => Promise<Response>

interface DispatcherOptions {
  config: ServerConfig
  runtime: Runtime
  identity: Identity
  log: Log
  tracing: RequestTracing | null
  demoChat: DemoChat
  /** Null if metrics are not exposed. */
  metrics: Metrics | null
  /** Aborts when the server announces that it will stop. */
  leaving: AbortSignal
  /** Aborts when the server stops. */
  stopping: AbortSignal
  /** Maximum duration of a GraphQL request. */
  milliseconds?: number
}

/**
 * The path that selects a request's handler. Dot segments are resolved, except under the forward-auth endpoint, because
 * a proxy's client may have written them.
 */
export function pathOf(target: string): string {
  const raw = rawPathOf(target)
  return isForwardAuthPath(raw) ? raw : new URL(`http://dispatch${originForm(target)}`).pathname
}

/** The name in metrics of the handler for a path. */
export function handlerOf(path: string): string {
  if (isForwardAuthPath(path)) return 'forward_auth'
  if (path === '/graphql') return 'graphql'
  if (path === COSTS_CSV) return 'export'
  if (path === TOKEN || path === TOKEN_REVOCATION) return 'token'
  if (path === DEMO_CHAT) return 'demo'
  return /^\/(auth|health|instance|leaks)\//.exec(path)?.[1] ?? 'page'
}

const TRACED_WHOLE: readonly string[] = ['/graphql', COSTS_CSV, TOKEN, TOKEN_REVOCATION, DEMO_CHAT]

/** A path's route for traces. It has few values and contains no secrets. Null for pages and unknown paths. */
export function routeOf(path: string): string | null {
  if (isForwardAuthPath(path)) return '/authorize'
  if (TRACED_WHOLE.includes(path)) return path
  const [, under] = /^\/(auth|health|instance|leaks)\//.exec(path) ?? []
  return under === undefined ? null : `/${under}/*`
}

/** Chooses the handler for each path. No other module routes by path. */
export function createDispatcher(options: DispatcherOptions) {
  const { config, runtime, identity, log, tracing, demoChat, metrics, leaving, stopping, ...limits } = options
  const { database } = runtime
  const acrossOrigins = createCors(config.corsOrigins)
  const prefix = pathPrefix(config)
  const pages = createPages({ config, database, demoChat })
  const leakReports = createLeakReports({ keysFile: config.githubKeysFile, runtime, log })
  const graph = createGraphHandler({
    ...limits,
    schema,
    origins: ownOrigins(config),
    log,
    tracing,
    hasReplica: runtime.replica !== null,
    stopping,
    contextOf: async ({ authentication, requestId, clientAddress, timeLimit, reserved, operation: { mayLag } }) => {
      if (!authentication) throw new Error('A request reached the graph without being authenticated')
      const { actor, reauthenticate } = authentication
      const untimed = <T>(change: () => Promise<T>) => (timeLimit ? timeLimit.pauseFor(change) : change())
      const noteReservation = (token: string) => reserved.add(token)
      // Statements through this database end with the request. Look-ups shared with other requests use the runtime's
      // own database.
      const own = timeLimit ? { ...runtime, database: database.wantedBy(timeLimit.passed) } : runtime
      const facts = { actor, requestId, clientAddress, reauthenticate, untimed, noteReservation }
      return createContext(own, mayLag ? { ...facts, mayLag } : facts)
    },
  })
  /** Serves an API to pages from the configured origins and to authenticated callers. */
  const serveApi = (
    request: Request,
    context: RequestContext,
    incoming: Incoming,
    handler: Handler,
  ): Promise<Response> => {
    const serve = () => handler(request, context, incoming)
    return acrossOrigins(request, () => authenticated(request, context, identity, serve))
  }

  const served =
    (handler: Handler): Handler =>
    (request, context, incoming) =>
      serveApi(request, context, incoming, handler)
  /** These requests carry their credential in the body. */
  const withToken =
    (handle: typeof exchangeToken): Handler =>
    (request, context) =>
      acrossOrigins(request, () => handle(request, context, runtime))
  const healthOf =
    (path: HealthPath): Handler =>
    () =>
      health(path, { database, verifier: runtime.verifier, leaving })
  const handlers: Record<ServedPath, Handler> = {
    '/graphql': served(graph.answer),
    [COSTS_CSV]: served((request, context) => exportCosts(request, context, runtime, log)),
    [INSTANCE_HEALTH]: served((request, context) => serveInstanceHealth(request, context, runtime, metrics)),
    [STOP_NOTICES]: (request) => serveStopNotices(request, runtime),
    [TOKEN]: withToken(exchangeToken),
    [TOKEN_REVOCATION]: withToken(revokeToken),
    '/leaks/github': async (request, context) =>
      (await leakReports?.(request, context.requestId)) ?? notFound('/leaks/github', context, prefix),
    [DEMO_CHAT]: (request, context) =>
      acrossOrigins(
        request,
        async () => (await demoChat.answer(request, context)) ?? notFound(DEMO_CHAT, context, prefix),
      ),
    '/health/live': healthOf('/health/live'),
    '/health/ready': healthOf('/health/ready'),
    '/health/authorize': healthOf('/health/authorize'),
  }

  const answerRequest = async (incoming: Incoming, path: string, context: RequestContext): Promise<Answer> => {
    const request = path === '/graphql' ? incoming.head(graph.Request) : incoming.request()
    const page = await pages(request, path)
    if (page) return page
    if (isServedPath(path)) return handlers[path](request, context, incoming)
    if (path.startsWith('/auth/')) {
      return acrossOrigins(request, () => identity.handle(request, path, context), { isOpen: isOpenRoute(path) })
    }
    return notFound(path, context, prefix)
  }

  return (incoming: Incoming, path: string, context: RequestContext): Promise<Answer> =>
    // Checked first, because proxies call it for every request, and it is the only handler that does not need a fetch
    // Request.
    isForwardAuthPath(path)
      ? forwardAuth(incoming, path, context, runtime, config)
      : answerRequest(incoming, path, context)
}

function notFound(path: string, { requestId }: RequestContext, prefix: string): Response {
  const message = path.endsWith('/graphql')
    ? `Nothing is served at this path. The graph is at ${prefix}/graphql: configure base URLs without “/graphql”.`
    : `Nothing is served at this path. The graph is at ${prefix}/graphql.`
  return errorResponse(404, { code: 'BAD_REQUEST', message, requestId })
}

async function authenticated(
  request: Request,
  context: RequestContext,
  identity: Identity,
  serve: () => Promise<Response>,
): Promise<Response> {
  try {
    context.authentication = await identity.authenticate(request, context.clientAddress)
  } catch (error) {
    if (!(error instanceof InvalidCredentialError)) throw error
    context.errorCodes.add('UNAUTHENTICATED')
    const { requestId } = context
    const { message } = error
    const headers = { ...errorTypeFor(request), 'www-authenticate': 'Bearer' }
    return errorResponse(401, { code: 'UNAUTHENTICATED', message, requestId }, headers)
  }
  const response = await serve()
  const { cookies = [] } = context.authentication
  return cookies.length === 0 ? response : withCookies(response, cookies)
}
