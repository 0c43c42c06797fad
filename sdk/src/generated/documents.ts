// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

import type { Operation } from '../operation.ts'
import type * as types from './types.ts'

const Actor = 'fragment Actor on Actor{__typename ...on User{id name email imageUrl}...on ServiceAccount{id name role organization{...OrganizationReference}}...on ApiKey{id name status expiresAt workloads allowedIps project{...ProjectReference}}...on Gateway{id name}...on LegacyKey{id start deprecationNotice project{...ProjectReference}}}'

const ApiKey = 'fragment ApiKey on ApiKey{id name status start createdAt createdBy{...Principal}createdByName expiresAt lastUsedAt revokedAt revokedBy{...Principal}revocationReason leakedAt imported workloads allowedIps tags{...Tag}rotation{...ApiKeyRotation}secretVersions{...ApiKeySecretVersion}advice project{...ProjectReference}}'

const ApiKeyChange = 'fragment ApiKeyChange on ApiKeyChange{cursor kind at apiKey{...ApiKey}}'

const ApiKeyImportOutcome = 'fragment ApiKeyImportOutcome on ApiKeyImportOutcome{row apiKey{...ApiKey}error{...Problem}}'

const ApiKeyLimits = 'fragment ApiKeyLimits on ApiKey{limits{...UsageLimits}budgetStatus{...BudgetStatus}}'

const ApiKeyReference = 'fragment ApiKeyReference on ApiKey{id name}'

const ApiKeyRotation = 'fragment ApiKeyRotation on ApiKeyRotation{startedAt previousRetiresAt previousLastUsedAt safeToFinish}'

const ApiKeySecretVersion = 'fragment ApiKeySecretVersion on ApiKeySecretVersion{version start createdAt firstUsedAt lastUsedAt retiresAt retiredAt}'

const ApiKeyUsage = 'fragment ApiKeyUsage on ApiKey{id usage(input:$input){...UsageSeries}}'

const ApiKeyVerification = 'fragment ApiKeyVerification on ApiKeyVerification{__typename ...on ApiKeyAccepted{credentialId kind name secretVersion projectId organizationId expiresAt reservation limits{...LimitState}warnings asOf maxStalenessSeconds}...on ApiKeyRejected{reason message httpStatus retryAfterSeconds limits{...LimitState}asOf}}'

const AuditActor = 'fragment AuditActor on AuditActor{kind id name}'

const AuditDetail = 'fragment AuditDetail on AuditDetail{name value}'

const AuditEvent = 'fragment AuditEvent on AuditEvent{id sequence at action actor{...AuditActor}target{...AuditTarget}details{...AuditDetail}requestId hash}'

const AuditTarget = 'fragment AuditTarget on AuditTarget{type id name}'

const Budget = 'fragment Budget on Budget{period usd onLimit alertThresholds}'

const BudgetStatus = 'fragment BudgetStatus on BudgetStatus{period usd spent reserved remaining debt windowStart resetsAt}'

const Collaborator = 'fragment Collaborator on Collaborator{id role external addedAt addedBy{...Principal}principal{...Principal}project{...ProjectReference}}'

const CostAnalytics = 'fragment CostAnalytics on CostAnalytics{buckets{...CostBucket}total totalRequests currency asOf}'

const CostBucket = 'fragment CostBucket on CostBucket{start end groups{...CostGroup}}'

const CostCredential = 'fragment CostCredential on CostCredential{kind id name}'

const CostGroup = 'fragment CostGroup on CostGroup{project{...ProjectReference}credential{...CostCredential}userId user{...User}workload model{...ModelReference}lineItem requests quantity unit cost}'

const ExchangedLease = 'fragment ExchangedLease on ExchangedLease{leaseId granted taken remaining idleWithOthers}'

const ExchangedRate = 'fragment ExchangedRate on ExchangedRate{scopeId granted remaining requestsPerMinute}'

const Explanation = 'fragment Explanation on Explanation{action allowed decidedBy role allowedRoles message}'

const Invitation = 'fragment Invitation on Invitation{id email status role projects{...ProjectGrant}createdAt expiresAt invitedBy{...Principal}organization{...OrganizationReference}}'

const KeyPolicy = 'fragment KeyPolicy on KeyPolicy{defaultLimits{...UsageLimits}maximumLimits{...UsageLimits}maxLifetimeSeconds leakedKeyAction}'

const LegacyKey = 'fragment LegacyKey on LegacyKey{id start createdAt regeneratedAt lastUsedAt deprecationNotice project{...ProjectReference}organization{...OrganizationReference}}'

const LimitState = 'fragment LimitState on LimitState{scope kind limit remaining resetsAt}'

const Member = 'fragment Member on Member{id role joinedAt principal{...Principal}organization{...OrganizationReference}}'

const Model = 'fragment Model on Model{id slug displayName workload status project{...ProjectReference}prices{...ModelPrice}}'

const ModelPrice = 'fragment ModelPrice on ModelPrice{lineItem usd unit effectiveFrom}'

const ModelReference = 'fragment ModelReference on Model{id slug displayName}'

const NodeReference = 'fragment NodeReference on Node{__typename id ...on ApiKey{name project{...ProjectReference}}...on AuditEvent{action at}...on Collaborator{principal{...Principal}project{...ProjectReference}}...on Gateway{name}...on Invitation{organization{...OrganizationReference}}...on LegacyKey{project{...ProjectReference}organization{...OrganizationReference}}...on Member{principal{...Principal}organization{...OrganizationReference}}...on Model{slug displayName}...on Organization{name}...on OwnershipOffer{organization{...OrganizationReference}}...on Project{name organization{...OrganizationReference}}...on Resource{name kind}...on ServiceAccount{name organization{...OrganizationReference}}...on User{name}}'

const Organization = 'fragment Organization on Organization{id name createdAt viewerRole owner{...User}defaultProject{...ProjectReference}}'

const OrganizationReference = 'fragment OrganizationReference on Organization{id name}'

const OwnershipOffer = 'fragment OwnershipOffer on OwnershipOffer{id createdAt expiresAt acceptedAt member{...Member}organization{...OrganizationReference}}'

const PlaygroundModel = 'fragment PlaygroundModel on PlaygroundModel{model{...Model}projects{...ProjectReference}apiKeys{...ApiKeyReference}}'

const Principal = 'fragment Principal on Principal{__typename ...on User{id name email imageUrl}...on ServiceAccount{id name}}'

const Problem = 'fragment Problem on Error{__typename code message ...on ValidationError{issues{...ValidationIssue}}...on ForbiddenError{action allowedRoles}...on LimitExceededError{limit}}'

const Project = 'fragment Project on Project{id name description isDefault createdAt archivedAt viewerRole organization{...OrganizationReference}}'

