import { queries } from '../app/api.ts'
import { AuthError, signOut } from '../app/auth.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote } from '../ui/feedback.tsx'

/** After the first passkey was added or the last one removed, the roles in organizations may change. */
export const changedPasskeys = () =>
  Promise.all([['passkeys'], ['session'], ['organization']].map((queryKey) => queries.invalidateQueries({ queryKey })))

/** An error. Leads to sign-in if the session is too old for the change. */
export function RefusedChange({ error }: { error: Error | null }) {
  return (
    <>
      <ErrorNote error={error} />
      {error instanceof AuthError && error.code === 'SESSION_NOT_FRESH' && (
        <div>
          <Button onClick={() => void signOut('/sign-in?next=%2Faccount')}>Sign in again</Button>
        </div>
      )}
    </>
  )
}
