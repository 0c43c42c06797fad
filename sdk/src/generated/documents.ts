// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import { join, mutation, type Operation } from '../internal/operation.ts'
import type * as types from './types.ts'

const ApiKey = 'fragment ApiKey on ApiKey{id name status start createdAt createdBy{...Principal}createdByName expiresAt lastUsedAt pausedAt pausedUntil revokedAt revokedBy{...Principal}revocationReason leakedAt imported workloads models allowedIps tags{key value}rotation{startedAt previousRetiresAt previousLastUsedAt safeToFinish}secretVersions{version start createdAt firstUsedAt lastUsedAt retiresAt retiredAt}advice project{id name}}'

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

const Problem = 'fragment Problem on Error{__typename code message resolvedBy ...on ValidationError{issues{path message}}...on ConflictError{field}...on ForbiddenError{action allowedRoles}...on LimitExceededError{limit}}'

const Project = 'fragment Project on Project{id name description isDefault createdAt archivedAt pausedAt pausedUntil viewerRole organization{id name}}'

const Resource = 'fragment Resource on Resource{id kind name createdAt project{id name}}'

const ServiceAccount = 'fragment ServiceAccount on ServiceAccount{id name role tokenStart tokenExpiresAt tokenEndedAt previousRetiresAt tokenSeenBy{...Principal}createdAt createdBy{...Principal}lastUsedAt organization{id name}}'

const UsageLimits = 'fragment UsageLimits on UsageLimits{requestsPerMinute rates{unit per max model}budgets{period usd onLimit alertThresholds}maxConcurrent}'

export const explain: Operation<types.Explanation> = {
  name: 'explain',
  text: 'query Explain($input:ExplainInput!){explain(input:$input){action allowed decidedBy role allowedRoles message}}',
  path: ['explain'],
}

export const node: Operation<types.NodeReference | null> = {
  name: 'node',
  text: /* @__PURE__ */ join('query Node($id:ID!){node(id:$id){...NodeReference}}', NodeReference, Principal),
  path: ['node'],
}

export const nodes: Operation<readonly (types.NodeReference | null)[]> = {
  name: 'nodes',
  text: /* @__PURE__ */ join('query Nodes($ids:[ID!]!){nodes(ids:$ids){...NodeReference}}', NodeReference, Principal),
  path: ['nodes'],
}

export const apiKeysAuthorize: Operation<readonly types.ApiKeyVerification[]> = {
  name: 'apiKeys.authorize',
  text: /* @__PURE__ */ join('mutation ApiKeysAuthorize($inputs:[ApiKeyAuthorizeInput!]!){apiKeysAuthorize(inputs:$inputs){...ApiKeyVerification}}', ApiKeyVerification),
  path: ['apiKeysAuthorize'],
}

