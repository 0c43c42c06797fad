import { useQuery } from '@tanstack/react-query'
import { Navigate, useSearch } from '@tanstack/react-router'
import { SignInCard } from '../account/sign-in-card.tsx'
import { INSTANCE } from '../app/instance.ts'
import { enter, pathAfterSignIn } from '../app/next.ts'
import { sessionQuery } from '../app/session.ts'
import { Note } from '../ui/feedback.tsx'
import { Gate } from '../ui/gate.tsx'

/** Sign-in and sign-up. The first account of an instance is created here. */
export function SignInPage() {
  const { next, error, error_description: description } = useSearch({ from: '/sign-in' })
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
      {error && <Note tone="bad">{description ?? `Sign-in failed (${error}).`}</Note>}
      <SignInCard
        first={needsSetup ? 'sign-up' : 'sign-in'}
        enter={() => enter(next)}
        returnTo={pathAfterSignIn(next)}
      />
    </Gate>
  )
}
