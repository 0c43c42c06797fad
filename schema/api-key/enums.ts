import type { RevocationReason, Workload } from '@keyward/prisma/generated/prisma/client'
import { builder } from '../graphql/builder.ts'
import type { ApiKeyAdvice } from './advice-kinds.ts'
import type { ApiKeyStatus } from './filter.ts'

export const WorkloadEnum = builder.enumType('Workload', {
  description: 'Kind of request to the platform.',
  values: {
    INFERENCE: { description: 'Model calls.' },
    CODE_INTERPRETER: { description: 'Code execution in a sandbox.' },
    FINE_TUNING: { description: 'Fine-tuning of models.' },
    BATCH: { description: 'Asynchronous batches of model calls.' },
    FILES: { description: 'Upload and download of files.' },
    ENDPOINTS: { description: 'Management of dedicated endpoints.' },
    CLUSTERS: { description: 'Management of clusters.' },
    EVALUATIONS: { description: 'Evaluations of models.' },
  } satisfies Record<Workload, object>,
})

export const ApiKeyStatusEnum = builder.enumType('ApiKeyStatus', {
  description: 'Status of a key.',
  values: {
    ACTIVE: { description: 'The key works, unless its project is archived or paused, or its organization is paused.' },
    EXPIRED: { description: 'The expiration has passed. Setting a later expiration reactivates the key.' },
    PAUSED: { description: 'The key is paused. It works again when someone resumes it or the pause ends.' },
    REVOKED: { description: 'The key is revoked permanently. Its name can be reused.' },
  } satisfies Record<ApiKeyStatus, object>,
})

export const RevocationReasonEnum = builder.enumType('RevocationReason', {
  description: 'Reason for revoking a key. More values may be added.',
  values: {
    NO_LONGER_NEEDED: { description: 'The key is no longer in use.' },
    REPLACED: { description: 'Another key replaces it.' },
    LEAKED: { description: 'The secret may be known to others.' },
    OTHER: { description: 'Any other reason.' },
  } satisfies Record<RevocationReason, object>,
})

export const ApiKeyAdviceEnum = builder.enumType('ApiKeyAdvice', {
  description: 'Recommendation for a live key. More values may be added.',
  values: {
    NO_EXPIRATION: { description: 'The key never expires. Set an expiration on temporary keys.' },
    EXPIRES_SOON: { description: 'The key expires within 7 days.' },
    UNUSED_90_DAYS: { description: 'The key is at least 90 days old and has not been used for 90 days.' },
    ROTATION_SAFE_TO_FINISH: {
      description:
        'During a rotation, the new secret is in use and the old one has not been used for an hour. You can finish the rotation.',
    },
    LEAKED: {
      description: 'A working secret was reported as leaked. Rotate or revoke the key.',
    },
    CREATOR_GONE: { description: 'The creator has left the organization. The key keeps working, unless it is paused.' },
  } satisfies Record<ApiKeyAdvice, object>,
})
