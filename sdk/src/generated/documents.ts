// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import { join, mutation, type Operation, query } from '../internal/operation.ts'
import type * as types from './types.ts'

const ApiKey = 'fragment ApiKey on ApiKey{id name status start createdAt createdBy{...Principal}createdByName expiresAt lastUsedAt pausedAt pausedUntil revokedAt revokedBy{...Principal}revocationReason leakedAt imported workloads models allowedIps tags{key value}rotation{startedAt previousRetiresAt previousLastUsedAt safeToFinish}secretVersions{version start createdAt firstUsedAt lastUsedAt retiresAt retiredAt}advice project{id name}}'

const ApiKeyChange = 'fragment ApiKeyChange on ApiKeyChange{cursor kind at apiKey{...ApiKey}}'

const ApiKeyVerification = 'fragment ApiKeyVerification on ApiKeyVerification{__typename ...on ApiKeyAllowed{credentialId kind name secretVersion projectId organizationId expiresAt reservation limits{scope kind model limit remaining resetsAt}warnings asOf maxStalenessSeconds}...on ApiKeyDenied{deniedCredentialId reason message httpStatus retryAfterSeconds limits{scope kind model limit remaining resetsAt}asOf}}'

const AuditEvent = 'fragment AuditEvent on AuditEvent{id sequence at action actor{kind id name}target{type id name}details{name value}requestId hash}'

const Collaborator = 'fragment Collaborator on Collaborator{id role external addedAt addedBy{...Principal}principal{...Principal}project{id name}}'

const ConsumerLimits = 'fragment ConsumerLimits on ConsumerLimits{consumer inherited limits{...UsageLimits}budgetStatus{period usd spent reserved remaining debt windowStart resetsAt}rateStatus{unit per max model used reserved remaining debt resetsAt}concurrencyStatus{max used remaining}}'

const CostAnalytics = 'fragment CostAnalytics on CostAnalytics{buckets{start end groups{project{id name}credential{kind id name}userId user{id name email imageUrl}workload model{id slug displayName}lineItem consumer isOtherConsumers tagValue requests quantity unit cost}}total totalRequests currency asOf}'

const DenialSeries = 'fragment DenialSeries on DenialSeries{buckets{start end groups{reason project{id name}credential{kind id name}denials}}total asOf}'

const Invitation = 'fragment Invitation on Invitation{id email status role projects{role project{id name}}createdAt expiresAt invitedBy{...Principal}organization{id name}}'

const LastSeenToken = 'fragment LastSeenToken on LastSeenToken{serviceAccount{id name}isPrevious project{id name}expiresAt}'

const LegacyKey = 'fragment LegacyKey on LegacyKey{id start createdAt regeneratedAt lastUsedAt deprecationNotice project{id name}organization{id name}}'

const Member = 'fragment Member on Member{id role joinedAt principal{...Principal}organization{id name}}'

const Model = 'fragment Model on Model{id slug displayName workload status project{id name}prices{lineItem usd unit serviceTier aboveInputTokens effectiveFrom effectiveUntil}}'

const NodeReference = 'fragment NodeReference on Node{__typename id ...on ApiKey{name project{id name}}...on AuditEvent{action at}...on Collaborator{principal{...Principal}project{id name}}...on Gateway{name}...on Invitation{organization{id name}}...on LegacyKey{project{id name}organization{id name}}...on Member{principal{...Principal}organization{id name}}...on Model{slug displayName}...on Organization{name}...on OwnershipOffer{organization{id name}}...on Project{name organization{id name}}...on Resource{name kind}...on ServiceAccount{name organization{id name}}...on User{name}}'

const Organization = 'fragment Organization on Organization{id name createdAt pausedAt pausedUntil hashConsumers requireSecondFactor timeZone sumsByHalfHourSince sumsByQuarterHourSince deletesAt viewerRole owner{id name email imageUrl}defaultProject{id name}}'

const OrganizationKeyPolicy = 'fragment OrganizationKeyPolicy on OrganizationKeyPolicy{maximumLimits{...UsageLimits}maxLifetimeSeconds requiresExpiration rotateEveryDays workloads models allowedIps creators whenCreatorLeaves}'

const OwnershipOffer = 'fragment OwnershipOffer on OwnershipOffer{id createdAt expiresAt acceptedAt member{...Member}organization{id name}}'

const Principal = 'fragment Principal on Principal{__typename ...on User{id name email imageUrl}...on ServiceAccount{id name}}'

const Problem = 'fragment Problem on Error{__typename code message resolvedBy ...on ValidationError{issues{path message}}...on ConflictError{field path holder{id name}}...on ForbiddenError{action allowedRoles}...on LimitExceededError{limit}}'

const Project = 'fragment Project on Project{id name description isDefault createdAt archivedAt pausedAt pausedUntil viewerRole organization{id name}}'

const Resource = 'fragment Resource on Resource{id kind name createdAt project{id name}}'

const ServiceAccount = 'fragment ServiceAccount on ServiceAccount{id name role tokenStart tokenExpiresAt tokenEndedAt previousRetiresAt tokenSeenBy{...Principal}createdAt createdBy{...Principal}lastUsedAt organization{id name}}'

const UsageLimits = 'fragment UsageLimits on UsageLimits{requestsPerMinute rates{unit per max model}budgets{period usd onLimit alertThresholds}maxConcurrent}'

export const explain = /* @__PURE__ */ query<types.Explanation>(
  'explain',
  '($input:ExplainInput!){explain(input:$input){action allowed decidedBy role allowedRoles message}}',
  ['explain'],
)

export const node = /* @__PURE__ */ query<types.NodeReference | null>(
  'node',
  '($id:ID!){node(id:$id){...NodeReference}}',
  ['node'],
  [NodeReference, Principal],
)

export const nodes = /* @__PURE__ */ query<readonly (types.NodeReference | null)[]>(
  'nodes',
  '($ids:[ID!]!){nodes(ids:$ids){...NodeReference}}',
  ['nodes'],
  [NodeReference, Principal],
)

export const apiKeysAuthorize: Operation<readonly types.ApiKeyVerification[]> = {
  name: 'apiKeys.authorize',
  text: /* @__PURE__ */ join('mutation ApiKeysAuthorize($inputs:[ApiKeyAuthorizeInput!]!){apiKeysAuthorize(inputs:$inputs){...ApiKeyVerification}}', ApiKeyVerification),
  path: ['apiKeysAuthorize'],
}

export const apiKeysChanges: Operation<types.ApiKeyChange> = {
  name: 'apiKeys.changes',
  text: /* @__PURE__ */ join('subscription ApiKeysChanges($projectId:ID!$after:String){apiKeyChanges(projectId:$projectId after:$after){...ApiKeyChange}}', ApiKey, ApiKeyChange, Principal),
  path: ['apiKeyChanges'],
}

