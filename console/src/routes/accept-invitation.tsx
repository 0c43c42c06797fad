import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { SignInCard } from '../account/sign-in-card.tsx'
import { signInError } from '../account/sign-in-errors.ts'
import { keyward, queries } from '../app/api.ts'
import { signOut } from '../app/auth.ts'
import { INSTANCE } from '../app/instance.ts'
import { sessionQuery } from '../app/session.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote, Loading, Note } from '../ui/feedback.tsx'
import { Gate } from '../ui/gate.tsx'

const KEPT = 'keyward.invitation'
const PATH = '/invitations/accept'

/** The secret of an invitation comes in the fragment, which no server sees, and leaves the address bar at once. */
function takeToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token) {
    sessionStorage.setItem(KEPT, token)
    history.replaceState(history.state, '', location.pathname)
  }
  return sessionStorage.getItem(KEPT)
}

/** Accepts an invitation, after its recipient signed in or created an account. */
export function AcceptInvitationPage() {
  const [token] = useState(takeToken)
  const { error } = useSearch({ from: '/invitations/accept' })
  const { data: session, isPending } = useQuery(sessionQuery)
  if (!token) {
    return (
      <Gate title="No invitation" lead="This page opens from the link of an invitation.">
        <Note tone="warn">The link contains no invitation. Open it again as you received it.</Note>
        <Link to="/">Go to the console</Link>
      </Gate>
    )
  }
  return (
    <Gate
      title="You are invited"
      lead="Sign in or create an account with the e-mail address that received the invitation."
    >
      {error && <Note tone="bad">{signInError(error, INSTANCE.oidc)}</Note>}
      {isPending ? (
        <Loading rows={3} />
      ) : session ? (
        <Accept token={token} email={session.user.email ?? session.user.name} />
      ) : (
        <SignInCard first="sign-up" invitation={token} enter={() => {}} returnTo={PATH} failed={PATH} />
      )}
    </Gate>
  )
}

function Accept({ token, email }: { token: string; email: string }) {
  const navigate = useNavigate()
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => keyward.invitations.accept({ token }),
    onSuccess: async ({ organization, projects }) => {
      sessionStorage.removeItem(KEPT)
      await queries.resetQueries()
      const [project] = projects
      const ids = { organizationId: organization.id }
      await (project
        ? navigate({ to: '/o/$organizationId/projects/$projectId', params: { ...ids, projectId: project.id } })
        : navigate({ to: '/o/$organizationId/keys', params: ids }))
    },
  })
  return (
    <>
      <Note>
        You are signed in as <strong>{email}</strong>.
      </Note>
      <ErrorNote error={error} />
      <Button kind="primary" wide busy={isPending} onClick={() => mutate()}>
        Accept the invitation
      </Button>
      <Button wide onClick={() => void signOut(PATH)}>
        Use another account
      </Button>
    </>
  )
}
