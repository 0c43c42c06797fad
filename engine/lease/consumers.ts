import { type Limit, limitOf } from './balance.ts'

/**
 * The limits of one request. A credential carries the limits of each consumer of its project once; here they become those of
 * the consumer that the request names. Without a consumer they do not count.
 */
export const limitsOf = (limits: readonly Limit[], consumer: string | null | undefined): readonly Limit[] =>
  limits.some(isOfConsumer)
    ? limits.flatMap((limit) => {
        const named = `/${consumer}`
        if (!isOfConsumer(limit)) return limit
        return consumer ? limitOf({ ...limit, scopeId: limit.scopeId + named, subject: limit.subject + named }) : []
      })
    : limits

const isOfConsumer = ({ scope }: Limit): boolean => scope === 'CONSUMER'
