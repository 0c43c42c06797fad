import { setMaxListeners } from 'node:events'
import type { Database } from '@keyward/prisma/database'
import { createRuntime } from '@keyward/schema/create-runtime'
import { releaseReservations } from '@keyward/schema/limit/ledger/release'
import type { Runtime } from '@keyward/schema/runtime'
import { pathPrefix, type ServerConfig } from './config/config.ts'
import { settingsOf } from './config/settings.ts'
import { createDemoChat } from './demo/chat/endpoint.ts'
import { createDispatcher, handlerOf, pathOf, routeOf } from './dispatcher.ts'
import { type Answer, toResponse, withCommonHeaders } from './http/answer.ts'
import { headTooLarge, isHeadTooLarge } from './http/head-cap.ts'
import { fromRequest, type Incoming } from './http/incoming.ts'
import { withoutPrefix } from './http/prefix.ts'
import { isCut, refusal } from './http/refusal.ts'
import { createRequestContext, type RequestContext } from './http/request-context.ts'
import { Releases, Reserved } from './http/reserved.ts'
import { createIdentity } from './identity/identity.ts'
import { type Passwords, scryptPasswords } from './identity/passwords.ts'
import manifest from './package.json' with { type: 'json' }
import { logAccess } from './telemetry/access-log.ts'
import { logHistories } from './telemetry/history-log.ts'
import { createLog, type Log } from './telemetry/log.ts'
import type { Metrics } from './telemetry/metrics/metrics.ts'
import { logOutages } from './telemetry/outage-log.ts'
import type { Telemetry } from './telemetry/tracing.ts'

/** The whole server without its socket. */
export interface App {
  /** Answers any request to the instance. */
  answer(incoming: Incoming): Promise<Answer>
  /**
   * Answers a fetch Request. `target` is the raw request target, needed if the Request does not contain it unchanged.
   */
  fetch(request: Request, connection?: { clientAddress?: string | null; target?: string }): Promise<Response>
  runtime: Runtime
  log: Log
  /** Null unless a metrics port, metrics export or an operator is configured. */
  metrics: Metrics | null
  /** Announces that the server will stop: `/health/ready` returns 503. All requests are still served. */
  leave(): void
  /** Ends subscriptions, so that their clients reconnect to another server. Requests are still answered. */
  drain(): void
  /** Stops everything except the database, which is closed by the caller that opened it. */
  close(): Promise<void>
}

/** Status in the access log if a client disconnected before the response. nginx uses the same status. */
const CLIENT_CLOSED_REQUEST = 499

interface AppOptions {
  /** Exports traces and metrics. The caller closes it after the app. */
  telemetry?: Telemetry | null
  /** For tests with hundreds of sign-ups: a cheaper password hasher. */
  passwords?: Passwords
  /** For tests: time limit of a GraphQL request, longer on a busy machine. */
  milliseconds?: number
}

/** Builds the server over an open, migrated database. */
export async function createApp(
  config: ServerConfig,
  database: Database,
  { passwords = scryptPasswords, telemetry = null, ...limits }: AppOptions = {},
): Promise<App> {
  const log = createLog(config.log)
  const leaving = new AbortController()
  const stopping = new AbortController()
  // Every open stream listens for the stop, so many listeners are not a leak.
  setMaxListeners(0, stopping.signal)
  const runtime = await createRuntime({ database, settings: settingsOf(config, log) })
  const endOutageLog = logOutages(runtime.verifier, log)
  const endHistoryLog = logHistories(runtime.changes, log)
  const identity = await createIdentity({ config, runtime, log, passwords })
  const tracing = telemetry?.tracing ?? null
  // Loaded on demand, so that servers without metrics start faster.
  const metrics =
    config.metricsPort === null && !telemetry?.exportMetrics && config.operators.length === 0
      ? null
      : (await import('./telemetry/metrics/metrics.ts')).createMetrics(runtime, manifest.version)
  if (metrics) telemetry?.exportMetrics?.(metrics)

  const demoChat = createDemoChat({ config, runtime, log, stopping: stopping.signal })
  const dispatch = createDispatcher({
    ...limits,
    config,
    demoChat,
    runtime,
    identity,
    log,
    tracing,
    metrics,
    leaving: leaving.signal,
    stopping: stopping.signal,
  })

  // If a release fails, the slot still lapses after 15 minutes and the amount after a day.
  const releases = new Releases(
    (tokens) => database.detached(() => releaseReservations(runtime, tokens)),
    (error) => log.warn('reservations of a lost response were not released', { detail: String(error) }),
  )

  const prefix = pathPrefix(config)

  function answer(given: Incoming): Promise<Answer> {
    const incoming = withoutPrefix(given, prefix)
    const reserved = new Reserved((tokens) => releases.add(tokens))
    const context = createRequestContext(incoming.header('x-request-id'), incoming.clientAddress, reserved)
    const path = pathOf(incoming.target)
    return tracing
      ? tracing.request(incoming, routeOf(path), context, () => respond(incoming, path, context))
      : respond(incoming, path, context)
  }

  async function respond(incoming: Incoming, path: string, context: RequestContext): Promise<Answer> {
    const { reserved } = context
    let answered: Answer
    let isGone = false
    try {
      answered = await dispatch(incoming, path, context)
    } catch (error) {
      isGone = incoming.isGone()
      reserved.lose()
      answered = isGone && isCut(error) ? new Response(null, { status: 400 }) : refusal(error, context, log)
    }
    // A response to a disconnected client may contain reservations. Most requests have none, so they are not watched.
    if (!reserved.isEmpty && incoming.isGone()) reserved.lose()
    answered = withCommonHeaders(answered, context.requestId)
    const status = isGone ? CLIENT_CLOSED_REQUEST : answered.status
    logAccess(log, context, incoming.method, path, status)
    metrics?.request(handlerOf(path), status, context)
    return answered
  }

  /** Rejects a request whose headers are too large without reading the rest of it. */
  function refuseHead(request: Request, { clientAddress = null }: { clientAddress?: string | null }): Response {
    const context = createRequestContext(null, clientAddress, new Reserved(() => {}))
    const refused = withCommonHeaders(headTooLarge(), context.requestId)
    logAccess(log, context, request.method, '-', refused.status)
    return toResponse(refused)
  }

  function drain(): void {
    leaving.abort()
    stopping.abort()
  }

  return {
    runtime,
    log,
    metrics,
    answer,
    fetch: async (request, connection = {}) =>
      isHeadTooLarge(request)
        ? refuseHead(request, connection)
        : toResponse(await answer(fromRequest(request, connection))),
    leave: () => leaving.abort(),
    drain,
    async close() {
      drain()
      endOutageLog()
      endHistoryLog()
      identity.close()
      await demoChat.settled()
      await releases.settled()
      await runtime.close()
    },
  }
}