const ProjectGrant = 'fragment ProjectGrant on ProjectGrant{role project{...ProjectReference}}'

const ProjectReference = 'fragment ProjectReference on Project{id name}'

const RejectedUsageEvent = 'fragment RejectedUsageEvent on RejectedUsageEvent{index eventId code message}'

const Resource = 'fragment Resource on Resource{id kind name createdAt project{...ProjectReference}}'

const ServiceAccount = 'fragment ServiceAccount on ServiceAccount{id name role tokenStart createdAt createdBy{...Principal}lastUsedAt organization{...OrganizationReference}}'

const Tag = 'fragment Tag on Tag{key value}'

const UsageBucket = 'fragment UsageBucket on UsageBucket{start end requests cost lineItems{...UsageLine}}'

const UsageLimits = 'fragment UsageLimits on UsageLimits{requestsPerMinute budgets{...Budget}}'

const UsageLine = 'fragment UsageLine on UsageLine{lineItem requests quantity unit cost}'

const UsageSeries = 'fragment UsageSeries on UsageSeries{buckets{...UsageBucket}total totalRequests currency asOf}'

const User = 'fragment User on User{id name email imageUrl}'

const ValidationIssue = 'fragment ValidationIssue on ValidationIssue{path message}'

const Viewer = 'fragment Viewer on Viewer{kind actor{...Actor}}'

const Webhook = 'fragment Webhook on Webhook{id url description events enabled createdAt createdByName lastSuccessAt lastFailureAt lastFailure}'

const WebhookDeliveries = 'fragment WebhookDeliveries on Webhook{id deliveries(first:$first after:$after){nodes{...WebhookDelivery}pageInfo{hasNextPage endCursor}}}'

const WebhookDelivery = 'fragment WebhookDelivery on WebhookDelivery{messageId event createdAt attempts nextAttemptAt deliveredAt givenUpAt lastStatus lastError}'

export const explain: Operation<types.Explanation> = {
  name: 'explain',
  text: 'query Explain($input:ExplainInput!){explain(input:$input){...Explanation}}' + Explanation,
  path: ['explain'],
}

export const node: Operation<types.NodeReference | null> = {
  name: 'node',
  text: 'query Node($id:ID!){node(id:$id){...NodeReference}}' + NodeReference + OrganizationReference + Principal + ProjectReference,
  path: ['node'],
}

export const nodes: Operation<readonly (types.NodeReference | null)[]> = {
  name: 'nodes',
  text: 'query Nodes($ids:[ID!]!){nodes(ids:$ids){...NodeReference}}' + NodeReference + OrganizationReference + Principal + ProjectReference,
  path: ['nodes'],
}

export const apiKeysAuthorize: Operation<readonly types.ApiKeyVerification[]> = {
  name: 'apiKeys.authorize',
  text: 'mutation ApiKeysAuthorize($inputs:[ApiKeyAuthorizeInput!]!){apiKeysAuthorize(inputs:$inputs){...ApiKeyVerification}}' + ApiKeyVerification + LimitState,
  path: ['apiKeysAuthorize'],
}

export const apiKeysChanges: Operation<types.ApiKeyChange> = {
  name: 'apiKeys.changes',
  text: 'subscription ApiKeysChanges($projectId:ID!$after:String){apiKeyChanges(projectId:$projectId after:$after){...ApiKeyChange}}' + ApiKey + ApiKeyChange + ApiKeyRotation + ApiKeySecretVersion + Principal + ProjectReference + Tag,
  path: ['apiKeyChanges'],
}

export const apiKeysCreate: Operation<types.ApiKeyCreatePayload> = {
  name: 'apiKeys.create',
  text: 'mutation ApiKeysCreate($input:ApiKeyCreateInput!){apiKeyCreate(input:$input){__typename ...on ApiKeyCreatePayload{apiKey{...ApiKey}secret}...Problem}}' + ApiKey + ApiKeyRotation + ApiKeySecretVersion + Principal + Problem + ProjectReference + Tag + ValidationIssue,
  path: ['apiKeyCreate'],
  isMutation: true,
  takesIdempotencyKey: true,
  typename: 'ApiKeyCreatePayload',
}

export const apiKeysFinishRotation: Operation<types.ApiKey> = {
  name: 'apiKeys.finishRotation',
  text: 'mutation ApiKeysFinishRotation($input:ApiKeyRotationFinishInput!){apiKeyRotationFinish(input:$input){__typename ...on ApiKeyRotationFinishPayload{apiKey{...ApiKey}}...Problem}}' + ApiKey + ApiKeyRotation + ApiKeySecretVersion + Principal + Problem + ProjectReference + Tag + ValidationIssue,
  path: ['apiKeyRotationFinish'],
  isMutation: true,
  typename: 'ApiKeyRotationFinishPayload',
  unwrap: 'apiKey',
}

export const apiKeysGet: Operation<types.ApiKey> = {
  name: 'apiKeys.get',
  text: 'query ApiKeysGet($id:ID!){node(id:$id){__typename ...on ApiKey{...ApiKey}}}' + ApiKey + ApiKeyRotation + ApiKeySecretVersion + Principal + ProjectReference + Tag,
  path: ['node'],
  throwsNotFound: true,
  typename: 'ApiKey',
}

export const apiKeysGetLimits: Operation<types.ApiKeyLimits> = {
  name: 'apiKeys.getLimits',
  text: 'query ApiKeysGetLimits($id:ID!){node(id:$id){__typename ...on ApiKey{...ApiKeyLimits}}}' + ApiKeyLimits + Budget + BudgetStatus + UsageLimits,
  path: ['node'],
  throwsNotFound: true,
  typename: 'ApiKey',
}

export const apiKeysImport: Operation<readonly types.ApiKeyImportOutcome[]> = {
  name: 'apiKeys.import',
  text: 'mutation ApiKeysImport($input:ApiKeysImportInput!){apiKeysImport(input:$input){__typename ...on ApiKeysImportPayload{outcomes{...ApiKeyImportOutcome}}...Problem}}' + ApiKey + ApiKeyImportOutcome + ApiKeyRotation + ApiKeySecretVersion + Principal + Problem + ProjectReference + Tag + ValidationIssue,
  path: ['apiKeysImport'],
  isMutation: true,
  typename: 'ApiKeysImportPayload',
  unwrap: 'outcomes',
}

export const apiKeysList: Operation<types.ApiKey> = {
  name: 'apiKeys.list',
  text: 'query ApiKeysList($projectId:ID!$filter:ApiKeyFilter$orderBy:ApiKeyOrder$pageSize:Int$after:String$totalCount:Boolean=false){project(id:$projectId){apiKeys(first:$pageSize after:$after filter:$filter orderBy:$orderBy){nodes{...ApiKey}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}' + ApiKey + ApiKeyRotation + ApiKeySecretVersion + Principal + ProjectReference + Tag,
  path: ['project', 'apiKeys'],
  throwsNotFound: true,
}

