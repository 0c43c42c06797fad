import { isBucketKind, RATE_KINDS } from '@keyward/engine/lease/kind'
import { BUDGET_PERIODS } from '@keyward/engine/lease/window'
import { isModelPattern, MAX_PATTERN } from '@keyward/engine/models'
import { formatUsd, parseUsd } from '@keyward/engine/money'
import { z } from 'zod'
import type { Caller } from '../../core/caller.ts'
import { ForbiddenError, ValidationError } from '../../core/errors.ts'
import { decodeAnyId, type IdType } from '../../core/ids.ts'
import { listOf, parse } from '../../core/input.ts'
import { INSTANCE, rolesFor } from '../../core/policy.ts'
import { consumer } from '../../usage/consumers/consumer.ts'
import { type PartKind, readModel, readPart, writeModel, writePart } from '../part.ts'
import { MAX_REQUESTS_PER_MINUTE } from '../settings/rates.ts'
import { findAmounts } from '../settings/sql.ts'
import { grantLeases } from './grant.ts'
import { takeRequestTokens } from './sql.ts'

export const MAX_EXCHANGES = 1_000

const uuid = z.uuid({ error: 'Must be a UUID.' })
const usd = z
  .string()
  .regex(/^\d{1,13}(\.\d{1,9})?$/, { error: 'Must be a decimal from 0 to 9999999999999.', abort: true })
  .transform(parseUsd)
const tokens = z.number().int().min(0).max(MAX_REQUESTS_PER_MINUTE)

const lease = z
  .object({
    leaseId: uuid,
    scopeId: z.string(),
    period: z.enum(BUDGET_PERIODS).nullish(),
    kind: z.enum([...BUDGET_PERIODS, ...RATE_KINDS]).nullish(),
    // Sent by gateways of older versions. Ignored.
    windowStart: z.date().nullish(),
    used: usd,
    returned: usd,
    need: usd,
    want: usd,
    least: usd,
  })
  .transform(({ kind, period, windowStart: _, ...rest }, context) => {
    const of = kind ?? period
    if (of == null || isBucketKind(of)) {
      context.addIssue({ code: 'custom', message: 'Must be a kind of limit that can be leased.', path: ['kind'] })
      return z.NEVER
    }
    return { ...rest, kind: of }
  })
const rate = z.object({ scopeId: z.string(), back: tokens, need: tokens, want: tokens })

const TOO_MANY = `At most ${MAX_EXCHANGES} at a time.`

export const limitLeasesExchangeInput = z.object({
  connectionId: uuid,
  leases: listOf(lease, MAX_EXCHANGES, TOO_MANY),
  rates: listOf(rate, MAX_EXCHANGES, TOO_MANY),
})

/** The grant of a lease to a gateway. Amounts are decimals in US dollars. */
export interface ExchangedLease {
  leaseId: string
  granted: string
  taken: string
  remaining: string
  idleWithOthers: string
  resetsAt: Date | null
}

/** The grant of a rate to a gateway, in requests. */
export interface ExchangedRate {
  scopeId: string
  granted: number
  remaining: number
  requestsPerMinute: number
}

const PARTS: Partial<Record<IdType, PartKind>> = { Organization: 'TAG', Project: 'CONSUMER', ApiKey: 'CHILD_TOKEN' }
/**
 * Long enough for an id, a slash, a consumer or a tag with its value, and a pattern of models. Their characters may be
 * percent-encoded.
 */
const MAX_SCOPE_ID = 400 + 3 * MAX_PATTERN

/**
 * Converts the public id of a scope to the engine's name. The scope is an organization, project or key, a part of one
 * (after a slash), or its rates for models (after a tilde).
 */
function scopeOf(id: string): string | null {
  if (id.length > MAX_SCOPE_ID) return null
  const [, ownerId = '', encoded, name] = /^([^/~]*)(?:~([^/]*))?(?:\/(.*))?$/s.exec(id) ?? []
  const owner = decodeAnyId(ownerId)
  const kind = owner && PARTS[owner.type]
  if (!kind) return null
  if (encoded !== undefined) {
    const model = patternOf(encoded)
    return model === null || name !== undefined ? null : writeModel(owner.uuid, model)
  }
  if (name === undefined) return owner.uuid
  if (kind === 'CONSUMER' && !consumer.safeParse(name).success) return null
  return writePart({ kind, ownerId: owner.uuid, name })
}

function patternOf(encoded: string): string | null {
  try {
    const model = decodeURIComponent(encoded)
    return isModelPattern(model) ? model : null
  } catch {
    return null
  }
}

/** Whether a scope is a whole organization, project or key. */
const isWhole = (scope: string): boolean => readPart(scope) === null && readModel(scope) === null

/** Exchanges leases with a gateway that charges limits in its own process. A scope without limits is omitted. */
export async function exchangeLeases(
  { access, runtime: { database } }: Caller,
  input: unknown,
): Promise<{ leases: ExchangedLease[]; rates: ExchangedRate[] }> {
  if (!access.can('limit:lease', INSTANCE)) throw new ForbiddenError('limit:lease', rolesFor('limit:lease'))
  const { connectionId, leases, rates } = parse(limitLeasesExchangeInput, input)
  if (new Set(leases.map(({ leaseId }) => leaseId)).size < leases.length) {
    throw ValidationError.at('leases', 'Must name each lease only once.')
  }
  if (new Set(rates.map(({ scopeId }) => scopeId)).size < rates.length) {
    throw ValidationError.at('rates', 'Must name each scope only once.')
  }
  const scopes = [...leases, ...rates].map(({ scopeId }) => scopeOf(scopeId)).filter((scope) => scope !== null)
  // The grants show which parts have limits.
  const whole = scopes.filter(isWhole)
  const limited = new Set((await findAmounts(database, whole)).map(({ scope_id }) => scope_id))
  const limitedScopeOf = (scopeId: string): string | null => {
    const scope = scopeOf(scopeId)
    return scope !== null && (!isWhole(scope) || limited.has(scope)) ? scope : null
  }
  const requests = leases.flatMap(({ scopeId, ...amounts }) => {
    const scope = limitedScopeOf(scopeId)
    return scope === null ? [] : [{ ...amounts, scopeId: scope }]
  })
  // Keyed by scope, as the grants of rates are.
  const publicIds = new Map<string, string>()
  const rateRequests = rates.flatMap(({ scopeId, ...amounts }) => {
    const scope = limitedScopeOf(scopeId)
    if (scope === null) return []
    publicIds.set(scope, scopeId)
    return [{ ...amounts, scopeId: scope }]
  })
  const granted = await grantLeases(database, connectionId, requests)
  const rated = await takeRequestTokens(database, rateRequests)
  return {
    leases: [...granted].map(([leaseId, grant]) => ({
      leaseId,
      granted: formatUsd(grant.granted),
      taken: formatUsd(grant.taken),
      remaining: formatUsd(grant.remaining > 0n ? grant.remaining : 0n),
      idleWithOthers: formatUsd(grant.idleWithOthers),
      resetsAt: Number.isFinite(grant.end) ? new Date(grant.end) : null,
    })),
    rates: [...rated].map(([scope, { perMinute, ...grant }]) => ({
      scopeId: publicIds.get(scope) ?? scope,
      ...grant,
      requestsPerMinute: perMinute,
    })),
  }
}
