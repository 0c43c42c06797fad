import type { RevocationReason, Workload } from '@keyward/prisma/generated/prisma/client'
import { builder } from '../graphql/builder.ts'
import type { ApiKeyStatus } from './filter.ts'

export const WorkloadEnum = builder.enumType('Workload', {
  description: 'What a request to the platform is for.',
  values: {
    INFERENCE: { description: 'Calling a model.' },
    CODE_INTERPRETER: { description: 'Running code in a sandbox.' },
    FINE_TUNING: { description: 'Training a model further.' },
    BATCH: { description: 'Many inferences, answered later.' },
    FILES: { description: 'Uploading and reading files.' },
    ENDPOINTS: { description: 'Managing dedicated endpoints.' },
    CLUSTERS: { description: 'Managing clusters.' },
    EVALUATIONS: { description: 'Measuring models.' },
  } satisfies Record<Workload, object>,
})

export const ApiKeyStatusEnum = builder.enumType('ApiKeyStatus', {
  description: 'Whether a key answers.',
  values: {
    ACTIVE: { description: 'It answers, as long as its project is not archived.' },
    EXPIRED: { description: 'Its expiration has passed. It keeps its name; moving the expiration ahead revives it.' },
    REVOKED: { description: 'It was revoked, which is final. Its name is free again.' },
  } satisfies Record<ApiKeyStatus, object>,
})

export const RevocationReasonEnum = builder.enumType('RevocationReason', {
  description: 'Why a key was revoked. The list may grow.',
  values: {
    NO_LONGER_NEEDED: { description: 'What used it is gone.' },
    REPLACED: { description: 'Another key took its place.' },
    LEAKED: { description: 'Someone else may have its secret.' },
    OTHER: { description: 'None of these.' },
  } satisfies Record<RevocationReason, object>,
})

export type ApiKeyAdvice =
  | 'NO_EXPIRATION'
  | 'EXPIRES_SOON'
  | 'UNUSED_90_DAYS'
  | 'ROTATION_SAFE_TO_FINISH'
  | 'LEAKED'
  | 'CREATOR_GONE'

export const ApiKeyAdviceEnum = builder.enumType('ApiKeyAdvice', {
  description: 'What deserves a look about a live key. The list may grow.',
  values: {
    NO_EXPIRATION: { description: 'It never expires. Temporary keys should.' },
    EXPIRES_SOON: { description: 'It expires within 7 days.' },
    UNUSED_90_DAYS: { description: 'It was not used for 90 days, or never since it was created longer ago.' },
    ROTATION_SAFE_TO_FINISH: { description: 'It is being rotated and the old secret is no longer used.' },
    LEAKED: {
      description: 'Its secret was reported to be in somebody else’s hands, and it still answers. Rotate or revoke it.',
    },
    CREATOR_GONE: { description: 'Who created it belongs to the organization no more. The key keeps working.' },
  } satisfies Record<ApiKeyAdvice, object>,
})
