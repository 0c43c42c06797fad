import { issueOf, restOf, useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import { FormDialog } from '../ui/dialog.tsx'
import { TextArea, TextField, textOf } from '../ui/field.tsx'

interface CreateProjectDialogProps {
  organizationId: string
  onClose: () => void
  onCreated: (projectId: string) => void
}

export function CreateProjectDialog({ organizationId, onClose, onCreated }: CreateProjectDialogProps) {
  const { mutate, error, isPending } = useAction({
    run: (values: FormData) => {
      const description = textOf(values, 'description').trim()
      return keyward.projects.create({
        organizationId,
        name: textOf(values, 'name'),
        ...(description ? { description } : {}),
      })
    },
    done: 'Project created.',
    refreshFirst: true,
    onDone: ({ id }) => onCreated(id),
  })
  return (
    <FormDialog
      title="Create project"
      description="You become its ADMIN."
      action="Create project"
      busy={isPending}
      error={restOf(error, 'name', 'description')}
      onSend={mutate}
      onClose={onClose}
    >
      <TextField
        label="Name"
        name="name"
        required
        maxLength={100}
        placeholder="Production"
        autoComplete="off"
        error={issueOf(error, 'name')}
      />
      <TextArea
        label="Purpose"
        name="description"
        optional
        rows={2}
        maxLength={500}
        error={issueOf(error, 'description')}
      />
    </FormDialog>
  )
}
