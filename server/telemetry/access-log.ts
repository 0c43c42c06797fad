import type { RequestContext } from '../http/request-context.ts'
import type { Log } from './log.ts'

/** One line a request: never headers, variables or query strings. */
export function logAccess(log: Log, context: RequestContext, method: string, path: string, status: number): void {
  log.info('request', {
    requestId: context.requestId,
    method,
    path: path.slice(0, 200),
    status,
    ms: Math.round(performance.now() - context.startedAt),
    actor: context.caller?.actor.kind,
    operation: context.operation.name,
    kind: context.operation.kind,
    errors: context.errorCodes.size > 0 ? [...context.errorCodes].join(',') : undefined,
  })
}
