import { useQuery } from '@tanstack/react-query'
import { issueOf, restOf, useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import type { Organization, Project } from '../app/session.ts'
import { FormDialog } from '../ui/dialog.tsx'
import { SelectField, textOf } from '../ui/field.tsx'

interface AddCollaboratorDialogProps {
  organization: Organization
  project: Project
  onClose: () => void
}

/** Adds a member of the organization to a project. */
export function AddCollaboratorDialog({ organization, project, onClose }: AddCollaboratorDialogProps) {
  const { data, error: unread } = useQuery({
    queryKey: ['members', organization.id, 'all'],
    queryFn: async ({ signal }) => {
      const members = []
      for await (const member of keyward.members.list({ organizationId: organization.id, pageSize: 100 }, { signal })) {
        members.push(member)
      }
      return members
    },
  })
  const { mutate, error, isPending } = useAction({
    run: (values: FormData) =>
      keyward.collaborators.add({
        projectId: project.id,
        principalId: textOf(values, 'principal'),
        role: textOf(values, 'role') === 'ADMIN' ? 'ADMIN' : 'MEMBER',
      }),
    done: 'Collaborator added.',
    onDone: onClose,
  })
  const isReady = data !== undefined
  return (
    <FormDialog
      title={`Add to “${project.name}”`}
      description="Members of the organization get access at once. Invite other people by e-mail."
      action="Add"
      busy={isPending || !isReady}
      error={unread ?? restOf(error, 'principalId')}
      onSend={mutate}
      onClose={onClose}
    >
      <SelectField label="Member" name="principal" required disabled={!isReady} error={issueOf(error, 'principalId')}>
        {data?.map(({ principal }) => (
          <option key={principal.id} value={principal.id}>
            {principal.name}
            {principal.__typename === 'User' && principal.email ? ` (${principal.email})` : ''}
          </option>
        ))}
      </SelectField>
      <SelectField label="Role" name="role" defaultValue="MEMBER">
        <option value="MEMBER">Member</option>
        <option value="ADMIN">Admin</option>
      </SelectField>
    </FormDialog>
  )
}
