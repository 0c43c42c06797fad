import type { Database } from '@keyward/prisma/database'
import { UNUSED_AFTER_MS } from '../api-key/advice.ts'
import { actAsSystem } from '../write/unit-of-work.ts'
import { ofOneOrganization } from './batches.ts'
import { EXPIRATION_DAYS, type JudgedKey, noticesOf, UNUSED_NEWS_MS } from './key-rules.ts'
import { type NoticeEntry, raiseNotices } from './raise.ts'
import { type CandidateRow, findCandidates, findKeyBatch, lockDueJob } from './sql.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Time between two passes over all keys. */
const PASS_EVERY_MS = HOUR_MS
/** Number of keys that are checked in one batch. */
const BATCH = 5_000
/**
 * Maximum number of keys of an organization in one transaction, because the transaction locks the organization's audit
 * log.
 */
const KEYS_AT_ONCE = 200
const FIRST = '00000000-0000-0000-0000-000000000000'

/**
 * Raises the notices of the next batch of keys, if a pass is due. Returns whether another batch follows. A batch that
 * fails is checked again in the next pass.
 */
export async function noticeKeys(database: Database): Promise<boolean> {
  const now = database.clock.now()
  const batch = await takeBatch(database, now)
  if (!batch) return false
  if (batch.last !== null) {
    const candidates = await findCandidates(database, {
      after: batch.after,
      last: batch.last,
      now,
      expiresBefore: new Date(now.getTime() + Math.max(...EXPIRATION_DAYS) * DAY_MS),
      unusedSince: new Date(now.getTime() - UNUSED_AFTER_MS - UNUSED_NEWS_MS),
      unusedBefore: new Date(now.getTime() - UNUSED_AFTER_MS),
    })
    for (const some of ofOneOrganization(candidates, KEYS_AT_ONCE)) await noticeSome(database, some)
  }
  return batch.full
}

/** Claims the next batch for this process. Null if no pass is due, or if another process has claimed the batch. */
const takeBatch = (
  database: Database,
  now: Date,
): Promise<{ after: string; last: string | null; full: boolean } | null> =>
  database.transaction(async (tx) => {
    const [job] = await lockDueJob(tx, 'KEYS', now)
    if (!job) return null
    const after = job.after ?? FIRST
    const [found] = await findKeyBatch(tx, after, BATCH)
    const full = found?.full ?? false
    await tx.noticeJob.update({
      where: { name: 'KEYS' },
      data: full ? { after: found?.last ?? null } : { after: null, dueAt: new Date(now.getTime() + PASS_EVERY_MS) },
    })
    return { after, last: found?.last ?? null, full }
  })

/** Raises the notices of some keys of one organization. Starts no transaction if all of them were raised before. */
async function noticeSome(database: Database, rows: readonly CandidateRow[]): Promise<void> {
  const due = await dueAmong(database.prisma, rows, database.clock.now())
  if (due.length === 0) return
  const told = await database.prisma.notice.findMany({
    where: { targetId: { in: due.map(({ targetId }) => targetId) } },
    select: { targetId: true, action: true, about: true },
  })
  const isTold = (entry: NoticeEntry) =>
    told.some(
      ({ targetId, action, about }) => targetId === entry.targetId && action === entry.action && about === entry.about,
    )
  if (due.every(isTold)) return
  await actAsSystem({ database }, async (unit) => {
    // A key may have changed in the meantime.
    await raiseNotices(unit, await dueAmong(unit.tx, rows, unit.now))
  })
}

async function dueAmong(
  prisma: Pick<Database['prisma'], 'apiKey'>,
  rows: readonly CandidateRow[],
  now: Date,
): Promise<NoticeEntry[]> {
  const rotateEvery = new Map(rows.map((row) => [row.id, row.rotate_every_days]))
  const keys: JudgedKey[] = await prisma.apiKey.findMany({
    where: { id: { in: [...rotateEvery.keys()] }, revokedAt: null },
    include: { secrets: { orderBy: { version: 'desc' }, take: 20 } },
    orderBy: { id: 'asc' },
  })
  return keys.flatMap((key) => noticesOf(key, rotateEvery.get(key.id) ?? null, now))
}
