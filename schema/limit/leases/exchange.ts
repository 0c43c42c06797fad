import { formatUsd, parseUsd } from '@keyward/engine/money'
import { z } from 'zod'
import type { Caller } from '../../core/caller.ts'
import { ForbiddenError, ValidationError } from '../../core/errors.ts'
import { decodeAnyId } from '../../core/ids.ts'
import { parse } from '../../core/input.ts'
import { INSTANCE, rolesFor } from '../../core/policy.ts'
import { type LeaseGrant, type TokenGrant, takeLeases, takeTokens } from '../ledger/authority.ts'
import { BUDGET_PERIODS, windowOf } from '../ledger/window.ts'
import { MAX_REQUESTS_PER_MINUTE } from '../settings/input.ts'
import { keyOf } from './pool.ts'
import { askBack } from './recall.ts'

export const MAX_EXCHANGES = 1_000

const uuid = z.uuid({ error: 'Is a UUID.' })
const usd = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,9})?$/, { error: 'Is a decimal in US dollars, from 0 to 999999999.', abort: true })
  .transform(parseUsd)
const tokens = z.number().int().min(0).max(MAX_REQUESTS_PER_MINUTE)

const lease = z
  .object({
    leaseId: uuid,
    scopeId: z.string(),
    period: z.enum(BUDGET_PERIODS),
    windowStart: z.date(),
    used: usd,
    returned: usd,
    need: usd,
    want: usd,
    least: usd,
  })
  .refine(({ period, windowStart }) => windowOf(period, windowStart).start.getTime() === windowStart.getTime(), {
    error: 'Is not the start of a window of its period.',
    path: ['windowStart'],
  })
const rate = z.object({ scopeId: z.string(), back: tokens, need: tokens, want: tokens })

export const limitLeasesExchangeInput = z.object({
  verifierId: uuid,
  leases: z.array(lease).max(MAX_EXCHANGES, { error: `At most ${MAX_EXCHANGES} at a time.` }),
  rates: z.array(rate).max(MAX_EXCHANGES, { error: `At most ${MAX_EXCHANGES} at a time.` }),
})

/** What an exchange of a lease came to. Amounts are decimals in US dollars. */
export interface ExchangedLease {
  leaseId: string
  granted: string
  taken: string
  remaining: string
  idleWithOthers: string
}

/** What an exchange of a rate came to. */
export interface ExchangedRate {
  scopeId: string
  granted: number
  remaining: number
  requestsPerMinute: number
}

const SCOPES = ['Organization', 'Project', 'ApiKey']

const scopeOf = (id: string): string | null => {
  const decoded = decodeAnyId(id)
  return decoded && SCOPES.includes(decoded.type) ? decoded.uuid : null
}

/**
 * Reports what a gateway's verifier used and returned of its slices, and gives it more: the server's side of limits that
 * are decided in the gateway's own process. What is not limited, or is no limit of anything, is left out of the answer.
 */
export async function exchangeLeases(
  { access, runtime: { database } }: Caller,
  input: unknown,
): Promise<{ leases: ExchangedLease[]; rates: ExchangedRate[] }> {
  if (!access.can('limit:lease', INSTANCE)) throw new ForbiddenError('limit:lease', rolesFor('limit:lease'))
  const { verifierId, leases, rates } = parse(limitLeasesExchangeInput, input)
  if (new Set(leases.map(({ leaseId }) => leaseId)).size < leases.length) {
    throw ValidationError.at('leases', 'Each lease once.')
  }
  if (new Set(rates.map(({ scopeId }) => scopeId)).size < rates.length) {
    throw ValidationError.at('rates', 'Each scope once.')
  }
  const scopes = [...leases, ...rates].map(({ scopeId }) => scopeOf(scopeId)).filter((scope) => scope !== null)
  const known = await database.sql<{ scope_id: string }>(
    'SELECT DISTINCT scope_id FROM usage_limit WHERE scope_id = ANY($1::uuid[])',
    [scopes],
  )
  const limited = new Set(known.map(({ scope_id }) => scope_id))
  const asks = leases.flatMap(({ leaseId, scopeId, period, ...amounts }) => {
    const scope = scopeOf(scopeId)
    return scope && limited.has(scope) ? [{ ...amounts, lease: leaseId, scopeId: scope, kind: period }] : []
  })
  const tokenAsks = rates.flatMap(({ scopeId, ...amounts }) => {
    const scope = scopeOf(scopeId)
    return scope && limited.has(scope) ? [{ ...amounts, scopeId: scope, publicId: scopeId }] : []
  })
  const granted = asks.length > 0 ? await takeLeases(database, verifierId, asks) : new Map<string, LeaseGrant>()
  const given =
    tokenAsks.length > 0
      ? await takeTokens(
          database,
          tokenAsks.map(({ publicId: _, ...ask }) => ask),
        )
      : new Map<string, TokenGrant>()
  return {
    leases: asks.flatMap(({ lease: leaseId, scopeId, kind, windowStart, need }) => {
      const grant = granted.get(leaseId)
      if (!grant) return []
      if (grant.granted < need && grant.idleWithOthers > 0n) {
        askBack(database, verifierId, keyOf(scopeId, kind, windowStart))
      }
      const { granted: usd, taken, room, idleWithOthers } = grant
      const remaining = formatUsd(room > 0n ? room : 0n)
      return [
        {
          leaseId,
          granted: formatUsd(usd),
          taken: formatUsd(taken),
          remaining,
          idleWithOthers: formatUsd(idleWithOthers),
        },
      ]
    }),
    rates: tokenAsks.flatMap(({ scopeId, publicId }) => {
      const grant = given.get(scopeId)
      if (!grant) return []
      return [
        {
          scopeId: publicId,
          granted: Math.floor(grant.granted),
          remaining: Math.floor(grant.tokens),
          requestsPerMinute: grant.perMinute,
        },
      ]
    }),
  }
}
