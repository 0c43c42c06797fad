import { useState } from 'react'
import { issueOf, restOf, useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import type { WebhookRowFragment } from '../generated/graphql.ts'
import keyClasses from '../keys/keys.module.css'
import { FormDialog, SecretDialog } from '../ui/dialog.tsx'
import { CheckField, FieldGroup, TextField, textOf } from '../ui/field.tsx'
import { EVENTS, eventName } from './words.ts'

interface WebhookDialogProps {
  organizationId: string
  /** The webhook to change. If omitted, the dialog creates one. */
  webhook?: WebhookRowFragment
  onClose: () => void
}

/** Creates or changes a webhook. A new one shows its signing secret once. */
export function WebhookDialog({ organizationId, webhook, onClose }: WebhookDialogProps) {
  const [secret, setSecret] = useState<string | null>(null)
  const { mutate, error, isPending } = useAction({
    run: async (values: FormData): Promise<string | null> => {
      const input = {
        url: textOf(values, 'url').trim(),
        description: textOf(values, 'description').trim(),
        events: EVENTS.filter((event) => values.getAll('events').includes(event)),
      }
      if (!webhook) return (await keyward.webhooks.create({ organizationId, ...input })).secret
      await keyward.webhooks.update({ id: webhook.id, ...input, enabled: values.has('enabled') })
      return null
    },
    done: webhook ? 'Webhook changed.' : 'Webhook created.',
    onDone: (created) => (created ? setSecret(created) : onClose()),
  })
  if (secret) {
    return (
      <SecretDialog
        title="Signing secret of the webhook"
        description="Copy the secret now. Your endpoint verifies each message with it."
        secret={secret}
        noun="secret"
        onClose={onClose}
      />
    )
  }
  return (
    <FormDialog
      title={webhook ? 'Change webhook' : 'Create webhook'}
      description="Keyward sends a signed message for each event, and repeats it until your endpoint accepts it."
      action={webhook ? 'Save' : 'Create webhook'}
      large
      busy={isPending}
      error={restOf(error, 'url', 'description')}
      onSend={mutate}
      onClose={onClose}
    >
      <TextField
        label="URL"
        name="url"
        type="url"
        required
        maxLength={2048}
        placeholder="https://example.com/keyward"
        defaultValue={webhook?.url ?? ''}
        error={issueOf(error, 'url')}
      />
      <TextField
        label="Description"
        name="description"
        optional
        maxLength={200}
        defaultValue={webhook?.description ?? ''}
        error={issueOf(error, 'description')}
      />
      <FieldGroup label="Events" hint="If you choose none, the webhook gets all events, including future ones.">
        <div className={keyClasses.checks}>
          {EVENTS.map((event) => (
            <CheckField
              key={event}
              name="events"
              value={event}
              defaultChecked={webhook?.events.includes(event) ?? false}
              label={eventName(event)}
            />
          ))}
        </div>
      </FieldGroup>
      {webhook && <CheckField name="enabled" defaultChecked={webhook.enabled} label="Enabled" />}
    </FormDialog>
  )
}
