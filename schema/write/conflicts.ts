import { uniqueViolation } from '@keyward/prisma/errors'
import { ConflictError } from '../core/errors.ts'

const COLLABORATOR = 'Already a collaborator of this project. Change the role with collaboratorRoleSet.'
const SECRET = 'A key with this secret already exists.'

/** The message for each unique index that a caller's input can violate. */
const MESSAGES = {
  api_key_live_name:
    'A live key of this project already has this name. Choose another name, or revoke the other key first.',
  api_key_secret_hash_key: SECRET,
  collaborator_project_id_user_id_key: COLLABORATOR,
  collaborator_project_id_service_account_id_key: COLLABORATOR,
  gateway_name_key_key: 'A gateway already has this name. Choose another name.',
  legacy_key_hash_key: SECRET,
  legacy_key_organization_id_key:
    'This organization already has a legacy key. If it is compromised, regenerate it (legacyKeyRegenerate).',
  service_account_organization_id_name_key_key:
    'A service account of this organization already has this name. Choose another name.',
} as const

type Index = keyof typeof MESSAGES

/** The ConflictError of a unique index. */
export const conflictOn = (index: Index): ConflictError => new ConflictError(MESSAGES[index])

const isIndex = (name: string | null): name is Index => name !== null && Object.hasOwn(MESSAGES, name)

/** Maps a unique violation to its ConflictError; returns other errors as they are. */
export function mapConflict(error: unknown): unknown {
  const index = uniqueViolation(error)
  return isIndex(index) ? conflictOn(index) : error
}