export const apiKeysReportLeaked: Operation<types.ApiKey> = {
  name: 'apiKeys.reportLeaked',
  text: 'mutation ApiKeysReportLeaked($input:ApiKeyReportLeakedInput!){apiKeyReportLeaked(input:$input){__typename ...on ApiKeyReportLeakedPayload{apiKey{...ApiKey}}...Problem}}' + ApiKey + ApiKeyRotation + ApiKeySecretVersion + Principal + Problem + ProjectReference + Tag + ValidationIssue,
  path: ['apiKeyReportLeaked'],
  isMutation: true,
  typename: 'ApiKeyReportLeakedPayload',
  unwrap: 'apiKey',
}

export const apiKeysRevoke: Operation<types.ApiKey> = {
  name: 'apiKeys.revoke',
  text: 'mutation ApiKeysRevoke($input:ApiKeyRevokeInput!){apiKeyRevoke(input:$input){__typename ...on ApiKeyRevokePayload{apiKey{...ApiKey}}...Problem}}' + ApiKey + ApiKeyRotation + ApiKeySecretVersion + Principal + Problem + ProjectReference + Tag + ValidationIssue,
  path: ['apiKeyRevoke'],
  isMutation: true,
  typename: 'ApiKeyRevokePayload',
  unwrap: 'apiKey',
}

export const apiKeysRotate: Operation<types.ApiKeyRotatePayload> = {
  name: 'apiKeys.rotate',
  text: 'mutation ApiKeysRotate($input:ApiKeyRotateInput!){apiKeyRotate(input:$input){__typename ...on ApiKeyRotatePayload{apiKey{...ApiKey}secret}...Problem}}' + ApiKey + ApiKeyRotation + ApiKeySecretVersion + Principal + Problem + ProjectReference + Tag + ValidationIssue,
  path: ['apiKeyRotate'],
  isMutation: true,
  takesIdempotencyKey: true,
  typename: 'ApiKeyRotatePayload',
}

export const apiKeysSetExpiration: Operation<types.ApiKey> = {
  name: 'apiKeys.setExpiration',
  text: 'mutation ApiKeysSetExpiration($input:ApiKeyExpirationSetInput!){apiKeyExpirationSet(input:$input){__typename ...on ApiKeyExpirationSetPayload{apiKey{...ApiKey}}...Problem}}' + ApiKey + ApiKeyRotation + ApiKeySecretVersion + Principal + Problem + ProjectReference + Tag + ValidationIssue,
  path: ['apiKeyExpirationSet'],
  isMutation: true,
  typename: 'ApiKeyExpirationSetPayload',
  unwrap: 'apiKey',
}

export const apiKeysSetLimits: Operation<types.ApiKey> = {
  name: 'apiKeys.setLimits',
  text: 'mutation ApiKeysSetLimits($input:ApiKeyLimitsSetInput!){apiKeyLimitsSet(input:$input){__typename ...on ApiKeyLimitsSetPayload{apiKey{...ApiKey}}...Problem}}' + ApiKey + ApiKeyRotation + ApiKeySecretVersion + Principal + Problem + ProjectReference + Tag + ValidationIssue,
  path: ['apiKeyLimitsSet'],
  isMutation: true,
  typename: 'ApiKeyLimitsSetPayload',
  unwrap: 'apiKey',
}

export const apiKeysSetScopes: Operation<types.ApiKey> = {
  name: 'apiKeys.setScopes',
  text: 'mutation ApiKeysSetScopes($input:ApiKeyScopesSetInput!){apiKeyScopesSet(input:$input){__typename ...on ApiKeyScopesSetPayload{apiKey{...ApiKey}}...Problem}}' + ApiKey + ApiKeyRotation + ApiKeySecretVersion + Principal + Problem + ProjectReference + Tag + ValidationIssue,
  path: ['apiKeyScopesSet'],
  isMutation: true,
  typename: 'ApiKeyScopesSetPayload',
  unwrap: 'apiKey',
}

export const apiKeysUndoRotation: Operation<types.ApiKey> = {
  name: 'apiKeys.undoRotation',
  text: 'mutation ApiKeysUndoRotation($input:ApiKeyRotationUndoInput!){apiKeyRotationUndo(input:$input){__typename ...on ApiKeyRotationUndoPayload{apiKey{...ApiKey}}...Problem}}' + ApiKey + ApiKeyRotation + ApiKeySecretVersion + Principal + Problem + ProjectReference + Tag + ValidationIssue,
  path: ['apiKeyRotationUndo'],
  isMutation: true,
  typename: 'ApiKeyRotationUndoPayload',
  unwrap: 'apiKey',
}

export const apiKeysUpdate: Operation<types.ApiKey> = {
  name: 'apiKeys.update',
  text: 'mutation ApiKeysUpdate($input:ApiKeyUpdateInput!){apiKeyUpdate(input:$input){__typename ...on ApiKeyUpdatePayload{apiKey{...ApiKey}}...Problem}}' + ApiKey + ApiKeyRotation + ApiKeySecretVersion + Principal + Problem + ProjectReference + Tag + ValidationIssue,
  path: ['apiKeyUpdate'],
  isMutation: true,
  typename: 'ApiKeyUpdatePayload',
  unwrap: 'apiKey',
}

export const apiKeysVerify: Operation<readonly types.ApiKeyVerification[]> = {
  name: 'apiKeys.verify',
  text: 'query ApiKeysVerify($inputs:[ApiKeyVerifyInput!]!){apiKeysVerify(inputs:$inputs){...ApiKeyVerification}}' + ApiKeyVerification + LimitState,
  path: ['apiKeysVerify'],
}

export const auditLogGet: Operation<types.AuditEvent> = {
  name: 'auditLog.get',
  text: 'query AuditLogGet($id:ID!){node(id:$id){__typename ...on AuditEvent{...AuditEvent}}}' + AuditActor + AuditDetail + AuditEvent + AuditTarget,
  path: ['node'],
  throwsNotFound: true,
  typename: 'AuditEvent',
}

export const auditLogList: Operation<types.AuditEvent> = {
  name: 'auditLog.list',
  text: 'query AuditLogList($organizationId:ID!$filter:AuditFilter$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){auditLog(first:$pageSize after:$after filter:$filter){nodes{...AuditEvent}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}' + AuditActor + AuditDetail + AuditEvent + AuditTarget,
  path: ['organization', 'auditLog'],
  throwsNotFound: true,
}

