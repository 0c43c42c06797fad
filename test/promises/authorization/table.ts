import type { ActorName } from '../../infra/world.ts'

/*
 * The expected access of every caller, written by hand from the design and not computed from schema/core/policy.ts, so
 * that the test compares the two. Every field and mutation of the built schema has a row; without a row, the test
 * fails.  Letters: O Owner · A Admin · M Member without a role in the project · PA, PM Members with a role in the
 * project · XA, XM externals with one · K the live key · k the key of another project · L the legacy key · G the
 * gateway. Other actors have their full names.
 */

/** An actor of the world, or the member to whom its ownership is offered. */
export type Asker = ActorName | 'heir'

export const LETTERS: Record<Asker, string> = {
  heir: 'M',
  anonymous: '',
  owner: 'O',
  admin: 'A',
  member: 'M',
  projectAdmin: 'PA',
  projectMember: 'PM',
  externalAdmin: 'XA',
  externalMember: 'XM',
  former: '',
  foreignOwner: '',
  adminAccount: 'A',
  memberAccount: 'M',
  projectAdminAccount: 'PA',
  projectMemberAccount: 'PM',
  liveKey: 'K',
  expiredKey: '',
  revokedKey: '',
  otherProjectKey: 'k',
  foreignKey: '',
  legacyKey: 'L',
  gateway: 'G',
}

/** Whether a row contains an actor. */
export const names = (row: string, actor: Asker): boolean => {
  const entries = row.split(' ')
  return entries.includes(actor) || (LETTERS[actor] !== '' && entries.includes(LETTERS[actor]))
}

/** A field with fewer readers than its type. `quietly`: others get null without an error. */
export interface FieldRow {
  readers: string
  quietly?: true
  /** The sample has no value here, so only the error matters. */
  empty?: true
}

/**
 * A node type: the callers that see the sample by its id, and its fields. `=` means all callers that see the object.
 */
export interface TypeRow {
  readers: string
  fields: Record<string, '=' | 'empty' | FieldRow>
}

const EVERYONE_OF_ORGANIZATION = 'O A M PA PM XA XM K k L'
const MEMBERS = 'O A M PA PM'
const OF_PROJECT = 'O A PA PM XA XM'

