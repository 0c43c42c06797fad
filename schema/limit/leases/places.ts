import type { LimitKind } from '@keyward/engine/lease/kind'
import type { Database } from '@keyward/prisma/database'
import { NO_LIMIT_OF_KIND, readModel, readPart, uuidOfEachConsumer, uuidOfScope } from '../part.ts'
import { findAmounts } from '../settings/sql.ts'

/** A scope of limits as the database knows it. */
export interface Place {
  scope: string
  /** The owner of a part. */
  owner?: string
  /** The amount of a part’s limit. For other scopes, the amount is read under the lock of their counter. */
  amount?: string
}

/**
 * Finds the scopes of requests in the database, and the amounts of the limits of parts. A consumer without limits of
 * its own has the project's default limits for consumers. A part that has limits, but not of the requested kind, is
 * unlimited in that kind. Null if the part has no limits.
 */
export async function locate(
  database: Database,
  requests: readonly { scopeId: string; kind: LimitKind }[],
): Promise<(Place | null)[]> {
  const named = requests.map(({ scopeId, kind }) => {
    const ofModel = readModel(scopeId)
    if (ofModel) {
      // Only organizations, projects and keys have rates by model.
      const owner = ofModel.scopeId
      return { owner, kind, scope: uuidOfScope(scopeId), each: null }
    }
    const part = readPart(scopeId)
    if (!part) return { scopeId }
    const each = part.kind === 'CONSUMER' ? uuidOfEachConsumer(part.ownerId) : null
    return { owner: part.ownerId, kind, scope: uuidOfScope(scopeId), each }
  })
  const scopes = new Set(named.flatMap(({ scope, each }) => [scope, each].filter((id) => id != null)))
  if (scopes.size === 0) return requests.map(({ scopeId }) => ({ scope: scopeId }))
  const limits = new Map<string, Map<string, string | null>>()
  for (const { scope_id, kind, amount } of await findAmounts(database, [...scopes])) {
    const kinds = limits.get(scope_id) ?? new Map<string, string | null>()
    limits.set(scope_id, kinds.set(kind, amount))
  }
  return named.map((each) => {
    if (each.owner === undefined) return { scope: each.scopeId }
    const { owner, kind, scope } = each
    const own = limits.get(scope) ?? (each.each === null ? undefined : limits.get(each.each))
    // Without own limits, the project's default limits for consumers apply.
    if (!own && each.each === null) return null
    return { scope, owner, amount: own?.get(kind) ?? NO_LIMIT_OF_KIND }
  })
}