export const apiKeysChangesOfOrganization: Operation<types.ApiKeyChange> = {
  name: 'apiKeys.changesOfOrganization',
  text: /* @__PURE__ */ join('subscription ApiKeysChangesOfOrganization($organizationId:ID!$after:String){apiKeyChanges(organizationId:$organizationId after:$after){...ApiKeyChange}}', ApiKey, ApiKeyChange, Principal),
  path: ['apiKeyChanges'],
}

export const apiKeysCreate = /* @__PURE__ */ mutation<types.ApiKeyCreatePayload>(
  'apiKeys.create',
  'apiKeyCreate',
  'apiKey{...ApiKey}secret',
  [ApiKey, Principal, Problem],
  { takesIdempotencyKey: true },
)

export const apiKeysCreateToken = /* @__PURE__ */ mutation<types.ApiKeyTokenCreatePayload>(
  'apiKeys.createToken',
  'apiKeyTokenCreate',
  'token expiresAt',
  [Problem],
  { takesIdempotencyKey: true },
)

export const apiKeysFinishRotation = /* @__PURE__ */ mutation<types.ApiKey>(
  'apiKeys.finishRotation',
  'apiKeyRotationFinish',
  'apiKey{...ApiKey}',
  [ApiKey, Principal, Problem],
  { unwrap: 'apiKey' },
)

export const apiKeysGet = /* @__PURE__ */ query<types.ApiKey>(
  'apiKeys.get',
  '($id:ID!){node(id:$id){__typename ...on ApiKey{...ApiKey}}}',
  ['node'],
  [ApiKey, Principal],
  { throwsNotFound: true, typename: 'ApiKey' },
)

export const apiKeysGetCounts = /* @__PURE__ */ query<types.ApiKeyCounts | null>(
  'apiKeys.getCounts',
  '($projectId:ID!$filter:ApiKeyFilter){project(id:$projectId){apiKeys(first:0 filter:$filter){totalCount totalCountCapped countsByStatus{status count countCapped}countsByAdvice{advice count countCapped}}}}',
  ['project', 'apiKeys'],
  [],
  { throwsNotFound: true },
)

export const apiKeysGetCountsOfOrganization = /* @__PURE__ */ query<types.ApiKeyCounts>(
  'apiKeys.getCountsOfOrganization',
  '($organizationId:ID!$filter:ApiKeyFilter){organization(id:$organizationId){apiKeys(first:0 filter:$filter){totalCount totalCountCapped countsByStatus{status count countCapped}countsByAdvice{advice count countCapped}}}}',
  ['organization', 'apiKeys'],
  [],
  { throwsNotFound: true },
)

export const apiKeysGetLimits = /* @__PURE__ */ query<types.ApiKeyLimits>(
  'apiKeys.getLimits',
  '($id:ID!){node(id:$id){__typename ...on ApiKey{limits{...UsageLimits}budgetStatus{period usd spent reserved remaining debt windowStart resetsAt}rateStatus{unit per max model used reserved remaining debt resetsAt}concurrencyStatus{max used remaining}}}}',
  ['node'],
  [UsageLimits],
  { throwsNotFound: true, typename: 'ApiKey' },
)

export const apiKeysGetPolicyViolations = /* @__PURE__ */ query<types.ApiKeyPolicyViolations>(
  'apiKeys.getPolicyViolations',
  '($id:ID!){node(id:$id){__typename ...on ApiKey{policyViolations{rule message}}}}',
  ['node'],
  [],
  { throwsNotFound: true, typename: 'ApiKey' },
)

export const apiKeysImport = /* @__PURE__ */ mutation<readonly types.ApiKeyImportOutcome[]>(
  'apiKeys.import',
  'apiKeysImport',
  'outcomes{row apiKey{...ApiKey}error{...Problem}}',
  [ApiKey, Principal, Problem],
  { unwrap: 'outcomes' },
)

export const apiKeysList = /* @__PURE__ */ query<types.ApiKey>(
  'apiKeys.list',
  '($projectId:ID!$filter:ApiKeyFilter$orderBy:ApiKeyOrder$pageSize:Int$after:String$totalCount:Boolean=false){project(id:$projectId){apiKeys(first:$pageSize after:$after filter:$filter orderBy:$orderBy){nodes{...ApiKey}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}',
  ['project', 'apiKeys'],
  [ApiKey, Principal],
  { throwsNotFound: true },
)

export const apiKeysListOfOrganization = /* @__PURE__ */ query<types.ApiKey>(
  'apiKeys.listOfOrganization',
  '($organizationId:ID!$filter:ApiKeyFilter$orderBy:ApiKeyOrder$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){apiKeys(first:$pageSize after:$after filter:$filter orderBy:$orderBy){nodes{...ApiKey}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}',
  ['organization', 'apiKeys'],
  [ApiKey, Principal],
  { throwsNotFound: true },
)

export const apiKeysListOutsidePolicy = /* @__PURE__ */ query<types.ApiKey>(
  'apiKeys.listOutsidePolicy',
  '($organizationId:ID!$rules:[KeyRule!]$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){apiKeysOutsidePolicy(first:$pageSize after:$after rules:$rules){nodes{...ApiKey}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}',
  ['organization', 'apiKeysOutsidePolicy'],
  [ApiKey, Principal],
  { throwsNotFound: true },
)

export const apiKeysPause = /* @__PURE__ */ mutation<types.ApiKeyPausePayload>(
  'apiKeys.pause',
  'apiKeyPause',
  'apiKey{...ApiKey}gateways{connectionId gatewayId gatewayName acknowledged}',
  [ApiKey, Principal, Problem],
)

export const apiKeysReportLeaked = /* @__PURE__ */ mutation<types.ApiKey>(
  'apiKeys.reportLeaked',
  'apiKeyReportLeaked',
  'apiKey{...ApiKey}',
  [ApiKey, Principal, Problem],
  { unwrap: 'apiKey' },
)

export const apiKeysResume = /* @__PURE__ */ mutation<types.ApiKey>(
  'apiKeys.resume',
  'apiKeyResume',
  'apiKey{...ApiKey}',
  [ApiKey, Principal, Problem],
  { unwrap: 'apiKey' },
)

export const apiKeysRevoke = /* @__PURE__ */ mutation<types.ApiKeyRevokePayload>(
  'apiKeys.revoke',
  'apiKeyRevoke',
  'apiKey{...ApiKey}gateways{connectionId gatewayId gatewayName acknowledged}',
  [ApiKey, Principal, Problem],
)

export const apiKeysRevokeMany = /* @__PURE__ */ mutation<types.ApiKeysRevokePayload>(
  'apiKeys.revokeMany',
  'apiKeysRevoke',
  'outcomes{id apiKey{...ApiKey}error{...Problem}}hasMore gateways{connectionId gatewayId gatewayName acknowledged}',
  [ApiKey, Principal, Problem],
)

export const apiKeysRotate = /* @__PURE__ */ mutation<types.ApiKeyRotatePayload>(
  'apiKeys.rotate',
  'apiKeyRotate',
  'apiKey{...ApiKey}secret',
  [ApiKey, Principal, Problem],
  { takesIdempotencyKey: true },
)

