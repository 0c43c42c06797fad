import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Dialog } from '../../ui/dialog.tsx'
import { Failed, Loading } from '../../ui/feedback.tsx'
import { type KeyDetail, keyQuery } from '../queries.ts'
import type { KeyDialogProps } from './props.ts'

interface WithDetailProps extends KeyDialogProps {
  /** The title of the dialog, which is also shown before the details are there. */
  title: string
  children: (detail: KeyDetail) => ReactNode
}

/** Loads the details of a key, which its row does not have, for a dialog that needs them. */
export function WithDetail({ row, project, title, children, onClose }: WithDetailProps) {
  const { data, error, refetch } = useQuery(keyQuery(row.id, project.canReadBudget, project.canReadKeyPolicy))
  if (data) return children(data)
  return (
    <Dialog title={title} onClose={onClose}>
      {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading rows={3} />}
    </Dialog>
  )
}
