import { describeLimit, warningsOf } from '@keyward/engine/decide'
import type { Limit } from '@keyward/engine/lease/balance'
import { countTokens, type Estimate, NO_ESTIMATE } from '@keyward/engine/lease/kind'
import { costOf, roundUsd } from '@keyward/engine/money'
import { describeReason, type Reason } from '@keyward/engine/reasons'
import type { ApiKeyVerification, GatewayModel, LimitState, UsageUnitInput, Workload } from '../generated/types.ts'
import type { KeyRecord } from './knowledge.ts'
import { textOf } from './time.ts'
import { readAmount, readUnits } from './usage/event.ts'

export type Accepted = Extract<ApiKeyVerification, { readonly __typename: 'ApiKeyAllowed' }>
export type Rejected = Extract<ApiKeyVerification, { readonly __typename: 'ApiKeyDenied' }>

/** Properties of a request, without its secret. */
export interface Ask {
  /** The request's workload. If omitted, keys that are restricted to workloads are denied. */
  readonly workload?: Workload | null | undefined
  /** Slug of the requested model. If omitted, keys that are restricted to models are denied. */
  readonly model?: string | null | undefined
  /** Id of the requested resource, `res_…`. */
  readonly resourceId?: string | null | undefined
  /** The client's IP address. If omitted, keys that are restricted to networks are denied. */
  readonly clientIp?: string | null | undefined
  /**
   * The request's `Origin` header. Child tokens can be restricted to origins of web pages. Defaults to the header of
   * the request that contains the secret.
   */
  readonly origin?: string | null | undefined
  /** Highest possible cost, a decimal in US dollars such as `'0.02'`. It is reserved from each of the key's budgets. */
  readonly estimatedCost?: string | null | undefined
  /**
   * Highest possible usage. Its tokens are reserved from each of the key's token rate limits. Without `estimatedCost`,
   * the cost is estimated from the current STANDARD prices of `model` that apply to requests of any length. For another
   * tier or a long request, pass `estimatedCost`.
   */
  readonly estimatedUnits?: readonly UsageUnitInput[] | null | undefined
  /** End customer who made the request: any id of your own. Middleware records it with the request's usage. */
  readonly consumer?: string | null | undefined
}

/** The last estimate, cached because gateways often send the same one repeatedly. */
let lastEstimate = NO_ESTIMATE
let lastCost = '0'

/** Estimates a request's highest possible usage. Empty if unknown. */
export function estimateOf(
  { estimatedCost, estimatedUnits }: Ask,
  model: GatewayModel | null | undefined,
  now: number,
) {
  if (estimatedUnits == null) return costOnly(estimatedCost)
  const units = readUnits('estimatedUnits', estimatedUnits)
  let nanos = 0n
  for (const { lineItem, quantity } of units) {
    // Prices that apply to any request come first.
    const price = model?.prices.find((each) => each.lineItem === lineItem && Date.parse(each.effectiveFrom) <= now)
    if (price) nanos += costOf(BigInt(quantity), roundUsd(price.usd) ?? 0n, price.unit === 'PER_MILLION')
  }
  if (estimatedCost != null) nanos = costOnly(estimatedCost).nanos
  return { nanos, ...countTokens(units) }
}

function costOnly(text: string | null | undefined): Estimate {
  if (text == null) return NO_ESTIMATE
  if (text !== lastCost) {
    lastEstimate = { ...NO_ESTIMATE, nanos: readAmount('estimatedCost', text) }
    lastCost = text
  }
  return lastEstimate
}

/** Builds a denial, with the status and message for the caller. */
export const reject = (
  reason: Reason,
  asOf: number,
  record?: KeyRecord | null,
  more?: Partial<Pick<Rejected, 'message' | 'retryAfterSeconds' | 'limits'>>,
): Rejected => ({
  __typename: 'ApiKeyDenied',
  reason,
  ...describeReason(reason),
  limits: [],
  deniedCredentialId: record?.of.credentialId ?? null,
  asOf: textOf(asOf),
  ...more,
})

const describe = (limit: Limit): LimitState => describeLimit(limit, textOf)

/** A credential's limits, with the remaining amounts that this process knows. */
export const limitStates = (limits: readonly Limit[]): LimitState[] => limits.map(describe)

/**
 * Like `limitStates`, but the amounts and times are read at each access. Own properties, so that copies and JSON
 * include them.
 */
const liveStates = (limits: readonly Limit[]): readonly LimitState[] =>
  Object.freeze(
    limits.map((limit) => ({
      ...describe(limit),
      get remaining() {
        return describe(limit).remaining
      },
      get resetsAt() {
        return describe(limit).resetsAt
      },
    })),
  )

/** Builds a decision that allows a request. */
export function accept(
  record: KeyRecord,
  limits: readonly Limit[],
  reservation: string | null,
  known: { asOf: number; isOutage: boolean },
  now: number,
  maxStalenessSeconds: number,
): Accepted {
  const { credentialId, kind, name, secretVersion, projectId, organizationId, expiresAt } = record.of
  // Decisions for the same key share one object, because few gateways read it.
  record.states ??= liveStates(record.limits)
  return {
    __typename: 'ApiKeyAllowed',
    credentialId,
    kind,
    name,
    secretVersion,
    projectId,
    organizationId,
    reservation,
    expiresAt,
    limits: limits === record.limits ? record.states : limitStates(limits),
    warnings: warningsOf(record, limits, now, known.isOutage),
    asOf: textOf(known.asOf),
    maxStalenessSeconds,
  }
}
