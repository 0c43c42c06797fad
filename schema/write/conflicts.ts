import { uniqueViolation } from '@keyward/prisma/errors'
import { ConflictError, type Holder } from '../core/errors.ts'

interface Conflict {
  message: string
  /** The input field whose value is in use. */
  field?: string
  /** Mutations that remove the cause. */
  resolvedBy?: string[]
}

const COLLABORATOR: Conflict = {
  message: 'Already a collaborator of this project. Change the role instead.',
  field: 'principalId',
  resolvedBy: ['collaboratorRoleSet'],
}
const SECRET = 'A key with this secret already exists.'

/** The conflict of each unique index that a caller's input can violate. */
const CONFLICTS = {
  api_key_live_name: {
    message: 'A live key of this project already has this name. Choose another name, or revoke the other key first.',
    field: 'name',
  },
  api_key_secret_hash_key: { message: SECRET, field: 'sha256' },
  collaborator_project_id_user_id_key: COLLABORATOR,
  collaborator_project_id_service_account_id_key: COLLABORATOR,
  gateway_name_key_key: { message: 'A gateway already has this name. Choose another name.', field: 'name' },
  legacy_key_hash_key: { message: SECRET, field: 'secret' },
  legacy_key_organization_id_key: {
    message: 'This organization already has a legacy key. If it is compromised, regenerate it.',
    resolvedBy: ['legacyKeyRegenerate'],
  },
  service_account_organization_id_name_key_key: {
    message: 'A service account of this organization already has this name. Choose another name.',
    field: 'name',
  },
  usage_adjustment_organization_id_adjustment_id_key: {
    message: 'An adjustment with this id exists. Repeat the request to see whether it is the same.',
    field: 'adjustmentId',
  },
} satisfies Record<string, Conflict>

/** A unique index that a caller's input can violate. */
export type Index = keyof typeof CONFLICTS

/** The ConflictError for a unique index. */
export function conflictOn(index: Index, holder: Holder | null = null): ConflictError {
  const { message, field, resolvedBy }: Conflict = CONFLICTS[index]
  return new ConflictError(message, field === undefined ? [] : [field], holder, resolvedBy)
}

const isIndex = (name: string | null): name is Index => name !== null && Object.hasOwn(CONFLICTS, name)

/** The values that a change writes to unique columns, by their unique index. */
export type Claims = ReadonlyMap<Index, Holder>

/**
 * Maps a unique violation to its ConflictError, with the holder of the claimed value. Returns other errors unchanged.
 */
export function mapConflict(error: unknown, claims?: Claims): unknown {
  const index = uniqueViolation(error)
  return isIndex(index) ? conflictOn(index, claims?.get(index)) : error
}