export const auditLogListOfProject: Operation<types.AuditEvent> = {
  name: 'auditLog.listOfProject',
  text: 'query AuditLogListOfProject($projectId:ID!$filter:AuditFilter$pageSize:Int$after:String$totalCount:Boolean=false){project(id:$projectId){auditLog(first:$pageSize after:$after filter:$filter){nodes{...AuditEvent}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}' + AuditActor + AuditDetail + AuditEvent + AuditTarget,
  path: ['project', 'auditLog'],
  throwsNotFound: true,
}

export const collaboratorsAdd: Operation<types.CollaboratorAddPayload> = {
  name: 'collaborators.add',
  text: 'mutation CollaboratorsAdd($input:CollaboratorAddInput!){collaboratorAdd(input:$input){__typename ...on CollaboratorAddPayload{collaborator{...Collaborator}invitation{...Invitation}acceptUrl project{...Project}}...Problem}}' + Collaborator + Invitation + OrganizationReference + Principal + Problem + Project + ProjectGrant + ProjectReference + ValidationIssue,
  path: ['collaboratorAdd'],
  isMutation: true,
  takesIdempotencyKey: true,
  typename: 'CollaboratorAddPayload',
}

export const collaboratorsGet: Operation<types.Collaborator> = {
  name: 'collaborators.get',
  text: 'query CollaboratorsGet($id:ID!){node(id:$id){__typename ...on Collaborator{...Collaborator}}}' + Collaborator + Principal + ProjectReference,
  path: ['node'],
  throwsNotFound: true,
  typename: 'Collaborator',
}

export const collaboratorsList: Operation<types.Collaborator> = {
  name: 'collaborators.list',
  text: 'query CollaboratorsList($projectId:ID!$pageSize:Int$after:String$totalCount:Boolean=false){project(id:$projectId){collaborators(first:$pageSize after:$after){nodes{...Collaborator}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}' + Collaborator + Principal + ProjectReference,
  path: ['project', 'collaborators'],
  throwsNotFound: true,
}

export const collaboratorsRemove: Operation<types.Project | null> = {
  name: 'collaborators.remove',
  text: 'mutation CollaboratorsRemove($input:CollaboratorRemoveInput!){collaboratorRemove(input:$input){__typename ...on CollaboratorRemovePayload{project{...Project}}...Problem}}' + OrganizationReference + Problem + Project + ValidationIssue,
  path: ['collaboratorRemove'],
  isMutation: true,
  typename: 'CollaboratorRemovePayload',
  unwrap: 'project',
}

export const collaboratorsSetRole: Operation<types.Collaborator | null> = {
  name: 'collaborators.setRole',
  text: 'mutation CollaboratorsSetRole($input:CollaboratorRoleSetInput!){collaboratorRoleSet(input:$input){__typename ...on CollaboratorRoleSetPayload{collaborator{...Collaborator}}...Problem}}' + Collaborator + Principal + Problem + ProjectReference + ValidationIssue,
  path: ['collaboratorRoleSet'],
  isMutation: true,
  typename: 'CollaboratorRoleSetPayload',
  unwrap: 'collaborator',
}

export const costAnalyticsGet: Operation<types.CostAnalytics | null> = {
  name: 'costAnalytics.get',
  text: 'query CostAnalyticsGet($organizationId:ID!$input:CostAnalyticsInput!){organization(id:$organizationId){costAnalytics(input:$input){...CostAnalytics}}}' + CostAnalytics + CostBucket + CostCredential + CostGroup + ModelReference + ProjectReference + User,
  path: ['organization', 'costAnalytics'],
  throwsNotFound: true,
}

export const costAnalyticsGetOfProject: Operation<types.CostAnalytics | null> = {
  name: 'costAnalytics.getOfProject',
  text: 'query CostAnalyticsGetOfProject($projectId:ID!$input:CostAnalyticsInput!){project(id:$projectId){costAnalytics(input:$input){...CostAnalytics}}}' + CostAnalytics + CostBucket + CostCredential + CostGroup + ModelReference + ProjectReference + User,
  path: ['project', 'costAnalytics'],
  throwsNotFound: true,
}

export const invitationsAccept: Operation<types.InvitationAcceptPayload> = {
  name: 'invitations.accept',
  text: 'mutation InvitationsAccept($input:InvitationAcceptInput!){invitationAccept(input:$input){__typename ...on InvitationAcceptPayload{organization{...Organization}projects{...Project}}...Problem}}' + Organization + OrganizationReference + Problem + Project + ProjectReference + User + ValidationIssue,
  path: ['invitationAccept'],
  isMutation: true,
  typename: 'InvitationAcceptPayload',
}

export const invitationsCancel: Operation<types.Invitation> = {
  name: 'invitations.cancel',
  text: 'mutation InvitationsCancel($input:InvitationCancelInput!){invitationCancel(input:$input){__typename ...on InvitationCancelPayload{invitation{...Invitation}}...Problem}}' + Invitation + OrganizationReference + Principal + Problem + ProjectGrant + ProjectReference + ValidationIssue,
  path: ['invitationCancel'],
  isMutation: true,
  typename: 'InvitationCancelPayload',
  unwrap: 'invitation',
}

export const invitationsGet: Operation<types.Invitation> = {
  name: 'invitations.get',
  text: 'query InvitationsGet($id:ID!){node(id:$id){__typename ...on Invitation{...Invitation}}}' + Invitation + OrganizationReference + Principal + ProjectGrant + ProjectReference,
  path: ['node'],
  throwsNotFound: true,
  typename: 'Invitation',
}

export const invitationsList: Operation<types.Invitation> = {
  name: 'invitations.list',
  text: 'query InvitationsList($organizationId:ID!$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){invitations(first:$pageSize after:$after){nodes{...Invitation}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}' + Invitation + OrganizationReference + Principal + ProjectGrant + ProjectReference,
  path: ['organization', 'invitations'],
  throwsNotFound: true,
}

export const invitationsListOfProject: Operation<types.Invitation> = {
  name: 'invitations.listOfProject',
  text: 'query InvitationsListOfProject($projectId:ID!$pageSize:Int$after:String$totalCount:Boolean=false){project(id:$projectId){invitations(first:$pageSize after:$after){nodes{...Invitation}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}' + Invitation + OrganizationReference + Principal + ProjectGrant + ProjectReference,
  path: ['project', 'invitations'],
  throwsNotFound: true,
}

export const legacyKeyGet: Operation<types.LegacyKey | null> = {
  name: 'legacyKey.get',
  text: 'query LegacyKeyGet($organizationId:ID!){organization(id:$organizationId){legacyKey{...LegacyKey}}}' + LegacyKey + OrganizationReference + ProjectReference,
  path: ['organization', 'legacyKey'],
  throwsNotFound: true,
}

