import { useState } from 'react'
import { useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import { FormDialog, SecretDialog } from '../ui/dialog.tsx'
import { OverlapField, overlapOf } from '../ui/overlap-field.tsx'

/** Rotates the signing secret of a webhook, and shows the new one once. */
export function RotateSecretDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const [secret, setSecret] = useState<string | null>(null)
  const { mutate, error, isPending } = useAction({
    run: (values: FormData) => keyward.webhooks.rotateSecret({ id, overlapSeconds: overlapOf(values) }),
    onDone: (rotated) => setSecret(rotated.secret),
  })
  if (secret) {
    return (
      <SecretDialog
        title="New signing secret of the webhook"
        description="Copy the secret now, and give it to your endpoint."
        secret={secret}
        noun="secret"
        onClose={onClose}
      />
    )
  }
  return (
    <FormDialog
      title="Rotate the signing secret"
      description="During the overlap, messages carry a signature of each secret, so that your endpoint accepts them before and after it knows the new one."
      action="Rotate the secret"
      danger
      busy={isPending}
      error={error}
      onSend={mutate}
      onClose={onClose}
    >
      <OverlapField label="The old secret signs" defaultSeconds={86_400} />
    </FormDialog>
  )
}
