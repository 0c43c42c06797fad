/** The kinds of change in the outbox. They are management changes only, never usage. */
export const CHANGE_KINDS = [
  'API_KEY_CREATED',
  'API_KEY_UPDATED',
  'API_KEY_ROTATED',
  'API_KEY_ROTATION_FINISHED',
  'API_KEY_ROTATION_UNDONE',
  'API_KEY_REVOKED',
  'API_KEY_PAUSED',
  'API_KEY_RESUMED',
  'LEGACY_KEY_CHANGED',
  'PROJECT_CHANGED',
  'MEMBERSHIP_CHANGED',
  'ORGANIZATION_CHANGED',
  'SERVICE_ACCOUNT_CHANGED',
  'SESSION_ENDED',
  'GATEWAY_CHANGED',
  'RESOURCE_CHANGED',
  'MODEL_CHANGED',
  'LIMITS_CHANGED',
  'API_KEY_LEAKED',
  'BUDGET_ALERT',
] as const

export type ChangeKind = (typeof CHANGE_KINDS)[number]

/** A change event of the outbox. Positions grow in commit order. */
export interface Change {
  /** The history of the database that the position belongs to. */
  history: string
  position: bigint
  at: Date
  organizationId: string | null
  projectId: string | null
  kind: ChangeKind
  /** The UUID of the changed object. */
  subjectId: string
}

/** A change that has no position yet. */
export type Publication = Pick<Change, 'organizationId' | 'projectId' | 'kind' | 'subjectId'>
