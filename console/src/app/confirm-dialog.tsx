import type { ReactNode } from 'react'
import { FormDialog } from '../ui/dialog.tsx'
import { useAction } from './action.ts'

interface ConfirmDialogProps {
  title: string
  /** The consequence of the action, in a sentence. */
  children: ReactNode
  action: string
  danger?: boolean
  run: () => Promise<unknown>
  done: string
  onDone?: () => void
  onClose: () => void
}

/** Asks for confirmation before an action. */
export function ConfirmDialog({ title, children, action, danger, run, done, onDone, onClose }: ConfirmDialogProps) {
  const { mutate, error, isPending } = useAction({
    run: (_: undefined) => run(),
    done,
    onDone: () => {
      onClose()
      onDone?.()
    },
  })
  return (
    <FormDialog
      title={title}
      description={children}
      action={action}
      danger={danger ?? true}
      busy={isPending}
      error={error}
      onSend={() => mutate(undefined)}
      onClose={onClose}
    >
      {null}
    </FormDialog>
  )
}
