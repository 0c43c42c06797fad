import { useState } from 'react'
import { issueOf, restOf, useAction } from '../../app/action.ts'
import { keyward } from '../../app/api.ts'
import { FormDialog, SecretDialog } from '../../ui/dialog.tsx'
import { Note } from '../../ui/feedback.tsx'
import { SelectField, TextArea, TextField, textOf } from '../../ui/field.tsx'
import { Fold } from '../../ui/fold.tsx'
import { fullTime } from '../../ui/time.tsx'
import type { KeyDetail } from '../queries.ts'
import { linesOf, ModelsField, WorkloadsField, workloadsOf } from '../scope-fields.tsx'
import { WORKLOADS } from '../search.ts'
import type { KeyDialogProps } from './props.ts'
import { WithDetail } from './with-detail.tsx'

const LIFETIMES = [
  ['60', '1 minute'],
  ['600', '10 minutes'],
  ['3600', '1 hour'],
] as const

const titleOf = ({ row }: KeyDialogProps): string => `Create a child token of “${row.name}”`

/** Creates a child token of a key, and shows it once. */
export const ChildTokenDialog = (props: KeyDialogProps) => (
  <WithDetail {...props} title={titleOf(props)}>
    {(detail) => <ChildTokenForm {...props} title={titleOf(props)} detail={detail} />}
  </WithDetail>
)

function ChildTokenForm({ row, title, detail, onClose }: KeyDialogProps & { title: string; detail: KeyDetail }) {
  const [created, setCreated] = useState<{ token: string; expiresAt: string } | null>(null)
  const { mutate, error, isPending } = useAction({
    run: (values: FormData) => {
      const maxCost = textOf(values, 'maxCost').trim()
      return keyward.apiKeys.createToken({
        id: row.id,
        expiresInSeconds: Number(textOf(values, 'lifetime')),
        workloads: workloadsOf(values),
        models: linesOf(values, 'models'),
        origins: linesOf(values, 'origins'),
        ...(maxCost === '' ? {} : { maxCost }),
      })
    },
    onDone: setCreated,
  })
  if (created) {
    return (
      <SecretDialog title={`Child token of “${row.name}”`} secret={created.token} noun="token" onClose={onClose}>
        <Note>
          The token works until {fullTime(created.expiresAt)}, or until its key or the current secret stops working.
        </Note>
      </SecretDialog>
    )
  }
  return (
    <FormDialog
      title={title}
      description="A short-lived token for a browser or a realtime session. Its usage counts towards this key."
      action="Create token"
      large
      busy={isPending}
      error={restOf(error, 'models', 'origins', 'maxCost')}
      onSend={mutate}
      onClose={onClose}
    >
      <SelectField label="Lifetime" name="lifetime" defaultValue="600">
        {LIFETIMES.map(([seconds, label]) => (
          <option key={seconds} value={seconds}>
            {label}
          </option>
        ))}
      </SelectField>
      <WorkloadsField
        permitted={detail.workloads.length > 0 ? detail.workloads : WORKLOADS}
        hint="You can choose only workloads of the key. If you choose none, the token allows all of them."
      />
      <TextField
        label="Maximum cost"
        name="maxCost"
        optional
        inputMode="decimal"
        autoComplete="off"
        placeholder="0.50"
        hint="Total cost of requests with the token, in US dollars. The budgets of the key apply, too."
        error={issueOf(error, 'maxCost')}
      />
      <Fold summary="Models and origins" open={['models', 'origins'].some((name) => issueOf(error, name))}>
        <ModelsField empty="Empty allows the models of the key." error={issueOf(error, 'models')} />
        <TextArea
          label="Origins"
          name="origins"
          optional
          mono
          rows={2}
          placeholder="https://app.example.com"
          spellCheck={false}
          hint="Origins of web pages that may use the token, one in each line. Empty allows any origin."
          error={issueOf(error, 'origins')}
        />
      </Fold>
    </FormDialog>
  )
}
