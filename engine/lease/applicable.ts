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
  limits.some((limit) => isOfConsumer(limit) || limit.model)
    ? limits.flatMap((limit) => {
        const named = `/${consumer}`
        if (limit.model && !isModelAllowed([limit.model], model ?? '')) return []
        if (!isOfConsumer(limit)) return limit
        return consumer ? limitOf({ ...limit, scopeId: limit.scopeId + named, subject: limit.subject + named }) : []
      })
    : limits

const isOfConsumer = ({ scope }: Limit): boolean => scope === 'CONSUMER'
