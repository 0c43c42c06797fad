import { keyward } from '../../app/api.ts'
import { ConfirmDialog } from '../../app/confirm-dialog.tsx'
import { PauseDialog } from '../../pause/pause-dialog.tsx'
import type { KeyDialogProps } from './props.ts'

export const PauseKeyDialog = ({ row, onClose }: KeyDialogProps) => (
  <PauseDialog
    name={row.name}
    what="key"
    effect="The next request with this key is denied. The key works again when you resume it or the pause ends."
    pause={(until) => keyward.apiKeys.pause({ id: row.id, until })}
    done={`“${row.name}” paused.`}
    onClose={onClose}
  />
)

export const ResumeKeyDialog = ({ row, onClose }: KeyDialogProps) => (
  <ConfirmDialog
    title={`Resume “${row.name}”`}
    action="Resume key"
    danger={false}
    run={() => keyward.apiKeys.resume({ id: row.id })}
    done={`“${row.name}” resumed.`}
    onClose={onClose}
  >
    Requests with this key are allowed again.
  </ConfirmDialog>
)