export const apiKeysSetExpiration = /* @__PURE__ */ mutation<types.ApiKey>(
  'apiKeys.setExpiration',
  'apiKeyExpirationSet',
  'apiKey{...ApiKey}',
  [ApiKey, Principal, Problem],
  { unwrap: 'apiKey' },
)

export const apiKeysSetLimits = /* @__PURE__ */ mutation<types.ApiKey>(
  'apiKeys.setLimits',
  'apiKeyLimitsSet',
  'apiKey{...ApiKey}',
  [ApiKey, Principal, Problem],
  { unwrap: 'apiKey' },
)

export const apiKeysSetScopes = /* @__PURE__ */ mutation<types.ApiKey>(
  'apiKeys.setScopes',
  'apiKeyScopesSet',
  'apiKey{...ApiKey}',
  [ApiKey, Principal, Problem],
  { unwrap: 'apiKey' },
)

export const apiKeysUndoRotation = /* @__PURE__ */ mutation<types.ApiKey>(
  'apiKeys.undoRotation',
  'apiKeyRotationUndo',
  'apiKey{...ApiKey}',
  [ApiKey, Principal, Problem],
  { unwrap: 'apiKey' },
)

export const apiKeysUpdate = /* @__PURE__ */ mutation<types.ApiKey>(
  'apiKeys.update',
  'apiKeyUpdate',
  'apiKey{...ApiKey}',
  [ApiKey, Principal, Problem],
  { unwrap: 'apiKey' },
)

export const apiKeysVerify = /* @__PURE__ */ query<readonly types.ApiKeyVerification[]>(
  'apiKeys.verify',
  '($inputs:[ApiKeyVerifyInput!]!){apiKeysVerify(inputs:$inputs){...ApiKeyVerification}}',
  ['apiKeysVerify'],
  [ApiKeyVerification],
)

export const auditLogGet = /* @__PURE__ */ query<types.AuditEvent>(
  'auditLog.get',
  '($id:ID!){node(id:$id){__typename ...on AuditEvent{...AuditEvent}}}',
  ['node'],
  [AuditEvent],
  { throwsNotFound: true, typename: 'AuditEvent' },
)

export const auditLogList = /* @__PURE__ */ query<types.AuditEvent>(
  'auditLog.list',
  '($organizationId:ID!$filter:AuditFilter$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){auditLog(first:$pageSize after:$after filter:$filter){nodes{...AuditEvent}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}',
  ['organization', 'auditLog'],
  [AuditEvent],
  { throwsNotFound: true },
)

export const auditLogListOfProject = /* @__PURE__ */ query<types.AuditEvent>(
  'auditLog.listOfProject',
  '($projectId:ID!$filter:AuditFilter$pageSize:Int$after:String$totalCount:Boolean=false){project(id:$projectId){auditLog(first:$pageSize after:$after filter:$filter){nodes{...AuditEvent}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}',
  ['project', 'auditLog'],
  [AuditEvent],
  { throwsNotFound: true },
)

export const collaboratorsAdd = /* @__PURE__ */ mutation<types.CollaboratorAddPayload>(
  'collaborators.add',
  'collaboratorAdd',
  'collaborator{...Collaborator}invitation{...Invitation}acceptUrl mailed project{...Project}',
  [Collaborator, Invitation, Principal, Problem, Project],
  { takesIdempotencyKey: true },
)

export const collaboratorsGet = /* @__PURE__ */ query<types.Collaborator>(
  'collaborators.get',
  '($id:ID!){node(id:$id){__typename ...on Collaborator{...Collaborator}}}',
  ['node'],
  [Collaborator, Principal],
  { throwsNotFound: true, typename: 'Collaborator' },
)

export const collaboratorsList = /* @__PURE__ */ query<types.Collaborator>(
  'collaborators.list',
  '($projectId:ID!$pageSize:Int$after:String$totalCount:Boolean=false){project(id:$projectId){collaborators(first:$pageSize after:$after){nodes{...Collaborator}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}',
  ['project', 'collaborators'],
  [Collaborator, Principal],
  { throwsNotFound: true },
)

export const collaboratorsRemove = /* @__PURE__ */ mutation<types.CollaboratorRemovePayload>(
  'collaborators.remove',
  'collaboratorRemove',
  'project{...Project}endedTokens{...LastSeenToken}keptTokens{...LastSeenToken}',
  [LastSeenToken, Problem, Project],
)

export const collaboratorsSetRole = /* @__PURE__ */ mutation<types.Collaborator | null>(
  'collaborators.setRole',
  'collaboratorRoleSet',
  'collaborator{...Collaborator}',
  [Collaborator, Principal, Problem],
  { unwrap: 'collaborator' },
)

export const costAnalyticsGet = /* @__PURE__ */ query<types.CostAnalytics | null>(
  'costAnalytics.get',
  '($organizationId:ID!$input:CostAnalyticsInput!){organization(id:$organizationId){costAnalytics(input:$input){...CostAnalytics}}}',
  ['organization', 'costAnalytics'],
  [CostAnalytics],
  { throwsNotFound: true },
)

export const costAnalyticsGetOfProject = /* @__PURE__ */ query<types.CostAnalytics | null>(
  'costAnalytics.getOfProject',
  '($projectId:ID!$input:CostAnalyticsInput!){project(id:$projectId){costAnalytics(input:$input){...CostAnalytics}}}',
  ['project', 'costAnalytics'],
  [CostAnalytics],
  { throwsNotFound: true },
)

export const costAnalyticsTagKeys = /* @__PURE__ */ query<types.OrganizationTagKeys>(
  'costAnalytics.tagKeys',
  '($organizationId:ID!){organization(id:$organizationId){id tagKeys}}',
  ['organization'],
  [],
  { throwsNotFound: true },
)

export const costAnalyticsTagKeysOfProject = /* @__PURE__ */ query<types.ProjectTagKeys>(
  'costAnalytics.tagKeysOfProject',
  '($projectId:ID!){project(id:$projectId){id tagKeys}}',
  ['project'],
  [],
  { throwsNotFound: true },
)

export const denialsGet = /* @__PURE__ */ query<types.DenialSeries | null>(
  'denials.get',
  '($organizationId:ID!$input:DenialsInput!){organization(id:$organizationId){denials(input:$input){...DenialSeries}}}',
  ['organization', 'denials'],
  [DenialSeries],
  { throwsNotFound: true },
)

export const denialsGetOfProject = /* @__PURE__ */ query<types.DenialSeries | null>(
  'denials.getOfProject',
  '($projectId:ID!$input:DenialsInput!){project(id:$projectId){denials(input:$input){...DenialSeries}}}',
  ['project', 'denials'],
  [DenialSeries],
  { throwsNotFound: true },
)

export const denialsOfApiKey = /* @__PURE__ */ query<types.ApiKeyDenials>(
  'denials.ofApiKey',
  '($id:ID!$input:UsageInput!){node(id:$id){__typename ...on ApiKey{id denials(input:$input){...DenialSeries}}}}',
  ['node'],
  [DenialSeries],
  { throwsNotFound: true, typename: 'ApiKey' },
)

