import { humanize } from '../keys/words.ts'
import { Note } from '../ui/feedback.tsx'
import { Facts } from '../ui/layout.tsx'
import { Ago } from '../ui/time.tsx'
import type { InvitationPreview } from './queries.ts'

/** The invitation in a sentence. */
export function sentenceOf({ inviterName, organizationName, role, projects }: InvitationPreview): string {
  const inviter = inviterName ?? 'Somebody'
  const [project] = projects
  if (role) return `${inviter} invites you to the organization ${organizationName}.`
  return `${inviter} invites you to the project ${project?.name ?? ''} of ${organizationName}.`
}

/** The roles that an invitation grants, and its recipient. */
export const InvitationFacts = ({ invitation }: { invitation: InvitationPreview }) => (
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
      ['Sent to', invitation.emailHint],
      ...(invitation.status === 'OPEN'
        ? [['Expires', <Ago key="expires" time={invitation.expiresAt} />] as const]
        : []),
    ]}
  />
)

/** Why an invitation cannot be accepted, and the next step. */
export function ClosedNote({ invitation: { status, inviterName } }: { invitation: InvitationPreview }) {
  if (status === 'ACCEPTED') return <Note>This invitation was already accepted. Sign in to see what you have.</Note>
  const cause = status === 'CANCELLED' ? 'was cancelled, or replaced by a newer one' : 'has expired'
  return (
    <Note tone="warn">
      This invitation {cause}. Ask <bdi>{inviterName ?? 'an ADMIN'}</bdi> for a new one.
    </Note>
  )
}
