import { useQuery } from '@tanstack/react-query'
import { restOf, useAction } from '../../app/action.ts'
import { keyward } from '../../app/api.ts'
import { LimitFields, limitsOf } from '../../limits/limit-fields.tsx'
import { Dialog, FormDialog } from '../../ui/dialog.tsx'
import { Failed, Loading } from '../../ui/feedback.tsx'
import { type KeyDetail, keyQuery } from '../queries.ts'
import type { KeyDialogProps } from './props.ts'

export function LimitsDialog(props: KeyDialogProps) {
  const { data, error, refetch } = useQuery(
    keyQuery(props.row.id, props.project.canReadBudget, props.project.canReadKeyPolicy),
  )
  if (data) return <LimitsForm {...props} detail={data} />
  return (
    <Dialog title={`Set limits of “${props.row.name}”`} onClose={props.onClose}>
      {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading rows={3} />}
    </Dialog>
  )
}

function LimitsForm({ row, detail, onClose }: KeyDialogProps & { detail: KeyDetail }) {
  const { mutate, error, isPending } = useAction({
    run: (values: FormData) => keyward.apiKeys.setLimits({ id: row.id, ...limitsOf(values) }),
    done: 'Limits set.',
    onDone: onClose,
  })
  return (
    <FormDialog
      title={`Set limits of “${row.name}”`}
      description="Limits of the project and of the organization apply as well."
      action="Set limits"
      busy={isPending}
      error={restOf(error)}
      onSend={mutate}
      onClose={onClose}
    >
      <LimitFields limits={detail.limits} />
    </FormDialog>
  )
}
