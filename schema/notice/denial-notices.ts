import type { Database } from '@keyward/prisma/database'
import { hourOf } from '../denial/count.ts'
import { actAsSystem } from '../write/unit-of-work.ts'
import { ofOneOrganization } from './batches.ts'
import { type NoticeEntry, raiseNotices } from './raise.ts'
import { findDenialJumps, type JumpRow, lockDueJob } from './sql.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** Time between two passes. */
const PASS_EVERY_MS = 5 * MINUTE_MS
/** Number of keys whose notices are raised in one transaction. */
const BATCH = 200

/** Minimum number of denials in an hour that counts as a jump. Clients that retry a few times stay below it. */
export const JUMP_FLOOR = 100
/** Denials in an hour are a jump if they exceed the key's usual denials per hour by this factor. */
export const JUMP_FACTOR = 10
/**
 * Number of preceding days that determine the usual denials. Hours without denials are ignored, so a batch that runs
 * each night is usual.
 */
export const USUAL_DAYS = 7
/** Interval in which a key raises at most one notice. */
export const JUMP_QUIET_MS = DAY_MS

/**
 * Raises the notices of keys whose denials jumped in this hour or the one before, if a pass is due. Includes revoked
 * keys, because a client that still uses a revoked key is the most common cause.
 */
export async function noticeDenials(database: Database): Promise<void> {
  const now = database.clock.now()
  if (!(await takePass(database, now))) return
  for (;;) {
    const jumps = await findDenialJumps(database, {
      since: new Date(hourOf(now.getTime()) - HOUR_MS),
      floor: JUMP_FLOOR,
      factor: JUMP_FACTOR,
      usualDays: USUAL_DAYS,
      noticedSince: new Date(now.getTime() - JUMP_QUIET_MS),
      limit: BATCH,
    })
    for (const some of ofOneOrganization(jumps, BATCH))
      await actAsSystem({ database }, (unit) => raiseNotices(unit, some.map(noticeOf)))
    if (jumps.length < BATCH) return
  }
}

/** Claims a pass for this process. False if no pass is due, or if another process has claimed it. */
const takePass = (database: Database, now: Date): Promise<boolean> =>
  database.transaction(async (tx) => {
    const [job] = await lockDueJob(tx, 'DENIALS', now)
    if (!job) return false
    const dueAt = new Date(now.getTime() + PASS_EVERY_MS)
    await tx.noticeJob.update({ where: { name: 'DENIALS' }, data: { dueAt } })
    return true
  })

function noticeOf({ id, name, organization_id, project_id, hour, denials, usual, reasons }: JumpRow): NoticeEntry {
  const at = hour.toISOString()
  return {
    action: 'apiKey.denialsJumped',
    organizationId: organization_id,
    projectId: project_id,
    targetType: 'ApiKey',
    targetId: id,
    targetName: name,
    about: at,
    details: { hour: at, denials: Number(denials), usualDenials: Math.round(Number(usual)), reasons },
  }
}
