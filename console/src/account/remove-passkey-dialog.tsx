import { useMutation } from '@tanstack/react-query'
import { type Passkey, removePasskey } from '../app/passkeys.ts'
import { FormDialog } from '../ui/dialog.tsx'
import { Note } from '../ui/feedback.tsx'
import { toast } from '../ui/toast.tsx'
import { changedPasskeys, RefusedChange } from './passkey-change.tsx'

interface RemovePasskeyDialogProps {
  passkey: Passkey
  /** Whether this is the person's last passkey. */
  isLast: boolean
  onClose: () => void
}

/** Asks before a passkey is removed, which cannot be undone. */
export function RemovePasskeyDialog({ passkey, isLast, onClose }: RemovePasskeyDialogProps) {
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => removePasskey(passkey.id),
    onSuccess: async () => {
      toast('Passkey removed. Delete it on your device as well.')
      onClose()
      await changedPasskeys()
    },
  })
  return (
    <FormDialog
      title={`Remove “${passkey.name}”`}
      description="The passkey no longer signs you in. You cannot restore it, only add a new one."
      action="Remove passkey"
      danger
      busy={isPending}
      error={null}
      onSend={() => mutate()}
      onClose={onClose}
    >
      {isLast && (
        <Note tone="warn">
          This is your last passkey. Without an authenticator app, your account then has no second factor, and
          organizations that require one withhold your roles.
        </Note>
      )}
      <RefusedChange error={error} />
    </FormDialog>
  )
}
