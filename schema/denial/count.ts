import type { Reason } from '@keyward/engine/reasons'
import type { CredentialKind } from '@keyward/prisma/generated/prisma/enums'

const HOUR_MS = 3_600_000
const QUARTER_MS = HOUR_MS / 4

/** Denied requests of a credential in one hour, or a part of it, for one reason. Ids are UUIDs. */
export interface DenialCount {
  kind: CredentialKind
  id: string
  organizationId: string
  projectId: string
  reason: Reason
  hour: Date
  count: number
}

/** The start of the hour of a time in milliseconds. */
export const hourOf = (at: number): number => at - (at % HOUR_MS)

/** The start of the quarter hour of a time in milliseconds. */
export const quarterOf = (at: number): number => at - (at % QUARTER_MS)