export const NODES: Record<string, TypeRow> = {
  Organization: {
    readers: EVERYONE_OF_ORGANIZATION,
    fields: {
      id: '=',
      name: '=',
      createdAt: '=',
      pausedAt: 'empty',
      pausedUntil: 'empty',
      hashConsumers: '=',
      timeZone: '=',
      sumsByHalfHourSince: 'empty',
      sumsByQuarterHourSince: 'empty',
      requireSecondFactor: '=',
      deletesAt: 'empty',
      deletionContents: { readers: 'O' },
      viewerRole: { readers: MEMBERS, quietly: true },
      viewerActions: '=',
      viewerCan: '=',
      owner: { readers: MEMBERS },
      defaultProject: { readers: `${MEMBERS} L`, quietly: true },
      projects: '=',
      apiKeys: '=',
      changeCursor: '=',
      members: { readers: MEMBERS },
      peopleWithoutSecondFactor: { readers: 'O A' },
      invitations: { readers: 'O A' },
      serviceAccounts: { readers: 'O A' },
      webhooks: { readers: 'O A' },
      ownershipOffer: { readers: 'O heir', quietly: true },
      legacyKey: { readers: 'O L' },
      usageLimits: { readers: 'O A' },
      tagLimits: { readers: 'O A' },
      budgetStatus: { readers: 'O A' },
      rateStatus: { readers: 'O A' },
      keyPolicy: { readers: MEMBERS },
      apiKeysOutsidePolicy: { readers: MEMBERS },
      concurrencyStatus: { readers: 'O A', empty: true },
      costAnalytics: { readers: 'O A' },
      tagKeys: { readers: 'O A' },
      denials: { readers: 'O A' },
      auditLog: { readers: 'O A' },
    },
  },
  Project: {
    readers: `${OF_PROJECT} M K`,
    fields: {
      id: '=',
      name: '=',
      description: { readers: `${OF_PROJECT} K` },
      isDefault: '=',
      archivedAt: 'empty',
      pausedAt: 'empty',
      pausedUntil: 'empty',
      deletionContents: { readers: 'O A' },
      createdAt: '=',
      organization: '=',
      viewerRole: { readers: OF_PROJECT, quietly: true },
      viewerActions: '=',
      viewerCan: '=',
      apiKeys: { readers: `${OF_PROJECT} K` },
      collaborators: { readers: OF_PROJECT },
      invitations: { readers: 'O A PA XA' },
      trusts: { readers: 'O A PA XA' },
      resources: { readers: `${OF_PROJECT} K` },
      models: { readers: `${OF_PROJECT} K` },
      keyPolicy: { readers: 'O A PA PM' },
      usageLimits: { readers: 'O A PA PM' },
      consumerLimits: { readers: 'O A PA PM' },
      consumer: { readers: 'O A PA PM' },
      limitedConsumers: { readers: 'O A PA PM' },
      budgetStatus: { readers: 'O A PA PM' },
      rateStatus: { readers: 'O A PA PM' },
      concurrencyStatus: { readers: 'O A PA PM', empty: true },
      costAnalytics: { readers: 'O A PA PM' },
      tagKeys: { readers: 'O A PA PM' },
      denials: { readers: 'O A PA PM' },
      auditLog: { readers: 'O A PA' },
      changeCursor: { readers: `${OF_PROJECT} K` },
    },
  },
  ApiKey: {
    readers: `${OF_PROJECT} K`,
    fields: {
      id: '=',
      name: '=',
      project: '=',
      status: '=',
      start: '=',
      imported: '=',
      createdAt: '=',
      createdBy: { readers: OF_PROJECT },
      createdByName: '=',
      expiresAt: 'empty',
      lastUsedAt: 'empty',
      revokedAt: 'empty',
      revokedBy: { readers: OF_PROJECT, empty: true },
      revocationReason: 'empty',
      leakedAt: 'empty',
      pausedAt: 'empty',
      pausedUntil: 'empty',
      workloads: '=',
      models: '=',
      allowedIps: '=',
      tags: '=',
      secretVersions: '=',
      rotation: 'empty',
      liveChildTokens: '=',
      limits: '=',
      budgetStatus: { readers: 'O A PA PM K' },
      rateStatus: { readers: 'O A PA PM K' },
      concurrencyStatus: { readers: 'O A PA PM K', empty: true },
      usage: { readers: 'O A PA PM K' },
      usageAdjustments: { readers: 'O A PA PM K' },
      denials: { readers: 'O A PA PM K' },
      advice: '=',
      policyViolations: { readers: 'O A PA PM' },
    },
  },
  LegacyKey: {
    readers: 'O L',
    fields: {
      id: '=',
      organization: '=',
      project: '=',
      start: '=',
      createdAt: '=',
      regeneratedAt: 'empty',
      lastUsedAt: 'empty',
      deprecationNotice: '=',
    },
  },
  User: {
    readers: `${MEMBERS} XA XM`,
    fields: {
      id: '=',
      name: '=',
      email: { readers: 'O A PA projectMember', quietly: true },
      imageUrl: 'empty',
      noticesByMail: { readers: 'projectMember', quietly: true },
    },
  },
  ServiceAccount: {
    readers: `${MEMBERS} XA XM`,
    fields: {
      id: '=',
      name: '=',
      organization: '=',
      role: { readers: MEMBERS },
      tokenStart: { readers: MEMBERS },
      tokenExpiresAt: { readers: MEMBERS, empty: true },
      tokenEndedAt: { readers: MEMBERS, empty: true },
      previousRetiresAt: { readers: MEMBERS, empty: true },
      tokenSeenBy: { readers: 'O A' },
      createdAt: '=',
      createdBy: '=',
      lastUsedAt: { readers: MEMBERS, empty: true },
    },
  },
  Member: {
    readers: MEMBERS,
    fields: {
      id: '=',
      organization: '=',
      principal: '=',
      role: '=',
      joinedAt: '=',
      hasSecondFactor: { readers: 'O A' },
      lastSeenTokens: { readers: 'O A' },
    },
  },
  Collaborator: {
    readers: OF_PROJECT,
    fields: {
      id: '=',
      project: '=',
      principal: '=',
      role: '=',
      external: '=',
      hasSecondFactor: { readers: 'O A' },
      addedAt: '=',
      addedBy: '=',
    },
  },
  Invitation: {
    readers: 'O A PA XA',
    fields: {
      id: '=',
      email: '=',
      organization: '=',
      role: 'empty',
      projects: '=',
      invitedBy: '=',
      createdAt: '=',
      expiresAt: '=',
      status: '=',
    },
  },
  OwnershipOffer: {
    readers: 'O heir',
    fields: { id: '=', organization: '=', member: '=', createdAt: '=', expiresAt: '=', acceptedAt: 'empty' },
  },
  Gateway: {
    readers: 'G',
    fields: { id: '=', name: '=', createdAt: '=', lastSeenAt: 'empty' },
  },
  Resource: {
    readers: `${OF_PROJECT} K G`,
    fields: {
      id: '=',
      kind: '=',
      name: '=',
      createdAt: '=',
      project: { readers: `${OF_PROJECT} K`, quietly: true },
    },
  },
  // The sample belongs to the project. Public models are tested in test/nouns/model.
  Model: {
    readers: `${OF_PROJECT} K G`,
    fields: {
      id: '=',
      slug: '=',
      displayName: '=',
      workload: '=',
      status: '=',
      project: { readers: `${OF_PROJECT} K`, quietly: true },
      prices: '=',
    },
  },
  // The playground is for people.
  PlaygroundModel: {
    readers: 'owner admin projectAdmin projectMember externalAdmin externalMember',
    fields: { id: '=', model: '=', projects: '=', apiKeys: '=' },
  },
  Trust: {
    readers: 'O A PA XA',
    fields: {
      id: '=',
      name: '=',
      issuer: '=',
      audience: '=',
      conditions: '=',
      enabled: '=',
      project: '=',
      serviceAccount: '=',
      createdAt: '=',
      createdByName: '=',
      lastUsedAt: 'empty',
      lastDeniedAt: 'empty',
      lastDenial: 'empty',
    },
  },
  UsageAdjustment: {
    readers: 'O A PA PM K',
    fields: {
      id: '=',
      adjustmentId: '=',
      apiKey: '=',
      amount: '=',
      reason: '=',
      hour: '=',
      workload: '=',
      model: 'empty',
      consumer: 'empty',
      eventId: 'empty',
      createdAt: '=',
      createdByName: '=',
    },
  },
  Webhook: {
    readers: 'O A',
    fields: {
      id: '=',
      url: '=',
      description: '=',
      events: '=',
      enabled: '=',
      createdAt: '=',
      createdByName: '=',
      lastSuccessAt: 'empty',
      lastFailureAt: 'empty',
      lastFailure: 'empty',
      deliveries: '=',
    },
  },
  WebhookDelivery: {
    readers: 'O A',
    fields: {
      id: '=',
      webhook: '=',
      messageId: '=',
      event: '=',
      status: '=',
      body: '=',
      createdAt: '=',
      attempts: '=',
      nextAttemptAt: 'empty',
      deliveredAt: 'empty',
      givenUpAt: '=',
      lastStatus: 'empty',
      lastError: '=',
    },
  },
  AuditEvent: {
    readers: 'O A PA',
    fields: {
      id: '=',
      sequence: '=',
      at: '=',
      action: '=',
      actor: '=',
      target: '=',
      details: '=',
      requestId: '=',
      hash: '=',
    },
  },
}

