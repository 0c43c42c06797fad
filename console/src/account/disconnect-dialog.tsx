import { useMutation } from '@tanstack/react-query'
import { queries } from '../app/api.ts'
import { disconnectSingleSignOn } from '../app/auth.ts'
import { FormDialog } from '../ui/dialog.tsx'
import { toast } from '../ui/toast.tsx'
import { RefusedChange } from './passkey-change.tsx'
import { waysQuery } from './ways.ts'

interface DisconnectDialogProps {
  /** Name of the single sign-on provider. */
  provider: string
  connectionId: string
  onClose: () => void
}

/** Asks before single sign-on is disconnected from the account. */
export function DisconnectDialog({ provider, connectionId, onClose }: DisconnectDialogProps) {
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => disconnectSingleSignOn(connectionId),
    onSuccess: async () => {
      toast(`${provider} disconnected.`)
      onClose()
      await queries.invalidateQueries({ queryKey: waysQuery.queryKey })
    },
  })
  return (
    <FormDialog
      title={`Disconnect ${provider}`}
      description="It no longer signs you in. Your password still does. You can connect it again."
      action="Disconnect"
      danger
      busy={isPending}
      error={null}
      onSend={() => mutate()}
      onClose={onClose}
    >
      <RefusedChange error={error} />
    </FormDialog>
  )
}