export const legacyKeyImport: Operation<types.LegacyKey> = {
  name: 'legacyKey.import',
  text: 'mutation LegacyKeyImport($input:LegacyKeyImportInput!){legacyKeyImport(input:$input){__typename ...on LegacyKeyImportPayload{legacyKey{...LegacyKey}}...Problem}}' + LegacyKey + OrganizationReference + Problem + ProjectReference + ValidationIssue,
  path: ['legacyKeyImport'],
  isMutation: true,
  typename: 'LegacyKeyImportPayload',
  unwrap: 'legacyKey',
}

export const legacyKeyRegenerate: Operation<types.LegacyKeyRegeneratePayload> = {
  name: 'legacyKey.regenerate',
  text: 'mutation LegacyKeyRegenerate($input:LegacyKeyRegenerateInput!){legacyKeyRegenerate(input:$input){__typename ...on LegacyKeyRegeneratePayload{legacyKey{...LegacyKey}secret}...Problem}}' + LegacyKey + OrganizationReference + Problem + ProjectReference + ValidationIssue,
  path: ['legacyKeyRegenerate'],
  isMutation: true,
  takesIdempotencyKey: true,
  typename: 'LegacyKeyRegeneratePayload',
}

export const legacyKeyReveal: Operation<types.LegacyKeyRevealPayload> = {
  name: 'legacyKey.reveal',
  text: 'mutation LegacyKeyReveal($input:LegacyKeyRevealInput!){legacyKeyReveal(input:$input){__typename ...on LegacyKeyRevealPayload{legacyKey{...LegacyKey}secret}...Problem}}' + LegacyKey + OrganizationReference + Problem + ProjectReference + ValidationIssue,
  path: ['legacyKeyReveal'],
  isMutation: true,
  typename: 'LegacyKeyRevealPayload',
}

export const limitsExchangeLeases: Operation<types.LimitLeasesExchangePayload> = {
  name: 'limits.exchangeLeases',
  text: 'mutation LimitsExchangeLeases($input:LimitLeasesExchangeInput!){limitLeasesExchange(input:$input){__typename ...on LimitLeasesExchangePayload{leases{...ExchangedLease}rates{...ExchangedRate}}...Problem}}' + ExchangedLease + ExchangedRate + Problem + ValidationIssue,
  path: ['limitLeasesExchange'],
  isMutation: true,
  typename: 'LimitLeasesExchangePayload',
}

export const membersGet: Operation<types.Member> = {
  name: 'members.get',
  text: 'query MembersGet($id:ID!){node(id:$id){__typename ...on Member{...Member}}}' + Member + OrganizationReference + Principal,
  path: ['node'],
  throwsNotFound: true,
  typename: 'Member',
}

export const membersInvite: Operation<types.MemberInvitePayload> = {
  name: 'members.invite',
  text: 'mutation MembersInvite($input:MemberInviteInput!){memberInvite(input:$input){__typename ...on MemberInvitePayload{invitation{...Invitation}acceptUrl}...Problem}}' + Invitation + OrganizationReference + Principal + Problem + ProjectGrant + ProjectReference + ValidationIssue,
  path: ['memberInvite'],
  isMutation: true,
  takesIdempotencyKey: true,
  typename: 'MemberInvitePayload',
}

export const membersList: Operation<types.Member> = {
  name: 'members.list',
  text: 'query MembersList($organizationId:ID!$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){members(first:$pageSize after:$after){nodes{...Member}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}' + Member + OrganizationReference + Principal,
  path: ['organization', 'members'],
  throwsNotFound: true,
}

export const membersRemove: Operation<types.Organization | null> = {
  name: 'members.remove',
  text: 'mutation MembersRemove($input:MemberRemoveInput!){memberRemove(input:$input){__typename ...on MemberRemovePayload{organization{...Organization}}...Problem}}' + Organization + Problem + ProjectReference + User + ValidationIssue,
  path: ['memberRemove'],
  isMutation: true,
  typename: 'MemberRemovePayload',
  unwrap: 'organization',
}

export const membersSetRole: Operation<types.Member> = {
  name: 'members.setRole',
  text: 'mutation MembersSetRole($input:MemberRoleSetInput!){memberRoleSet(input:$input){__typename ...on MemberRoleSetPayload{member{...Member}}...Problem}}' + Member + OrganizationReference + Principal + Problem + ValidationIssue,
  path: ['memberRoleSet'],
  isMutation: true,
  typename: 'MemberRoleSetPayload',
  unwrap: 'member',
}

export const modelsGet: Operation<types.Model> = {
  name: 'models.get',
  text: 'query ModelsGet($id:ID!){node(id:$id){__typename ...on Model{...Model}}}' + Model + ModelPrice + ProjectReference,
  path: ['node'],
  throwsNotFound: true,
  typename: 'Model',
}

export const modelsList: Operation<types.Model> = {
  name: 'models.list',
  text: 'query ModelsList($workload:Workload$status:ModelStatus$pageSize:Int$after:String$totalCount:Boolean=false){models(first:$pageSize after:$after workload:$workload status:$status){nodes{...Model}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}' + Model + ModelPrice + ProjectReference,
  path: ['models'],
}

export const modelsListOfProject: Operation<types.Model> = {
  name: 'models.listOfProject',
  text: 'query ModelsListOfProject($projectId:ID!$workload:Workload$status:ModelStatus$pageSize:Int$after:String$totalCount:Boolean=false){project(id:$projectId){models(first:$pageSize after:$after workload:$workload status:$status){nodes{...Model}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}' + Model + ModelPrice + ProjectReference,
  path: ['project', 'models'],
  throwsNotFound: true,
}

export const organizationsCreate: Operation<types.Organization> = {
  name: 'organizations.create',
  text: 'mutation OrganizationsCreate($input:OrganizationCreateInput!){organizationCreate(input:$input){__typename ...on OrganizationCreatePayload{organization{...Organization}}...Problem}}' + Organization + Problem + ProjectReference + User + ValidationIssue,
  path: ['organizationCreate'],
  isMutation: true,
  typename: 'OrganizationCreatePayload',
  unwrap: 'organization',
}

export const organizationsGet: Operation<types.Organization> = {
  name: 'organizations.get',
  text: 'query OrganizationsGet($id:ID!){organization(id:$id){...Organization}}' + Organization + ProjectReference + User,
  path: ['organization'],
  throwsNotFound: true,
}

