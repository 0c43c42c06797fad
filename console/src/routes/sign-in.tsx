import { useQuery } from '@tanstack/react-query'
import { Navigate, useSearch } from '@tanstack/react-router'
import { SignInCard } from '../account/sign-in-card.tsx'
import { signInError } from '../account/sign-in-errors.ts'
import { enter } from '../app/enter.ts'
import { INSTANCE } from '../app/instance.ts'
import { pathAfterSignIn } from '../app/next.ts'
import { sessionQuery } from '../app/session.ts'
import { Note } from '../ui/feedback.tsx'
import { Gate } from '../ui/gate.tsx'

/** Sign-in and sign-up. The first account of an instance is also created here. */
export function SignInPage() {
  const { next: given, error } = useSearch({ from: '/sign-in' })
  // The account page connects single sign-on, which is the next step after such a sign-in.
  const next = given ?? (error === 'account_not_linked' ? '/account' : undefined)
  const { data: session } = useQuery(sessionQuery)
  if (session && next !== 'graphiql') return <Navigate to={pathAfterSignIn(next)} replace />
  const { needsSetup } = INSTANCE
  return (
    <Gate
      title={needsSetup ? 'Set up Keyward' : 'Keyward'}
      lead={
        needsSetup
          ? 'Create the first account. Then name your organization and create its first key.'
          : 'API keys for AI inference platforms'
      }
    >
      {error && <Note tone="bad">{signInError(error, INSTANCE.oidc)}</Note>}
      <SignInCard
        first={needsSetup ? 'sign-up' : 'sign-in'}
        enter={() => enter(next)}
        returnTo={pathAfterSignIn(next)}
        failed={given === undefined ? '/sign-in' : `/sign-in?next=${encodeURIComponent(given)}`}
      />
    </Gate>
  )
}
