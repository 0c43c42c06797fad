import type {
  ApiKeyAdvice,
  ApiKeyStatus,
  BudgetPeriod,
  KeyRule,
  RevocationReason,
  Workload,
} from '../generated/graphql.ts'
import type { Tone } from '../ui/feedback.tsx'

/**
 * A name of the graph as text for people: `CODE_INTERPRETER` becomes `Code interpreter`, `API_KEY` becomes `API key`.
 */
export const humanize = (name: string): string => {
  const words = name
    .toLowerCase()
    .replaceAll('_', ' ')
    .replace(/\bapi\b/, 'API')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export const workloadName = (workload: Workload): string => humanize(workload)

export const STATUS: Record<ApiKeyStatus, { label: string; tone?: Tone }> = {
  ACTIVE: { label: 'Active', tone: 'good' },
  PAUSED: { label: 'Paused', tone: 'warn' },
  EXPIRED: { label: 'Expired', tone: 'warn' },
  REVOKED: { label: 'Revoked' },
}

export const ADVICE: Record<ApiKeyAdvice, { label: string; tone: Tone; text: string }> = {
  LEAKED: {
    label: 'Leaked',
    tone: 'bad',
    text: 'A secret of this key was reported as leaked. Rotate the key without overlap, or revoke it.',
  },
  EXPIRES_SOON: {
    label: 'Expires soon',
    tone: 'warn',
    text: 'The key expires within 7 days. Set a later expiration if the key is still needed.',
  },
  UNUSED_90_DAYS: {
    label: 'Unused for 90 days',
    tone: 'warn',
    text: 'Nothing used this key for 90 days. Revoke it if it is no longer needed.',
  },
  NO_EXPIRATION: {
    label: 'No expiration',
    tone: 'warn',
    text: 'The key never expires. Set an expiration to bound the damage of a leak.',
  },
  ROTATION_SAFE_TO_FINISH: {
    label: 'Rotation can be finished',
    tone: 'good',
    text: 'The new secret is in use, and the old one has not been used for an hour. You can finish the rotation.',
  },
  CREATOR_GONE: {
    label: 'Creator left',
    tone: 'warn',
    text: 'The creator has left the organization. The key keeps working, unless it is paused.',
  },
}

/** Advice that a list shows next to a key's name. The expiration has its own column. */
export const LISTED_ADVICE: readonly ApiKeyAdvice[] = ['LEAKED', 'UNUSED_90_DAYS', 'CREATOR_GONE']

export const REASONS: Record<RevocationReason, string> = {
  NO_LONGER_NEEDED: 'No longer needed',
  REPLACED: 'Replaced by another key',
  LEAKED: 'Leaked',
  OTHER: 'Other',
}

export const PERIODS: Record<BudgetPeriod, string> = {
  DAY: 'a day',
  WEEK: 'a week',
  MONTH: 'a month',
  TOTAL: 'in total',
}

export const masked = (start: string): string => (start ? `${start}…` : '')

/** Texts for the reasons of denials. Unknown reasons are shown unchanged. */
export const DENIALS: ReadonlyMap<string, string> = new Map([
  ['REVOKED', 'Key is revoked'],
  ['SECRET_RETIRED', 'Retired secret'],
  ['EXPIRED', 'Key has expired'],
  ['PAUSED', 'Paused'],
  ['PROJECT_ARCHIVED', 'Project is archived'],
  ['IP_NOT_ALLOWED', 'Address not allowed'],
  ['ORIGIN_NOT_ALLOWED', 'Origin not allowed'],
  ['WORKLOAD_NOT_ALLOWED', 'Workload not allowed'],
  ['MODEL_NOT_ALLOWED', 'Model not allowed'],
  ['RESOURCE_NOT_IN_PROJECT', 'Resource of another project'],
  ['MODEL_NOT_AVAILABLE', 'Model not available'],
  ['RATE_LIMITED', 'Rate limit'],
  ['CONCURRENCY_LIMITED', 'Concurrency limit'],
  ['BUDGET_EXCEEDED', 'Budget'],
])

/** The subjects of the rules of a key policy, shown before the server's message. */
export const VIOLATIONS: Record<KeyRule, string> = {
  CREATORS: 'Creator.',
  MAXIMUM_LIMITS: 'Limits.',
  EXPIRATION: 'Expiration.',
  ROTATION: 'Secret.',
  WORKLOADS: 'Workloads.',
  MODELS: 'Models.',
  ALLOWED_IPS: 'Networks.',
}