export const gatewayAcknowledge = /* @__PURE__ */ mutation<types.GatewaySync>(
  'gateway.acknowledge',
  'gatewayAcknowledge',
  'sync{cursor subjects recalls asOf now outageGraceSeconds}',
  [Problem],
  { unwrap: 'sync' },
)

export const gatewayLookUp = /* @__PURE__ */ query<types.GatewaySnapshot>(
  'gateway.lookUp',
  '($input:GatewayLookUpInput!){gatewayLookUp(input:$input){credentials{secretHash subjects kind credentialId name projectId organizationId secretVersion retiresAt expiresAt revoked paused pausedUntil projectArchived workloads models allowedIps origins limits(byModel:true){scope scopeId subject kind model limit onLimit}useId}unreadable resources{resourceId projectId subjects}models{slug online projectId subjects prices{lineItem usd unit effectiveFrom}}asOf}}',
  ['gatewayLookUp'],
)

export const gatewaySync: Operation<types.GatewaySync> = {
  name: 'gateway.sync',
  text: 'subscription GatewaySync($connectionId:String!$after:String){gatewaySync(connectionId:$connectionId after:$after){cursor subjects recalls asOf now outageGraceSeconds}}',
  path: ['gatewaySync'],
}

export const invitationsAccept = /* @__PURE__ */ mutation<types.InvitationAcceptPayload>(
  'invitations.accept',
  'invitationAccept',
  'organization{...Organization}projects{...Project}',
  [Organization, Problem, Project],
)

export const invitationsCancel = /* @__PURE__ */ mutation<types.Invitation>(
  'invitations.cancel',
  'invitationCancel',
  'invitation{...Invitation}',
  [Invitation, Principal, Problem],
  { unwrap: 'invitation' },
)

export const invitationsGet = /* @__PURE__ */ query<types.Invitation>(
  'invitations.get',
  '($id:ID!){node(id:$id){__typename ...on Invitation{...Invitation}}}',
  ['node'],
  [Invitation, Principal],
  { throwsNotFound: true, typename: 'Invitation' },
)

export const invitationsList = /* @__PURE__ */ query<types.Invitation>(
  'invitations.list',
  '($organizationId:ID!$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){invitations(first:$pageSize after:$after){nodes{...Invitation}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}',
  ['organization', 'invitations'],
  [Invitation, Principal],
  { throwsNotFound: true },
)

export const invitationsListOfProject = /* @__PURE__ */ query<types.Invitation>(
  'invitations.listOfProject',
  '($projectId:ID!$pageSize:Int$after:String$totalCount:Boolean=false){project(id:$projectId){invitations(first:$pageSize after:$after){nodes{...Invitation}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}',
  ['project', 'invitations'],
  [Invitation, Principal],
  { throwsNotFound: true },
)

export const invitationsPreview = /* @__PURE__ */ query<types.InvitationPreview>(
  'invitations.preview',
  '($token:String!){invitationByToken(token:$token){organizationName inviterName role projects{name role}emailHint isForViewer status expiresAt}}',
  ['invitationByToken'],
  [],
  { throwsNotFound: true },
)

export const legacyKeyGet = /* @__PURE__ */ query<types.LegacyKey | null>(
  'legacyKey.get',
  '($organizationId:ID!){organization(id:$organizationId){legacyKey{...LegacyKey}}}',
  ['organization', 'legacyKey'],
  [LegacyKey],
  { throwsNotFound: true },
)

export const legacyKeyImport = /* @__PURE__ */ mutation<types.LegacyKey>(
  'legacyKey.import',
  'legacyKeyImport',
  'legacyKey{...LegacyKey}',
  [LegacyKey, Problem],
  { unwrap: 'legacyKey' },
)

export const legacyKeyRegenerate = /* @__PURE__ */ mutation<types.LegacyKeyRegeneratePayload>(
  'legacyKey.regenerate',
  'legacyKeyRegenerate',
  'legacyKey{...LegacyKey}secret',
  [LegacyKey, Problem],
  { takesIdempotencyKey: true },
)

export const legacyKeyReveal = /* @__PURE__ */ mutation<types.LegacyKeyRevealPayload>(
  'legacyKey.reveal',
  'legacyKeyReveal',
  'legacyKey{...LegacyKey}secret',
  [LegacyKey, Problem],
)

export const limitsExchangeLeases = /* @__PURE__ */ mutation<types.LimitLeasesExchangePayload>(
  'limits.exchangeLeases',
  'limitLeasesExchange',
  'leases{leaseId granted taken remaining idleWithOthers resetsAt}rates{scopeId granted remaining requestsPerMinute}',
  [Problem],
)

export const membersGet = /* @__PURE__ */ query<types.Member>(
  'members.get',
  '($id:ID!){node(id:$id){__typename ...on Member{...Member}}}',
  ['node'],
  [Member, Principal],
  { throwsNotFound: true, typename: 'Member' },
)

export const membersInvite = /* @__PURE__ */ mutation<types.MemberInvitePayload>(
  'members.invite',
  'memberInvite',
  'invitation{...Invitation}acceptUrl mailed',
  [Invitation, Principal, Problem],
  { takesIdempotencyKey: true },
)

export const membersLastSeenTokens = /* @__PURE__ */ query<types.MemberLastSeenTokens>(
  'members.lastSeenTokens',
  '($id:ID!){node(id:$id){__typename ...on Member{id lastSeenTokens{...LastSeenToken}}}}',
  ['node'],
  [LastSeenToken],
  { throwsNotFound: true, typename: 'Member' },
)

export const membersList = /* @__PURE__ */ query<types.Member>(
  'members.list',
  '($organizationId:ID!$hasSecondFactor:Boolean$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){members(first:$pageSize after:$after hasSecondFactor:$hasSecondFactor){nodes{...Member}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}',
  ['organization', 'members'],
  [Member, Principal],
  { throwsNotFound: true },
)

export const membersListSecondFactors = /* @__PURE__ */ query<types.MemberSecondFactor>(
  'members.listSecondFactors',
  '($organizationId:ID!$hasSecondFactor:Boolean$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){members(first:$pageSize after:$after hasSecondFactor:$hasSecondFactor){nodes{id role hasSecondFactor principal{...Principal}}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}',
  ['organization', 'members'],
  [Principal],
  { throwsNotFound: true },
)

export const membersRemove = /* @__PURE__ */ mutation<types.MemberRemovePayload>(
  'members.remove',
  'memberRemove',
  'organization{...Organization}endedTokens{...LastSeenToken}keptTokens{...LastSeenToken}',
  [LastSeenToken, Organization, Problem],
)

export const membersSetRole = /* @__PURE__ */ mutation<types.MemberRoleSetPayload>(
  'members.setRole',
  'memberRoleSet',
  'member{...Member}endedTokens{...LastSeenToken}keptTokens{...LastSeenToken}',
  [LastSeenToken, Member, Principal, Problem],
)