export const organizationsGetBudgetStatus: Operation<readonly types.BudgetStatus[] | null> = {
  name: 'organizations.getBudgetStatus',
  text: 'query OrganizationsGetBudgetStatus($organizationId:ID!){organization(id:$organizationId){budgetStatus{...BudgetStatus}}}' + BudgetStatus,
  path: ['organization', 'budgetStatus'],
  throwsNotFound: true,
}

export const organizationsGetUsageLimits: Operation<types.UsageLimits | null> = {
  name: 'organizations.getUsageLimits',
  text: 'query OrganizationsGetUsageLimits($organizationId:ID!){organization(id:$organizationId){usageLimits{...UsageLimits}}}' + Budget + UsageLimits,
  path: ['organization', 'usageLimits'],
  throwsNotFound: true,
}

export const organizationsList: Operation<types.Organization> = {
  name: 'organizations.list',
  text: 'query OrganizationsList($pageSize:Int$after:String$totalCount:Boolean=false){viewer{organizations(first:$pageSize after:$after){nodes{...Organization}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}' + Organization + ProjectReference + User,
  path: ['viewer', 'organizations'],
}

export const organizationsSetUsageLimits: Operation<types.Organization> = {
  name: 'organizations.setUsageLimits',
  text: 'mutation OrganizationsSetUsageLimits($input:OrganizationUsageLimitsSetInput!){organizationUsageLimitsSet(input:$input){__typename ...on OrganizationUsageLimitsSetPayload{organization{...Organization}}...Problem}}' + Organization + Problem + ProjectReference + User + ValidationIssue,
  path: ['organizationUsageLimitsSet'],
  isMutation: true,
  typename: 'OrganizationUsageLimitsSetPayload',
  unwrap: 'organization',
}

export const organizationsUpdate: Operation<types.Organization> = {
  name: 'organizations.update',
  text: 'mutation OrganizationsUpdate($input:OrganizationUpdateInput!){organizationUpdate(input:$input){__typename ...on OrganizationUpdatePayload{organization{...Organization}}...Problem}}' + Organization + Problem + ProjectReference + User + ValidationIssue,
  path: ['organizationUpdate'],
  isMutation: true,
  typename: 'OrganizationUpdatePayload',
  unwrap: 'organization',
}

export const ownershipAccept: Operation<types.Organization> = {
  name: 'ownership.accept',
  text: 'mutation OwnershipAccept($input:OwnershipTransferAcceptInput!){ownershipTransferAccept(input:$input){__typename ...on OwnershipTransferAcceptPayload{organization{...Organization}}...Problem}}' + Organization + Problem + ProjectReference + User + ValidationIssue,
  path: ['ownershipTransferAccept'],
  isMutation: true,
  typename: 'OwnershipTransferAcceptPayload',
  unwrap: 'organization',
}

export const ownershipCancel: Operation<types.Organization> = {
  name: 'ownership.cancel',
  text: 'mutation OwnershipCancel($input:OwnershipTransferCancelInput!){ownershipTransferCancel(input:$input){__typename ...on OwnershipTransferCancelPayload{organization{...Organization}}...Problem}}' + Organization + Problem + ProjectReference + User + ValidationIssue,
  path: ['ownershipTransferCancel'],
  isMutation: true,
  typename: 'OwnershipTransferCancelPayload',
  unwrap: 'organization',
}

export const ownershipGet: Operation<types.OwnershipOffer | null> = {
  name: 'ownership.get',
  text: 'query OwnershipGet($organizationId:ID!){organization(id:$organizationId){ownershipOffer{...OwnershipOffer}}}' + Member + OrganizationReference + OwnershipOffer + Principal,
  path: ['organization', 'ownershipOffer'],
  throwsNotFound: true,
}

export const ownershipOffer: Operation<types.OwnershipOffer> = {
  name: 'ownership.offer',
  text: 'mutation OwnershipOffer($input:OwnershipTransferOfferInput!){ownershipTransferOffer(input:$input){__typename ...on OwnershipTransferOfferPayload{offer{...OwnershipOffer}}...Problem}}' + Member + OrganizationReference + OwnershipOffer + Principal + Problem + ValidationIssue,
  path: ['ownershipTransferOffer'],
  isMutation: true,
  typename: 'OwnershipTransferOfferPayload',
  unwrap: 'offer',
}

export const playgroundApiKeys: Operation<types.ApiKey> = {
  name: 'playground.apiKeys',
  text: 'query PlaygroundApiKeys($pageSize:Int$after:String$totalCount:Boolean=false){viewer{playground{apiKeys(first:$pageSize after:$after){nodes{...ApiKey}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}}' + ApiKey + ApiKeyRotation + ApiKeySecretVersion + Principal + ProjectReference + Tag,
  path: ['viewer', 'playground', 'apiKeys'],
}

export const playgroundCreateToken: Operation<types.PlaygroundTokenCreatePayload> = {
  name: 'playground.createToken',
  text: 'mutation PlaygroundCreateToken($input:PlaygroundTokenCreateInput!){playgroundTokenCreate(input:$input){__typename ...on PlaygroundTokenCreatePayload{token expiresAt organization{...OrganizationReference}}...Problem}}' + OrganizationReference + Problem + ValidationIssue,
  path: ['playgroundTokenCreate'],
  isMutation: true,
  takesIdempotencyKey: true,
  typename: 'PlaygroundTokenCreatePayload',
}

export const playgroundModels: Operation<types.PlaygroundModel> = {
  name: 'playground.models',
  text: 'query PlaygroundModels($workload:Workload$status:ModelStatus=ONLINE$pageSize:Int$after:String$totalCount:Boolean=false){viewer{playground{models(first:$pageSize after:$after workload:$workload status:$status){nodes{...PlaygroundModel}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}}' + ApiKeyReference + Model + ModelPrice + PlaygroundModel + ProjectReference,
  path: ['viewer', 'playground', 'models'],
}

export const projectsArchive: Operation<types.Project> = {
  name: 'projects.archive',
  text: 'mutation ProjectsArchive($input:ProjectArchiveInput!){projectArchive(input:$input){__typename ...on ProjectArchivePayload{project{...Project}}...Problem}}' + OrganizationReference + Problem + Project + ValidationIssue,
  path: ['projectArchive'],
  isMutation: true,
  typename: 'ProjectArchivePayload',
  unwrap: 'project',
}

export const projectsCreate: Operation<types.Project> = {
  name: 'projects.create',
  text: 'mutation ProjectsCreate($input:ProjectCreateInput!){projectCreate(input:$input){__typename ...on ProjectCreatePayload{project{...Project}}...Problem}}' + OrganizationReference + Problem + Project + ValidationIssue,
  path: ['projectCreate'],
  isMutation: true,
  typename: 'ProjectCreatePayload',
  unwrap: 'project',
}

