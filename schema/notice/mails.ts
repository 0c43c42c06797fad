import type { Database } from '@keyward/prisma/database'
import type { Prisma } from '@keyward/prisma/generated/prisma/client'
import { loadGrants } from '../core/grants.ts'
import { reach } from '../core/policy.ts'
import type { Mailer, Settings } from '../runtime.ts'
import { composeDigest, NOTICED_ACTIONS } from './digest.ts'
import { findRecipients, lockDueJob, type RecipientRow } from './sql.ts'
import { stopToken } from './stop-link.ts'

const DAY_MS = 86_400_000
/** How far a mail looks back if earlier mails could not be sent. */
const LOOK_BACK_MS = 7 * DAY_MS
/** Number of people who are mailed in one batch. */
const BATCH = 50
/** Maximum number of notices that one mail counts. */
const MAX_NOTICES = 1_000
const FIRST = '00000000-0000-0000-0000-000000000000'

interface Instance {
  database: Database
  settings: Pick<Settings, 'publicUrl' | 'encryptionKeys'>
  mailer: Mailer
}

/** Mails their notices to the next people, if the mails of the day are due. Returns whether other people follow. */
export async function mailNotices(instance: Instance): Promise<boolean> {
  const { database } = instance
  const now = database.clock.now()
  const recipients = await takeRecipients(database, now)
  if (!recipients) return false
  for (const recipient of recipients) await mailOne(instance, recipient, now)
  return recipients.length === BATCH
}

/** Claims the next recipients for this process. Null if no mails are due, or if another process has claimed them. */
const takeRecipients = (database: Database, now: Date): Promise<RecipientRow[] | null> =>
  database.transaction(async (tx) => {
    const [job] = await lockDueJob(tx, 'MAIL', now)
    if (!job) return null
    const since = new Date(now.getTime() - LOOK_BACK_MS)
    const recipients = await findRecipients(tx, job.after ?? FIRST, since, BATCH)
    const days = Math.floor((now.getTime() - job.due_at.getTime()) / DAY_MS) + 1
    await tx.noticeJob.update({
      where: { name: 'MAIL' },
      data:
        recipients.length === BATCH
          ? { after: recipients.at(-1)?.id ?? null }
          : // The next mails are due at the same time of day, even if these were late.
            { after: null, dueAt: new Date(job.due_at.getTime() + days * DAY_MS) },
    })
    return recipients
  })

async function mailOne({ database, settings, mailer }: Instance, recipient: RecipientRow, now: Date): Promise<void> {
  const earliest = new Date(now.getTime() - LOOK_BACK_MS)
  const since = recipient.mailed_at && recipient.mailed_at > earliest ? recipient.mailed_at : earliest
  const notices = await database.prisma.notice.findMany({
    where: {
      AND: [
        { action: { in: [...NOTICED_ACTIONS] }, at: { gt: since, lte: now } },
        await forPerson(database, recipient),
      ],
    },
    include: { organization: { select: { name: true } }, project: { select: { name: true } } },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: MAX_NOTICES,
  })
  const token = stopToken(settings.encryptionKeys, recipient.id)
  if (notices.length === 0 || token === null) return
  const ofRecipient = { id: recipient.id, noticesByMail: true, noticesMailedAt: recipient.mailed_at }
  const { count } = await database.prisma.user.updateMany({ where: ofRecipient, data: { noticesMailedAt: now } })
  if (count === 0) return
  const stopUrl = `${settings.publicUrl}/notices/stop?token=${token}`
  try {
    await mailer.send({
      to: recipient.email,
      ...composeDigest(settings.publicUrl, stopUrl, notices),
      // Mail programs then show a button that unsubscribes the recipient (RFC 8058).
      headers: { 'List-Unsubscribe': `<${stopUrl}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
    })
  } catch {
    // The mailer logs the failure. The next day's mail contains these notices, too.
    await database.prisma.user.updateMany({
      where: { id: recipient.id, noticesMailedAt: now },
      data: { noticesMailedAt: recipient.mailed_at },
    })
  }
}

/**
 * WHERE condition for a person's notices: about objects that they administer, and about keys that they created and can
 * read.
 */
async function forPerson(database: Database, { id }: RecipientRow): Promise<Prisma.NoticeWhereInput> {
  const [grants] = await loadGrants(database, [{ kind: 'USER', id }])
  if (!grants) return { id: { in: [] } }
  const organizations = reach(grants, 'audit:readOrganization').organizationIds
  const projects = reach(grants, 'audit:readProject').projectIds
  const readable = reach(grants, 'apiKey:read')
  const own = await database.prisma.apiKey.findMany({
    where: {
      createdByUserId: id,
      OR: [{ organizationId: { in: readable.organizationIds } }, { projectId: { in: readable.projectIds } }],
    },
    select: { id: true },
    orderBy: { id: 'desc' },
    take: MAX_NOTICES,
  })
  return {
    OR: [
      { organizationId: { in: organizations } },
      { projectId: { in: projects } },
      { targetId: { in: own.map((key) => key.id) } },
    ],
  }
}
