import { isBucketKind, isRateKind, type LimitKind, type RateKind, readRateKind } from './lease/kind.ts'

/** A limit as a decision describes it. */
export interface DescribedLimit {
  readonly kind: string
  /** Pattern of the models to which it applies. Missing: all. */
  readonly model?: string | null | undefined
  readonly limit: string
  readonly remaining: string | null
  /** Milliseconds since 1970, or ISO 8601. */
  readonly resetsAt: number | string | null
}

interface Binding {
  kind: RateKind
  model: string | null | undefined
  max: number
  left: number
  /** Seconds until the rate is full again. */
  reset: number
}

const SECONDS = { MINUTE: 60, HOUR: 3_600, DAY: 86_400 } as const

function readLimit({ kind, model, limit, remaining, resetsAt }: DescribedLimit, now: number): Binding | null {
  // A limit of a kind that this version does not know is omitted.
  if (!isRateKind(kind as LimitKind) || remaining === null) return null
  const max = Math.floor(Number(limit))
  const left = Math.max(0, Math.min(max, Math.floor(Number(remaining))))
  const end = typeof resetsAt === 'string' ? Date.parse(resetsAt) : resetsAt
  const refill = isBucketKind(kind as LimitKind) ? (1 - left / max) * SECONDS.MINUTE : ((end ?? now) - now) / 1_000
  return { kind: kind as RateKind, model, max, left, reset: Math.max(0, Math.ceil(refill)) }
}

/** `TOKENS_PER_DAY` as `tokens-per-day`. */
const dashed = (name: string): string => name.toLowerCase().replaceAll('_', '-')

/** The rate with the smallest remaining share. */
const tightest = (rates: readonly Binding[]): Binding | undefined =>
  rates.reduce<Binding | undefined>(
    (least, rate) => (least && least.left * rate.max <= rate.left * least.max ? least : rate),
    undefined,
  )

/** Writes seconds as OpenAI's headers do: `1s`, `6m0s`. */
function durationOf(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)]
  return `${hours > 0 ? `${hours}h` : ''}${seconds >= 60 ? `${minutes}m` : ''}${seconds % 60}s`
}

/**
 * The headers that describe the most restrictive rate to a client: `RateLimit` and `RateLimit-Policy`
 * (draft-ietf-httpapi-ratelimit-headers), and `x-ratelimit-*` as OpenAI's clients read them, for requests and for
 * tokens.
 * @param limits The limits of a decision. If it was denied by a rate, the first one denied it.
 */
export function rateHeaders(
  limits: readonly DescribedLimit[],
  isRateLimited: boolean,
  now: number,
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  if (limits.length === 0) return headers
  const rates = limits.map((limit) => readLimit(limit, now)).filter((rate) => rate !== null)
  const binding = isRateLimited ? rates[0] : tightest(rates)
  if (!binding) return headers
  const { unit, per } = readRateKind(binding.kind)
  // Escaped for a quoted string.
  const suffix = binding.model ? `:${binding.model.replace(/["\\]/g, '\\$&')}` : ''
  const name = `"${dashed(binding.kind)}${suffix}"`
  const quotaUnit = unit === 'REQUESTS' ? '' : `;qu="${dashed(unit)}"`
  headers['ratelimit-policy'] = `${name};q=${binding.max};w=${SECONDS[per]}${quotaUnit}`
  headers.ratelimit = `${name};r=${binding.left};t=${binding.reset}`
  for (const noun of ['requests', 'tokens']) {
    const isOf = ({ kind }: Binding) => kind.startsWith('REQUESTS') === (noun === 'requests')
    const rate = isOf(binding) ? binding : tightest(rates.filter(isOf))
    if (!rate) continue
    headers[`x-ratelimit-limit-${noun}`] = String(rate.max)
    headers[`x-ratelimit-remaining-${noun}`] = String(rate.left)
    headers[`x-ratelimit-reset-${noun}`] = durationOf(rate.reset)
  }
  return headers
}