export const projectsGet: Operation<types.Project> = {
  name: 'projects.get',
  text: 'query ProjectsGet($id:ID!){project(id:$id){...Project}}' + OrganizationReference + Project,
  path: ['project'],
  throwsNotFound: true,
}

export const projectsGetBudgetStatus: Operation<readonly types.BudgetStatus[] | null> = {
  name: 'projects.getBudgetStatus',
  text: 'query ProjectsGetBudgetStatus($projectId:ID!){project(id:$projectId){budgetStatus{...BudgetStatus}}}' + BudgetStatus,
  path: ['project', 'budgetStatus'],
  throwsNotFound: true,
}

export const projectsGetKeyPolicy: Operation<types.KeyPolicy | null> = {
  name: 'projects.getKeyPolicy',
  text: 'query ProjectsGetKeyPolicy($projectId:ID!){project(id:$projectId){keyPolicy{...KeyPolicy}}}' + Budget + KeyPolicy + UsageLimits,
  path: ['project', 'keyPolicy'],
  throwsNotFound: true,
}

export const projectsGetUsageLimits: Operation<types.UsageLimits | null> = {
  name: 'projects.getUsageLimits',
  text: 'query ProjectsGetUsageLimits($projectId:ID!){project(id:$projectId){usageLimits{...UsageLimits}}}' + Budget + UsageLimits,
  path: ['project', 'usageLimits'],
  throwsNotFound: true,
}

export const projectsList: Operation<types.Project> = {
  name: 'projects.list',
  text: 'query ProjectsList($organizationId:ID!$includeArchived:Boolean$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){projects(first:$pageSize after:$after includeArchived:$includeArchived){nodes{...Project}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}' + OrganizationReference + Project,
  path: ['organization', 'projects'],
  throwsNotFound: true,
}

export const projectsRestore: Operation<types.Project> = {
  name: 'projects.restore',
  text: 'mutation ProjectsRestore($input:ProjectRestoreInput!){projectRestore(input:$input){__typename ...on ProjectRestorePayload{project{...Project}}...Problem}}' + OrganizationReference + Problem + Project + ValidationIssue,
  path: ['projectRestore'],
  isMutation: true,
  typename: 'ProjectRestorePayload',
  unwrap: 'project',
}

export const projectsSetKeyPolicy: Operation<types.Project> = {
  name: 'projects.setKeyPolicy',
  text: 'mutation ProjectsSetKeyPolicy($input:ProjectKeyPolicySetInput!){projectKeyPolicySet(input:$input){__typename ...on ProjectKeyPolicySetPayload{project{...Project}}...Problem}}' + OrganizationReference + Problem + Project + ValidationIssue,
  path: ['projectKeyPolicySet'],
  isMutation: true,
  typename: 'ProjectKeyPolicySetPayload',
  unwrap: 'project',
}

export const projectsSetUsageLimits: Operation<types.Project> = {
  name: 'projects.setUsageLimits',
  text: 'mutation ProjectsSetUsageLimits($input:ProjectUsageLimitsSetInput!){projectUsageLimitsSet(input:$input){__typename ...on ProjectUsageLimitsSetPayload{project{...Project}}...Problem}}' + OrganizationReference + Problem + Project + ValidationIssue,
  path: ['projectUsageLimitsSet'],
  isMutation: true,
  typename: 'ProjectUsageLimitsSetPayload',
  unwrap: 'project',
}

export const projectsUpdate: Operation<types.Project> = {
  name: 'projects.update',
  text: 'mutation ProjectsUpdate($input:ProjectUpdateInput!){projectUpdate(input:$input){__typename ...on ProjectUpdatePayload{project{...Project}}...Problem}}' + OrganizationReference + Problem + Project + ValidationIssue,
  path: ['projectUpdate'],
  isMutation: true,
  typename: 'ProjectUpdatePayload',
  unwrap: 'project',
}

export const resourcesGet: Operation<types.Resource> = {
  name: 'resources.get',
  text: 'query ResourcesGet($id:ID!){node(id:$id){__typename ...on Resource{...Resource}}}' + ProjectReference + Resource,
  path: ['node'],
  throwsNotFound: true,
  typename: 'Resource',
}

export const resourcesList: Operation<types.Resource> = {
  name: 'resources.list',
  text: 'query ResourcesList($projectId:ID!$kind:ResourceKind$pageSize:Int$after:String$totalCount:Boolean=false){project(id:$projectId){resources(first:$pageSize after:$after kind:$kind){nodes{...Resource}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}' + ProjectReference + Resource,
  path: ['project', 'resources'],
  throwsNotFound: true,
}

export const resourcesRegister: Operation<types.Resource> = {
  name: 'resources.register',
  text: 'mutation ResourcesRegister($input:ResourceRegisterInput!){resourceRegister(input:$input){__typename ...on ResourceRegisterPayload{resource{...Resource}}...Problem}}' + Problem + ProjectReference + Resource + ValidationIssue,
  path: ['resourceRegister'],
  isMutation: true,
  typename: 'ResourceRegisterPayload',
  unwrap: 'resource',
}

export const resourcesRemove: Operation<types.Project | null> = {
  name: 'resources.remove',
  text: 'mutation ResourcesRemove($input:ResourceRemoveInput!){resourceRemove(input:$input){__typename ...on ResourceRemovePayload{project{...Project}}...Problem}}' + OrganizationReference + Problem + Project + ValidationIssue,
  path: ['resourceRemove'],
  isMutation: true,
  typename: 'ResourceRemovePayload',
  unwrap: 'project',
}

export const serviceAccountsCreate: Operation<types.ServiceAccountCreatePayload> = {
  name: 'serviceAccounts.create',
  text: 'mutation ServiceAccountsCreate($input:ServiceAccountCreateInput!){serviceAccountCreate(input:$input){__typename ...on ServiceAccountCreatePayload{serviceAccount{...ServiceAccount}token}...Problem}}' + OrganizationReference + Principal + Problem + ServiceAccount + ValidationIssue,
  path: ['serviceAccountCreate'],
  isMutation: true,
  takesIdempotencyKey: true,
  typename: 'ServiceAccountCreatePayload',
}

export const serviceAccountsGet: Operation<types.ServiceAccount> = {
  name: 'serviceAccounts.get',
  text: 'query ServiceAccountsGet($id:ID!){node(id:$id){__typename ...on ServiceAccount{...ServiceAccount}}}' + OrganizationReference + Principal + ServiceAccount,
  path: ['node'],
  throwsNotFound: true,
  typename: 'ServiceAccount',
}

export const serviceAccountsList: Operation<types.ServiceAccount> = {
  name: 'serviceAccounts.list',
  text: 'query ServiceAccountsList($organizationId:ID!$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){serviceAccounts(first:$pageSize after:$after){nodes{...ServiceAccount}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}' + OrganizationReference + Principal + ServiceAccount,
  path: ['organization', 'serviceAccounts'],
  throwsNotFound: true,
}

