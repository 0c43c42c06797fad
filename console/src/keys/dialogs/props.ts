import type { Project } from '../../app/session.ts'
import type { KeyRow } from '../queries.ts'

/** The properties of a dialog that changes one key. */
export interface KeyDialogProps {
  row: KeyRow
  project: Project
  onClose: () => void
}
