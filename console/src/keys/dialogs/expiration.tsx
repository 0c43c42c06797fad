import { useState } from 'react'
import { issueOf, restOf, useAction } from '../../app/action.ts'
import { keyward } from '../../app/api.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { dayOf } from '../../ui/time.tsx'
import { ExpirationField, type ExpirationValue, expirationOf } from '../expiration-field.tsx'
import { usePolicyBounds } from '../policy-bounds.ts'
import type { KeyDialogProps } from './props.ts'

export function ExpirationDialog({ row, project, onClose }: KeyDialogProps) {
  const bounds = usePolicyBounds(project)
  const [value, setValue] = useState<ExpirationValue>({ choice: '90', day: row.expiresAt?.slice(0, 10) ?? '' })
  const { mutate, error, isPending } = useAction({
    run: () => keyward.apiKeys.setExpiration({ id: row.id, ...expirationOf(value, bounds) }),
    done: 'Expiration set.',
    onDone: onClose,
  })
  const now = row.expiresAt ? `It expires on ${dayOf(row.expiresAt)}.` : 'It never expires.'
  return (
    <FormDialog
      title={`Set expiration of “${row.name}”`}
      description={row.status === 'EXPIRED' ? 'The key is expired. A later date makes it work again.' : now}
      action="Set expiration"
      busy={isPending}
      error={restOf(error, 'expiresAt', 'expiresInSeconds', 'id')}
      onSend={() => mutate(undefined)}
      onClose={onClose}
    >
      <ExpirationField
        value={value}
        change={setValue}
        bounds={bounds}
        error={issueOf(error, 'expiresAt') ?? issueOf(error, 'expiresInSeconds') ?? issueOf(error, 'id')}
      />
    </FormDialog>
  )
}
