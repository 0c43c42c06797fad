import { useState } from 'react'
import { issueOf, restOf, useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import type { OrganizationRole, ProjectRole } from '../generated/graphql.ts'
import { FormDialog, SecretDialog } from '../ui/dialog.tsx'
import { SelectField, TextField, textOf } from '../ui/field.tsx'

interface InviteDialogProps {
  /** Target of the invitation: an organization, or one of its projects. */
  to: { organizationId: string } | { projectId: string }
  name: string
  onClose: () => void
}

/** Invites an e-mail address, and shows the link of the invitation once. */
export function InviteDialog({ to, name, onClose }: InviteDialogProps) {
  const [link, setLink] = useState<string | null>(null)
  const isProject = 'projectId' in to
  const { mutate, error, isPending } = useAction({
    run: (values: FormData): Promise<{ readonly acceptUrl: string | null }> => {
      const [email, role] = [textOf(values, 'email'), textOf(values, 'role')]
      return isProject
        ? keyward.collaborators.add({
            ...to,
            email,
            role: role === 'ADMIN' ? 'ADMIN' : ('MEMBER' satisfies ProjectRole),
          })
        : keyward.members.invite({
            ...to,
            email,
            role: role === 'ADMIN' ? 'ADMIN' : ('MEMBER' satisfies OrganizationRole),
          })
    },
    done: 'Invitation created.',
    onDone: ({ acceptUrl }) => (acceptUrl ? setLink(acceptUrl) : onClose()),
  })
  if (link) {
    return (
      <SecretDialog
        title="The invitation is created"
        description="Copy the link and send it to the person. Where the instance sends mail, they also receive it by e-mail."
        secret={link}
        noun="link"
        onClose={onClose}
      />
    )
  }
  return (
    <FormDialog
      title={`Invite to “${name}”`}
      description="The invitation is open for 7 days, and only for this address."
      action="Create invitation"
      busy={isPending}
      error={restOf(error, 'email')}
      onSend={mutate}
      onClose={onClose}
    >
      <TextField
        label="E-mail address"
        name="email"
        type="email"
        required
        maxLength={254}
        autoComplete="off"
        error={issueOf(error, 'email')}
      />
      <SelectField
        label="Role"
        name="role"
        defaultValue="MEMBER"
        hint={
          isProject
            ? 'Members create, rotate and revoke keys. Admins also set limits and add collaborators.'
            : 'Members work in the default project and in projects they are added to. Admins manage everything.'
        }
      >
        <option value="MEMBER">Member</option>
        <option value="ADMIN">Admin</option>
      </SelectField>
    </FormDialog>
  )
}
