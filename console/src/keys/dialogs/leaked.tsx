import { useQuery } from '@tanstack/react-query'
import { issueOf, restOf, useAction } from '../../app/action.ts'
import { keyward } from '../../app/api.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { Note } from '../../ui/feedback.tsx'
import { TextField, textOf } from '../../ui/field.tsx'
import { keyPolicyQuery } from '../queries.ts'
import type { KeyDialogProps } from './props.ts'

export function LeakedDialog({ row, project, onClose }: KeyDialogProps) {
  const { data: policy } = useQuery({ ...keyPolicyQuery(project.id), enabled: project.canReadKeyPolicy })
  const { mutate, error, isPending } = useAction({
    run: (url: string) => keyward.apiKeys.reportLeaked({ id: row.id, ...(url ? { url } : {}) }),
    done: 'Leak reported.',
    onDone: onClose,
  })
  return (
    <FormDialog
      title={`Report “${row.name}” as leaked`}
      description="Somebody else may know its secret."
      action="Report as leaked"
      danger
      busy={isPending}
      error={restOf(error, 'url')}
      onSend={(values) => mutate(textOf(values, 'url').trim())}
      onClose={onClose}
    >
      <Note tone="warn">
        {policy?.leakedKeyAction === 'REVOKE'
          ? 'The key policy of this project revokes leaked keys: requests with this key are denied at once and permanently.'
          : policy
            ? 'The key policy of this project flags leaked keys: the key keeps working until you rotate or revoke it.'
            : 'The key policy of the project decides whether the key is flagged or revoked.'}
      </Note>
      <TextField
        label="Where it was found"
        name="url"
        type="url"
        optional
        placeholder="https://"
        hint="The audit log keeps the address. Do not enter the secret."
        error={issueOf(error, 'url')}
      />
    </FormDialog>
  )
}