/** Objects without an id, which only readers of their parent can read. */
export const PARTS: Record<string, string> = {
  ApiKeyAllowed:
    'asOf credentialId expiresAt kind limits maxStalenessSeconds name organizationId projectId reservation secretVersion warnings',
  ApiKeyAdviceCount: 'advice count countCapped',
  ApiKeyChange: 'apiKey at cursor kind',
  ApiKeyStatusCount: 'count countCapped status',
  ApiKeyRevokeOutcome: 'apiKey error id',
  ApiKeyImportOutcome: 'apiKey error row',
  ApiKeyDenied: 'asOf httpStatus limits message reason deniedCredentialId retryAfterSeconds',
  ApiKeyRotation: 'previousLastUsedAt previousRetiresAt safeToFinish startedAt',
  ApiKeySecretVersion: 'createdAt firstUsedAt lastUsedAt retiredAt retiresAt start version',
  AuditActor: 'id kind name',
  AuditDetail: 'name value',
  AuditTarget: 'id name type',
  Budget: 'alertThresholds onLimit period usd',
  BudgetStatus: 'debt period remaining reserved resetsAt spent usd windowStart',
  ConcurrencyStatus: 'max remaining used',
  ConsumerLimits: 'budgetStatus concurrencyStatus consumer inherited limits rateStatus',
  ConflictError: 'code field holder message path resolvedBy',
  ConflictHolder: 'id name',
  CostAnalytics: 'asOf buckets currency total totalRequests',
  CostBucket: 'end groups start',
  CostCredential: 'apiKey id kind name',
  DenialBucket: 'end groups start',
  DeletionContents: 'apiKeys collaborators members models projects resources serviceAccounts webhooks',
  DenialGroup: 'credential denials project reason',
  DenialSeries: 'asOf buckets total',
  CostGroup:
    'consumer cost credential isOtherConsumers lineItem model project quantity requests tagValue unit user userId workload',
  Explanation: 'action allowed allowedRoles decidedBy message role',
  ForbiddenError: 'action allowedRoles code message resolvedBy',
  InvalidStateError: 'code message resolvedBy',
  InvitationPreview: 'emailHint expiresAt inviterName isForViewer organizationName projects role status',
  InvitationPreviewProject: 'name role',
  KeyPolicy:
    'allowedIps creators defaultLimits leakedKeyAction maxLifetimeSeconds maximumLimits models organizationPolicy requiresExpiration rotateEveryDays workloads',
  OrganizationKeyPolicy:
    'allowedIps creators maxLifetimeSeconds maximumLimits models requiresExpiration rotateEveryDays whenCreatorLeaves workloads',
  PolicyViolation: 'message rule',
  LimitExceededError: 'code limit message resolvedBy',
  ExchangedLease: 'granted idleWithOthers leaseId remaining resetsAt taken',
  ExchangedRate: 'granted remaining requestsPerMinute scopeId',
  LimitState: 'kind limit model remaining resetsAt scope',
  GatewayCredential:
    'allowedIps credentialId expiresAt kind limits models name organizationId origins paused pausedUntil projectArchived projectId retiresAt revoked secretHash secretVersion subjects useId workloads',
  GatewaySnapshot: 'asOf credentials models resources unreadable',
  GatewayLimit: 'kind limit model onLimit scope scopeId subject',
  GatewayModel: 'online prices projectId slug subjects',
  GatewayPrice: 'aboveInputTokens effectiveFrom effectiveUntil lineItem serviceTier unit usd',
  GatewayReceipt: 'acknowledged gatewayId gatewayName connectionId',
  GatewayResource: 'projectId resourceId subjects',
  GatewaySync: 'asOf cursor now outageGraceSeconds recalls subjects',
  ModelPrice: 'aboveInputTokens effectiveFrom effectiveUntil lineItem serviceTier unit usd',
  NotFoundError: 'code message resolvedBy',
  PageInfo: 'endCursor hasNextPage hasPreviousPage startCursor',
  // test/nouns/playground tests for which callers it is null.
  Playground: 'apiKeys models',
  ProjectGrant: 'project role',
  RejectedUsageEvent: 'field code eventId index message',
  LastSeenToken: 'expiresAt isPrevious project serviceAccount',
  Tag: 'key value',
  TagLimits: 'budgetStatus concurrencyStatus key limits rateStatus value',
  UsageBucket: 'cost end lineItems requests start',
  Rate: 'max model per unit',
  RateStatus: 'debt max model per remaining reserved resetsAt unit used',
  UsageLimits: 'budgets maxConcurrent rates requestsPerMinute',
  UsageLine: 'cost lineItem quantity requests unit',
  UsageSeries: 'asOf buckets currency total totalRequests',
  ValidationError: 'code issues message resolvedBy',
  ValidationIssue: 'message path',
  TrustCondition: 'claim pattern',
  SecondFactorRequirement: 'organizationId organizationName',
  Viewer: 'actor apiKeys kind organizations playground projects secondFactorRequiredBy user',
}

