import type { Actor } from '@keyward/schema/core/actor'
import { encodeId, type IdType } from '@keyward/schema/core/ids'
import type { RequestContext } from '../http/request-context.ts'
import type { Log } from './log.ts'

const PATH_CHARACTERS = 200

const ID_TYPES = {
  USER: 'User',
  SERVICE_ACCOUNT: 'ServiceAccount',
  API_KEY: 'ApiKey',
  LEGACY_KEY: 'LegacyKey',
  GATEWAY: 'Gateway',
} as const satisfies Partial<Record<Actor['kind'], IdType>>

const publicIdOf = (actor: Actor | undefined): string | undefined =>
  actor && actor.kind !== 'ANONYMOUS' ? encodeId(ID_TYPES[actor.kind], actor.id) : undefined

/** Logs one line per request, with ids but never with headers, variables or query strings. */
export function logAccess(log: Log, context: RequestContext, method: string, path: string, status: number): void {
  const actor = context.authentication?.actor
  log.info('request', {
    requestId: context.requestId,
    traceId: context.traceId ?? undefined,
    method,
    path: path.slice(0, PATH_CHARACTERS),
    status,
    ms: Math.round(performance.now() - context.startedAt),
    client: context.clientAddress,
    actor: actor?.kind,
    actorId: publicIdOf(actor),
    credentialId: context.credentialId,
    operation: context.operation.name,
    kind: context.operation.kind,
    errors: context.errorCodes.size > 0 ? [...context.errorCodes].join(',') : undefined,
  })
}