export const apiKeysChanges: Operation<types.ApiKeyChange> = {
  name: 'apiKeys.changes',
  text: /* @__PURE__ */ join('subscription ApiKeysChanges($projectId:ID!$after:String){apiKeyChanges(projectId:$projectId after:$after){cursor kind at apiKey{...ApiKey}}}', ApiKey, Principal),
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

export const apiKeysGet: Operation<types.ApiKey> = {
  name: 'apiKeys.get',
  text: /* @__PURE__ */ join('query ApiKeysGet($id:ID!){node(id:$id){__typename ...on ApiKey{...ApiKey}}}', ApiKey, Principal),
  path: ['node'],
  throwsNotFound: true,
  typename: 'ApiKey',
}

export const apiKeysGetLimits: Operation<types.ApiKeyLimits> = {
  name: 'apiKeys.getLimits',
  text: /* @__PURE__ */ join('query ApiKeysGetLimits($id:ID!){node(id:$id){__typename ...on ApiKey{limits{...UsageLimits}budgetStatus{period usd spent reserved remaining debt windowStart resetsAt}rateStatus{unit per max model used reserved remaining debt resetsAt}concurrencyStatus{max used remaining}}}}', UsageLimits),
  path: ['node'],
  throwsNotFound: true,
  typename: 'ApiKey',
}

export const apiKeysGetPolicyViolations: Operation<types.ApiKeyPolicyViolations> = {
  name: 'apiKeys.getPolicyViolations',
  text: 'query ApiKeysGetPolicyViolations($id:ID!){node(id:$id){__typename ...on ApiKey{policyViolations{rule message}}}}',
  path: ['node'],
  throwsNotFound: true,
  typename: 'ApiKey',
}

export const apiKeysImport = /* @__PURE__ */ mutation<readonly types.ApiKeyImportOutcome[]>(
  'apiKeys.import',
  'apiKeysImport',
  'outcomes{row apiKey{...ApiKey}error{...Problem}}',
  [ApiKey, Principal, Problem],
  { unwrap: 'outcomes' },
)

export const apiKeysList: Operation<types.ApiKey> = {
  name: 'apiKeys.list',
  text: /* @__PURE__ */ join('query ApiKeysList($projectId:ID!$filter:ApiKeyFilter$orderBy:ApiKeyOrder$pageSize:Int$after:String$totalCount:Boolean=false){project(id:$projectId){apiKeys(first:$pageSize after:$after filter:$filter orderBy:$orderBy){nodes{...ApiKey}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}', ApiKey, Principal),
  path: ['project', 'apiKeys'],
  throwsNotFound: true,
}

export const apiKeysListOfOrganization: Operation<types.ApiKey> = {
  name: 'apiKeys.listOfOrganization',
  text: /* @__PURE__ */ join('query ApiKeysListOfOrganization($organizationId:ID!$filter:ApiKeyFilter$orderBy:ApiKeyOrder$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){apiKeys(first:$pageSize after:$after filter:$filter orderBy:$orderBy){nodes{...ApiKey}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}', ApiKey, Principal),
  path: ['organization', 'apiKeys'],
  throwsNotFound: true,
}

export const apiKeysListOutsidePolicy: Operation<types.ApiKey> = {
  name: 'apiKeys.listOutsidePolicy',
  text: /* @__PURE__ */ join('query ApiKeysListOutsidePolicy($organizationId:ID!$rules:[KeyRule!]$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){apiKeysOutsidePolicy(first:$pageSize after:$after rules:$rules){nodes{...ApiKey}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}', ApiKey, Principal),
  path: ['organization', 'apiKeysOutsidePolicy'],
  throwsNotFound: true,
}

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

export const apiKeysVerify: Operation<readonly types.ApiKeyVerification[]> = {
  name: 'apiKeys.verify',
  text: /* @__PURE__ */ join('query ApiKeysVerify($inputs:[ApiKeyVerifyInput!]!){apiKeysVerify(inputs:$inputs){...ApiKeyVerification}}', ApiKeyVerification),
  path: ['apiKeysVerify'],
}

export const auditLogGet: Operation<types.AuditEvent> = {
  name: 'auditLog.get',
  text: /* @__PURE__ */ join('query AuditLogGet($id:ID!){node(id:$id){__typename ...on AuditEvent{...AuditEvent}}}', AuditEvent),
  path: ['node'],
  throwsNotFound: true,
  typename: 'AuditEvent',
}

export const auditLogList: Operation<types.AuditEvent> = {
  name: 'auditLog.list',
  text: /* @__PURE__ */ join('query AuditLogList($organizationId:ID!$filter:AuditFilter$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){auditLog(first:$pageSize after:$after filter:$filter){nodes{...AuditEvent}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}', AuditEvent),
  path: ['organization', 'auditLog'],
  throwsNotFound: true,
}

export const auditLogListOfProject: Operation<types.AuditEvent> = {
  name: 'auditLog.listOfProject',
  text: /* @__PURE__ */ join('query AuditLogListOfProject($projectId:ID!$filter:AuditFilter$pageSize:Int$after:String$totalCount:Boolean=false){project(id:$projectId){auditLog(first:$pageSize after:$after filter:$filter){nodes{...AuditEvent}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}', AuditEvent),
  path: ['project', 'auditLog'],
  throwsNotFound: true,
}

export const collaboratorsAdd = /* @__PURE__ */ mutation<types.CollaboratorAddPayload>(
  'collaborators.add',
  'collaboratorAdd',
  'collaborator{...Collaborator}invitation{...Invitation}acceptUrl mailed project{...Project}',
  [Collaborator, Invitation, Principal, Problem, Project],
  { takesIdempotencyKey: true },
)

export const collaboratorsGet: Operation<types.Collaborator> = {
  name: 'collaborators.get',
  text: /* @__PURE__ */ join('query CollaboratorsGet($id:ID!){node(id:$id){__typename ...on Collaborator{...Collaborator}}}', Collaborator, Principal),
  path: ['node'],
  throwsNotFound: true,
  typename: 'Collaborator',
}

export const collaboratorsList: Operation<types.Collaborator> = {
  name: 'collaborators.list',
  text: /* @__PURE__ */ join('query CollaboratorsList($projectId:ID!$pageSize:Int$after:String$totalCount:Boolean=false){project(id:$projectId){collaborators(first:$pageSize after:$after){nodes{...Collaborator}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}', Collaborator, Principal),
  path: ['project', 'collaborators'],
  throwsNotFound: true,
}

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

export const costAnalyticsGet: Operation<types.CostAnalytics | null> = {
  name: 'costAnalytics.get',
  text: /* @__PURE__ */ join('query CostAnalyticsGet($organizationId:ID!$input:CostAnalyticsInput!){organization(id:$organizationId){costAnalytics(input:$input){...CostAnalytics}}}', CostAnalytics),
  path: ['organization', 'costAnalytics'],
  throwsNotFound: true,
}

export const costAnalyticsGetOfProject: Operation<types.CostAnalytics | null> = {
  name: 'costAnalytics.getOfProject',
  text: /* @__PURE__ */ join('query CostAnalyticsGetOfProject($projectId:ID!$input:CostAnalyticsInput!){project(id:$projectId){costAnalytics(input:$input){...CostAnalytics}}}', CostAnalytics),
  path: ['project', 'costAnalytics'],
  throwsNotFound: true,
}

export const costAnalyticsTagKeys: Operation<types.OrganizationTagKeys> = {
  name: 'costAnalytics.tagKeys',
  text: 'query CostAnalyticsTagKeys($organizationId:ID!){organization(id:$organizationId){id tagKeys}}',
  path: ['organization'],
  throwsNotFound: true,
}

export const costAnalyticsTagKeysOfProject: Operation<types.ProjectTagKeys> = {
  name: 'costAnalytics.tagKeysOfProject',
  text: 'query CostAnalyticsTagKeysOfProject($projectId:ID!){project(id:$projectId){id tagKeys}}',
  path: ['project'],
  throwsNotFound: true,
}

export const denialsGet: Operation<types.DenialSeries | null> = {
  name: 'denials.get',
  text: /* @__PURE__ */ join('query DenialsGet($organizationId:ID!$input:DenialsInput!){organization(id:$organizationId){denials(input:$input){...DenialSeries}}}', DenialSeries),
  path: ['organization', 'denials'],
  throwsNotFound: true,
}

export const denialsGetOfProject: Operation<types.DenialSeries | null> = {
  name: 'denials.getOfProject',
  text: /* @__PURE__ */ join('query DenialsGetOfProject($projectId:ID!$input:DenialsInput!){project(id:$projectId){denials(input:$input){...DenialSeries}}}', DenialSeries),
  path: ['project', 'denials'],
  throwsNotFound: true,
}

export const denialsOfApiKey: Operation<types.ApiKeyDenials> = {
  name: 'denials.ofApiKey',
  text: /* @__PURE__ */ join('query DenialsOfApiKey($id:ID!$input:UsageInput!){node(id:$id){__typename ...on ApiKey{id denials(input:$input){...DenialSeries}}}}', DenialSeries),
  path: ['node'],
  throwsNotFound: true,
  typename: 'ApiKey',
}

export const gatewayAcknowledge = /* @__PURE__ */ mutation<types.GatewaySync>(
  'gateway.acknowledge',
  'gatewayAcknowledge',
  'sync{cursor subjects recalls asOf now outageGraceSeconds}',
  [Problem],
  { unwrap: 'sync' },
)

export const gatewayLookUp: Operation<types.GatewaySnapshot> = {
  name: 'gateway.lookUp',
  text: 'query GatewayLookUp($input:GatewayLookUpInput!){gatewayLookUp(input:$input){credentials{secretHash subjects kind credentialId name projectId organizationId secretVersion retiresAt expiresAt revoked paused pausedUntil projectArchived workloads models allowedIps origins limits(byModel:true){scope scopeId subject kind model limit onLimit}useId}resources{resourceId projectId subjects}models{slug online projectId subjects prices{lineItem usd unit effectiveFrom}}asOf}}',
  path: ['gatewayLookUp'],
}

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

export const invitationsGet: Operation<types.Invitation> = {
  name: 'invitations.get',
  text: /* @__PURE__ */ join('query InvitationsGet($id:ID!){node(id:$id){__typename ...on Invitation{...Invitation}}}', Invitation, Principal),
  path: ['node'],
  throwsNotFound: true,
  typename: 'Invitation',
}

export const invitationsList: Operation<types.Invitation> = {
  name: 'invitations.list',
  text: /* @__PURE__ */ join('query InvitationsList($organizationId:ID!$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){invitations(first:$pageSize after:$after){nodes{...Invitation}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}', Invitation, Principal),
  path: ['organization', 'invitations'],
  throwsNotFound: true,
}

export const invitationsListOfProject: Operation<types.Invitation> = {
  name: 'invitations.listOfProject',
  text: /* @__PURE__ */ join('query InvitationsListOfProject($projectId:ID!$pageSize:Int$after:String$totalCount:Boolean=false){project(id:$projectId){invitations(first:$pageSize after:$after){nodes{...Invitation}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}', Invitation, Principal),
  path: ['project', 'invitations'],
  throwsNotFound: true,
}

export const invitationsPreview: Operation<types.InvitationPreview> = {
  name: 'invitations.preview',
  text: 'query InvitationsPreview($token:String!){invitationByToken(token:$token){organizationName inviterName role projects{name role}emailHint isForViewer status expiresAt}}',
  path: ['invitationByToken'],
  throwsNotFound: true,
}

export const legacyKeyGet: Operation<types.LegacyKey | null> = {
  name: 'legacyKey.get',
  text: /* @__PURE__ */ join('query LegacyKeyGet($organizationId:ID!){organization(id:$organizationId){legacyKey{...LegacyKey}}}', LegacyKey),
  path: ['organization', 'legacyKey'],
  throwsNotFound: true,
}

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

export const membersGet: Operation<types.Member> = {
  name: 'members.get',
  text: /* @__PURE__ */ join('query MembersGet($id:ID!){node(id:$id){__typename ...on Member{...Member}}}', Member, Principal),
  path: ['node'],
  throwsNotFound: true,
  typename: 'Member',
}

export const membersInvite = /* @__PURE__ */ mutation<types.MemberInvitePayload>(
  'members.invite',
  'memberInvite',
  'invitation{...Invitation}acceptUrl mailed',
  [Invitation, Principal, Problem],
  { takesIdempotencyKey: true },
)

export const membersLastSeenTokens: Operation<types.MemberLastSeenTokens> = {
  name: 'members.lastSeenTokens',
  text: /* @__PURE__ */ join('query MembersLastSeenTokens($id:ID!){node(id:$id){__typename ...on Member{id lastSeenTokens{...LastSeenToken}}}}', LastSeenToken),
  path: ['node'],
  throwsNotFound: true,
  typename: 'Member',
}

export const membersList: Operation<types.Member> = {
  name: 'members.list',
  text: /* @__PURE__ */ join('query MembersList($organizationId:ID!$hasSecondFactor:Boolean$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){members(first:$pageSize after:$after hasSecondFactor:$hasSecondFactor){nodes{...Member}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}', Member, Principal),
  path: ['organization', 'members'],
  throwsNotFound: true,
}

export const membersListSecondFactors: Operation<types.MemberSecondFactor> = {
  name: 'members.listSecondFactors',
  text: /* @__PURE__ */ join('query MembersListSecondFactors($organizationId:ID!$hasSecondFactor:Boolean$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){members(first:$pageSize after:$after hasSecondFactor:$hasSecondFactor){nodes{id role hasSecondFactor principal{...Principal}}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}', Principal),
  path: ['organization', 'members'],
  throwsNotFound: true,
}

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

export const modelsGet: Operation<types.Model> = {
  name: 'models.get',
  text: /* @__PURE__ */ join('query ModelsGet($id:ID!){node(id:$id){__typename ...on Model{...Model}}}', Model),
  path: ['node'],
  throwsNotFound: true,
  typename: 'Model',
}

export const modelsList: Operation<types.Model> = {
  name: 'models.list',
  text: /* @__PURE__ */ join('query ModelsList($workload:Workload$status:ModelStatus$pageSize:Int$after:String$totalCount:Boolean=false){models(first:$pageSize after:$after workload:$workload status:$status){nodes{...Model}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}', Model),
  path: ['models'],
}

export const modelsListOfProject: Operation<types.Model> = {
  name: 'models.listOfProject',
  text: /* @__PURE__ */ join('query ModelsListOfProject($projectId:ID!$workload:Workload$status:ModelStatus$pageSize:Int$after:String$totalCount:Boolean=false){project(id:$projectId){models(first:$pageSize after:$after workload:$workload status:$status){nodes{...Model}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}', Model),
  path: ['project', 'models'],
  throwsNotFound: true,
}

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

export const organizationsGet: Operation<types.Organization> = {
  name: 'organizations.get',
  text: /* @__PURE__ */ join('query OrganizationsGet($id:ID!){organization(id:$id){...Organization}}', Organization),
  path: ['organization'],
  throwsNotFound: true,
}

export const organizationsGetBudgetStatus: Operation<readonly types.BudgetStatus[] | null> = {
  name: 'organizations.getBudgetStatus',
  text: 'query OrganizationsGetBudgetStatus($organizationId:ID!){organization(id:$organizationId){budgetStatus{period usd spent reserved remaining debt windowStart resetsAt}}}',
  path: ['organization', 'budgetStatus'],
  throwsNotFound: true,
}

export const organizationsGetConcurrencyStatus: Operation<types.ConcurrencyStatus | null> = {
  name: 'organizations.getConcurrencyStatus',
  text: 'query OrganizationsGetConcurrencyStatus($organizationId:ID!){organization(id:$organizationId){concurrencyStatus{max used remaining}}}',
  path: ['organization', 'concurrencyStatus'],
  throwsNotFound: true,
}

export const organizationsGetDeletionContents: Operation<types.DeletionContents | null> = {
  name: 'organizations.getDeletionContents',
  text: 'query OrganizationsGetDeletionContents($organizationId:ID!){organization(id:$organizationId){deletionContents{projects apiKeys members collaborators serviceAccounts resources models webhooks}}}',
  path: ['organization', 'deletionContents'],
  throwsNotFound: true,
}

export const organizationsGetKeyPolicy: Operation<types.OrganizationKeyPolicy | null> = {
  name: 'organizations.getKeyPolicy',
  text: /* @__PURE__ */ join('query OrganizationsGetKeyPolicy($organizationId:ID!){organization(id:$organizationId){keyPolicy{...OrganizationKeyPolicy}}}', OrganizationKeyPolicy, UsageLimits),
  path: ['organization', 'keyPolicy'],
  throwsNotFound: true,
}

export const organizationsGetRateStatus: Operation<readonly types.RateStatus[] | null> = {
  name: 'organizations.getRateStatus',
  text: 'query OrganizationsGetRateStatus($organizationId:ID!){organization(id:$organizationId){rateStatus{unit per max model used reserved remaining debt resetsAt}}}',
  path: ['organization', 'rateStatus'],
  throwsNotFound: true,
}

export const organizationsGetTagLimits: Operation<readonly types.TagLimits[] | null> = {
  name: 'organizations.getTagLimits',
  text: /* @__PURE__ */ join('query OrganizationsGetTagLimits($organizationId:ID!$first:Int){organization(id:$organizationId){tagLimits(first:$first){key value limits{...UsageLimits}budgetStatus{period usd spent reserved remaining debt windowStart resetsAt}rateStatus{unit per max model used reserved remaining debt resetsAt}concurrencyStatus{max used remaining}}}}', UsageLimits),
  path: ['organization', 'tagLimits'],
  throwsNotFound: true,
}

export const organizationsGetUsageLimits: Operation<types.UsageLimits | null> = {
  name: 'organizations.getUsageLimits',
  text: /* @__PURE__ */ join('query OrganizationsGetUsageLimits($organizationId:ID!){organization(id:$organizationId){usageLimits{...UsageLimits}}}', UsageLimits),
  path: ['organization', 'usageLimits'],
  throwsNotFound: true,
}

export const organizationsList: Operation<types.Organization> = {
  name: 'organizations.list',
  text: /* @__PURE__ */ join('query OrganizationsList($pageSize:Int$after:String$totalCount:Boolean=false){viewer{organizations(first:$pageSize after:$after){nodes{...Organization}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}', Organization),
  path: ['viewer', 'organizations'],
}

export const organizationsListPeopleWithoutSecondFactor: Operation<types.User> = {
  name: 'organizations.listPeopleWithoutSecondFactor',
  text: 'query OrganizationsListPeopleWithoutSecondFactor($organizationId:ID!$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){peopleWithoutSecondFactor(first:$pageSize after:$after){nodes{id name email imageUrl}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}',
  path: ['organization', 'peopleWithoutSecondFactor'],
  throwsNotFound: true,
}

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

export const ownershipGet: Operation<types.OwnershipOffer | null> = {
  name: 'ownership.get',
  text: /* @__PURE__ */ join('query OwnershipGet($organizationId:ID!){organization(id:$organizationId){ownershipOffer{...OwnershipOffer}}}', Member, OwnershipOffer, Principal),
  path: ['organization', 'ownershipOffer'],
  throwsNotFound: true,
}

export const ownershipOffer = /* @__PURE__ */ mutation<types.OwnershipOffer>(
  'ownership.offer',
  'ownershipTransferOffer',
  'offer{...OwnershipOffer}',
  [Member, OwnershipOffer, Principal, Problem],
  { unwrap: 'offer' },
)

export const playgroundApiKeys: Operation<types.ApiKey> = {
  name: 'playground.apiKeys',
  text: /* @__PURE__ */ join('query PlaygroundApiKeys($pageSize:Int$after:String$totalCount:Boolean=false){viewer{playground{apiKeys(first:$pageSize after:$after){nodes{...ApiKey}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}}', ApiKey, Principal),
  path: ['viewer', 'playground', 'apiKeys'],
}

export const playgroundCreateToken = /* @__PURE__ */ mutation<types.PlaygroundTokenCreatePayload>(
  'playground.createToken',
  'playgroundTokenCreate',
  'token expiresAt organization{id name}project{id name}',
  [Problem],
  { takesIdempotencyKey: true },
)

export const playgroundModels: Operation<types.PlaygroundModel> = {
  name: 'playground.models',
  text: /* @__PURE__ */ join('query PlaygroundModels($workload:Workload$status:ModelStatus=ONLINE$pageSize:Int$after:String$totalCount:Boolean=false){viewer{playground{models(first:$pageSize after:$after workload:$workload status:$status){nodes{model{...Model}projects{id name}apiKeys{id name}}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}}', Model),
  path: ['viewer', 'playground', 'models'],
}

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

export const projectsGet: Operation<types.Project> = {
  name: 'projects.get',
  text: /* @__PURE__ */ join('query ProjectsGet($id:ID!){project(id:$id){...Project}}', Project),
  path: ['project'],
  throwsNotFound: true,
}

export const projectsGetBudgetStatus: Operation<readonly types.BudgetStatus[] | null> = {
  name: 'projects.getBudgetStatus',
  text: 'query ProjectsGetBudgetStatus($projectId:ID!){project(id:$projectId){budgetStatus{period usd spent reserved remaining debt windowStart resetsAt}}}',
  path: ['project', 'budgetStatus'],
  throwsNotFound: true,
}

export const projectsGetChangeCursor: Operation<types.ChangePosition> = {
  name: 'projects.getChangeCursor',
  text: 'query ProjectsGetChangeCursor($id:ID!){project(id:$id){changeCursor}}',
  path: ['project'],
  throwsNotFound: true,
}

export const projectsGetConcurrencyStatus: Operation<types.ConcurrencyStatus | null> = {
  name: 'projects.getConcurrencyStatus',
  text: 'query ProjectsGetConcurrencyStatus($projectId:ID!){project(id:$projectId){concurrencyStatus{max used remaining}}}',
  path: ['project', 'concurrencyStatus'],
  throwsNotFound: true,
}

export const projectsGetConsumer: Operation<types.ConsumerLimits | null> = {
  name: 'projects.getConsumer',
  text: /* @__PURE__ */ join('query ProjectsGetConsumer($projectId:ID!$name:String!){project(id:$projectId){consumer(name:$name){...ConsumerLimits}}}', ConsumerLimits, UsageLimits),
  path: ['project', 'consumer'],
  throwsNotFound: true,
}

export const projectsGetConsumerLimits: Operation<types.UsageLimits | null> = {
  name: 'projects.getConsumerLimits',
  text: /* @__PURE__ */ join('query ProjectsGetConsumerLimits($projectId:ID!){project(id:$projectId){consumerLimits{...UsageLimits}}}', UsageLimits),
  path: ['project', 'consumerLimits'],
  throwsNotFound: true,
}

export const projectsGetDeletionContents: Operation<types.DeletionContents | null> = {
  name: 'projects.getDeletionContents',
  text: 'query ProjectsGetDeletionContents($projectId:ID!){project(id:$projectId){deletionContents{projects apiKeys members collaborators serviceAccounts resources models webhooks}}}',
  path: ['project', 'deletionContents'],
  throwsNotFound: true,
}

export const projectsGetKeyPolicy: Operation<types.KeyPolicy | null> = {
  name: 'projects.getKeyPolicy',
  text: /* @__PURE__ */ join('query ProjectsGetKeyPolicy($projectId:ID!){project(id:$projectId){keyPolicy{defaultLimits{...UsageLimits}maximumLimits{...UsageLimits}maxLifetimeSeconds requiresExpiration rotateEveryDays workloads models allowedIps creators leakedKeyAction organizationPolicy{...OrganizationKeyPolicy}}}}', OrganizationKeyPolicy, UsageLimits),
  path: ['project', 'keyPolicy'],
  throwsNotFound: true,
}

export const projectsGetLimitedConsumers: Operation<readonly types.ConsumerLimits[] | null> = {
  name: 'projects.getLimitedConsumers',
  text: /* @__PURE__ */ join('query ProjectsGetLimitedConsumers($projectId:ID!$first:Int){project(id:$projectId){limitedConsumers(first:$first){...ConsumerLimits}}}', ConsumerLimits, UsageLimits),
  path: ['project', 'limitedConsumers'],
  throwsNotFound: true,
}

export const projectsGetRateStatus: Operation<readonly types.RateStatus[] | null> = {
  name: 'projects.getRateStatus',
  text: 'query ProjectsGetRateStatus($projectId:ID!){project(id:$projectId){rateStatus{unit per max model used reserved remaining debt resetsAt}}}',
  path: ['project', 'rateStatus'],
  throwsNotFound: true,
}

export const projectsGetUsageLimits: Operation<types.UsageLimits | null> = {
  name: 'projects.getUsageLimits',
  text: /* @__PURE__ */ join('query ProjectsGetUsageLimits($projectId:ID!){project(id:$projectId){usageLimits{...UsageLimits}}}', UsageLimits),
  path: ['project', 'usageLimits'],
  throwsNotFound: true,
}

export const projectsList: Operation<types.Project> = {
  name: 'projects.list',
  text: /* @__PURE__ */ join('query ProjectsList($organizationId:ID!$includeArchived:Boolean$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){projects(first:$pageSize after:$after includeArchived:$includeArchived){nodes{...Project}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}', Project),
  path: ['organization', 'projects'],
  throwsNotFound: true,
}

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

export const resourcesGet: Operation<types.Resource> = {
  name: 'resources.get',
  text: /* @__PURE__ */ join('query ResourcesGet($id:ID!){node(id:$id){__typename ...on Resource{...Resource}}}', Resource),
  path: ['node'],
  throwsNotFound: true,
  typename: 'Resource',
}

export const resourcesList: Operation<types.Resource> = {
  name: 'resources.list',
  text: /* @__PURE__ */ join('query ResourcesList($projectId:ID!$kind:ResourceKind$pageSize:Int$after:String$totalCount:Boolean=false){project(id:$projectId){resources(first:$pageSize after:$after kind:$kind){nodes{...Resource}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}', Resource),
  path: ['project', 'resources'],
  throwsNotFound: true,
}

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

export const serviceAccountsGet: Operation<types.ServiceAccount> = {
  name: 'serviceAccounts.get',
  text: /* @__PURE__ */ join('query ServiceAccountsGet($id:ID!){node(id:$id){__typename ...on ServiceAccount{...ServiceAccount}}}', Principal, ServiceAccount),
  path: ['node'],
  throwsNotFound: true,
  typename: 'ServiceAccount',
}

export const serviceAccountsList: Operation<types.ServiceAccount> = {
  name: 'serviceAccounts.list',
  text: /* @__PURE__ */ join('query ServiceAccountsList($organizationId:ID!$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){serviceAccounts(first:$pageSize after:$after){nodes{...ServiceAccount}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}', Principal, ServiceAccount),
  path: ['organization', 'serviceAccounts'],
  throwsNotFound: true,
}

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

export const trustsGet: Operation<types.Trust> = {
  name: 'trusts.get',
  text: 'query TrustsGet($id:ID!){node(id:$id){__typename ...on Trust{id name issuer audience conditions{claim pattern}enabled serviceAccount{id name}createdAt createdByName lastUsedAt lastDeniedAt lastDenial}}}',
  path: ['node'],
  throwsNotFound: true,
  typename: 'Trust',
}

export const trustsList: Operation<types.Trust> = {
  name: 'trusts.list',
  text: 'query TrustsList($projectId:ID!$pageSize:Int$after:String$totalCount:Boolean=false){project(id:$projectId){trusts(first:$pageSize after:$after){nodes{id name issuer audience conditions{claim pattern}enabled serviceAccount{id name}createdAt createdByName lastUsedAt lastDeniedAt lastDenial}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}',
  path: ['project', 'trusts'],
  throwsNotFound: true,
}

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

export const usageAdjustments: Operation<types.ApiKeyUsageAdjustments> = {
  name: 'usage.adjustments',
  text: 'query UsageAdjustments($id:ID!$first:Int$after:String){node(id:$id){__typename ...on ApiKey{id usageAdjustments(first:$first after:$after){nodes{id adjustmentId amount reason hour workload model{id slug}consumer eventId createdAt createdByName}pageInfo{hasNextPage endCursor}}}}}',
  path: ['node'],
  throwsNotFound: true,
  typename: 'ApiKey',
}

export const usageOfApiKey: Operation<types.ApiKeyUsage> = {
  name: 'usage.ofApiKey',
  text: 'query UsageOfApiKey($id:ID!$input:UsageInput!){node(id:$id){__typename ...on ApiKey{id usage(input:$input){buckets{start end requests cost lineItems{lineItem requests quantity unit cost}}total totalRequests currency asOf}}}}',
  path: ['node'],
  throwsNotFound: true,
  typename: 'ApiKey',
}

export const usageRecord = /* @__PURE__ */ mutation<types.UsageRecordPayload>(
  'usage.record',
  'usageRecord',
  'recorded duplicates rejected{index eventId field code message}asOf',
  [Problem],
)

export const viewerErase = /* @__PURE__ */ mutation<types.UserErasePayload>(
  'viewer.erase',
  'userErase',
  'userId organizations sessions tokensEnded keysPaused',
  [Problem],
)

export const viewerGet: Operation<types.Viewer> = {
  name: 'viewer.get',
  text: 'query ViewerGet{viewer{kind actor{__typename ...on User{id name email imageUrl}...on ServiceAccount{id name role organization{id name}}...on ApiKey{id name status expiresAt workloads allowedIps project{id name}}...on Gateway{id name}...on LegacyKey{id start deprecationNotice project{id name}}}secondFactorRequiredBy{organizationId organizationName}}}',
  path: ['viewer'],
}

export const viewerGetNotices: Operation<types.NoticeSettings | null> = {
  name: 'viewer.getNotices',
  text: 'query ViewerGetNotices{viewer{user{id noticesByMail}}}',
  path: ['viewer', 'user'],
}

export const viewerProjects: Operation<types.Project> = {
  name: 'viewer.projects',
  text: /* @__PURE__ */ join('query ViewerProjects($pageSize:Int$after:String$totalCount:Boolean=false){viewer{projects(first:$pageSize after:$after){nodes{...Project}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}', Project),
  path: ['viewer', 'projects'],
}

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

export const webhooksDeliveries: Operation<types.WebhookDeliveries> = {
  name: 'webhooks.deliveries',
  text: 'query WebhooksDeliveries($id:ID!$first:Int$after:String){node(id:$id){__typename ...on Webhook{id deliveries(first:$first after:$after){nodes{messageId event createdAt attempts nextAttemptAt deliveredAt givenUpAt lastStatus lastError}pageInfo{hasNextPage endCursor}}}}}',
  path: ['node'],
  throwsNotFound: true,
  typename: 'Webhook',
}

export const webhooksGet: Operation<types.Webhook> = {
  name: 'webhooks.get',
  text: 'query WebhooksGet($id:ID!){node(id:$id){__typename ...on Webhook{id url description events enabled createdAt createdByName lastSuccessAt lastFailureAt lastFailure}}}',
  path: ['node'],
  throwsNotFound: true,
  typename: 'Webhook',
}

export const webhooksList: Operation<types.Webhook> = {
  name: 'webhooks.list',
  text: 'query WebhooksList($organizationId:ID!$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){webhooks(first:$pageSize after:$after){nodes{id url description events enabled createdAt createdByName lastSuccessAt lastFailureAt lastFailure}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}',
  path: ['organization', 'webhooks'],
  throwsNotFound: true,
}

export const webhooksRemove = /* @__PURE__ */ mutation<types.Organization>(
  'webhooks.remove',
  'webhookRemove',
  'organization{...Organization}',
  [Organization, Problem],
  { unwrap: 'organization' },
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
