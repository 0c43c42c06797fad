import { issueOf, restOf, useAction } from '../../app/action.ts'
import { keyward } from '../../app/api.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { TextField, textOf } from '../../ui/field.tsx'
import type { KeyDialogProps } from './props.ts'

export function RenameDialog({ row, onClose }: KeyDialogProps) {
  const { mutate, error, isPending } = useAction({
    run: (name: string) => keyward.apiKeys.update({ id: row.id, name }),
    done: 'Key renamed.',
    onDone: onClose,
  })
  return (
    <FormDialog
      title={`Rename “${row.name}”`}
      description="Its secret and its history stay."
      action="Rename"
      busy={isPending}
      error={restOf(error, 'name')}
      onSend={(values) => mutate(textOf(values, 'name'))}
      onClose={onClose}
    >
      <TextField
        label="Name"
        name="name"
        defaultValue={row.name}
        maxLength={100}
        required
        error={issueOf(error, 'name')}
      />
    </FormDialog>
  )
}
