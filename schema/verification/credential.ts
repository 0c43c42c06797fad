import type { Credential, CredentialKind } from '@keyward/engine/decide'
import type { Workload } from '@keyward/prisma/generated/prisma/client'
import { encodeId, type IdType } from '../core/ids.ts'

/** The public ids of a credential and its owners. They are encoded once for each row in memory. */
export interface AttributedTo {
  /** The key, the legacy key, or the person who uses the playground. */
  credential: string
  project: string
  organization: string
}

/** All data needed to decide about a secret, and the names in decisions and usage. */
export interface KeyRecord extends Credential {
  /** The row whose last use is recorded: a secret version or a legacy key. */
  readonly useId: string
  /** UUID of the key, the legacy key, or the person of a playground token. */
  readonly id: string
  readonly ids: AttributedTo
  readonly name: string
  /** Whether the secret is a child token of the key. */
  readonly isChild: boolean
  readonly organizationId: string
  readonly version: number
  readonly workloads: ReadonlySet<Workload>
  /** The networks in the form in which they were given. */
  readonly allowedIps: readonly string[]
}

const CREDENTIALS: Record<CredentialKind, IdType> = { API_KEY: 'ApiKey', LEGACY_KEY: 'LegacyKey', PLAYGROUND: 'User' }

/** The public id that usage is attributed to: a key, a legacy key, or the person who uses the playground. */
export const credentialId = (kind: CredentialKind, id: string): string => encodeId(CREDENTIALS[kind], id)

/** The objects whose changes make a record outdated. */
export const subjectsOf = ({ id, projectId, organizationId }: KeyRecord): string[] => [id, projectId, organizationId]

/** A time of the engine as a date; null for never. */
export const dateOf = (milliseconds: number): Date | null =>
  Number.isFinite(milliseconds) ? new Date(milliseconds) : null
