import { humanize } from '../keys/words.ts'
import { Note } from '../ui/feedback.tsx'
import layout from '../ui/layout.module.css'
import { Facts } from '../ui/layout.tsx'
import { Ago } from '../ui/time.tsx'
import type { InvitationPreview, OpenInvitation } from './queries.ts'

/** The invitation in a sentence. */
export function sentenceOf({ inviterName, organizationName, role, projects }: OpenInvitation): string {
  const inviter = inviterName ?? 'Somebody'
  const [project] = projects
  if (role) return `${inviter} invites you to the organization ${organizationName}.`
  return `${inviter} invites you to the project ${project?.name ?? ''} of ${organizationName}.`
}

/** The roles that an invitation grants, and its recipient. */
export const InvitationFacts = ({ invitation }: { invitation: OpenInvitation }) => (
  <Facts
    rows={[
      ['Organization', <bdi key="organization">{invitation.organizationName}</bdi>],
      ...(invitation.role ? [['Role', humanize(invitation.role)] as const] : []),
      ...invitation.projects.map(
        ({ name, role }) =>
          [
            'Project',
            <span key={name}>
              <bdi>{name}</bdi>, as {humanize(role)}
            </span>,
          ] as const,
      ),
      ['Invited by', <bdi key="inviter">{invitation.inviterName ?? 'Somebody who left'}</bdi>],
      ['Sent to', <EmailHint key="recipient" invitation={invitation} />],
      ['Expires', <Ago key="expires" time={invitation.expiresAt} />],
    ]}
  />
)

/** The invited address, shortened. It does not wrap after its ellipsis. */
export const EmailHint = ({ invitation: { emailHint } }: { invitation: OpenInvitation }) => (
  <bdi className={layout.nowrap}>{emailHint}</bdi>
)

/** Why an invitation cannot be accepted, and the next step. */
export function ClosedNote({ status }: Pick<InvitationPreview, 'status'>) {
  if (status === 'ACCEPTED') return <Note>This invitation was already accepted. Sign in to use it.</Note>
  if (status === 'OPEN') {
    return (
      <Note tone="warn">Its organization or project is archived or being deleted. Ask the person who sent it.</Note>
    )
  }
  const cause = status === 'CANCELLED' ? 'was cancelled, or replaced by a newer one' : 'has expired'
  return <Note tone="warn">This invitation {cause}. Ask the person who sent it for a new one.</Note>
}
