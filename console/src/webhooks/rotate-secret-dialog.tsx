import { useState } from 'react'
import { useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import { FormDialog, SecretDialog } from '../ui/dialog.tsx'
import { SelectField, textOf } from '../ui/field.tsx'

/** Rotates the signing secret of a webhook, and shows the new one once. */
export function RotateSecretDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const [secret, setSecret] = useState<string | null>(null)
  const { mutate, error, isPending } = useAction({
    run: (values: FormData) => keyward.webhooks.rotateSecret({ id, overlapSeconds: Number(textOf(values, 'overlap')) }),
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
      <SelectField label="The old secret signs" name="overlap" defaultValue="86400">
        <option value="0">Until now</option>
        <option value="3600">For 1 hour</option>
        <option value="86400">For 1 day</option>
        <option value="604800">For 7 days</option>
      </SelectField>
    </FormDialog>
  )
}
