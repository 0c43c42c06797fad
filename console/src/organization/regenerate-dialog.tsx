import { useState } from 'react'
import { useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import { FormDialog, SecretDialog } from '../ui/dialog.tsx'

export function RegenerateDialog({ organizationId, onClose }: { organizationId: string; onClose: () => void }) {
  const [secret, setSecret] = useState<string | null>(null)
  const { mutate, error, isPending } = useAction({
    run: (_: undefined) => keyward.legacyKey.regenerate({ organizationId }),
    onDone: (regenerated) => setSecret(regenerated.secret),
  })
  if (secret) {
    return (
      <SecretDialog
        title="New legacy key"
        description="Copy the secret. As the Owner you can copy it again on this page."
        secret={secret}
        noun="secret"
        onClose={onClose}
      />
    )
  }
  return (
    <FormDialog
      title="Regenerate the legacy key"
      description="The old secret stops working everywhere at once."
      action="Regenerate"
      danger
      busy={isPending}
      error={error}
      onSend={() => mutate(undefined)}
      onClose={onClose}
    >
      {null}
    </FormDialog>
  )
}