export const modelsGet = /* @__PURE__ */ query<types.Model>(
  'models.get',
  '($id:ID!){node(id:$id){__typename ...on Model{...Model}}}',
  ['node'],
  [Model],
  { throwsNotFound: true, typename: 'Model' },
)

export const modelsList = /* @__PURE__ */ query<types.Model>(
  'models.list',
  '($workload:Workload$status:ModelStatus$pageSize:Int$after:String$totalCount:Boolean=false){models(first:$pageSize after:$after workload:$workload status:$status){nodes{...Model}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}',
  ['models'],
  [Model],
)

export const modelsListOfProject = /* @__PURE__ */ query<types.Model>(
  'models.listOfProject',
  '($projectId:ID!$workload:Workload$status:ModelStatus$pageSize:Int$after:String$totalCount:Boolean=false){project(id:$projectId){models(first:$pageSize after:$after workload:$workload status:$status){nodes{...Model}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}',
  ['project', 'models'],
  [Model],
  { throwsNotFound: true },
)

export const organizationsCancelDeletion = /* @__PURE__ */ mutation<types.Organization>(
  'organizations.cancelDeletion',
  'organizationDeletionCancel',
  'organization{...Organization}',
  [Organization, Problem],
  { unwrap: 'organization' },
)

export const organizationsCreate = /* @__PURE__ */ mutation<types.Organization>(
  'organizations.create',
  'organizationCreate',
  'organization{...Organization}',
  [Organization, Problem],
  { unwrap: 'organization' },
)

export const organizationsDelete = /* @__PURE__ */ mutation<types.OrganizationDeletePayload>(
  'organizations.delete',
  'organizationDelete',
  'organization{...Organization}gateways{connectionId gatewayId gatewayName acknowledged}',
  [Organization, Problem],
)

export const organizationsGet = /* @__PURE__ */ query<types.Organization>(
  'organizations.get',
  '($id:ID!){organization(id:$id){...Organization}}',
  ['organization'],
  [Organization],
  { throwsNotFound: true },
)

export const organizationsGetBudgetStatus = /* @__PURE__ */ query<readonly types.BudgetStatus[] | null>(
  'organizations.getBudgetStatus',
  '($organizationId:ID!){organization(id:$organizationId){budgetStatus{period usd spent reserved remaining debt windowStart resetsAt}}}',
  ['organization', 'budgetStatus'],
  [],
  { throwsNotFound: true },
)

export const organizationsGetChangeCursor = /* @__PURE__ */ query<types.OrganizationChangePosition>(
  'organizations.getChangeCursor',
  '($id:ID!){organization(id:$id){changeCursor}}',
  ['organization'],
  [],
  { throwsNotFound: true },
)

export const organizationsGetConcurrencyStatus = /* @__PURE__ */ query<types.ConcurrencyStatus | null>(
  'organizations.getConcurrencyStatus',
  '($organizationId:ID!){organization(id:$organizationId){concurrencyStatus{max used remaining}}}',
  ['organization', 'concurrencyStatus'],
  [],
  { throwsNotFound: true },
)

export const organizationsGetDeletionContents = /* @__PURE__ */ query<types.DeletionContents | null>(
  'organizations.getDeletionContents',
  '($organizationId:ID!){organization(id:$organizationId){deletionContents{projects apiKeys members collaborators serviceAccounts resources models webhooks}}}',
  ['organization', 'deletionContents'],
  [],
  { throwsNotFound: true },
)

export const organizationsGetKeyPolicy = /* @__PURE__ */ query<types.OrganizationKeyPolicy | null>(
  'organizations.getKeyPolicy',
  '($organizationId:ID!){organization(id:$organizationId){keyPolicy{...OrganizationKeyPolicy}}}',
  ['organization', 'keyPolicy'],
  [OrganizationKeyPolicy, UsageLimits],
  { throwsNotFound: true },
)

export const organizationsGetRateStatus = /* @__PURE__ */ query<readonly types.RateStatus[] | null>(
  'organizations.getRateStatus',
  '($organizationId:ID!){organization(id:$organizationId){rateStatus{unit per max model used reserved remaining debt resetsAt}}}',
  ['organization', 'rateStatus'],
  [],
  { throwsNotFound: true },
)

export const organizationsGetTagLimits = /* @__PURE__ */ query<readonly types.TagLimits[] | null>(
  'organizations.getTagLimits',
  '($organizationId:ID!$first:Int){organization(id:$organizationId){tagLimits(first:$first){key value limits{...UsageLimits}budgetStatus{period usd spent reserved remaining debt windowStart resetsAt}rateStatus{unit per max model used reserved remaining debt resetsAt}concurrencyStatus{max used remaining}}}}',
  ['organization', 'tagLimits'],
  [UsageLimits],
  { throwsNotFound: true },
)

export const organizationsGetUsageLimits = /* @__PURE__ */ query<types.UsageLimits | null>(
  'organizations.getUsageLimits',
  '($organizationId:ID!){organization(id:$organizationId){usageLimits{...UsageLimits}}}',
  ['organization', 'usageLimits'],
  [UsageLimits],
  { throwsNotFound: true },
)

export const organizationsList = /* @__PURE__ */ query<types.Organization>(
  'organizations.list',
  '($pageSize:Int$after:String$totalCount:Boolean=false){viewer{organizations(first:$pageSize after:$after){nodes{...Organization}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}',
  ['viewer', 'organizations'],
  [Organization],
)

export const organizationsListPeopleWithoutSecondFactor = /* @__PURE__ */ query<types.User>(
  'organizations.listPeopleWithoutSecondFactor',
  '($organizationId:ID!$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){peopleWithoutSecondFactor(first:$pageSize after:$after){nodes{id name email imageUrl}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}',
  ['organization', 'peopleWithoutSecondFactor'],
  [],
  { throwsNotFound: true },
)

export const organizationsPause = /* @__PURE__ */ mutation<types.OrganizationPausePayload>(
  'organizations.pause',
  'organizationPause',
  'organization{...Organization}gateways{connectionId gatewayId gatewayName acknowledged}',
  [Organization, Problem],
)

export const organizationsResume = /* @__PURE__ */ mutation<types.Organization>(
  'organizations.resume',
  'organizationResume',
  'organization{...Organization}',
  [Organization, Problem],
  { unwrap: 'organization' },
)

export const organizationsSetKeyPolicy = /* @__PURE__ */ mutation<types.Organization>(
  'organizations.setKeyPolicy',
  'organizationKeyPolicySet',
  'organization{...Organization}',
  [Organization, Problem],
  { unwrap: 'organization' },
)

export const organizationsSetTagLimits = /* @__PURE__ */ mutation<types.Organization>(
  'organizations.setTagLimits',
  'organizationTagLimitsSet',
  'organization{...Organization}',
  [Organization, Problem],
  { unwrap: 'organization' },
)

export const organizationsSetUsageLimits = /* @__PURE__ */ mutation<types.Organization>(
  'organizations.setUsageLimits',
  'organizationUsageLimitsSet',
  'organization{...Organization}',
  [Organization, Problem],
  { unwrap: 'organization' },
)

