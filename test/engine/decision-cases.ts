import type { CredentialKind } from '@keyward/engine/decide'
import type { Reason, Warning } from '@keyward/engine/reasons'
import decisions from '../../engine/cases/decisions.json' with { type: 'json' }

export type Workload = 'INFERENCE' | 'BATCH' | 'FILES'

/** A row of `engine/cases/decisions.json`, where its fields are described. */
export interface DecisionCase {
  name: string
  credential?: {
    kind?: CredentialKind
    isRevoked?: boolean
    isArchived?: boolean
    pausedForSeconds?: number | null
    retiresInSeconds?: number
    expiresInSeconds?: number
    workloads?: Workload[]
    networks?: string[]
    origins?: string[]
    models?: string[]
    reach?: string[]
  }
  request?: {
    clientIp?: string
    origin?: string
    workload?: Workload
    resource?: 'own' | 'other' | 'unknown'
    model?: 'public' | 'own' | 'other' | 'offline' | 'unknown'
  }
  reason: Reason | null
  warnings?: Warning[]
}

// JSON modules have strings where the table has one of a few words.
export const decisionCases = decisions.cases as DecisionCase[]
