import { ChildTokenDialog } from './dialogs/child-token.tsx'
import { ExpirationDialog } from './dialogs/expiration.tsx'
import { LeakedDialog } from './dialogs/leaked.tsx'
import { LimitsDialog } from './dialogs/limits.tsx'
import { PauseKeyDialog, ResumeKeyDialog } from './dialogs/pause.tsx'
import type { KeyDialogProps } from './dialogs/props.ts'
import { RenameDialog } from './dialogs/rename.tsx'
import { RevokeDialog } from './dialogs/revoke.tsx'
import { FinishRotationDialog, RotateDialog, UndoRotationDialog } from './dialogs/rotation.tsx'
import { ScopesDialog } from './dialogs/scopes.tsx'

const DIALOGS = {
  rename: RenameDialog,
  expiration: ExpirationDialog,
  rotate: RotateDialog,
  'finish-rotation': FinishRotationDialog,
  'undo-rotation': UndoRotationDialog,
  'child-token': ChildTokenDialog,
  limits: LimitsDialog,
  scopes: ScopesDialog,
  pause: PauseKeyDialog,
  resume: ResumeKeyDialog,
  leaked: LeakedDialog,
  revoke: RevokeDialog,
}

export type KeyDialogName = keyof typeof DIALOGS

export function KeyDialogs({ name, ...props }: KeyDialogProps & { name: KeyDialogName }) {
  const Shown = DIALOGS[name]
  return <Shown {...props} />
}