/** Fields of payloads in addition to those of the object's type. */
export const PAYLOADS: Record<string, string> = {
  apiKeyCreate: 'apiKey secret',
  apiKeyExpirationSet: 'apiKey',
  apiKeyPause: 'apiKey gateways',
  apiKeyReportLeaked: 'apiKey',
  apiKeyResume: 'apiKey',
  apiKeyLimitsSet: 'apiKey',
  apiKeyRevoke: 'apiKey gateways',
  apiKeyRotate: 'apiKey secret',
  apiKeyRotationFinish: 'apiKey',
  apiKeyRotationUndo: 'apiKey',
  apiKeyTokenCreate: 'apiKey expiresAt token',
  apiKeyScopesSet: 'apiKey',
  apiKeyUpdate: 'apiKey',
  apiKeysImport: 'outcomes',
  apiKeysRevoke: 'gateways hasMore outcomes',
  collaboratorAdd: 'acceptUrl collaborator invitation mailed project',
  collaboratorRemove: 'endedTokens keptTokens project removedId',
  collaboratorRoleSet: 'collaborator',
  invitationAccept: 'organization projects',
  invitationCancel: 'invitation',
  legacyKeyImport: 'legacyKey',
  legacyKeyRegenerate: 'legacyKey secret',
  legacyKeyReveal: 'legacyKey secret',
  memberInvite: 'acceptUrl invitation mailed',
  memberRemove: 'endedTokens keptTokens organization removedId',
  memberRoleSet: 'endedTokens keptTokens member',
  organizationCreate: 'organization',
  userErase: 'userId organizations sessions tokensEnded keysPaused',
  userNoticesSet: 'user',
  organizationDelete: 'organization gateways',
  organizationDeletionCancel: 'organization',
  organizationKeyPolicySet: 'organization',
  organizationPause: 'organization gateways',
  organizationResume: 'organization',
  organizationUpdate: 'organization',
  organizationTagLimitsSet: 'organization',
  organizationUsageLimitsSet: 'organization',
  ownershipTransferAccept: 'organization',
  ownershipTransferCancel: 'organization',
  ownershipTransferOffer: 'offer',
  playgroundTokenCreate: 'expiresAt organization project token',
  projectArchive: 'project',
  projectCreate: 'project',
  projectDelete: 'organization removedId',
  projectKeyPolicySet: 'project',
  projectPause: 'project gateways',
  projectRestore: 'project',
  projectResume: 'project',
  projectUpdate: 'project',
  projectConsumerLimitsSet: 'project',
  projectUsageLimitsSet: 'project',
  resourceRegister: 'resource',
  resourceRemove: 'project removedId',
  serviceAccountCreate: 'serviceAccount token',
  serviceAccountRemove: 'endedTokens keptTokens organization removedId',
  serviceAccountTokenRotate: 'serviceAccount token',
  limitLeasesExchange: 'leases rates',
  gatewayAcknowledge: 'sync',
  trustCreate: 'trust',
  trustDelete: 'project removedId',
  trustUpdate: 'trust',
  webhookCreate: 'secret webhook',
  webhookDeliveriesResend: 'hasMore resentCount webhook',
  webhookDeliveryResend: 'webhookDelivery',
  webhookRemove: 'organization removedId',
  webhookSecretRotate: 'secret webhook',
  webhookTest: 'webhook',
  webhookUpdate: 'webhook',
  usageAdjust: 'adjustment',
  usageRecord: 'asOf duplicates recorded rejected',
}

