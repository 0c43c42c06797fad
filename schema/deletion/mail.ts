import type { Transaction } from '@keyward/prisma/database'
import type { Organization } from '@keyward/prisma/generated/prisma/client'
import type { Caller } from '../core/caller.ts'
import { quoted } from '../core/quoted.ts'
import type { Settings } from '../runtime.ts'

const DAY_MS = 86_400_000
/**
 * Maximum number of scheduled deletions of an organization, per day, about which its members are mailed. A deletion can
 * be cancelled and scheduled again.
 */
const MAILED_A_DAY = 2

/** The mail about a scheduled deletion. */
interface DeletionMail {
  organization: string
  by: string
  deletesAt: Date
  to: string[]
}

/** Finds the recipients of the mail about a scheduled deletion: every member but the caller. Null if there are none. */
export async function findRecipients(
  { access: { actor }, runtime }: Caller,
  tx: Transaction,
  { id: organizationId, name }: Pick<Organization, 'id' | 'name'>,
  deletesAt: Date,
): Promise<DeletionMail | null> {
  if (!runtime.settings.mailer) return null
  const at = { gt: new Date(runtime.database.clock.now().getTime() - DAY_MS) }
  const action = 'organization.deletionScheduled'
  const earlier = await tx.auditEvent.count({ where: { organizationId, action, at }, take: MAILED_A_DAY })
  if (earlier >= MAILED_A_DAY) return null
  const own = actor.kind === 'USER' ? actor.id : null
  const members = await tx.member.findMany({
    where: { organizationId, userId: { not: null } },
    select: { user: { select: { id: true, email: true } } },
  })
  const to = members.flatMap(({ user }) => (user && user.id !== own ? [user.email] : []))
  return { organization: name, by: 'name' in actor ? actor.name : 'Somebody', deletesAt, to }
}

/** Mails members one after the other. The request does not wait, and the mailer logs failures. */
export function mailDeletion({ mailer, publicUrl }: Settings, { to, by, deletesAt, ...mail }: DeletionMail): void {
  const organization = quoted(mail.organization)
  const day = deletesAt.toISOString().slice(0, 16).replace('T', ' ')
  const text = [
    `${quoted(by)} scheduled the deletion of the organization ${organization} on Keyward at ${publicUrl}`,
    `Its keys do not work from now on. At ${day} UTC everything in it is deleted. Until then its Owner can cancel the deletion, and the same keys work again.`,
    'The names in quotes were entered by users.',
  ]
  const send = async () => {
    for (const address of to) {
      await mailer
        ?.send({ to: address, subject: `${organization} on Keyward will be deleted`, text: `${text.join('\n\n')}\n` })
        .catch(() => {})
    }
  }
  void send()
}