export const organizationsUpdate = /* @__PURE__ */ mutation<types.Organization>(
  'organizations.update',
  'organizationUpdate',
  'organization{...Organization}',
  [Organization, Problem],
  { unwrap: 'organization' },
)

export const ownershipAccept = /* @__PURE__ */ mutation<types.Organization>(
  'ownership.accept',
  'ownershipTransferAccept',
  'organization{...Organization}',
  [Organization, Problem],
  { unwrap: 'organization' },
)

export const ownershipCancel = /* @__PURE__ */ mutation<types.Organization>(
  'ownership.cancel',
  'ownershipTransferCancel',
  'organization{...Organization}',
  [Organization, Problem],
  { unwrap: 'organization' },
)

export const ownershipGet = /* @__PURE__ */ query<types.OwnershipOffer | null>(
  'ownership.get',
  '($organizationId:ID!){organization(id:$organizationId){ownershipOffer{...OwnershipOffer}}}',
  ['organization', 'ownershipOffer'],
  [Member, OwnershipOffer, Principal],
  { throwsNotFound: true },
)

export const ownershipOffer = /* @__PURE__ */ mutation<types.OwnershipOffer>(
  'ownership.offer',
  'ownershipTransferOffer',
  'offer{...OwnershipOffer}',
  [Member, OwnershipOffer, Principal, Problem],
  { unwrap: 'offer' },
)

export const playgroundApiKeys = /* @__PURE__ */ query<types.ApiKey>(
  'playground.apiKeys',
  '($pageSize:Int$after:String$totalCount:Boolean=false){viewer{playground{apiKeys(first:$pageSize after:$after){nodes{...ApiKey}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}}',
  ['viewer', 'playground', 'apiKeys'],
  [ApiKey, Principal],
)

export const playgroundCreateToken = /* @__PURE__ */ mutation<types.PlaygroundTokenCreatePayload>(
  'playground.createToken',
  'playgroundTokenCreate',
  'token expiresAt organization{id name}project{id name}',
  [Problem],
  { takesIdempotencyKey: true },
)

export const playgroundModels = /* @__PURE__ */ query<types.PlaygroundModel>(
  'playground.models',
  '($workload:Workload$status:ModelStatus=ONLINE$pageSize:Int$after:String$totalCount:Boolean=false){viewer{playground{models(first:$pageSize after:$after workload:$workload status:$status){nodes{id model{...Model}projects{id name}apiKeys{id name}}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}}',
  ['viewer', 'playground', 'models'],
  [Model],
)

export const projectsArchive = /* @__PURE__ */ mutation<types.Project>(
  'projects.archive',
  'projectArchive',
  'project{...Project}',
  [Problem, Project],
  { unwrap: 'project' },
)

export const projectsCreate = /* @__PURE__ */ mutation<types.Project>(
  'projects.create',
  'projectCreate',
  'project{...Project}',
  [Problem, Project],
  { unwrap: 'project' },
)

export const projectsDelete = /* @__PURE__ */ mutation<types.Organization>(
  'projects.delete',
  'projectDelete',
  'organization{...Organization}',
  [Organization, Problem],
  { unwrap: 'organization' },
)

export const projectsGet = /* @__PURE__ */ query<types.Project>(
  'projects.get',
  '($id:ID!){project(id:$id){...Project}}',
  ['project'],
  [Project],
  { throwsNotFound: true },
)

export const projectsGetBudgetStatus = /* @__PURE__ */ query<readonly types.BudgetStatus[] | null>(
  'projects.getBudgetStatus',
  '($projectId:ID!){project(id:$projectId){budgetStatus{period usd spent reserved remaining debt windowStart resetsAt}}}',
  ['project', 'budgetStatus'],
  [],
  { throwsNotFound: true },
)

export const projectsGetChangeCursor = /* @__PURE__ */ query<types.ChangePosition>(
  'projects.getChangeCursor',
  '($id:ID!){project(id:$id){changeCursor}}',
  ['project'],
  [],
  { throwsNotFound: true },
)

export const projectsGetConcurrencyStatus = /* @__PURE__ */ query<types.ConcurrencyStatus | null>(
  'projects.getConcurrencyStatus',
  '($projectId:ID!){project(id:$projectId){concurrencyStatus{max used remaining}}}',
  ['project', 'concurrencyStatus'],
  [],
  { throwsNotFound: true },
)

export const projectsGetConsumer = /* @__PURE__ */ query<types.ConsumerLimits | null>(
  'projects.getConsumer',
  '($projectId:ID!$name:String!){project(id:$projectId){consumer(name:$name){...ConsumerLimits}}}',
  ['project', 'consumer'],
  [ConsumerLimits, UsageLimits],
  { throwsNotFound: true },
)

export const projectsGetConsumerLimits = /* @__PURE__ */ query<types.UsageLimits | null>(
  'projects.getConsumerLimits',
  '($projectId:ID!){project(id:$projectId){consumerLimits{...UsageLimits}}}',
  ['project', 'consumerLimits'],
  [UsageLimits],
  { throwsNotFound: true },
)

export const projectsGetDeletionContents = /* @__PURE__ */ query<types.DeletionContents | null>(
  'projects.getDeletionContents',
  '($projectId:ID!){project(id:$projectId){deletionContents{projects apiKeys members collaborators serviceAccounts resources models webhooks}}}',
  ['project', 'deletionContents'],
  [],
  { throwsNotFound: true },
)

export const projectsGetKeyPolicy = /* @__PURE__ */ query<types.KeyPolicy | null>(
  'projects.getKeyPolicy',
  '($projectId:ID!){project(id:$projectId){keyPolicy{defaultLimits{...UsageLimits}maximumLimits{...UsageLimits}maxLifetimeSeconds requiresExpiration rotateEveryDays workloads models allowedIps creators leakedKeyAction organizationPolicy{...OrganizationKeyPolicy}}}}',
  ['project', 'keyPolicy'],
  [OrganizationKeyPolicy, UsageLimits],
  { throwsNotFound: true },
)

export const projectsGetLimitedConsumers = /* @__PURE__ */ query<readonly types.ConsumerLimits[] | null>(
  'projects.getLimitedConsumers',
  '($projectId:ID!$first:Int){project(id:$projectId){limitedConsumers(first:$first){...ConsumerLimits}}}',
  ['project', 'limitedConsumers'],
  [ConsumerLimits, UsageLimits],
  { throwsNotFound: true },
)

export const projectsGetRateStatus = /* @__PURE__ */ query<readonly types.RateStatus[] | null>(
  'projects.getRateStatus',
  '($projectId:ID!){project(id:$projectId){rateStatus{unit per max model used reserved remaining debt resetsAt}}}',
  ['project', 'rateStatus'],
  [],
  { throwsNotFound: true },
)

export const projectsGetUsageLimits = /* @__PURE__ */ query<types.UsageLimits | null>(
  'projects.getUsageLimits',
  '($projectId:ID!){project(id:$projectId){usageLimits{...UsageLimits}}}',
  ['project', 'usageLimits'],
  [UsageLimits],
  { throwsNotFound: true },
)