/**
 * Root fields of queries. `node`, `nodes`, `organization` and `project` are tested with every node type, `models` in
 * test/nouns/model, `invitationByToken` in test/nouns/invitation, `apiKeysVerify` in test/nouns/verification and `gatewayLookUp` in test/nouns/gateway.
 */
export const QUERIES = [
  'apiKeysVerify',
  'explain',
  'models',
  'node',
  'nodes',
  'organization',
  'project',
  'gatewayLookUp',
  'invitationByToken',
  'viewer',
]

/** Callers that may subscribe to a project's keys (to an organization's: test/nouns/api-key/organization-changes.test.ts), and to the stream for gateways. */
export const SUBSCRIPTIONS: Record<string, string> = { apiKeyChanges: `${OF_PROJECT} K`, gatewaySync: 'G' }

/**
 * The result of each mutation by caller. Every other caller gets NotFoundError, and a caller without a live credential
 * UNAUTHENTICATED. `done` means the payload.
 */
export interface MutationRow {
  done: string
  ValidationError?: string
  ForbiddenError?: string
  InvalidStateError?: string
  ConflictError?: string
}

/**
 * Mutations of the data plane, which return a list instead of a union, and their callers. Other callers get FORBIDDEN,
 * and callers without a live credential UNAUTHENTICATED.
 */
