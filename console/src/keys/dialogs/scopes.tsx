import { useQuery } from '@tanstack/react-query'
import { issueOf, restOf, useAction } from '../../app/action.ts'
import { keyward } from '../../app/api.ts'
import { Dialog, FormDialog } from '../../ui/dialog.tsx'
import { Failed, Loading } from '../../ui/feedback.tsx'
import { usePolicyBounds } from '../policy-bounds.ts'
import { type KeyDetail, keyQuery } from '../queries.ts'
import { linesOf, ModelsField, NetworksField, WorkloadsField, workloadsOf } from '../scope-fields.tsx'
import type { KeyDialogProps } from './props.ts'

export function ScopesDialog(props: KeyDialogProps) {
  const { data, error, refetch } = useQuery(
    keyQuery(props.row.id, props.project.canReadBudget, props.project.canReadKeyPolicy),
  )
  if (data) return <ScopesForm {...props} detail={data} />
  return (
    <Dialog title={`Set scopes of “${props.row.name}”`} onClose={props.onClose}>
      {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading rows={3} />}
    </Dialog>
  )
}

function ScopesForm({ row, project, detail, onClose }: KeyDialogProps & { detail: KeyDetail }) {
  const bounds = usePolicyBounds(project)
  const { mutate, error, isPending } = useAction({
    run: (values: FormData) =>
      keyward.apiKeys.setScopes({
        id: row.id,
        workloads: workloadsOf(values),
        models: linesOf(values, 'models'),
        allowedIps: linesOf(values, 'allowedIps'),
      }),
    done: 'Scopes set.',
    onDone: onClose,
  })
  return (
    <FormDialog
      title={`Set scopes of “${row.name}”`}
      description="Requests outside of these scopes are denied."
      action="Set scopes"
      large
      busy={isPending}
      error={restOf(error, 'models', 'allowedIps')}
      onSend={mutate}
      onClose={onClose}
    >
      <WorkloadsField chosen={detail.workloads} permitted={bounds.workloads} />
      <ModelsField models={detail.models} bounds={bounds} error={issueOf(error, 'models')} />
      <NetworksField networks={detail.allowedIps} bounds={bounds} error={issueOf(error, 'allowedIps')} />
    </FormDialog>
  )
}
