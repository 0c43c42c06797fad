import { InvalidStateError } from '@keyward/sdk'
import { useState } from 'react'
import { issueOf, restOf, useAction } from '../app/action.ts'
import { addressOf } from '../app/address.ts'
import { keyward } from '../app/api.ts'
import { signOut } from '../app/auth.ts'
import { useSession } from '../app/session.ts'
import { Button } from '../ui/button.tsx'
import { FormDialog } from '../ui/dialog.tsx'
import { TextField, textOf } from '../ui/field.tsx'
import { Card } from '../ui/layout.tsx'

/** Erases the signed-in person. */
export function EraseCard() {
  const [isOpen, setOpen] = useState(false)
  return (
    <Card
      title="Erase account"
      note="Deletes your account, and your name and address, also in audit logs. Only audit events recorded before names were encrypted keep them. Your keys keep working, unless an organization pauses keys of people who leave."
    >
      <div>
        <Button kind="danger" onClick={() => setOpen(true)}>
          Erase account…
        </Button>
      </div>
      {isOpen && <EraseDialog onClose={() => setOpen(false)} />}
    </Card>
  )
}

function EraseDialog({ onClose }: { onClose: () => void }) {
  const { user } = useSession()
  const { mutate, error, isPending } = useAction({
    run: (email: string) => keyward.viewer.erase({ email }),
    onDone: () => location.assign(addressOf('/sign-in')),
  })
  // The error for an Owner names the next step. Any other error means that the sign-in is too old.
  const isTooOld = error instanceof InvalidStateError && error.resolvedBy.length === 0
  return (
    <FormDialog
      title="Erase your account"
      description="This happens at once and cannot be undone. You lose access to all organizations. Tokens of service accounts that you have seen end."
      action="Erase account"
      danger
      busy={isPending}
      error={restOf(error, 'email')}
      onSend={(values) => mutate(textOf(values, 'email'))}
      onClose={onClose}
    >
      <TextField
        label={`Type “${user.email}” to confirm`}
        name="email"
        autoComplete="off"
        required
        error={issueOf(error, 'email')}
      />
      {isTooOld && (
        <div>
          <Button onClick={() => void signOut('/sign-in?next=%2Faccount')}>Sign in again</Button>
        </div>
      )}
    </FormDialog>
  )
}
