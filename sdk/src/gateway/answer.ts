import { describeLimits, warningsOf } from '@keyward/engine/decide'
import type { Limit } from '@keyward/engine/lease/balance'
import { costOf, readEstimate, readUsd } from '@keyward/engine/money'
import { describeReason, type Reason } from '@keyward/engine/reasons'
import type { ApiKeyVerification, LimitState, UsageUnitInput, VerifierModel, Workload } from '../generated/types.ts'
import type { KeyRecord } from './knowledge.ts'

export type Accepted = Extract<ApiKeyVerification, { readonly __typename: 'ApiKeyAccepted' }>
export type Rejected = Extract<ApiKeyVerification, { readonly __typename: 'ApiKeyRejected' }>

/** What a request is, beside its secret. */
export interface Ask {
  /** What it is for. A key that is limited to workloads is refused where none is given. */
  readonly workload?: Workload | null | undefined
  /** The slug of the model that it calls. */
  readonly model?: string | null | undefined
  /** The resource that it names, `res_…`. */
  readonly resource?: string | null | undefined
  /** The address that it comes from. A key that is limited to networks is refused where none is given. */
  readonly clientIp?: string | null | undefined
  /** What it costs at most, as a decimal in US dollars such as `'0.02'`: set aside of every budget above the key. */
  readonly estimatedCost?: string | null | undefined
  /** What it uses at most: its cost is estimated by the present prices of `model`, where it is not given. */
  readonly estimatedUnits?: readonly UsageUnitInput[] | null | undefined
}

/** Gateways often give the same one, time after time. */
let lastEstimate = { text: '0', nanos: 0n }

/** What a request costs at most, in nano-dollars; nothing where that is not known. */
export function estimateOf(
  { estimatedCost, estimatedUnits }: Ask,
  model: VerifierModel | null | undefined,
  now: number,
) {
  if (estimatedCost != null) {
    if (estimatedCost === lastEstimate.text) return lastEstimate.nanos
    const nanos = readEstimate(estimatedCost)
    if (nanos !== null) {
      lastEstimate = { text: estimatedCost, nanos }
      return nanos
    }
    throw new TypeError('`estimatedCost` is a decimal in US dollars, from 0 to 999999999, such as "0.02".')
  }
  let sum = 0n
  for (const { lineItem, quantity } of estimatedUnits ?? []) {
    if (!/^\d{1,15}$/.test(quantity)) throw new TypeError('`quantity` is a whole number, 0 or more, as a string.')
    const price = model?.prices.find((each) => each.lineItem === lineItem && Date.parse(each.effectiveFrom) <= now)
    if (price) sum += costOf(BigInt(quantity), readUsd(price.usd) ?? 0n, price.unit === 'PER_MILLION')
  }
  return sum
}

/** The last time as text: many decisions carry the same one. */
let lastTime = { at: 0, text: '' }

/** Writes a time as the server does. */
export function textOf(at: number): string {
  if (lastTime.at !== at) lastTime = { at, text: new Date(at).toISOString() }
  return lastTime.text
}

/** A denial, with the status and message for the caller. */
export const reject = (
  reason: Reason,
  asOf: number,
  record: KeyRecord | null,
  more: Partial<Pick<Rejected, 'message' | 'retryAfterSeconds' | 'limits'>> = {},
): Rejected => ({
  __typename: 'ApiKeyRejected',
  reason,
  ...describeReason(reason),
  limits: [],
  rejectedCredentialId: record?.of.credentialId ?? null,
  asOf: textOf(asOf),
  ...more,
})

/** The limits of a credential, and what is left of them as far as this process knows. */
export const limitStates = (limits: readonly Limit[]): LimitState[] =>
  describeLimits(limits).map(({ resetsAt, ...state }) => ({
    ...state,
    resetsAt: resetsAt === null ? null : new Date(resetsAt).toISOString(),
  }))

/** A decision that lets a request pass. */
export function accept(
  record: KeyRecord,
  reservation: string | null,
  known: { asOf: number; isOutage: boolean },
  now: number,
  maxStalenessSeconds: number,
): Accepted {
  const { of, limits } = record
  const { credentialId, kind, name, secretVersion, projectId, organizationId, expiresAt } = of
  const answer = {
    __typename: 'ApiKeyAccepted' as const,
    credentialId,
    kind,
    name,
    secretVersion,
    projectId,
    organizationId,
    expiresAt,
    reservation,
    limits: [],
    warnings: warningsOf(record, limits, now, known.isOutage),
    asOf: textOf(known.asOf),
    maxStalenessSeconds,
  }
  if (limits.length === 0) return answer
  // Written when they are read: few gateways read them.
  return {
    ...answer,
    get limits() {
      return limitStates(limits)
    },
  }
}
