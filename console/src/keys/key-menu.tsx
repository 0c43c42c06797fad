import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import type { Organization } from '../app/session.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Menu } from '../ui/menu.tsx'
import type { MenuEntry } from '../ui/menu-entry.ts'
import type { KeyDialogName } from './key-dialogs.tsx'
import type { KeyRow } from './queries.ts'

const KeyDialogs = lazy(async () => ({ default: (await import('./key-dialogs.tsx')).KeyDialogs }))

interface KeyMenuProps {
  organization: Organization
  row: KeyRow
  /** Set on the key's own page, which shows a button with text. */
  onPage?: boolean
}

/** The actions on a key that the server permits and its status allows. */
export function KeyMenu({ organization, row, onPage }: KeyMenuProps) {
  const navigate = useNavigate()
  const [dialog, setDialog] = useState<KeyDialogName | null>(null)
  const project = organization.projects.find(({ id }) => id === row.project.id)
  const params = { organizationId: organization.id, projectId: row.project.id, keyId: row.id }
  const isLive = row.status !== 'REVOKED'
  const open = (name: KeyDialogName) => () => setDialog(name)
  const entries: (MenuEntry | false | null | undefined)[] = [
    !onPage && {
      label: 'Open',
      icon: 'key',
      run: () => void navigate({ to: '/o/$organizationId/projects/$projectId/keys/$keyId', params }),
    },
    isLive && project?.canRename && { label: 'Rename', icon: 'pencil', run: open('rename') },
    isLive && project?.canSetExpiration && { label: 'Set expiration', icon: 'clock', run: open('expiration') },
    isLive && !row.rotation && project?.canRotate && { label: 'Rotate', icon: 'rotate', run: open('rotate') },
    isLive &&
      row.rotation &&
      project?.canRotate && { label: 'Finish rotation', icon: 'check', run: open('finish-rotation') },
    isLive &&
      row.rotation &&
      project?.canRotate && { label: 'Undo rotation', icon: 'rotate', run: open('undo-rotation') },
    row.status === 'ACTIVE' &&
      project?.canRotate && { label: 'Create child token', icon: 'plus', run: open('child-token') },
    isLive && project?.canSetKeyLimits && { label: 'Set limits', icon: 'gauge', run: open('limits') },
    isLive && project?.canSetKeyScopes && { label: 'Set scopes', icon: 'lock', run: open('scopes') },
    isLive && row.status !== 'PAUSED' && project?.canPause && { label: 'Pause', icon: 'pause', run: open('pause') },
    row.status === 'PAUSED' && project?.canResume && { label: 'Resume', icon: 'play', run: open('resume') },
    isLive && (project?.canReportLeaked || project?.canRevoke) && 'separator',
    isLive &&
      project?.canReportLeaked && { label: 'Report as leaked', icon: 'flag', danger: true, run: open('leaked') },
    isLive && project?.canRevoke && { label: 'Revoke', icon: 'ban', danger: true, run: open('revoke') },
  ]
  const shown = entries.filter((entry) => entry !== false && entry != null)
  if (shown.length === 0) return null
  return (
    <>
      <Menu
        entries={shown}
        trigger={
          onPage ? <Button icon="dots">Actions</Button> : <IconButton icon="dots" label={`Actions for ${row.name}`} />
        }
      />
      {dialog && project && (
        <Suspense fallback={null}>
          <KeyDialogs name={dialog} row={row} project={project} onClose={() => setDialog(null)} />
        </Suspense>
      )}
    </>
  )
}
