import { useState } from 'react'
import { restOf, useAction } from '../../app/action.ts'
import { keyward } from '../../app/api.ts'
import { FormDialog, SecretDialog } from '../../ui/dialog.tsx'
import { Note } from '../../ui/feedback.tsx'
import { SelectField } from '../../ui/field.tsx'
import { Ago, fullTime } from '../../ui/time.tsx'
import type { KeyDialogProps } from './props.ts'

const OVERLAPS = [
  ['0', 'At once'],
  ['3600', 'In 1 hour'],
  ['86400', 'In 24 hours'],
  ['604800', 'In 7 days'],
] as const

export function RotateDialog({ row, onClose }: KeyDialogProps) {
  const [secret, setSecret] = useState<string | null>(null)
  const [overlap, setOverlap] = useState('86400')
  const { mutate, error, isPending } = useAction({
    run: () => keyward.apiKeys.rotate({ id: row.id, overlapSeconds: Number(overlap) }),
    onDone: (rotated) => setSecret(rotated.secret),
  })
  if (secret) {
    return (
      <SecretDialog title={`New secret of “${row.name}”`} secret={secret} noun="secret" onClose={onClose}>
        <Note>Deploy the new secret. The key’s page shows when the old secret was last used.</Note>
      </SecretDialog>
    )
  }
  return (
    <FormDialog
      title={`Rotate “${row.name}”`}
      description="The key gets a new secret. Its id, limits and usage history stay."
      action="Rotate"
      busy={isPending}
      error={restOf(error)}
      onSend={() => mutate(undefined)}
      onClose={onClose}
    >
      <SelectField
        label="The old secret stops working"
        name="overlap"
        value={overlap}
        onChange={({ target }) => setOverlap(target.value)}
        hint={
          overlap === '0'
            ? 'Requests that still send it will be denied.'
            : 'Until then both secrets work. You can finish earlier, or undo the rotation.'
        }
      >
        {OVERLAPS.map(([seconds, label]) => (
          <option key={seconds} value={seconds}>
            {label}
          </option>
        ))}
      </SelectField>
    </FormDialog>
  )
}

export function FinishRotationDialog({ row, onClose }: KeyDialogProps) {
  const { mutate, error, isPending } = useAction({
    run: () => keyward.apiKeys.finishRotation({ id: row.id }),
    done: 'Rotation finished.',
    onDone: onClose,
  })
  const { rotation } = row
  return (
    <FormDialog
      title={`Finish rotation of “${row.name}”`}
      description="From now on, only the new secret works."
      action="Finish rotation"
      danger={!rotation?.safeToFinish}
      busy={isPending}
      error={restOf(error)}
      onSend={() => mutate(undefined)}
      onClose={onClose}
    >
      {rotation?.safeToFinish ? (
        <Note tone="good">The new secret is in use, and the old one has not been used for an hour.</Note>
      ) : (
        <Note tone="warn">
          {rotation?.previousLastUsedAt ? (
            <>
              The old secret was last used <Ago time={rotation.previousLastUsedAt} />. Requests that still send it will
              be denied.
            </>
          ) : (
            'The new secret was not used yet. Requests that send the old one will be denied.'
          )}
        </Note>
      )}
    </FormDialog>
  )
}

export function UndoRotationDialog({ row, onClose }: KeyDialogProps) {
  const { mutate, error, isPending } = useAction({
    run: () => keyward.apiKeys.undoRotation({ id: row.id }),
    done: 'Rotation undone.',
    onDone: onClose,
  })
  return (
    <FormDialog
      title={`Undo rotation of “${row.name}”`}
      description="The old secret keeps working, and the new one stops at once."
      action="Undo rotation"
      danger
      busy={isPending}
      error={restOf(error)}
      onSend={() => mutate(undefined)}
      onClose={onClose}
    >
      {row.rotation && (
        <Note>Without this, the old secret stops working on {fullTime(row.rotation.previousRetiresAt)}.</Note>
      )}
    </FormDialog>
  )
}
