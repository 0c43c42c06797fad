import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { SignInCard } from '../account/sign-in-card.tsx'
import { signInError } from '../account/sign-in-errors.ts'
import { keyward, queries } from '../app/api.ts'
import { signOut } from '../app/auth.ts'
import { INSTANCE } from '../app/instance.ts'
import { type Session, sessionQuery } from '../app/session.ts'
import { ClosedNote, EmailHint, InvitationFacts, sentenceOf } from '../invitation/invitation-facts.tsx'
import { invitationQuery, type OpenInvitation, openOf } from '../invitation/queries.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote, Failed, Loading, Note } from '../ui/feedback.tsx'
import { Gate } from '../ui/gate.tsx'

const KEPT = 'keyward.invitation'
const PATH = '/invitations/accept'

/**
 * The token of an invitation comes in the fragment, which is never sent to a server. It is removed from the address bar
 * at once.
 */
function takeToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token) {
    sessionStorage.setItem(KEPT, token)
    history.replaceState(history.state, '', location.pathname)
  }
  return sessionStorage.getItem(KEPT)
}

const toConsole = <Link to="/">Go to the console</Link>

/** Accepts an invitation, after its recipient signed in or created an account. */
export function AcceptInvitationPage() {
  const [token] = useState(takeToken)
  if (token) return <Invitation token={token} />
  return (
    <Gate title="No invitation" lead="This page opens from the link of an invitation." foot={toConsole}>
      <Note tone="warn">The link contains no invitation. Open it again as you received it.</Note>
    </Gate>
  )
}

function Invitation({ token }: { token: string }) {
  const { error: returned } = useSearch({ from: '/invitations/accept' })
  const session = useQuery(sessionQuery)
  const { data: invitation, error, refetch } = useQuery(invitationQuery(token))
  const open = invitation ? openOf(invitation) : null
  const isOver = invitation !== undefined && open === null
  useEffect(() => {
    if (isOver) sessionStorage.removeItem(KEPT)
  }, [isOver])
  if (error) {
    return (
      <Gate title="You are invited" lead="The invitation could not be read.">
        <Failed error={error} retry={() => void refetch()} />
      </Gate>
    )
  }
  if (invitation === undefined || session.isPending) {
    return (
      <Gate title="You are invited" lead="Reading the invitation…">
        <Loading rows={3} />
      </Gate>
    )
  }
  if (invitation === null) {
    return (
      <Gate title="No invitation" lead="No invitation has this link." foot={toConsole}>
        <Note tone="warn">Open the whole link as you received it, or ask for a new one.</Note>
      </Gate>
    )
  }
  if (open === null) {
    return (
      <Gate title="You were invited" lead="The invitation cannot be accepted." foot={toConsole}>
        <ClosedNote status={invitation.status} />
      </Gate>
    )
  }
  return (
    <Gate title="You are invited" lead={sentenceOf(open)}>
      {returned && <Note tone="bad">{signInError(returned, INSTANCE.oidc)}</Note>}
      <InvitationFacts invitation={open} />
      {session.data ? (
        <Accept token={token} invitation={open} session={session.data} />
      ) : (
        <>
          <Note>
            Sign in or create an account with the e-mail address <EmailHint invitation={open} />.
          </Note>
          <SignInCard first="sign-up" invitation={token} enter={() => {}} returnTo={PATH} failed={PATH} />
        </>
      )}
    </Gate>
  )
}

interface AcceptProps {
  token: string
  invitation: OpenInvitation
  session: Session
}

function Accept({ token, invitation, session: { user } }: AcceptProps) {
  const who = <bdi>{user.email ?? user.name}</bdi>
  // Null while the preview from before the sign-in is refetched.
  if (invitation.isForViewer === false) {
    return (
      <OtherAccount primary>
        <Note tone="warn">
          You are signed in as {who}, but the invitation was sent to <EmailHint invitation={invitation} />. Sign in with
          that address.
        </Note>
      </OtherAccount>
    )
  }
  return (
    <>
      <Note>
        You are signed in as <strong>{who}</strong>.
      </Note>
      <AcceptButton token={token} />
      <OtherAccount />
    </>
  )
}

function AcceptButton({ token }: { token: string }) {
  const navigate = useNavigate()
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => keyward.invitations.accept({ token }),
    onSuccess: async ({ organization, projects }) => {
      sessionStorage.removeItem(KEPT)
      const [project] = projects
      const ids = { organizationId: organization.id }
      await queries.invalidateQueries({ queryKey: ['session'] })
      await (project
        ? navigate({ to: '/o/$organizationId/projects/$projectId', params: { ...ids, projectId: project.id } })
        : navigate({ to: '/o/$organizationId/keys', params: ids }))
      await queries.resetQueries()
    },
  })
  return (
    <>
      <ErrorNote error={error} />
      <Button kind="primary" wide busy={isPending} onClick={() => mutate()}>
        Accept the invitation
      </Button>
    </>
  )
}

const OtherAccount = ({ primary, children }: { primary?: boolean; children?: ReactNode }) => (
  <>
    {children}
    <Button wide {...(primary ? { kind: 'primary' as const } : {})} onClick={() => void signOut(PATH)}>
      Use another account
    </Button>
  </>
)
