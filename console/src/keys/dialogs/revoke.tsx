import { useQuery } from '@tanstack/react-query'
import { restOf, useAction } from '../../app/action.ts'
import { keyward } from '../../app/api.ts'
import type { RevocationReason } from '../../generated/graphql.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { Note } from '../../ui/feedback.tsx'
import { SelectField, textOf } from '../../ui/field.tsx'
import { count } from '../../ui/money.ts'
import { Ago } from '../../ui/time.tsx'
import { keyUsageQuery } from '../queries.ts'
import { REASONS } from '../words.ts'
import type { KeyDialogProps } from './props.ts'

const DAY_MS = 86_400_000

const isReason = (value: string): value is RevocationReason => Object.hasOwn(REASONS, value)

export function RevokeDialog({ row, project, onClose }: KeyDialogProps) {
  const { data: lastDay } = useQuery({ ...keyUsageQuery(row.id, 1), enabled: project.canReadUsage })
  const { mutate, error, isPending } = useAction({
    run: (reason: string) => keyward.apiKeys.revoke({ id: row.id, ...(isReason(reason) ? { reason } : {}) }),
    done: `“${row.name}” revoked.`,
    onDone: onClose,
  })
  const requests = lastDay ? BigInt(lastDay.totalRequests) : 0n
  // Requests without recorded usage, such as requests to the graph, only update the last use.
  const inUse = requests > 0n || (row.lastUsedAt && Date.now() - Date.parse(row.lastUsedAt) < DAY_MS)
  return (
    <FormDialog
      title={`Revoke “${row.name}”`}
      description="The next request with this key is denied. A revocation is final."
      action="Revoke key"
      danger
      busy={isPending}
      error={restOf(error)}
      onSend={(values) => mutate(textOf(values, 'reason'))}
      onClose={onClose}
    >
      {row.lastUsedAt ? (
        <Note tone={inUse ? 'warn' : 'good'}>
          The key was last used <Ago time={row.lastUsedAt} />.
          {requests > 0n &&
            ` It made ${count(requests)} ${requests === 1n ? 'request' : 'requests'} in the last 24 hours.`}
          {inUse && ' Requests that still send it will be denied.'}
        </Note>
      ) : (
        <Note tone="good">The key was never used.</Note>
      )}
      <SelectField label="Reason" name="reason" defaultValue="NO_LONGER_NEEDED">
        {Object.entries(REASONS).map(([reason, label]) => (
          <option key={reason} value={reason}>
            {label}
          </option>
        ))}
      </SelectField>
    </FormDialog>
  )
}