export const projectsList = /* @__PURE__ */ query<types.Project>(
  'projects.list',
  '($organizationId:ID!$includeArchived:Boolean$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){projects(first:$pageSize after:$after includeArchived:$includeArchived){nodes{...Project}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}',
  ['organization', 'projects'],
  [Project],
  { throwsNotFound: true },
)

export const projectsPause = /* @__PURE__ */ mutation<types.ProjectPausePayload>(
  'projects.pause',
  'projectPause',
  'project{...Project}gateways{connectionId gatewayId gatewayName acknowledged}',
  [Problem, Project],
)

export const projectsRestore = /* @__PURE__ */ mutation<types.Project>(
  'projects.restore',
  'projectRestore',
  'project{...Project}',
  [Problem, Project],
  { unwrap: 'project' },
)

export const projectsResume = /* @__PURE__ */ mutation<types.Project>(
  'projects.resume',
  'projectResume',
  'project{...Project}',
  [Problem, Project],
  { unwrap: 'project' },
)

export const projectsSetConsumerLimits = /* @__PURE__ */ mutation<types.Project>(
  'projects.setConsumerLimits',
  'projectConsumerLimitsSet',
  'project{...Project}',
  [Problem, Project],
  { unwrap: 'project' },
)

export const projectsSetKeyPolicy = /* @__PURE__ */ mutation<types.Project>(
  'projects.setKeyPolicy',
  'projectKeyPolicySet',
  'project{...Project}',
  [Problem, Project],
  { unwrap: 'project' },
)

export const projectsSetUsageLimits = /* @__PURE__ */ mutation<types.Project>(
  'projects.setUsageLimits',
  'projectUsageLimitsSet',
  'project{...Project}',
  [Problem, Project],
  { unwrap: 'project' },
)

export const projectsUpdate = /* @__PURE__ */ mutation<types.Project>(
  'projects.update',
  'projectUpdate',
  'project{...Project}',
  [Problem, Project],
  { unwrap: 'project' },
)

export const resourcesGet = /* @__PURE__ */ query<types.Resource>(
  'resources.get',
  '($id:ID!){node(id:$id){__typename ...on Resource{...Resource}}}',
  ['node'],
  [Resource],
  { throwsNotFound: true, typename: 'Resource' },
)

export const resourcesList = /* @__PURE__ */ query<types.Resource>(
  'resources.list',
  '($projectId:ID!$kind:ResourceKind$pageSize:Int$after:String$totalCount:Boolean=false){project(id:$projectId){resources(first:$pageSize after:$after kind:$kind){nodes{...Resource}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}',
  ['project', 'resources'],
  [Resource],
  { throwsNotFound: true },
)

export const resourcesRegister = /* @__PURE__ */ mutation<types.Resource>(
  'resources.register',
  'resourceRegister',
  'resource{...Resource}',
  [Problem, Resource],
  { unwrap: 'resource' },
)

export const resourcesRemove = /* @__PURE__ */ mutation<types.Project | null>(
  'resources.remove',
  'resourceRemove',
  'project{...Project}',
  [Problem, Project],
  { unwrap: 'project' },
)

export const serviceAccountsCreate = /* @__PURE__ */ mutation<types.ServiceAccountCreatePayload>(
  'serviceAccounts.create',
  'serviceAccountCreate',
  'serviceAccount{...ServiceAccount}token',
  [Principal, Problem, ServiceAccount],
  { takesIdempotencyKey: true },
)

export const serviceAccountsGet = /* @__PURE__ */ query<types.ServiceAccount>(
  'serviceAccounts.get',
  '($id:ID!){node(id:$id){__typename ...on ServiceAccount{...ServiceAccount}}}',
  ['node'],
  [Principal, ServiceAccount],
  { throwsNotFound: true, typename: 'ServiceAccount' },
)

export const serviceAccountsList = /* @__PURE__ */ query<types.ServiceAccount>(
  'serviceAccounts.list',
  '($organizationId:ID!$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){serviceAccounts(first:$pageSize after:$after){nodes{...ServiceAccount}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}',
  ['organization', 'serviceAccounts'],
  [Principal, ServiceAccount],
  { throwsNotFound: true },
)

export const serviceAccountsRemove = /* @__PURE__ */ mutation<types.ServiceAccountRemovePayload>(
  'serviceAccounts.remove',
  'serviceAccountRemove',
  'organization{...Organization}endedTokens{...LastSeenToken}keptTokens{...LastSeenToken}',
  [LastSeenToken, Organization, Problem],
)

export const serviceAccountsRotateToken = /* @__PURE__ */ mutation<types.ServiceAccountTokenRotatePayload>(
  'serviceAccounts.rotateToken',
  'serviceAccountTokenRotate',
  'serviceAccount{...ServiceAccount}token',
  [Principal, Problem, ServiceAccount],
  { takesIdempotencyKey: true },
)

export const trustsCreate = /* @__PURE__ */ mutation<types.Trust>(
  'trusts.create',
  'trustCreate',
  'trust{id name issuer audience conditions{claim pattern}enabled serviceAccount{id name}createdAt createdByName lastUsedAt lastDeniedAt lastDenial}',
  [Problem],
  { unwrap: 'trust' },
)

export const trustsDelete = /* @__PURE__ */ mutation<types.Project>(
  'trusts.delete',
  'trustDelete',
  'project{...Project}',
  [Problem, Project],
  { unwrap: 'project' },
)

export const trustsGet = /* @__PURE__ */ query<types.Trust>(
  'trusts.get',
  '($id:ID!){node(id:$id){__typename ...on Trust{id name issuer audience conditions{claim pattern}enabled serviceAccount{id name}createdAt createdByName lastUsedAt lastDeniedAt lastDenial}}}',
  ['node'],
  [],
  { throwsNotFound: true, typename: 'Trust' },
)

export const trustsList = /* @__PURE__ */ query<types.Trust>(
  'trusts.list',
  '($projectId:ID!$pageSize:Int$after:String$totalCount:Boolean=false){project(id:$projectId){trusts(first:$pageSize after:$after){nodes{id name issuer audience conditions{claim pattern}enabled serviceAccount{id name}createdAt createdByName lastUsedAt lastDeniedAt lastDenial}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}',
  ['project', 'trusts'],
  [],
  { throwsNotFound: true },
)

export const trustsUpdate = /* @__PURE__ */ mutation<types.Trust>(
  'trusts.update',
  'trustUpdate',
  'trust{id name issuer audience conditions{claim pattern}enabled serviceAccount{id name}createdAt createdByName lastUsedAt lastDeniedAt lastDenial}',
  [Problem],
  { unwrap: 'trust' },
)

export const usageAdjust = /* @__PURE__ */ mutation<types.UsageAdjustment>(
  'usage.adjust',
  'usageAdjust',
  'adjustment{id adjustmentId amount reason hour workload model{id slug}consumer eventId createdAt createdByName}',
  [Problem],
  { unwrap: 'adjustment' },
)

