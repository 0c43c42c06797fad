import type { ApiKey, ApiKeySecret } from '@keyward/prisma/generated/prisma/client'
import { isSafeToFinish, rotationOf, UNUSED_AFTER_MS } from '../api-key/advice.ts'
import type { NoticeEntry } from './raise.ts'

const DAY_MS = 86_400_000
/** Days before an expiration at which a notice is raised. */
export const EXPIRATION_DAYS = [1, 7, 30] as const
/** A key that has been unused for longer than this raises no notice. */
export const UNUSED_NEWS_MS = 7 * DAY_MS
/** Maximum number of days between the notice and the day on which the rotation is due. */
const ROTATION_AHEAD_MS = 7 * DAY_MS

/** A live key, with its secrets from the newest to the oldest. */
export interface JudgedKey extends ApiKey {
  secrets: ApiKeySecret[]
}

type Told = Pick<NoticeEntry, 'action' | 'about' | 'details'>

/**
 * The step that was reached and is nearest to the expiration. A key that was created with a shorter lifetime skips the
 * longer steps.
 */
function expiring({ createdAt, expiresAt }: JudgedKey, now: Date): Told[] {
  if (!expiresAt || expiresAt <= now) return []
  const days = EXPIRATION_DAYS.find((each) => expiresAt.getTime() <= now.getTime() + each * DAY_MS)
  if (days === undefined || expiresAt.getTime() - createdAt.getTime() <= days * DAY_MS) return []
  const at = expiresAt.toISOString()
  return [{ action: 'apiKey.expiresSoon', about: `${at} ${days}`, details: { expiresAt: at, withinDays: days } }]
}

function unused({ createdAt, lastUsedAt }: JudgedKey, now: Date): Told[] {
  const since = lastUsedAt ?? createdAt
  const unusedMs = now.getTime() - since.getTime()
  if (unusedMs < UNUSED_AFTER_MS || unusedMs >= UNUSED_AFTER_MS + UNUSED_NEWS_MS) return []
  return [
    {
      action: 'apiKey.unused',
      about: since.toISOString(),
      details: { lastUsedAt: lastUsedAt?.toISOString() ?? null, createdAt: createdAt.toISOString() },
    },
  ]
}

function rotationDue({ secrets: [newest] }: JudgedKey, everyDays: number | null, now: Date): Told[] {
  if (!newest || everyDays === null) return []
  const everyMs = everyDays * DAY_MS
  const dueAt = new Date(newest.createdAt.getTime() + everyMs)
  if (dueAt.getTime() - Math.min(ROTATION_AHEAD_MS, everyMs / 2) > now.getTime()) return []
  return [
    {
      action: 'apiKey.rotationDue',
      about: newest.id,
      details: { dueAt: dueAt.toISOString(), rotateEveryDays: everyDays },
    },
  ]
}

function safeToFinish({ secrets }: JudgedKey, now: Date): Told[] {
  const rotation = rotationOf(secrets, now)
  if (!rotation || !isSafeToFinish(rotation, now)) return []
  const { current, previous } = rotation
  return [
    {
      action: 'apiKey.rotationSafeToFinish',
      about: current.id,
      details: { version: current.version, previousRetiresAt: previous.retiresAt.toISOString() },
    },
  ]
}

/**
 * The notices that apply to a live key, even if they were raised before. `rotateEveryDays` is the rule of its policies.
 * Null if there is none.
 */
export const noticesOf = (key: JudgedKey, rotateEveryDays: number | null, now: Date): NoticeEntry[] =>
  [
    ...expiring(key, now),
    ...unused(key, now),
    ...rotationDue(key, rotateEveryDays, now),
    ...safeToFinish(key, now),
  ].map((told) => ({
    ...told,
    organizationId: key.organizationId,
    projectId: key.projectId,
    targetType: 'ApiKey',
    targetId: key.id,
    targetName: key.name,
  }))