export const serviceAccountsRemove: Operation<types.Organization | null> = {
  name: 'serviceAccounts.remove',
  text: 'mutation ServiceAccountsRemove($input:ServiceAccountRemoveInput!){serviceAccountRemove(input:$input){__typename ...on ServiceAccountRemovePayload{organization{...Organization}}...Problem}}' + Organization + Problem + ProjectReference + User + ValidationIssue,
  path: ['serviceAccountRemove'],
  isMutation: true,
  typename: 'ServiceAccountRemovePayload',
  unwrap: 'organization',
}

export const serviceAccountsRotateToken: Operation<types.ServiceAccountTokenRotatePayload> = {
  name: 'serviceAccounts.rotateToken',
  text: 'mutation ServiceAccountsRotateToken($input:ServiceAccountTokenRotateInput!){serviceAccountTokenRotate(input:$input){__typename ...on ServiceAccountTokenRotatePayload{serviceAccount{...ServiceAccount}token}...Problem}}' + OrganizationReference + Principal + Problem + ServiceAccount + ValidationIssue,
  path: ['serviceAccountTokenRotate'],
  isMutation: true,
  takesIdempotencyKey: true,
  typename: 'ServiceAccountTokenRotatePayload',
}

export const usageOfApiKey: Operation<types.ApiKeyUsage> = {
  name: 'usage.ofApiKey',
  text: 'query UsageOfApiKey($id:ID!$input:UsageInput!){node(id:$id){__typename ...on ApiKey{...ApiKeyUsage}}}' + ApiKeyUsage + UsageBucket + UsageLine + UsageSeries,
  path: ['node'],
  throwsNotFound: true,
  typename: 'ApiKey',
}

export const usageRecord: Operation<types.UsageRecordPayload> = {
  name: 'usage.record',
  text: 'mutation UsageRecord($input:UsageRecordInput!){usageRecord(input:$input){__typename ...on UsageRecordPayload{recorded duplicates rejected{...RejectedUsageEvent}asOf}...Problem}}' + Problem + RejectedUsageEvent + ValidationIssue,
  path: ['usageRecord'],
  isMutation: true,
  typename: 'UsageRecordPayload',
}

export const viewerGet: Operation<types.Viewer> = {
  name: 'viewer.get',
  text: 'query ViewerGet{viewer{...Viewer}}' + Actor + OrganizationReference + ProjectReference + Viewer,
  path: ['viewer'],
}

export const viewerProjects: Operation<types.Project> = {
  name: 'viewer.projects',
  text: 'query ViewerProjects($pageSize:Int$after:String$totalCount:Boolean=false){viewer{projects(first:$pageSize after:$after){nodes{...Project}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}' + OrganizationReference + Project,
  path: ['viewer', 'projects'],
}

export const webhooksCreate: Operation<types.WebhookCreatePayload> = {
  name: 'webhooks.create',
  text: 'mutation WebhooksCreate($input:WebhookCreateInput!){webhookCreate(input:$input){__typename ...on WebhookCreatePayload{webhook{...Webhook}secret}...Problem}}' + Problem + ValidationIssue + Webhook,
  path: ['webhookCreate'],
  isMutation: true,
  takesIdempotencyKey: true,
  typename: 'WebhookCreatePayload',
}

export const webhooksDeliveries: Operation<types.WebhookDeliveries> = {
  name: 'webhooks.deliveries',
  text: 'query WebhooksDeliveries($id:ID!$first:Int$after:String){node(id:$id){__typename ...on Webhook{...WebhookDeliveries}}}' + WebhookDeliveries + WebhookDelivery,
  path: ['node'],
  throwsNotFound: true,
  typename: 'Webhook',
}

export const webhooksGet: Operation<types.Webhook> = {
  name: 'webhooks.get',
  text: 'query WebhooksGet($id:ID!){node(id:$id){__typename ...on Webhook{...Webhook}}}' + Webhook,
  path: ['node'],
  throwsNotFound: true,
  typename: 'Webhook',
}

export const webhooksList: Operation<types.Webhook> = {
  name: 'webhooks.list',
  text: 'query WebhooksList($organizationId:ID!$pageSize:Int$after:String$totalCount:Boolean=false){organization(id:$organizationId){webhooks(first:$pageSize after:$after){nodes{...Webhook}pageInfo{hasNextPage endCursor}totalCount@include(if:$totalCount)totalCountCapped@include(if:$totalCount)}}}' + Webhook,
  path: ['organization', 'webhooks'],
  throwsNotFound: true,
}

export const webhooksRemove: Operation<types.Organization> = {
  name: 'webhooks.remove',
  text: 'mutation WebhooksRemove($input:WebhookRemoveInput!){webhookRemove(input:$input){__typename ...on WebhookRemovePayload{organization{...Organization}}...Problem}}' + Organization + Problem + ProjectReference + User + ValidationIssue,
  path: ['webhookRemove'],
  isMutation: true,
  typename: 'WebhookRemovePayload',
  unwrap: 'organization',
}

export const webhooksRotateSecret: Operation<types.WebhookSecretRotatePayload> = {
  name: 'webhooks.rotateSecret',
  text: 'mutation WebhooksRotateSecret($input:WebhookSecretRotateInput!){webhookSecretRotate(input:$input){__typename ...on WebhookSecretRotatePayload{webhook{...Webhook}secret}...Problem}}' + Problem + ValidationIssue + Webhook,
  path: ['webhookSecretRotate'],
  isMutation: true,
  takesIdempotencyKey: true,
  typename: 'WebhookSecretRotatePayload',
}

export const webhooksTest: Operation<types.Webhook> = {
  name: 'webhooks.test',
  text: 'mutation WebhooksTest($input:WebhookTestInput!){webhookTest(input:$input){__typename ...on WebhookTestPayload{webhook{...Webhook}}...Problem}}' + Problem + ValidationIssue + Webhook,
  path: ['webhookTest'],
  isMutation: true,
  typename: 'WebhookTestPayload',
  unwrap: 'webhook',
}

export const webhooksUpdate: Operation<types.Webhook> = {
  name: 'webhooks.update',
  text: 'mutation WebhooksUpdate($input:WebhookUpdateInput!){webhookUpdate(input:$input){__typename ...on WebhookUpdatePayload{webhook{...Webhook}}...Problem}}' + Problem + ValidationIssue + Webhook,
  path: ['webhookUpdate'],
  isMutation: true,
  typename: 'WebhookUpdatePayload',
  unwrap: 'webhook',
}