export const usageAdjustments = /* @__PURE__ */ query<types.ApiKeyUsageAdjustments>(
  'usage.adjustments',
  '($id:ID!$first:Int$after:String){node(id:$id){__typename ...on ApiKey{id usageAdjustments(first:$first after:$after){nodes{id adjustmentId amount reason hour workload model{id slug}consumer eventId createdAt createdByName}pageInfo{hasNextPage endCursor}}}}}',
  ['node'],
  [],
  { throwsNotFound: true, typename: 'ApiKey' },
)

export const usageOfApiKey = /* @__PURE__ */ query<types.ApiKeyUsage>(
  'usage.ofApiKey',
  '($id:ID!$input:UsageInput!){node(id:$id){__typename ...on ApiKey{id usage(input:$input){buckets{start end requests cost lineItems{lineItem requests quantity unit cost}}total totalRequests currency asOf}}}}',
  ['node'],
  [],
  { throwsNotFound: true, typename: 'ApiKey' },
)

export const usageRecord = /* @__PURE__ */ mutation<types.UsageRecordPayload>(
  'usage.record',
  'usageRecord',
  'recorded duplicates rejected{index eventId field code message}asOf',
  [Problem],
)

export const viewerApiKeys = /* @__PURE__ */ query<types.ApiKey>(
  'viewer.apiKeys',
  '($filter:ApiKeyFilter$orderBy:ApiKeyOrder$pageSize:Int$after:String$totalCount:Boolean=false){viewer{apiKeys(first:$pageSize after:$after filter:$filter orderBy:$orderBy){nodes{...ApiKey}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}',
  ['viewer', 'apiKeys'],
  [ApiKey, Principal],
)

export const viewerErase = /* @__PURE__ */ mutation<types.UserErasePayload>(
  'viewer.erase',
  'userErase',
  'userId organizations sessions tokensEnded keysPaused',
  [Problem],
)

export const viewerGet = /* @__PURE__ */ query<types.Viewer>(
  'viewer.get',
  '{viewer{kind actor{__typename ...on User{id name email imageUrl}...on ServiceAccount{id name role organization{id name}}...on ApiKey{id name status expiresAt workloads allowedIps project{id name}}...on Gateway{id name}...on LegacyKey{id start deprecationNotice project{id name}}}secondFactorRequiredBy{organizationId organizationName}}}',
  ['viewer'],
)

export const viewerGetNotices = /* @__PURE__ */ query<types.NoticeSettings | null>(
  'viewer.getNotices',
  '{viewer{user{id noticesByMail}}}',
  ['viewer', 'user'],
)

export const viewerProjects = /* @__PURE__ */ query<types.Project>(
  'viewer.projects',
  '($pageSize:Int$after:String$totalCount:Boolean=false){viewer{projects(first:$pageSize after:$after){nodes{...Project}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}',
  ['viewer', 'projects'],
  [Project],
)

export const viewerSetNotices = /* @__PURE__ */ mutation<types.NoticeSettings>(
  'viewer.setNotices',
  'userNoticesSet',
  'user{id noticesByMail}',
  [Problem],
  { unwrap: 'user' },
)

export const webhooksCreate = /* @__PURE__ */ mutation<types.WebhookCreatePayload>(
  'webhooks.create',
  'webhookCreate',
  'webhook{id url description events enabled createdAt createdByName lastSuccessAt lastFailureAt lastFailure}secret',
  [Problem],
  { takesIdempotencyKey: true },
)

export const webhooksDeliveries = /* @__PURE__ */ query<types.WebhookDeliveries>(
  'webhooks.deliveries',
  '($id:ID!$first:Int$after:String){node(id:$id){__typename ...on Webhook{id deliveries(first:$first after:$after){nodes{id messageId event status createdAt attempts nextAttemptAt deliveredAt givenUpAt lastStatus lastError}pageInfo{hasNextPage endCursor}}}}}',
  ['node'],
  [],
  { throwsNotFound: true, typename: 'Webhook' },
)

export const webhooksDelivery = /* @__PURE__ */ query<types.WebhookDeliveryWithBody>(
  'webhooks.delivery',
  '($id:ID!){node(id:$id){__typename ...on WebhookDelivery{id messageId event status createdAt attempts nextAttemptAt deliveredAt givenUpAt lastStatus lastError body webhook{id}}}}',
  ['node'],
  [],
  { throwsNotFound: true, typename: 'WebhookDelivery' },
)

export const webhooksGet = /* @__PURE__ */ query<types.Webhook>(
  'webhooks.get',
  '($id:ID!){node(id:$id){__typename ...on Webhook{id url description events enabled createdAt createdByName lastSuccessAt lastFailureAt lastFailure}}}',
  ['node'],
  [],
  { throwsNotFound: true, typename: 'Webhook' },
)

export const webhooksList = /* @__PURE__ */ query<types.Webhook>(
  'webhooks.list',
  '($organizationId:ID!$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){webhooks(first:$pageSize after:$after){nodes{id url description events enabled createdAt createdByName lastSuccessAt lastFailureAt lastFailure}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}',
  ['organization', 'webhooks'],
  [],
  { throwsNotFound: true },
)

export const webhooksRemove = /* @__PURE__ */ mutation<types.Organization>(
  'webhooks.remove',
  'webhookRemove',
  'organization{...Organization}',
  [Organization, Problem],
  { unwrap: 'organization' },
)

export const webhooksResend = /* @__PURE__ */ mutation<types.WebhookDelivery>(
  'webhooks.resend',
  'webhookDeliveryResend',
  'webhookDelivery{id messageId event status createdAt attempts nextAttemptAt deliveredAt givenUpAt lastStatus lastError}',
  [Problem],
  { unwrap: 'webhookDelivery' },
)

export const webhooksResendFailed = /* @__PURE__ */ mutation<types.WebhookDeliveriesResendPayload>(
  'webhooks.resendFailed',
  'webhookDeliveriesResend',
  'webhook{id}resentCount hasMore',
  [Problem],
)

export const webhooksRotateSecret = /* @__PURE__ */ mutation<types.WebhookSecretRotatePayload>(
  'webhooks.rotateSecret',
  'webhookSecretRotate',
  'webhook{id url description events enabled createdAt createdByName lastSuccessAt lastFailureAt lastFailure}secret',
  [Problem],
  { takesIdempotencyKey: true },
)

export const webhooksTest = /* @__PURE__ */ mutation<types.Webhook>(
  'webhooks.test',
  'webhookTest',
  'webhook{id url description events enabled createdAt createdByName lastSuccessAt lastFailureAt lastFailure}',
  [Problem],
  { unwrap: 'webhook' },
)

export const webhooksUpdate = /* @__PURE__ */ mutation<types.Webhook>(
  'webhooks.update',
  'webhookUpdate',
  'webhook{id url description events enabled createdAt createdByName lastSuccessAt lastFailureAt lastFailure}',
  [Problem],
  { unwrap: 'webhook' },
)
