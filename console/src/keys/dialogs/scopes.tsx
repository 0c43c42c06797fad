import { issueOf, restOf, useAction } from '../../app/action.ts'
import { keyward } from '../../app/api.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { usePolicyBounds } from '../policy-bounds.ts'
import type { KeyDetail } from '../queries.ts'
import { linesOf, ModelsField, NetworksField, WorkloadsField, workloadsOf } from '../scope-fields.tsx'
import type { KeyDialogProps } from './props.ts'
import { WithDetail } from './with-detail.tsx'

const titleOf = ({ row }: KeyDialogProps): string => `Set scopes of “${row.name}”`

export const ScopesDialog = (props: KeyDialogProps) => (
  <WithDetail {...props} title={titleOf(props)}>
    {(detail) => <ScopesForm {...props} title={titleOf(props)} detail={detail} />}
  </WithDetail>
)

function ScopesForm({ row, project, title, detail, onClose }: KeyDialogProps & { title: string; detail: KeyDetail }) {
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
      title={title}
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
