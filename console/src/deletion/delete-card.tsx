import { lazy, Suspense, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/layout.tsx'
import type { DeleteDialogProps } from './delete-dialog.tsx'

const DeleteDialog = lazy(async () => ({ default: (await import('./delete-dialog.tsx')).DeleteDialog }))

/** The danger zone of a settings page: deletes a project or an organization after its name was typed. */
export function DeleteCard({ note, ...dialog }: Omit<DeleteDialogProps, 'onClose'> & { note: string }) {
  const [asking, setAsking] = useState(false)
  return (
    <Card title="Delete" note={note}>
      <div>
        <Button kind="danger" onClick={() => setAsking(true)}>
          Delete {dialog.what}
        </Button>
      </div>
      {asking && (
        <Suspense fallback={null}>
          <DeleteDialog {...dialog} onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </Card>
  )
}
