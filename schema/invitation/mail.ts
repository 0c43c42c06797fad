import type { Caller } from '../core/caller.ts'
import { INVITATION_MAILS } from '../core/quotas.ts'
import { quoted } from '../core/quoted.ts'
import { makerOf, type UnitOfWork } from '../write/unit-of-work.ts'
import { lockRecipient } from './sql.ts'

const DAY_MS = 86_400_000

/** The text of an invitation, without its link. */
interface InvitationMail {
  to: string
  inviter: string
  organization: string
  /** Null if the invitation is to the whole organization. */
  project: string | null
}

async function isVerified(tx: UnitOfWork['tx'], userId: string): Promise<boolean> {
  return (await tx.user.findUniqueOrThrow({ where: { id: userId }, select: { emailVerified: true } })).emailVerified
}

/**
 * Whether a new invitation is mailed. Its sender must have verified their own address. An address, a sender and an
 * organization each have a maximum number of mails a day. Locks the address, because invitations of other organizations
 * to it may be counted at the same time.
 */
export async function isMailable(
  { access, runtime }: Caller,
  { tx, now }: UnitOfWork,
  { email, organizationId }: { email: string; organizationId: string },
): Promise<boolean> {
  if (!runtime.settings.mailer) return false
  const { userId, serviceAccountId } = makerOf(access.actor)
  // Otherwise strangers could make this instance send mail in the name of an address that is not theirs.
  if (userId !== null && !(await isVerified(tx, userId))) return false
  await lockRecipient(tx, email)
  const { perRecipient, perSender, perOrganization } = INVITATION_MAILS
  const createdAt = { gt: new Date(now.getTime() - DAY_MS) }
  const sent = [
    { most: perRecipient, where: { email } },
    { most: perSender, where: { invitedByUserId: userId, invitedByServiceAccountId: serviceAccountId } },
    { most: perOrganization, where: { organizationId } },
  ]
  for (const { most, where } of sent) {
    if ((await tx.invitation.count({ where: { ...where, createdAt }, take: most })) >= most) return false
  }
  return true
}

/** Reads the names for the mail of an invitation. */
export async function describeInvitation(
  { access: { actor } }: Caller,
  { tx }: UnitOfWork,
  { email, organizationId, projectId }: { email: string; organizationId: string; projectId: string | null },
): Promise<InvitationMail> {
  const select = { name: true }
  const organization = await tx.organization.findUniqueOrThrow({ where: { id: organizationId }, select })
  const project = projectId === null ? null : await tx.project.findUniqueOrThrow({ where: { id: projectId }, select })
  const inviter = 'name' in actor ? actor.name : 'Somebody'
  return { to: email, inviter, organization: organization.name, project: project?.name ?? null }
}

/**
 * Mails an invitation. The request does not wait for the mail: the inviter gets the link in any case, and a hanging
 * mail server would delay the response beyond the time limit. The mailer logs what it cannot send.
 */
export function sendInvitation({ runtime: { settings } }: Caller, mail: InvitationMail, url: string): void {
  const { to, project } = mail
  const [inviter, organization] = [quoted(mail.inviter), quoted(mail.organization)]
  const place = project === null ? '' : `the project ${quoted(project)} of `
  const text = [
    `${inviter} invites you to ${place}the organization ${organization} on Keyward at ${settings.publicUrl}`,
    `Accept within 7 days, signed in with this e-mail address:\n${url}`,
    'The names in quotes were entered by users. If you do not know the inviter, ignore this mail.',
  ]
  settings.mailer
    ?.send({ to, subject: `${inviter} invites you to ${organization} on Keyward`, text: `${text.join('\n\n')}\n` })
    .catch(() => {})
}