export const BATCHES: Record<string, string> = { apiKeysAuthorize: 'G' }

const REST_OF_ORGANIZATION = 'M PA PM XA XM K k L'
const PEOPLE = 'owner admin member projectAdmin projectMember externalAdmin externalMember former foreignOwner'
const MACHINES =
  'adminAccount memberAccount projectAdminAccount projectMemberAccount liveKey otherProjectKey foreignKey legacyKey gateway'

export const MUTATIONS: Record<string, MutationRow> = {
  // The address of another person: nobody is erased.
  userErase: { done: '', ValidationError: PEOPLE, ForbiddenError: MACHINES },
  userNoticesSet: { done: PEOPLE, ForbiddenError: MACHINES },
  organizationCreate: { done: PEOPLE, ForbiddenError: MACHINES },
  organizationUpdate: { done: 'O A', ForbiddenError: REST_OF_ORGANIZATION },
  organizationKeyPolicySet: { done: 'O A', ForbiddenError: REST_OF_ORGANIZATION },
  organizationPause: { done: 'O A', ForbiddenError: REST_OF_ORGANIZATION },
  organizationResume: { done: 'O A', ForbiddenError: REST_OF_ORGANIZATION },
  organizationDelete: { done: 'O', ForbiddenError: `A ${REST_OF_ORGANIZATION}` },
  organizationDeletionCancel: { done: 'O', ForbiddenError: `A ${REST_OF_ORGANIZATION}` },
  organizationTagLimitsSet: { done: 'O A', ForbiddenError: REST_OF_ORGANIZATION },
  organizationUsageLimitsSet: { done: 'O A', ForbiddenError: REST_OF_ORGANIZATION },
  ownershipTransferOffer: { done: 'O', ForbiddenError: `A ${REST_OF_ORGANIZATION}` },
  ownershipTransferAccept: {
    done: '',
    ForbiddenError: `O adminAccount memberAccount projectAdminAccount projectMemberAccount K k L`,
    InvalidStateError: 'admin member projectAdmin projectMember externalAdmin externalMember',
  },
  ownershipTransferCancel: { done: 'O', InvalidStateError: `A ${REST_OF_ORGANIZATION}` },
  memberInvite: { done: 'O A', ForbiddenError: REST_OF_ORGANIZATION },
  invitationAccept: { done: '', ForbiddenError: `${PEOPLE} ${MACHINES}` },
  invitationCancel: { done: 'O A PA XA' },
  memberRoleSet: { done: 'O A', ForbiddenError: 'M PA PM' },
  memberRemove: { done: 'O A', ForbiddenError: 'M PA PM' },
  serviceAccountCreate: { done: 'O A', ForbiddenError: REST_OF_ORGANIZATION },
  serviceAccountTokenRotate: { done: 'O A', ForbiddenError: 'M PA PM' },
  serviceAccountRemove: { done: 'O A', ForbiddenError: 'M PA PM' },
  projectCreate: { done: 'O A', ForbiddenError: REST_OF_ORGANIZATION },
  projectUpdate: { done: 'O A PA XA', ForbiddenError: 'M PM XM K' },
  projectKeyPolicySet: { done: 'O A PA XA', ForbiddenError: 'M PM XM K' },
  projectConsumerLimitsSet: { done: 'O A PA XA', ForbiddenError: 'M PM XM K' },
  projectUsageLimitsSet: { done: 'O A PA XA', ForbiddenError: 'M PM XM K' },
  projectArchive: { done: 'O A', ForbiddenError: 'M PA PM XA XM K' },
  projectPause: { done: 'O A', ForbiddenError: 'M PA PM XA XM K' },
  projectResume: { done: 'O A', ForbiddenError: 'M PA PM XA XM K' },
  projectDelete: { done: 'O A', ForbiddenError: 'M PA PM XA XM K' },
  projectRestore: { done: 'O A', ForbiddenError: 'M PA PM XA XM K' },
  collaboratorAdd: { done: 'O A PA XA', ForbiddenError: 'M PM XM K' },
  collaboratorRoleSet: { done: 'O A PA XA', ForbiddenError: 'PM XM' },
  collaboratorRemove: { done: 'O A PA XA', ForbiddenError: 'PM XM' },
  apiKeyCreate: { done: OF_PROJECT, ForbiddenError: 'M K' },
  apiKeyUpdate: { done: OF_PROJECT },
  apiKeyScopesSet: { done: 'O A PA XA', ForbiddenError: 'PM XM' },
  apiKeyLimitsSet: { done: 'O A PA XA', ForbiddenError: 'PM XM' },
  apiKeyExpirationSet: { done: OF_PROJECT },
  apiKeyRotate: { done: OF_PROJECT },
  apiKeyRotationFinish: { done: OF_PROJECT },
  apiKeyRotationUndo: { done: OF_PROJECT },
  apiKeyTokenCreate: { done: OF_PROJECT },
  apiKeyRevoke: { done: OF_PROJECT },
  apiKeyPause: { done: OF_PROJECT },
  apiKeyResume: { done: OF_PROJECT },
  apiKeyReportLeaked: { done: OF_PROJECT },
  apiKeysImport: { done: 'O A', ForbiddenError: REST_OF_ORGANIZATION },
  apiKeysRevoke: { done: OF_PROJECT, ForbiddenError: 'M K' },
  resourceRegister: { done: `${OF_PROJECT} G`, ForbiddenError: 'M K' },
  resourceRemove: { done: `${OF_PROJECT} G`, ForbiddenError: 'K' },
  playgroundTokenCreate: {
    done: 'owner admin member projectAdmin projectMember externalAdmin externalMember',
    ForbiddenError: MACHINES,
  },
  limitLeasesExchange: { done: 'G', ForbiddenError: `${PEOPLE} ${MACHINES}` },
  gatewayAcknowledge: { done: 'G', ForbiddenError: `${PEOPLE} ${MACHINES}` },
  trustCreate: { done: 'O A PA XA', ForbiddenError: 'M PM XM K' },
  trustUpdate: { done: 'O A PA XA' },
  trustDelete: { done: 'O A PA XA' },
  webhookCreate: { done: 'O A', ForbiddenError: REST_OF_ORGANIZATION },
  webhookUpdate: { done: 'O A' },
  webhookSecretRotate: { done: 'O A' },
  webhookTest: { done: 'O A' },
  webhookDeliveryResend: { done: 'O A' },
  webhookDeliveriesResend: { done: 'O A' },
  webhookRemove: { done: 'O A' },
  usageAdjust: { done: 'O A', ForbiddenError: 'PA PM XA XM K' },
  usageRecord: { done: 'G', ForbiddenError: `${PEOPLE} ${MACHINES}` },
  legacyKeyImport: { done: '', ConflictError: 'O', ForbiddenError: `A ${REST_OF_ORGANIZATION}` },
  legacyKeyReveal: { done: 'O', ForbiddenError: `A ${REST_OF_ORGANIZATION}` },
  // Last, because it ends the legacy key's secret, which other rows use.
  legacyKeyRegenerate: { done: 'O', ForbiddenError: `A ${REST_OF_ORGANIZATION}` },
}
