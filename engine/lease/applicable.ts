import { isModelAllowed } from '../models.ts'
import { type Limit, limitOf } from './balance.ts'

/**
 * The limits of one request. A credential contains its project's limits for consumers once. Here they are bound to the
 * consumer that the request names. They do not apply without a consumer. Limits of other models do not apply either.
 */
export const limitsOf = (
  limits: readonly Limit[],
  { consumer, model }: { readonly consumer?: string | null | undefined; readonly model?: string | null | undefined },
): readonly Limit[] =>
  limits.every(isGeneral)
    ? limits
    : limits.flatMap((limit) => {
        const named = `/${consumer}`
        if (limit.model && !isModelAllowed([limit.model], model ?? '')) return []
        if (limit.scope !== 'CONSUMER') return limit
        return consumer ? limitOf({ ...limit, scopeId: limit.scopeId + named, subject: limit.subject + named }) : []
      })

/** Whether a limit applies to every request, of any consumer and any model. */
const isGeneral = ({ scope, model }: Limit): boolean => scope !== 'CONSUMER' && !model
