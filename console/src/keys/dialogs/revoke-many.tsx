import { restOf, useAction } from '../../app/action.ts'
import { keyward } from '../../app/api.ts'
import type { RevocationReason } from '../../generated/graphql.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { Note } from '../../ui/feedback.tsx'
import { SelectField, textOf } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.tsx'
import type { KeyRow } from '../queries.ts'
import { REASONS } from '../words.ts'

const isReason = (value: string): value is RevocationReason => Object.hasOwn(REASONS, value)

const SHOWN = 10

interface RevokeManyProps {
  rows: readonly KeyRow[]
  onDone: () => void
  onClose: () => void
}

/** Revokes the selected keys. */
export function RevokeManyDialog({ rows, onDone, onClose }: RevokeManyProps) {
  const { mutate, error, isPending } = useAction({
    run: async (reason: string) => {
      const ids = rows.map(({ id }) => id)
      const { outcomes } = await keyward.apiKeys.revokeMany({ ids, ...(isReason(reason) ? { reason } : {}) })
      const failed = outcomes.filter((outcome) => outcome.error)
      if (failed.length > 0) {
        throw new Error(`${failed.length} of ${rows.length} keys were not revoked. ${failed[0]?.error?.message ?? ''}`)
      }
    },
    onDone: () => {
      toast(`Revoked: ${rows.map(({ name }) => `“${name}”`).join(', ')}.`)
      onDone()
    },
  })
  const keys = rows.length === 1 ? '1 key' : `${rows.length} keys`
  const used = rows.filter(({ lastUsedAt }) => lastUsedAt).length
  return (
    <FormDialog
      title={`Revoke ${keys}`}
      description="The next request with any of these keys is denied. A revocation is final."
      action={`Revoke ${keys}`}
      danger
      busy={isPending}
      error={restOf(error)}
      onSend={(values) => mutate(textOf(values, 'reason'))}
      onClose={onClose}
    >
      <ul>
        {rows.slice(0, SHOWN).map(({ id, name, project }) => (
          <li key={id}>
            <span dir="auto">{name}</span> in <span dir="auto">{project.name}</span>
          </li>
        ))}
        {rows.length > SHOWN && <li>and {rows.length - SHOWN} more</li>}
      </ul>
      <Note tone={used === 0 ? 'good' : 'warn'}>
        {used === 0 ? 'None of these keys was ever used.' : `${used} of them have been used.`}
      </Note>
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
