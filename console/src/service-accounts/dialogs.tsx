import { useState } from 'react'
import { issueOf, restOf, useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import { ConfirmDialog } from '../app/confirm-dialog.tsx'
import { FormDialog, SecretDialog } from '../ui/dialog.tsx'
import { SelectField, TextField, textOf } from '../ui/field.tsx'
import { OverlapField, overlapOf } from '../ui/overlap-field.tsx'

interface Account {
  id: string
  name: string
}

interface ServiceAccountDialogsProps {
  organizationId: string
  open: { name: 'create' } | { name: 'rotate' | 'remove'; account: Account }
  onClose: () => void
}

export function ServiceAccountDialogs({ organizationId, open, onClose }: ServiceAccountDialogsProps) {
  if (open.name === 'create') return <CreateDialog organizationId={organizationId} onClose={onClose} />
  if (open.name === 'rotate') return <RotateDialog account={open.account} onClose={onClose} />
  const { id, name } = open.account
  return (
    <ConfirmDialog
      title={`Remove “${name}”`}
      action="Remove"
      run={() => keyward.serviceAccounts.remove({ id })}
      done="Service account removed."
      onClose={onClose}
    >
      Its token stops working at once, and so do the tokens that it made. The keys that it created keep working, unless
      the key policy pauses them.
    </ConfirmDialog>
  )
}

const lifetimeOf = (values: FormData): { expiresInSeconds?: number } => {
  const seconds = Number(textOf(values, 'lifetime'))
  return seconds > 0 ? { expiresInSeconds: seconds } : {}
}

const LifetimeField = () => (
  <SelectField label="Token expires" name="lifetime" defaultValue="0">
    <option value="2592000">In 30 days</option>
    <option value="7776000">In 90 days</option>
    <option value="31536000">In 1 year</option>
    <option value="0">Never</option>
  </SelectField>
)

function CreateDialog({ organizationId, onClose }: { organizationId: string; onClose: () => void }) {
  const [token, setToken] = useState<string | null>(null)
  const { mutate, error, isPending } = useAction({
    run: (values: FormData) =>
      keyward.serviceAccounts.create({
        organizationId,
        name: textOf(values, 'name'),
        role: textOf(values, 'role') === 'ADMIN' ? 'ADMIN' : 'MEMBER',
        ...lifetimeOf(values),
      }),
    onDone: (created) => setToken(created.token),
  })
  if (token) return <SecretDialog title="Your new service account" secret={token} noun="token" onClose={onClose} />
  return (
    <FormDialog
      title="Create service account"
      action="Create service account"
      busy={isPending}
      error={restOf(error, 'name')}
      onSend={mutate}
      onClose={onClose}
    >
      <TextField
        label="Name"
        name="name"
        required
        maxLength={100}
        placeholder="Deployment pipeline"
        autoComplete="off"
        error={issueOf(error, 'name')}
      />
      <SelectField
        label="Role"
        name="role"
        defaultValue="MEMBER"
        hint="Give a member access to further projects on their Collaborators page."
      >
        <option value="MEMBER">Member</option>
        <option value="ADMIN">Admin</option>
      </SelectField>
      <LifetimeField />
    </FormDialog>
  )
}

function RotateDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const [token, setToken] = useState<string | null>(null)
  const { mutate, error, isPending } = useAction({
    run: (values: FormData) =>
      keyward.serviceAccounts.rotateToken({
        id: account.id,
        overlapSeconds: overlapOf(values),
        ...lifetimeOf(values),
      }),
    onDone: (rotated) => setToken(rotated.token),
  })
  if (token)
    return <SecretDialog title={`New token of “${account.name}”`} secret={token} noun="token" onClose={onClose} />
  return (
    <FormDialog
      title={`Rotate the token of “${account.name}”`}
      description="Give the new token to the program before the old one stops working."
      action="Rotate token"
      danger
      busy={isPending}
      error={error}
      onSend={mutate}
      onClose={onClose}
    >
      <OverlapField label="The old token works" defaultSeconds={0} />
      <LifetimeField />
    </FormDialog>
  )
}
