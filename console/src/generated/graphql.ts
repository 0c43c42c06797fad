/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Kind of caller. More values may be added. */
export type ActorKind =
  /** The request carries no credential. */
  | 'ANONYMOUS'
  /** A key of a project. */
  | 'API_KEY'
  /** A gateway. */
  | 'GATEWAY'
  /** A legacy key of an organization. */
  | 'LEGACY_KEY'
  /** A service account. */
  | 'SERVICE_ACCOUNT'
  /** A signed-in person. */
  | 'USER';

/** Recommendation for a live key. More values may be added. */
export type ApiKeyAdvice =
  /** The creator has left the organization. The key keeps working, unless it is paused. */
  | 'CREATOR_GONE'
  /** The key expires within 7 days. */
  | 'EXPIRES_SOON'
  /** A working secret was reported as leaked. Rotate or revoke the key. */
  | 'LEAKED'
  /** The key never expires. Set an expiration on temporary keys. */
  | 'NO_EXPIRATION'
  /** During a rotation, the new secret is in use and the old one has not been used for an hour. You can finish the rotation. */
  | 'ROTATION_SAFE_TO_FINISH'
  /** The key is at least 90 days old and has not been used for 90 days. */
  | 'UNUSED_90_DAYS';

/** Filters keys. All given conditions must match. */
export type ApiKeyFilter = {
  /** Keys with any of these recommendations. `CREATOR_GONE` matches only keys whose creator you may read. */
  advice?: Array<ApiKeyAdvice> | null | undefined;
  /** Keys created by this principal: `usr_…` or `svc_…`. */
  createdBy?: string | number | null | undefined;
  /** Keys that expire before this time. */
  expiresBefore?: string | null | undefined;
  /** Keys whose name contains this text, ignoring case. A text of at least 4 characters without spaces also matches keys by the beginning of a current or former secret. */
  search?: string | null | undefined;
  /** Keys with any of these statuses. */
  statuses?: Array<ApiKeyStatus> | null | undefined;
  /** Keys with this tag. */
  tag?: TagFilter | null | undefined;
  /** Keys that are at least this many days old and have not been used for this many days. */
  unusedForDays?: number | null | undefined;
  /** Keys that allow this workload. */
  workload?: Workload | null | undefined;
};

/** Sort order of keys. Ids break ties. A key whose sort value changes between pages can be repeated or skipped. */
export type ApiKeyOrder = {
  /** Sort direction. */
  direction: OrderDirection;
  /** Field to sort by. */
  field: ApiKeyOrderField;
};

/** Field to sort keys by. */
export type ApiKeyOrderField =
  /** Order of creation or import in this system. */
  | 'CREATED_AT'
  /** Name of the creator at the time of creation. The collation of the database determines how upper and lower case sort. */
  | 'CREATED_BY'
  /** Expiration time. Keys that never expire come last. */
  | 'EXPIRES_AT'
  /** Time of last use. Keys that were never used come last. */
  | 'LAST_USED_AT'
  /** Name, ignoring case. */
  | 'NAME';

/** Status of a key. */
export type ApiKeyStatus =
  /** The key works, unless its project is archived or paused, or its organization is paused. */
  | 'ACTIVE'
  /** The expiration has passed. Setting a later expiration reactivates the key. */
  | 'EXPIRED'
  /** The key is paused. It works again when someone resumes it or the pause ends. */
  | 'PAUSED'
  /** The key is revoked permanently. Its name can be reused. */
  | 'REVOKED';

/** Kind of actor behind a change. More values may be added. */
export type AuditActorKind =
  /** An unauthenticated caller. */
  | 'ANONYMOUS'
  /** A key of a project. */
  | 'API_KEY'
  /** A gateway. */
  | 'GATEWAY'
  /** A legacy key. */
  | 'LEGACY_KEY'
  /** The operator of the instance, on its command line. */
  | 'OPERATOR'
  /** A service account. */
  | 'SERVICE_ACCOUNT'
  /** The instance itself, for alerts, leak reports, webhooks and budget reconciliation. */
  | 'SYSTEM'
  /** A person. */
  | 'USER';

/** Filters an audit log. All given conditions must match. */
export type AuditFilter = {
  /** Events with any of these actions, such as `apiKey.revoked`: at most 100. */
  actions?: Array<string> | null | undefined;
  /** Events by the actor with this id. */
  actorId?: string | number | null | undefined;
  /** Events at or after this time. */
  from?: string | null | undefined;
  /** Events about the object with this id. */
  targetId?: string | number | null | undefined;
  /** Events before this time. */
  to?: string | null | undefined;
};

/** Period of a budget. Days, weeks and months follow `Organization.timeZone`. */
export type BudgetPeriod =
  /** From midnight to midnight. */
  | 'DAY'
  /** From the first of a month to the first of the next. */
  | 'MONTH'
  /** The whole lifetime, without a reset. */
  | 'TOTAL'
  /** From Monday to Monday. */
  | 'WEEK';

/** Period, grouping and filter of cost analytics. */
export type CostAnalyticsInput = {
  /** Conditions that usage must match. Omitted: all usage. */
  filter?: CostFilter | null | undefined;
  /** Start of the period, rounded down to a full hour, day or month of `timeZone`. */
  from: string;
  /** Length of a bucket. */
  granularity?: Granularity;
  /** Dimensions to group each bucket by. Default: none. */
  groupBy?: Array<CostDimension>;
  /** Name of the tag to group by, such as `team`. Required if `groupBy` contains TAG, and not allowed otherwise. */
  tagKey?: string | null | undefined;
  /** Time zone of hours, days and months: a name of the IANA database such as `Asia/Kolkata`, at most 64 characters. Default: `UTC`. A day on which clocks change has 23 or 25 hours. If days begin at a half or quarter hour of UTC, the period must not begin before `Organization.sumsByHalfHourSince` or `sumsByQuarterHourSince`. */
  timeZone?: string | null | undefined;
  /** End of the period, rounded up to a full hour, day or month of `timeZone`. */
  to: string;
};

/** Dimension to group costs by. More values may be added. */
export type CostDimension =
  /** End customer of the requests, as gateways reported it. */
  | 'CONSUMER'
  /** Key, legacy key, or person using the playground. */
  | 'CREDENTIAL'
  /** Line item that was used. */
  | 'LINE_ITEM'
  /** Model that was called. */
  | 'MODEL'
  /** Project of the credential. */
  | 'PROJECT'
  /** Value that the key had of the tag `tagKey`, in the hour of the usage. */
  | 'TAG'
  /** Person who created the key or used the playground. */
  | 'USER'
  /** Workload of the requests. */
  | 'WORKLOAD';

/** Filters usage. Usage must match at least one entry of each given list. A list has at most 100 entries. An empty list matches nothing. */
export type CostFilter = {
  /** Usage of these end customers, at most 128 characters each. Give the names themselves, even if the organization stores hashes of them. */
  consumers?: Array<string> | null | undefined;
  /** Usage of these keys (`key_…`), legacy keys (`lgk_…`), or people using the playground (`usr_…`). */
  credentialIds?: Array<string | number> | null | undefined;
  /** Usage of these line items. */
  lineItems?: Array<LineItem> | null | undefined;
  /** Usage of these models, `mdl_…`. */
  modelIds?: Array<string | number> | null | undefined;
  /** Usage of these projects, `prj_…`. */
  projectIds?: Array<string | number> | null | undefined;
  /** Usage of keys that had one of these tags in the hour of the usage. */
  tags?: Array<TagInput> | null | undefined;
  /** Usage of the playground by these people, and of keys they created, `usr_…`. */
  userIds?: Array<string | number> | null | undefined;
  /** Usage for these workloads. */
  workloads?: Array<Workload> | null | undefined;
};

/** Action taken on the keys of a person or service account that leaves the organization. */
export type CreatorLeaves =
  /** The keys keep working. A notice `API_KEY_CREATOR_LEFT` is sent for each key. */
  | 'FLAG'
  /** The keys keep working. */
  | 'KEEP'
  /** The keys are paused until somebody resumes them. */
  | 'PAUSE';

/** Kind of credential. The list may grow. */
export type CredentialKind =
  /** A key of a project. */
  | 'API_KEY'
  /** The legacy key of an organization. */
  | 'LEGACY_KEY'
  /** A playground token of a person, valid for 10 minutes. */
  | 'PLAYGROUND';

/** Dimension to group denied requests by. More values may be added. */
export type DenialDimension =
  /** Key, legacy key, or person using the playground. */
  | 'CREDENTIAL'
  /** Project of the credential. */
  | 'PROJECT'
  /** Reason for the denial. */
  | 'REASON';

/** Reason for a denial. The list may grow. */
export type DenialReason =
  /** A budget of the key has no room for this request. */
  | 'BUDGET_EXCEEDED'
  /** The key has reached its concurrency limit. */
  | 'CONCURRENCY_LIMITED'
  /** The key has expired. */
  | 'EXPIRED'
  /** The key may not be used from this address, or the request has none. */
  | 'IP_NOT_ALLOWED'
  /** The secret is mistyped: its checksum is wrong. */
  | 'MALFORMED'
  /** The key may not be used for this model, or the request has none. */
  | 'MODEL_NOT_ALLOWED'
  /** The model is not available to the project of the key. */
  | 'MODEL_NOT_AVAILABLE'
  /** The secret is unknown. */
  | 'NOT_FOUND'
  /** The token may not be used from this origin, or the request has none. */
  | 'ORIGIN_NOT_ALLOWED'
  /** The key, its project or its organization is paused. */
  | 'PAUSED'
  /** The project of the key is archived. */
  | 'PROJECT_ARCHIVED'
  /** The key has reached its rate limit. */
  | 'RATE_LIMITED'
  /** The resource is not in the project of the key. */
  | 'RESOURCE_NOT_IN_PROJECT'
  /** The key is revoked. */
  | 'REVOKED'
  /** The key was rotated. Use its new secret. */
  | 'SECRET_RETIRED'
  /** Keyward cannot decide now. Try again. */
  | 'UNAVAILABLE'
  /** Too many unknown secrets came from this address or gateway. Try again. */
  | 'UNKNOWN_SECRETS_LIMITED'
  /** The key may not be used for this workload, or the request has none. */
  | 'WORKLOAD_NOT_ALLOWED';

/** Period and grouping of denied requests. */
export type DenialsInput = {
  /** Start of the period, rounded down to a full hour, day or month of `timeZone`. */
  from: string;
  /** Length of a bucket. */
  granularity?: Granularity;
  /** Dimensions to group each bucket by. Default: by reason. */
  groupBy?: Array<DenialDimension>;
  /** Time zone of hours, days and months: a name of the IANA database such as `Asia/Kolkata`, at most 64 characters. Default: `UTC`. A day on which clocks change has 23 or 25 hours. If days begin at a half or quarter hour of UTC, the period must not begin before `Organization.sumsByHalfHourSince` or `sumsByQuarterHourSince`. */
  timeZone?: string | null | undefined;
  /** End of the period, rounded up to a full hour, day or month of `timeZone`. */
  to: string;
};

/** Length of a bucket. */
export type Granularity =
  /** One day of the time zone. The period may span at most 400 days. */
  | 'DAY'
  /** One hour. The period may span at most 31 days. */
  | 'HOUR'
  /** One month of the time zone. The period may span at most 60 months. */
  | 'MONTH';

/** Status of an invitation. */
export type InvitationStatus =
  /** The invitation was accepted. */
  | 'ACCEPTED'
  /** The invitation was cancelled, or replaced by a newer one. */
  | 'CANCELLED'
  /** The invitation was not accepted within 7 days. */
  | 'EXPIRED'
  /** The invitation can be accepted. */
  | 'OPEN';

/** Kind of principal that may create and import keys, if its role permits it. */
export type KeyCreators =
  /** People and service accounts. */
  | 'ANYONE'
  /** Service accounts only. */
  | 'SERVICE_ACCOUNTS';

/** A rule of a key policy that a key can violate. */
export type KeyRule =
  /** The key works from networks that are not permitted. */
  | 'ALLOWED_IPS'
  /** A person created the key, and only service accounts may create keys. */
  | 'CREATORS'
  /** The expiration is missing or too far ahead. */
  | 'EXPIRATION'
  /** A limit is missing or higher than the maximum. */
  | 'MAXIMUM_LIMITS'
  /** The key allows models that are not permitted. */
  | 'MODELS'
  /** The current secret is older than permitted. */
  | 'ROTATION'
  /** The key allows workloads that are not permitted. */
  | 'WORKLOADS';

/** Action taken when a key’s secret is reported as leaked. */
export type LeakedKeyAction =
  /** Flags the key, which keeps working, and sends notifications. */
  | 'FLAG'
  /** Revokes the key at once. */
  | 'REVOKE';

/** Behavior when a budget is spent. */
export type LimitAction =
  /** Requests are still allowed, and an alert is raised. */
  | 'ALERT'
  /** Requests are denied with BUDGET_EXCEEDED until the period ends. */
  | 'REJECT';

/** Billable item of usage. Each token is counted in one item only, so the items of a request never overlap. More values may be added. */
export type LineItem =
  /** Adjustment by `usageAdjust`. Events cannot name it, and it has no price. */
  | 'ADJUSTMENT'
  /** Audio tokens read by a model, except cached ones. Not counted in INPUT_TOKENS. Counted as input by token rates. */
  | 'AUDIO_INPUT_TOKENS'
  /** Audio tokens written by a model. Not counted in OUTPUT_TOKENS. Counted as output by token rates. */
  | 'AUDIO_OUTPUT_TOKENS'
  /** Audio tokens read by a model from its prompt cache. Not counted in CACHED_INPUT_TOKENS or AUDIO_INPUT_TOKENS. Counted as input by token rates. */
  | 'CACHED_AUDIO_INPUT_TOKENS'
  /** Tokens read by a model from its prompt cache. Not counted in INPUT_TOKENS. Counted as input by token rates. */
  | 'CACHED_INPUT_TOKENS'
  /** Tokens read by a model and written to its prompt cache for an hour. Not counted in INPUT_TOKENS or CACHE_WRITE_TOKENS. Counted as input by token rates. */
  | 'CACHE_WRITE_1H_TOKENS'
  /** Tokens read by a model and written to its prompt cache for some minutes. Not counted in INPUT_TOKENS. Counted as input by token rates. */
  | 'CACHE_WRITE_TOKENS'
  /** Images generated by a model. */
  | 'IMAGES'
  /** Text and image tokens read by a model, except those read from or written to a prompt cache. Counted as input by token rates. */
  | 'INPUT_TOKENS'
  /** Cost reported without a line item. It has no catalogue price. */
  | 'OTHER'
  /** Tokens written by a model, except reasoning and audio tokens. Counted as output by token rates. */
  | 'OUTPUT_TOKENS'
  /** Tokens written by a model to reason before its response. Not counted in OUTPUT_TOKENS. Counted as output by token rates. */
  | 'REASONING_TOKENS'
  /** Seconds of audio, video or compute. */
  | 'SECONDS'
  /** Sandbox sessions. */
  | 'SESSIONS';

/** Sort direction. */
export type OrderDirection =
  /** Ascending: smallest, oldest or A first. */
  | 'ASC'
  /** Descending: largest, newest or Z first. */
  | 'DESC';

/** Role in an organization. */
export type OrganizationRole =
  /** Has full access to every project and manages members and projects. */
  | 'ADMIN'
  /** Reads the organization and its list of projects. Is a MEMBER of the default project. */
  | 'MEMBER'
  /** Holds every permission and cannot be removed or demoted. Each organization has one. */
  | 'OWNER';

/** Number of units that a price covers. */
export type PriceUnit =
  /** Price per million units. Used for tokens. */
  | 'PER_MILLION'
  /** Price per unit. */
  | 'PER_UNIT';

/** Role in a project. */
export type ProjectRole =
  /** Manages the project, its collaborators, and the scopes and limits of its keys. */
  | 'ADMIN'
  /** Creates, rotates and revokes keys. */
  | 'MEMBER';

/** Period of a rate, by the UTC clock. Requests a minute refill evenly. Every other rate is reset at the start of each period. */
export type RatePeriod =
  /** A day. */
  | 'DAY'
  /** An hour. */
  | 'HOUR'
  /** A minute. */
  | 'MINUTE';

/** Unit of a rate. The list may grow. */
export type RateUnit =
  /** Input tokens, cached ones included. */
  | 'INPUT_TOKENS'
  /** Output tokens. */
  | 'OUTPUT_TOKENS'
  /** Requests that were allowed. */
  | 'REQUESTS'
  /** Input and output tokens. */
  | 'TOKENS';

/** Reason for revoking a key. More values may be added. */
export type RevocationReason =
  /** The secret may be known to others. */
  | 'LEAKED'
  /** The key is no longer in use. */
  | 'NO_LONGER_NEEDED'
  /** Any other reason. */
  | 'OTHER'
  /** Another key replaces it. */
  | 'REPLACED';

/** Tier at which a request is served. More values may be added. */
export type ServiceTier =
  /** Served asynchronously, within hours. */
  | 'BATCH'
  /** Served more slowly, and only when there is spare capacity. */
  | 'FLEX'
  /** Served before other requests. */
  | 'PRIORITY'
  /** The usual tier. Its prices also apply to tiers that have no prices of their own. */
  | 'STANDARD';

/** Matches keys with a tag. */
export type TagFilter = {
  /** Name of the tag. */
  key: string;
  /** Value of the tag. Omitted: any value. */
  value?: string | null | undefined;
};

/** A key-value pair of metadata on a key. */
export type TagInput = {
  /** Name of the tag: 1 to 64 letters, digits and `. _ / -`. */
  key: string;
  /** Value of the tag: at most 256 characters. May be empty. */
  value: string;
};

/** Reason why a trust denied a workload’s token. More values may be added. */
export type TrustDenial =
  /** The token is meant for another audience. */
  | 'AUDIENCE'
  /** The claims do not meet the conditions. */
  | 'CONDITIONS'
  /** The token has expired, or is not valid yet. */
  | 'EXPIRED'
  /** Another issuer issued the token. */
  | 'ISSUER'
  /** The keys of the issuer could not be fetched. */
  | 'ISSUER_UNAVAILABLE'
  /** The token lives longer than a day, or was issued in the future. */
  | 'LIFETIME'
  /** The text is not a signed token, is too long, or lacks `exp` or `sub`. */
  | 'MALFORMED'
  /** The token is not signed by a key of the issuer with an allowed algorithm. */
  | 'SIGNATURE';

/** Period and granularity of a key’s usage. */
export type UsageInput = {
  /** Start of the period, rounded down to a full hour, day or month of `timeZone`. */
  from: string;
  /** Length of a bucket. */
  granularity?: Granularity;
  /** Time zone of hours, days and months: a name of the IANA database such as `Asia/Kolkata`, at most 64 characters. Default: `UTC`. A day on which clocks change has 23 or 25 hours. If days begin at a half or quarter hour of UTC, the period must not begin before `Organization.sumsByHalfHourSince` or `sumsByQuarterHourSince`. */
  timeZone?: string | null | undefined;
  /** End of the period, rounded up to a full hour, day or month of `timeZone`. */
  to: string;
};

/** State of a message to a webhook. */
export type WebhookDeliveryStatus =
  /** The receiver answered with a status from 200 to 299. */
  | 'DELIVERED'
  /** No attempt follows: the last one failed, or the webhook was disabled. */
  | 'FAILED'
  /** An attempt is due, under way or scheduled. */
  | 'PENDING';

/** Event a webhook can subscribe to. More values may be added. */
export type WebhookEvent =
  /** A key was created or imported. */
  | 'API_KEY_CREATED'
  /** The creator of a key left an organization whose key policy flags such keys. */
  | 'API_KEY_CREATOR_LEFT'
  /** A key was denied at least 100 times in an hour, and more than 10 times as often as in its usual hours. Sent at most once a day for each key, revoked ones included. */
  | 'API_KEY_DENIALS_JUMPED'
  /** A key expires within 30, 7 or 1 days. Sent once for each of these periods. */
  | 'API_KEY_EXPIRES_SOON'
  /** A secret of a key was reported as leaked. */
  | 'API_KEY_LEAKED'
  /** A key was paused, or the end of its pause was changed. */
  | 'API_KEY_PAUSED'
  /** A key was resumed. Nothing is sent when a pause reaches its end. */
  | 'API_KEY_RESUMED'
  /** A key was revoked. */
  | 'API_KEY_REVOKED'
  /** A key was given a new secret. */
  | 'API_KEY_ROTATED'
  /** The key policy’s deadline for a new secret is at most 7 days away. Sent once for each secret. */
  | 'API_KEY_ROTATION_DUE'
  /** A rotation ended: the old secret stopped working. */
  | 'API_KEY_ROTATION_FINISHED'
  /** During a rotation, the new secret is in use and the old one has not been used for an hour. */
  | 'API_KEY_ROTATION_SAFE_TO_FINISH'
  /** A rotation was undone: the new secret stopped working. */
  | 'API_KEY_ROTATION_UNDONE'
  /** A key has not been used for 90 days. Sent once until it is used again. */
  | 'API_KEY_UNUSED'
  /** A key’s name, tags, scopes, limits or expiration changed. */
  | 'API_KEY_UPDATED'
  /** Spending reached an alert threshold of a budget. */
  | 'BUDGET_ALERT'
  /** The secret of the legacy key was reported as leaked. */
  | 'LEGACY_KEY_LEAKED'
  /** The deletion of the organization was cancelled. */
  | 'ORGANIZATION_DELETION_CANCELLED'
  /** The organization will be deleted at `deletesAt` of `details`. Its keys are denied from now on. */
  | 'ORGANIZATION_DELETION_SCHEDULED'
  /** A playground token was reported as leaked. */
  | 'PLAYGROUND_TOKEN_LEAKED'
  /** An archived project was deleted. `details` counts its contents. */
  | 'PROJECT_DELETED'
  /** The token of a service account was reported as leaked. */
  | 'SERVICE_ACCOUNT_TOKEN_LEAKED'
  /** The costs of a key were adjusted. */
  | 'USAGE_ADJUSTED'
  /** A message of another webhook failed permanently, or its receiver disabled the webhook. Sent at most once a day for each webhook. */
  | 'WEBHOOK_FAILING'
  /** A test was requested with `webhookTest`. Sent regardless of the subscribed events. */
  | 'WEBHOOK_TEST';

/** Kind of request to the platform. */
export type Workload =
  /** Asynchronous batches of model calls. */
  | 'BATCH'
  /** Management of clusters. */
  | 'CLUSTERS'
  /** Code execution in a sandbox. */
  | 'CODE_INTERPRETER'
  /** Management of dedicated endpoints. */
  | 'ENDPOINTS'
  /** Evaluations of models. */
  | 'EVALUATIONS'
  /** Upload and download of files. */
  | 'FILES'
  /** Fine-tuning of models. */
  | 'FINE_TUNING'
  /** Model calls. */
  | 'INFERENCE';

export type SessionQueryVariables = Exact<{ [key: string]: never; }>;


export type SessionQuery = { viewer: { kind: ActorKind, user: { id: string, name: string, email: string | null, noticesByMail: boolean | null } | null, secondFactorRequiredBy: Array<{ organizationId: string, organizationName: string }>, organizations: { nodes: Array<{ id: string, name: string, viewerRole: OrganizationRole | null }> } } };

export type OrganizationAccessFragment = { id: string, name: string, pausedAt: string | null, pausedUntil: string | null, deletesAt: string | null, timeZone: string, viewerRole: OrganizationRole | null, viewerActions: Array<string>, ownershipOffer: { expiresAt: string, member: { principal:
        | { __typename: 'ServiceAccount' }
        | { __typename: 'User', id: string, name: string }
       } } | null };

export type ProjectAccessFragment = { id: string, name: string, isDefault: boolean, archivedAt: string | null, pausedAt: string | null, pausedUntil: string | null, viewerRole: ProjectRole | null, viewerActions: Array<string> };

export type OrganizationAccessQueryVariables = Exact<{
  id: string | number;
  projectsAfter?: string | null | undefined;
}>;


export type OrganizationAccessQuery = { organization: { id: string, name: string, pausedAt: string | null, pausedUntil: string | null, deletesAt: string | null, timeZone: string, viewerRole: OrganizationRole | null, viewerActions: Array<string>, projects: { nodes: Array<{ id: string, name: string, isDefault: boolean, archivedAt: string | null, pausedAt: string | null, pausedUntil: string | null, viewerRole: ProjectRole | null, viewerActions: Array<string> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } }, ownershipOffer: { expiresAt: string, member: { principal:
          | { __typename: 'ServiceAccount' }
          | { __typename: 'User', id: string, name: string }
         } } | null } | null };

export type AuditPageFragment = { nodes: Array<{ id: string, action: string, at: string, sequence: string, requestId: string | null, actor: { kind: AuditActorKind, id: string | null, name: string | null }, target: { type: string, id: string, name: string | null }, details: Array<{ name: string, value: string | null }> }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } };

export type OrganizationAuditQueryVariables = Exact<{
  id: string | number;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  filter?: AuditFilter | null | undefined;
}>;


export type OrganizationAuditQuery = { organization: { auditLog: { nodes: Array<{ id: string, action: string, at: string, sequence: string, requestId: string | null, actor: { kind: AuditActorKind, id: string | null, name: string | null }, target: { type: string, id: string, name: string | null }, details: Array<{ name: string, value: string | null }> }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null } | null };

export type ProjectAuditQueryVariables = Exact<{
  id: string | number;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  filter?: AuditFilter | null | undefined;
}>;


export type ProjectAuditQuery = { project: { auditLog: { nodes: Array<{ id: string, action: string, at: string, sequence: string, requestId: string | null, actor: { kind: AuditActorKind, id: string | null, name: string | null }, target: { type: string, id: string, name: string | null }, details: Array<{ name: string, value: string | null }> }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null } | null };

export type CostsFragment = { total: string, totalRequests: string, buckets: Array<{ start: string, groups: Array<{ cost: string, requests: string, workload: Workload | null, lineItem: LineItem | null, consumer: string | null, isOtherConsumers: boolean, tagValue: string | null, userId: string | null, user: { id: string, name: string } | null, project: { id: string, name: string } | null, model: { id: string, displayName: string } | null, credential: { kind: CredentialKind, id: string, name: string } | null }> }> };

export type OrganizationCostsQueryVariables = Exact<{
  id: string | number;
  input: CostAnalyticsInput;
}>;


export type OrganizationCostsQuery = { organization: { tagKeys: Array<string> | null, costAnalytics: { total: string, totalRequests: string, buckets: Array<{ start: string, groups: Array<{ cost: string, requests: string, workload: Workload | null, lineItem: LineItem | null, consumer: string | null, isOtherConsumers: boolean, tagValue: string | null, userId: string | null, user: { id: string, name: string } | null, project: { id: string, name: string } | null, model: { id: string, displayName: string } | null, credential: { kind: CredentialKind, id: string, name: string } | null }> }> } | null } | null };

export type ProjectCostsQueryVariables = Exact<{
  id: string | number;
  input: CostAnalyticsInput;
}>;


export type ProjectCostsQuery = { project: { tagKeys: Array<string> | null, costAnalytics: { total: string, totalRequests: string, buckets: Array<{ start: string, groups: Array<{ cost: string, requests: string, workload: Workload | null, lineItem: LineItem | null, consumer: string | null, isOtherConsumers: boolean, tagValue: string | null, userId: string | null, user: { id: string, name: string } | null, project: { id: string, name: string } | null, model: { id: string, displayName: string } | null, credential: { kind: CredentialKind, id: string, name: string } | null }> }> } | null } | null };

export type DenialsFragment = { total: string, buckets: Array<{ start: string, groups: Array<{ reason: DenialReason | null, denials: string, project: { id: string, name: string } | null, credential: { kind: CredentialKind, id: string, name: string } | null }> }> };

export type OrganizationDenialsQueryVariables = Exact<{
  id: string | number;
  input: DenialsInput;
}>;


export type OrganizationDenialsQuery = { organization: { denials: { total: string, buckets: Array<{ start: string, groups: Array<{ reason: DenialReason | null, denials: string, project: { id: string, name: string } | null, credential: { kind: CredentialKind, id: string, name: string } | null }> }> } | null } | null };

export type ProjectDenialsQueryVariables = Exact<{
  id: string | number;
  input: DenialsInput;
}>;


export type ProjectDenialsQuery = { project: { denials: { total: string, buckets: Array<{ start: string, groups: Array<{ reason: DenialReason | null, denials: string, project: { id: string, name: string } | null, credential: { kind: CredentialKind, id: string, name: string } | null }> }> } | null } | null };

export type InvitationPreviewQueryVariables = Exact<{
  token: string;
}>;


export type InvitationPreviewQuery = { invitationByToken: { organizationName: string | null, inviterName: string | null, role: OrganizationRole | null, emailHint: string | null, isForViewer: boolean | null, status: InvitationStatus, expiresAt: string, projects: Array<{ name: string, role: ProjectRole }> | null } | null };

export type KeyAdjustmentsQueryVariables = Exact<{
  id: string | number;
}>;


export type KeyAdjustmentsQuery = { node:
    | { __typename: 'ApiKey', usageAdjustments: { nodes: Array<{ id: string, amount: string, reason: string, hour: string, workload: Workload, eventId: string | null, createdAt: string, createdByName: string, model: { slug: string } | null }> } | null }
    | { __typename: 'AuditEvent' }
    | { __typename: 'Collaborator' }
    | { __typename: 'Gateway' }
    | { __typename: 'Invitation' }
    | { __typename: 'LegacyKey' }
    | { __typename: 'Member' }
    | { __typename: 'Model' }
    | { __typename: 'Organization' }
    | { __typename: 'OwnershipOffer' }
    | { __typename: 'PlaygroundModel' }
    | { __typename: 'Project' }
    | { __typename: 'Resource' }
    | { __typename: 'ServiceAccount' }
    | { __typename: 'Trust' }
    | { __typename: 'UsageAdjustment' }
    | { __typename: 'User' }
    | { __typename: 'Webhook' }
    | { __typename: 'WebhookDelivery' }
   | null };

export type KeyRowFragment = { id: string, name: string, status: ApiKeyStatus, start: string, createdAt: string, createdByName: string, expiresAt: string | null, lastUsedAt: string | null, revokedAt: string | null, leakedAt: string | null, pausedAt: string | null, pausedUntil: string | null, advice: Array<ApiKeyAdvice>, createdBy:
    | { __typename: 'ServiceAccount', id: string }
    | { __typename: 'User', id: string }
   | null, project: { id: string, name: string, archivedAt: string | null, pausedAt: string | null }, rotation: { previousRetiresAt: string, previousLastUsedAt: string | null, safeToFinish: boolean } | null, budgetStatus?: Array<{ period: BudgetPeriod, usd: string, spent: string, reserved: string, remaining: string, resetsAt: string | null }> | null };

export type KeyPageFragment = { totalCount: number, totalCountCapped: boolean, nodes: Array<{ id: string, name: string, status: ApiKeyStatus, start: string, createdAt: string, createdByName: string, expiresAt: string | null, lastUsedAt: string | null, revokedAt: string | null, leakedAt: string | null, pausedAt: string | null, pausedUntil: string | null, advice: Array<ApiKeyAdvice>, createdBy:
      | { __typename: 'ServiceAccount', id: string }
      | { __typename: 'User', id: string }
     | null, project: { id: string, name: string, archivedAt: string | null, pausedAt: string | null }, rotation: { previousRetiresAt: string, previousLastUsedAt: string | null, safeToFinish: boolean } | null, budgetStatus?: Array<{ period: BudgetPeriod, usd: string, spent: string, reserved: string, remaining: string, resetsAt: string | null }> | null }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } };

export type OrganizationKeysQueryVariables = Exact<{
  id: string | number;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  filter?: ApiKeyFilter | null | undefined;
  orderBy?: ApiKeyOrder | null | undefined;
  withBudget: boolean;
}>;


export type OrganizationKeysQuery = { organization: { apiKeys: { totalCount: number, totalCountCapped: boolean, nodes: Array<{ id: string, name: string, status: ApiKeyStatus, start: string, createdAt: string, createdByName: string, expiresAt: string | null, lastUsedAt: string | null, revokedAt: string | null, leakedAt: string | null, pausedAt: string | null, pausedUntil: string | null, advice: Array<ApiKeyAdvice>, createdBy:
          | { __typename: 'ServiceAccount', id: string }
          | { __typename: 'User', id: string }
         | null, project: { id: string, name: string, archivedAt: string | null, pausedAt: string | null }, rotation: { previousRetiresAt: string, previousLastUsedAt: string | null, safeToFinish: boolean } | null, budgetStatus?: Array<{ period: BudgetPeriod, usd: string, spent: string, reserved: string, remaining: string, resetsAt: string | null }> | null }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } } | null };

export type ProjectKeysQueryVariables = Exact<{
  id: string | number;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  filter?: ApiKeyFilter | null | undefined;
  orderBy?: ApiKeyOrder | null | undefined;
  withBudget: boolean;
}>;


export type ProjectKeysQuery = { project: { apiKeys: { totalCount: number, totalCountCapped: boolean, nodes: Array<{ id: string, name: string, status: ApiKeyStatus, start: string, createdAt: string, createdByName: string, expiresAt: string | null, lastUsedAt: string | null, revokedAt: string | null, leakedAt: string | null, pausedAt: string | null, pausedUntil: string | null, advice: Array<ApiKeyAdvice>, createdBy:
          | { __typename: 'ServiceAccount', id: string }
          | { __typename: 'User', id: string }
         | null, project: { id: string, name: string, archivedAt: string | null, pausedAt: string | null }, rotation: { previousRetiresAt: string, previousLastUsedAt: string | null, safeToFinish: boolean } | null, budgetStatus?: Array<{ period: BudgetPeriod, usd: string, spent: string, reserved: string, remaining: string, resetsAt: string | null }> | null }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null } | null };

export type KeyCountsFragment = { countsByStatus: Array<{ status: ApiKeyStatus, count: number, countCapped: boolean }>, countsByAdvice: Array<{ advice: ApiKeyAdvice, count: number, countCapped: boolean }> };

export type OrganizationKeyCountsQueryVariables = Exact<{
  id: string | number;
  filter?: ApiKeyFilter | null | undefined;
}>;


export type OrganizationKeyCountsQuery = { organization: { apiKeys: { countsByStatus: Array<{ status: ApiKeyStatus, count: number, countCapped: boolean }>, countsByAdvice: Array<{ advice: ApiKeyAdvice, count: number, countCapped: boolean }> } } | null };

export type ProjectKeyCountsQueryVariables = Exact<{
  id: string | number;
  filter?: ApiKeyFilter | null | undefined;
}>;


export type ProjectKeyCountsQuery = { project: { apiKeys: { countsByStatus: Array<{ status: ApiKeyStatus, count: number, countCapped: boolean }>, countsByAdvice: Array<{ advice: ApiKeyAdvice, count: number, countCapped: boolean }> } | null } | null };

export type KeyQueryVariables = Exact<{
  id: string | number;
  withBudget: boolean;
  withPolicy: boolean;
}>;


export type KeyQuery = { node:
    | { __typename: 'ApiKey', workloads: Array<Workload>, models: Array<string>, allowedIps: Array<string>, imported: boolean, revocationReason: RevocationReason | null, liveChildTokens: number, id: string, name: string, status: ApiKeyStatus, start: string, createdAt: string, createdByName: string, expiresAt: string | null, lastUsedAt: string | null, revokedAt: string | null, leakedAt: string | null, pausedAt: string | null, pausedUntil: string | null, advice: Array<ApiKeyAdvice>, tags: Array<{ key: string, value: string }>, limits: { maxConcurrent: number | null, requestsPerMinute: number | null, rates: Array<{ unit: RateUnit, per: RatePeriod, max: string, model: string | null }>, budgets: Array<{ period: BudgetPeriod, usd: string, onLimit: LimitAction, alertThresholds: Array<number> }> }, rateStatus?: Array<{ unit: RateUnit, per: RatePeriod, max: string, model: string | null, used: string, reserved: string, remaining: string }> | null, policyViolations?: Array<{ rule: KeyRule, message: string }> | null, concurrencyStatus?: { max: number, used: number } | null, secretVersions: Array<{ version: number, start: string, createdAt: string, firstUsedAt: string | null, lastUsedAt: string | null, retiresAt: string | null, retiredAt: string | null }>, createdBy:
        | { __typename: 'ServiceAccount', id: string }
        | { __typename: 'User', id: string }
       | null, project: { id: string, name: string, archivedAt: string | null, pausedAt: string | null }, rotation: { previousRetiresAt: string, previousLastUsedAt: string | null, safeToFinish: boolean } | null, budgetStatus?: Array<{ period: BudgetPeriod, usd: string, spent: string, reserved: string, remaining: string, resetsAt: string | null }> | null }
    | { __typename: 'AuditEvent' }
    | { __typename: 'Collaborator' }
    | { __typename: 'Gateway' }
    | { __typename: 'Invitation' }
    | { __typename: 'LegacyKey' }
    | { __typename: 'Member' }
    | { __typename: 'Model' }
    | { __typename: 'Organization' }
    | { __typename: 'OwnershipOffer' }
    | { __typename: 'PlaygroundModel' }
    | { __typename: 'Project' }
    | { __typename: 'Resource' }
    | { __typename: 'ServiceAccount' }
    | { __typename: 'Trust' }
    | { __typename: 'UsageAdjustment' }
    | { __typename: 'User' }
    | { __typename: 'Webhook' }
    | { __typename: 'WebhookDelivery' }
   | null };

export type KeySpendQueryVariables = Exact<{
  ids: Array<string | number> | string | number;
  month: UsageInput;
}>;


export type KeySpendQuery = { nodes: Array<
    | { __typename: 'ApiKey', id: string, usage: { total: string } | null }
    | { __typename: 'AuditEvent' }
    | { __typename: 'Collaborator' }
    | { __typename: 'Gateway' }
    | { __typename: 'Invitation' }
    | { __typename: 'LegacyKey' }
    | { __typename: 'Member' }
    | { __typename: 'Model' }
    | { __typename: 'Organization' }
    | { __typename: 'OwnershipOffer' }
    | { __typename: 'PlaygroundModel' }
    | { __typename: 'Project' }
    | { __typename: 'Resource' }
    | { __typename: 'ServiceAccount' }
    | { __typename: 'Trust' }
    | { __typename: 'UsageAdjustment' }
    | { __typename: 'User' }
    | { __typename: 'Webhook' }
    | { __typename: 'WebhookDelivery' }
   | null> };

export type KeyDenialsQueryVariables = Exact<{
  id: string | number;
  input: UsageInput;
}>;


export type KeyDenialsQuery = { node:
    | { __typename: 'ApiKey', denials: { total: string, buckets: Array<{ start: string, groups: Array<{ reason: DenialReason | null, denials: string }> }> } | null }
    | { __typename: 'AuditEvent' }
    | { __typename: 'Collaborator' }
    | { __typename: 'Gateway' }
    | { __typename: 'Invitation' }
    | { __typename: 'LegacyKey' }
    | { __typename: 'Member' }
    | { __typename: 'Model' }
    | { __typename: 'Organization' }
    | { __typename: 'OwnershipOffer' }
    | { __typename: 'PlaygroundModel' }
    | { __typename: 'Project' }
    | { __typename: 'Resource' }
    | { __typename: 'ServiceAccount' }
    | { __typename: 'Trust' }
    | { __typename: 'UsageAdjustment' }
    | { __typename: 'User' }
    | { __typename: 'Webhook' }
    | { __typename: 'WebhookDelivery' }
   | null };

export type KeyUsageQueryVariables = Exact<{
  id: string | number;
  input: UsageInput;
}>;


export type KeyUsageQuery = { node:
    | { __typename: 'ApiKey', usage: { total: string, totalRequests: string, buckets: Array<{ start: string, requests: string, cost: string }> } | null }
    | { __typename: 'AuditEvent' }
    | { __typename: 'Collaborator' }
    | { __typename: 'Gateway' }
    | { __typename: 'Invitation' }
    | { __typename: 'LegacyKey' }
    | { __typename: 'Member' }
    | { __typename: 'Model' }
    | { __typename: 'Organization' }
    | { __typename: 'OwnershipOffer' }
    | { __typename: 'PlaygroundModel' }
    | { __typename: 'Project' }
    | { __typename: 'Resource' }
    | { __typename: 'ServiceAccount' }
    | { __typename: 'Trust' }
    | { __typename: 'UsageAdjustment' }
    | { __typename: 'User' }
    | { __typename: 'Webhook' }
    | { __typename: 'WebhookDelivery' }
   | null };

export type KeyHistoryQueryVariables = Exact<{
  projectId: string | number;
  keyId: string | number;
}>;


export type KeyHistoryQuery = { project: { auditLog: { nodes: Array<{ id: string, action: string, at: string, actor: { kind: AuditActorKind, name: string | null }, details: Array<{ name: string, value: string | null }> }> } | null } | null };

export type KeyPolicyQueryVariables = Exact<{
  projectId: string | number;
}>;


export type KeyPolicyQuery = { project: { keyPolicy: { maxLifetimeSeconds: number | null, requiresExpiration: boolean, workloads: Array<Workload>, models: Array<string>, allowedIps: Array<string>, creators: KeyCreators, leakedKeyAction: LeakedKeyAction, organizationPolicy: { maxLifetimeSeconds: number | null, requiresExpiration: boolean, workloads: Array<Workload>, models: Array<string>, allowedIps: Array<string>, creators: KeyCreators }, defaultLimits: { maxConcurrent: number | null, requestsPerMinute: number | null, rates: Array<{ unit: RateUnit, per: RatePeriod, max: string, model: string | null }>, budgets: Array<{ period: BudgetPeriod, usd: string, onLimit: LimitAction, alertThresholds: Array<number> }> }, maximumLimits: { maxConcurrent: number | null, requestsPerMinute: number | null, rates: Array<{ unit: RateUnit, per: RatePeriod, max: string, model: string | null }>, budgets: Array<{ period: BudgetPeriod, usd: string, onLimit: LimitAction, alertThresholds: Array<number> }> } } | null } | null };

export type RateRowFragment = { unit: RateUnit, per: RatePeriod, max: string, model: string | null, used: string, reserved: string, remaining: string };

export type LimitsFragment = { maxConcurrent: number | null, requestsPerMinute: number | null, rates: Array<{ unit: RateUnit, per: RatePeriod, max: string, model: string | null }>, budgets: Array<{ period: BudgetPeriod, usd: string, onLimit: LimitAction, alertThresholds: Array<number> }> };

type Person_ServiceAccount_Fragment = { __typename: 'ServiceAccount', id: string, name: string };

type Person_User_Fragment = { __typename: 'User', id: string, name: string, email: string | null };

export type PersonFragment =
  | Person_ServiceAccount_Fragment
  | Person_User_Fragment
;

export type MemberRowFragment = { id: string, role: OrganizationRole, joinedAt: string, hasSecondFactor?: boolean | null, principal:
    | { __typename: 'ServiceAccount', id: string, name: string }
    | { __typename: 'User', id: string, name: string, email: string | null }
   };

export type InvitationRowFragment = { id: string, email: string, role: OrganizationRole | null, status: InvitationStatus, expiresAt: string, projects: Array<{ role: ProjectRole, project: { id: string, name: string } }> };

export type MembersQueryVariables = Exact<{
  id: string | number;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  hasSecondFactor?: boolean | null | undefined;
  withSecondFactor: boolean;
}>;


export type MembersQuery = { organization: { members: { totalCount: number, nodes: Array<{ id: string, role: OrganizationRole, joinedAt: string, hasSecondFactor?: boolean | null, principal:
          | { __typename: 'ServiceAccount', id: string, name: string }
          | { __typename: 'User', id: string, name: string, email: string | null }
         }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null } | null };

export type OrganizationInvitationsQueryVariables = Exact<{
  id: string | number;
}>;


export type OrganizationInvitationsQuery = { organization: { invitations: { nodes: Array<{ id: string, email: string, role: OrganizationRole | null, status: InvitationStatus, expiresAt: string, projects: Array<{ role: ProjectRole, project: { id: string, name: string } }> }> } | null } | null };

export type ProjectInvitationsQueryVariables = Exact<{
  id: string | number;
}>;


export type ProjectInvitationsQuery = { project: { invitations: { nodes: Array<{ id: string, email: string, role: OrganizationRole | null, status: InvitationStatus, expiresAt: string, projects: Array<{ role: ProjectRole, project: { id: string, name: string } }> }> } | null } | null };

export type PeopleWithoutSecondFactorQueryVariables = Exact<{
  id: string | number;
}>;


export type PeopleWithoutSecondFactorQuery = { organization: { peopleWithoutSecondFactor: { totalCount: number, totalCountCapped: boolean, nodes: Array<{ id: string, name: string, email: string | null }> } | null } | null };

export type CollaboratorsQueryVariables = Exact<{
  id: string | number;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  withSecondFactor: boolean;
}>;


export type CollaboratorsQuery = { project: { collaborators: { totalCount: number, nodes: Array<{ id: string, role: ProjectRole, external: boolean, hasSecondFactor?: boolean | null, addedAt: string, principal:
          | { __typename: 'ServiceAccount', id: string, name: string }
          | { __typename: 'User', id: string, name: string, email: string | null }
         }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null } | null };

export type ServiceAccountsQueryVariables = Exact<{
  id: string | number;
}>;


export type ServiceAccountsQuery = { organization: { serviceAccounts: { nodes: Array<{ id: string, name: string, role: OrganizationRole | null, createdAt: string, lastUsedAt: string | null, tokenStart: string | null, tokenExpiresAt: string | null, tokenEndedAt: string | null, previousRetiresAt: string | null }> } | null } | null };

export type PolicyBoundsFragment = { maxLifetimeSeconds: number | null, requiresExpiration: boolean, rotateEveryDays: number | null, workloads: Array<Workload>, models: Array<string>, allowedIps: Array<string>, creators: KeyCreators };

export type OrganizationSettingsQueryVariables = Exact<{
  id: string | number;
}>;


export type OrganizationSettingsQuery = { organization: { id: string, name: string, createdAt: string, hashConsumers: boolean, requireSecondFactor: boolean, timeZone: string, keyPolicy: { whenCreatorLeaves: CreatorLeaves, maxLifetimeSeconds: number | null, requiresExpiration: boolean, rotateEveryDays: number | null, workloads: Array<Workload>, models: Array<string>, allowedIps: Array<string>, creators: KeyCreators } | null, apiKeysOutsidePolicy: { totalCount: number, nodes: Array<{ id: string, name: string, project: { id: string, name: string } }> } | null, usageLimits: { maxConcurrent: number | null, requestsPerMinute: number | null, rates: Array<{ unit: RateUnit, per: RatePeriod, max: string, model: string | null }>, budgets: Array<{ period: BudgetPeriod, usd: string, onLimit: LimitAction, alertThresholds: Array<number> }> } | null, budgetStatus: Array<{ period: BudgetPeriod, usd: string, spent: string, reserved: string, remaining: string, resetsAt: string | null }> | null, rateStatus: Array<{ unit: RateUnit, per: RatePeriod, max: string, model: string | null, used: string, reserved: string, remaining: string }> | null, concurrencyStatus: { max: number, used: number } | null, tagLimits: Array<{ key: string, value: string, limits: { maxConcurrent: number | null, requestsPerMinute: number | null, rates: Array<{ unit: RateUnit, per: RatePeriod, max: string, model: string | null }>, budgets: Array<{ period: BudgetPeriod, usd: string, onLimit: LimitAction, alertThresholds: Array<number> }> }, budgetStatus: Array<{ period: BudgetPeriod, usd: string, spent: string, reserved: string, remaining: string }>, rateStatus: Array<{ unit: RateUnit, per: RatePeriod, max: string, model: string | null, used: string, reserved: string, remaining: string }>, concurrencyStatus: { max: number, used: number } | null }> | null } | null };

export type LegacyKeyQueryVariables = Exact<{
  id: string | number;
}>;


export type LegacyKeyQuery = { organization: { legacyKey: { id: string, start: string, createdAt: string, regeneratedAt: string | null, lastUsedAt: string | null, deprecationNotice: string, project: { id: string, name: string } } | null } | null };

export type ProjectSettingsQueryVariables = Exact<{
  id: string | number;
  withPolicy: boolean;
  withLimits: boolean;
}>;


export type ProjectSettingsQuery = { project: { id: string, name: string, description: string | null, keyPolicy?: { maxLifetimeSeconds: number | null, requiresExpiration: boolean, rotateEveryDays: number | null, workloads: Array<Workload>, models: Array<string>, allowedIps: Array<string>, creators: KeyCreators, leakedKeyAction: LeakedKeyAction } | null, usageLimits?: { maxConcurrent: number | null, requestsPerMinute: number | null, rates: Array<{ unit: RateUnit, per: RatePeriod, max: string, model: string | null }>, budgets: Array<{ period: BudgetPeriod, usd: string, onLimit: LimitAction, alertThresholds: Array<number> }> } | null, budgetStatus?: Array<{ period: BudgetPeriod, usd: string, spent: string, reserved: string, remaining: string, resetsAt: string | null }> | null, rateStatus?: Array<{ unit: RateUnit, per: RatePeriod, max: string, model: string | null, used: string, reserved: string, remaining: string }> | null, concurrencyStatus?: { max: number, used: number } | null, consumerLimits?: { maxConcurrent: number | null, requestsPerMinute: number | null, rates: Array<{ unit: RateUnit, per: RatePeriod, max: string, model: string | null }>, budgets: Array<{ period: BudgetPeriod, usd: string, onLimit: LimitAction, alertThresholds: Array<number> }> } | null, limitedConsumers?: Array<{ consumer: string, limits: { maxConcurrent: number | null, requestsPerMinute: number | null, rates: Array<{ unit: RateUnit, per: RatePeriod, max: string, model: string | null }>, budgets: Array<{ period: BudgetPeriod, usd: string, onLimit: LimitAction, alertThresholds: Array<number> }> }, budgetStatus: Array<{ period: BudgetPeriod, usd: string, spent: string, reserved: string, remaining: string }>, rateStatus: Array<{ unit: RateUnit, per: RatePeriod, max: string, model: string | null, used: string, reserved: string, remaining: string }>, concurrencyStatus: { max: number, used: number } | null }> | null } | null };

export type WebhooksQueryVariables = Exact<{
  id: string | number;
}>;


export type WebhooksQuery = { organization: { webhooks: { nodes: Array<{ id: string, url: string, description: string | null, enabled: boolean, events: Array<WebhookEvent>, createdAt: string, lastSuccessAt: string | null, lastFailureAt: string | null, lastFailure: string | null }> } | null } | null };

export type WebhookRowFragment = { id: string, url: string, description: string | null, enabled: boolean, events: Array<WebhookEvent>, createdAt: string, lastSuccessAt: string | null, lastFailureAt: string | null, lastFailure: string | null };

export type WebhookQueryVariables = Exact<{
  id: string | number;
}>;


export type WebhookQuery = { node:
    | { __typename: 'ApiKey' }
    | { __typename: 'AuditEvent' }
    | { __typename: 'Collaborator' }
    | { __typename: 'Gateway' }
    | { __typename: 'Invitation' }
    | { __typename: 'LegacyKey' }
    | { __typename: 'Member' }
    | { __typename: 'Model' }
    | { __typename: 'Organization' }
    | { __typename: 'OwnershipOffer' }
    | { __typename: 'PlaygroundModel' }
    | { __typename: 'Project' }
    | { __typename: 'Resource' }
    | { __typename: 'ServiceAccount' }
    | { __typename: 'Trust' }
    | { __typename: 'UsageAdjustment' }
    | { __typename: 'User' }
    | { __typename: 'Webhook', id: string, url: string, description: string | null, enabled: boolean, events: Array<WebhookEvent>, createdAt: string, lastSuccessAt: string | null, lastFailureAt: string | null, lastFailure: string | null }
    | { __typename: 'WebhookDelivery' }
   | null };

export type WebhookDeliveriesQueryVariables = Exact<{
  id: string | number;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  status?: WebhookDeliveryStatus | null | undefined;
}>;


export type WebhookDeliveriesQuery = { node:
    | { __typename: 'ApiKey' }
    | { __typename: 'AuditEvent' }
    | { __typename: 'Collaborator' }
    | { __typename: 'Gateway' }
    | { __typename: 'Invitation' }
    | { __typename: 'LegacyKey' }
    | { __typename: 'Member' }
    | { __typename: 'Model' }
    | { __typename: 'Organization' }
    | { __typename: 'OwnershipOffer' }
    | { __typename: 'PlaygroundModel' }
    | { __typename: 'Project' }
    | { __typename: 'Resource' }
    | { __typename: 'ServiceAccount' }
    | { __typename: 'Trust' }
    | { __typename: 'UsageAdjustment' }
    | { __typename: 'User' }
    | { __typename: 'Webhook', deliveries: { totalCount: number, totalCountCapped: boolean, nodes: Array<{ id: string, event: WebhookEvent, status: WebhookDeliveryStatus, createdAt: string, deliveredAt: string | null, nextAttemptAt: string | null, attempts: number, lastStatus: number | null, lastError: string | null }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } }
    | { __typename: 'WebhookDelivery' }
   | null };

export type WebhookDeliveryQueryVariables = Exact<{
  id: string | number;
}>;


export type WebhookDeliveryQuery = { node:
    | { __typename: 'ApiKey' }
    | { __typename: 'AuditEvent' }
    | { __typename: 'Collaborator' }
    | { __typename: 'Gateway' }
    | { __typename: 'Invitation' }
    | { __typename: 'LegacyKey' }
    | { __typename: 'Member' }
    | { __typename: 'Model' }
    | { __typename: 'Organization' }
    | { __typename: 'OwnershipOffer' }
    | { __typename: 'PlaygroundModel' }
    | { __typename: 'Project' }
    | { __typename: 'Resource' }
    | { __typename: 'ServiceAccount' }
    | { __typename: 'Trust' }
    | { __typename: 'UsageAdjustment' }
    | { __typename: 'User' }
    | { __typename: 'Webhook' }
    | { __typename: 'WebhookDelivery', body: string | null, id: string, event: WebhookEvent, status: WebhookDeliveryStatus, createdAt: string, deliveredAt: string | null, nextAttemptAt: string | null, attempts: number, lastStatus: number | null, lastError: string | null }
   | null };

export type DeliveryRowFragment = { id: string, event: WebhookEvent, status: WebhookDeliveryStatus, createdAt: string, deliveredAt: string | null, nextAttemptAt: string | null, attempts: number, lastStatus: number | null, lastError: string | null };

export type PlaygroundModelsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  workload?: Workload | null | undefined;
}>;


export type PlaygroundModelsQuery = { viewer: { playground: { models: { totalCount: number, nodes: Array<{ model: { id: string, slug: string, displayName: string, workload: Workload, prices: Array<{ lineItem: LineItem, unit: PriceUnit, usd: string, serviceTier: ServiceTier, aboveInputTokens: string | null, effectiveFrom: string }> }, projects: Array<{ id: string, name: string }>, apiKeys: Array<{ id: string, name: string, project: { id: string } }> }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } } | null } };

export type OrganizationDeletionQueryVariables = Exact<{
  id: string | number;
}>;


export type OrganizationDeletionQuery = { organization: { deletionContents: { projects: number, apiKeys: number, members: number, collaborators: number, serviceAccounts: number, resources: number, models: number, webhooks: number } | null } | null };

export type ProjectDeletionQueryVariables = Exact<{
  id: string | number;
}>;


export type ProjectDeletionQuery = { project: { deletionContents: { projects: number, apiKeys: number, members: number, collaborators: number, serviceAccounts: number, resources: number, models: number, webhooks: number } | null } | null };

export type DeletionCountsFragment = { projects: number, apiKeys: number, members: number, collaborators: number, serviceAccounts: number, resources: number, models: number, webhooks: number };

export type PlaygroundChoicesQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type PlaygroundChoicesQuery = { viewer: { playground: { models: { nodes: Array<{ id: string, model: { id: string, slug: string, displayName: string, project: { id: string, name: string } | null, prices: Array<{ lineItem: LineItem, unit: PriceUnit, usd: string, serviceTier: ServiceTier, aboveInputTokens: string | null, effectiveFrom: string }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null } };

export type PlaygroundLimitsQueryVariables = Exact<{
  projectId: string | number;
}>;


export type PlaygroundLimitsQuery = { project: { budgetStatus: Array<{ period: BudgetPeriod, usd: string, spent: string, reserved: string, remaining: string }> | null, rateStatus: Array<{ unit: RateUnit, per: RatePeriod, max: string, model: string | null, used: string, reserved: string, remaining: string }> | null, concurrencyStatus: { max: number, used: number } | null } | null };

export type TrustsQueryVariables = Exact<{
  id: string | number;
}>;


export type TrustsQuery = { project: { trusts: { nodes: Array<{ id: string, name: string, issuer: string, audience: string, enabled: boolean, lastUsedAt: string | null, lastDeniedAt: string | null, lastDenial: TrustDenial | null, conditions: Array<{ claim: string, pattern: string }>, serviceAccount: { id: string, name: string } }> } | null, collaborators: { nodes: Array<{ id: string, principal:
          | { __typename: 'ServiceAccount', id: string, name: string }
          | { __typename: 'User' }
         }> } | null } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const OrganizationAccessFragmentDoc = new TypedDocumentString(`
    fragment OrganizationAccess on Organization {
  id
  name
  pausedAt
  pausedUntil
  deletesAt
  timeZone
  ownershipOffer {
    expiresAt
    member {
      principal {
        __typename
        ... on User {
          id
          name
        }
      }
    }
  }
  viewerRole
  viewerActions
}
    `, {"fragmentName":"OrganizationAccess"}) as unknown as TypedDocumentString<OrganizationAccessFragment, unknown>;
export const ProjectAccessFragmentDoc = new TypedDocumentString(`
    fragment ProjectAccess on Project {
  id
  name
  isDefault
  archivedAt
  pausedAt
  pausedUntil
  viewerRole
  viewerActions
}
    `, {"fragmentName":"ProjectAccess"}) as unknown as TypedDocumentString<ProjectAccessFragment, unknown>;
export const AuditPageFragmentDoc = new TypedDocumentString(`
    fragment AuditPage on AuditEventConnection {
  nodes {
    id
    action
    at
    sequence
    requestId
    actor {
      kind
      id
      name
    }
    target {
      type
      id
      name
    }
    details {
      name
      value
    }
  }
  pageInfo {
    hasNextPage
    hasPreviousPage
    startCursor
    endCursor
  }
}
    `, {"fragmentName":"AuditPage"}) as unknown as TypedDocumentString<AuditPageFragment, unknown>;
export const CostsFragmentDoc = new TypedDocumentString(`
    fragment Costs on CostAnalytics {
  total
  totalRequests
  buckets {
    start
    groups {
      cost
      requests
      workload
      lineItem
      consumer
      isOtherConsumers
      tagValue
      userId
      user {
        id
        name
      }
      project {
        id
        name
      }
      model {
        id
        displayName
      }
      credential {
        kind
        id
        name
      }
    }
  }
}
    `, {"fragmentName":"Costs"}) as unknown as TypedDocumentString<CostsFragment, unknown>;
export const DenialsFragmentDoc = new TypedDocumentString(`
    fragment Denials on DenialSeries {
  total
  buckets {
    start
    groups {
      reason
      denials
      project {
        id
        name
      }
      credential {
        kind
        id
        name
      }
    }
  }
}
    `, {"fragmentName":"Denials"}) as unknown as TypedDocumentString<DenialsFragment, unknown>;
export const KeyRowFragmentDoc = new TypedDocumentString(`
    fragment KeyRow on ApiKey {
  id
  name
  status
  start
  createdAt
  createdByName
  createdBy {
    __typename
    ... on User {
      id
    }
    ... on ServiceAccount {
      id
    }
  }
  expiresAt
  lastUsedAt
  revokedAt
  leakedAt
  pausedAt
  pausedUntil
  advice
  project {
    id
    name
    archivedAt
    pausedAt
  }
  rotation {
    previousRetiresAt
    previousLastUsedAt
    safeToFinish
  }
  budgetStatus @include(if: $withBudget) {
    period
    usd
    spent
    reserved
    remaining
    resetsAt
  }
}
    `, {"fragmentName":"KeyRow"}) as unknown as TypedDocumentString<KeyRowFragment, unknown>;
export const KeyPageFragmentDoc = new TypedDocumentString(`
    fragment KeyPage on ApiKeyConnection {
  nodes {
    ...KeyRow
  }
  pageInfo {
    hasNextPage
    hasPreviousPage
    startCursor
    endCursor
  }
  totalCount
  totalCountCapped
}
    fragment KeyRow on ApiKey {
  id
  name
  status
  start
  createdAt
  createdByName
  createdBy {
    __typename
    ... on User {
      id
    }
    ... on ServiceAccount {
      id
    }
  }
  expiresAt
  lastUsedAt
  revokedAt
  leakedAt
  pausedAt
  pausedUntil
  advice
  project {
    id
    name
    archivedAt
    pausedAt
  }
  rotation {
    previousRetiresAt
    previousLastUsedAt
    safeToFinish
  }
  budgetStatus @include(if: $withBudget) {
    period
    usd
    spent
    reserved
    remaining
    resetsAt
  }
}`, {"fragmentName":"KeyPage"}) as unknown as TypedDocumentString<KeyPageFragment, unknown>;
export const KeyCountsFragmentDoc = new TypedDocumentString(`
    fragment KeyCounts on ApiKeyConnection {
  countsByStatus {
    status
    count
    countCapped
  }
  countsByAdvice {
    advice
    count
    countCapped
  }
}
    `, {"fragmentName":"KeyCounts"}) as unknown as TypedDocumentString<KeyCountsFragment, unknown>;
export const RateRowFragmentDoc = new TypedDocumentString(`
    fragment RateRow on RateStatus {
  unit
  per
  max
  model
  used
  reserved
  remaining
}
    `, {"fragmentName":"RateRow"}) as unknown as TypedDocumentString<RateRowFragment, unknown>;
export const LimitsFragmentDoc = new TypedDocumentString(`
    fragment Limits on UsageLimits {
  maxConcurrent
  requestsPerMinute
  rates {
    unit
    per
    max
    model
  }
  budgets {
    period
    usd
    onLimit
    alertThresholds
  }
}
    `, {"fragmentName":"Limits"}) as unknown as TypedDocumentString<LimitsFragment, unknown>;
export const PersonFragmentDoc = new TypedDocumentString(`
    fragment Person on Principal {
  __typename
  ... on User {
    id
    name
    email
  }
  ... on ServiceAccount {
    id
    name
  }
}
    `, {"fragmentName":"Person"}) as unknown as TypedDocumentString<PersonFragment, unknown>;
export const MemberRowFragmentDoc = new TypedDocumentString(`
    fragment MemberRow on Member {
  id
  role
  joinedAt
  hasSecondFactor @include(if: $withSecondFactor)
  principal {
    ...Person
  }
}
    fragment Person on Principal {
  __typename
  ... on User {
    id
    name
    email
  }
  ... on ServiceAccount {
    id
    name
  }
}`, {"fragmentName":"MemberRow"}) as unknown as TypedDocumentString<MemberRowFragment, unknown>;
export const InvitationRowFragmentDoc = new TypedDocumentString(`
    fragment InvitationRow on Invitation {
  id
  email
  role
  status
  expiresAt
  projects {
    role
    project {
      id
      name
    }
  }
}
    `, {"fragmentName":"InvitationRow"}) as unknown as TypedDocumentString<InvitationRowFragment, unknown>;
export const PolicyBoundsFragmentDoc = new TypedDocumentString(`
    fragment PolicyBounds on OrganizationKeyPolicy {
  maxLifetimeSeconds
  requiresExpiration
  rotateEveryDays
  workloads
  models
  allowedIps
  creators
}
    `, {"fragmentName":"PolicyBounds"}) as unknown as TypedDocumentString<PolicyBoundsFragment, unknown>;
export const WebhookRowFragmentDoc = new TypedDocumentString(`
    fragment WebhookRow on Webhook {
  id
  url
  description
  enabled
  events
  createdAt
  lastSuccessAt
  lastFailureAt
  lastFailure
}
    `, {"fragmentName":"WebhookRow"}) as unknown as TypedDocumentString<WebhookRowFragment, unknown>;
export const DeliveryRowFragmentDoc = new TypedDocumentString(`
    fragment DeliveryRow on WebhookDelivery {
  id
  event
  status
  createdAt
  deliveredAt
  nextAttemptAt
  attempts
  lastStatus
  lastError
}
    `, {"fragmentName":"DeliveryRow"}) as unknown as TypedDocumentString<DeliveryRowFragment, unknown>;
export const DeletionCountsFragmentDoc = new TypedDocumentString(`
    fragment DeletionCounts on DeletionContents {
  projects
  apiKeys
  members
  collaborators
  serviceAccounts
  resources
  models
  webhooks
}
    `, {"fragmentName":"DeletionCounts"}) as unknown as TypedDocumentString<DeletionCountsFragment, unknown>;
export const SessionDocument = new TypedDocumentString(`
    query Session {
  viewer {
    kind
    user {
      id
      name
      email
      noticesByMail
    }
    secondFactorRequiredBy {
      organizationId
      organizationName
    }
    organizations(first: 100) {
      nodes {
        id
        name
        viewerRole
      }
    }
  }
}
    `) as unknown as TypedDocumentString<SessionQuery, SessionQueryVariables>;
export const OrganizationAccessDocument = new TypedDocumentString(`
    query OrganizationAccess($id: ID!, $projectsAfter: String) {
  organization(id: $id) {
    ...OrganizationAccess
    projects(first: 100, after: $projectsAfter, includeArchived: true) {
      nodes {
        ...ProjectAccess
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment OrganizationAccess on Organization {
  id
  name
  pausedAt
  pausedUntil
  deletesAt
  timeZone
  ownershipOffer {
    expiresAt
    member {
      principal {
        __typename
        ... on User {
          id
          name
        }
      }
    }
  }
  viewerRole
  viewerActions
}
fragment ProjectAccess on Project {
  id
  name
  isDefault
  archivedAt
  pausedAt
  pausedUntil
  viewerRole
  viewerActions
}`) as unknown as TypedDocumentString<OrganizationAccessQuery, OrganizationAccessQueryVariables>;
export const OrganizationAuditDocument = new TypedDocumentString(`
    query OrganizationAudit($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $filter: AuditFilter) {
  organization(id: $id) {
    auditLog(
      first: $first
      after: $after
      last: $last
      before: $before
      filter: $filter
    ) {
      ...AuditPage
    }
  }
}
    fragment AuditPage on AuditEventConnection {
  nodes {
    id
    action
    at
    sequence
    requestId
    actor {
      kind
      id
      name
    }
    target {
      type
      id
      name
    }
    details {
      name
      value
    }
  }
  pageInfo {
    hasNextPage
    hasPreviousPage
    startCursor
    endCursor
  }
}`) as unknown as TypedDocumentString<OrganizationAuditQuery, OrganizationAuditQueryVariables>;
export const ProjectAuditDocument = new TypedDocumentString(`
    query ProjectAudit($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $filter: AuditFilter) {
  project(id: $id) {
    auditLog(
      first: $first
      after: $after
      last: $last
      before: $before
      filter: $filter
    ) {
      ...AuditPage
    }
  }
}
    fragment AuditPage on AuditEventConnection {
  nodes {
    id
    action
    at
    sequence
    requestId
    actor {
      kind
      id
      name
    }
    target {
      type
      id
      name
    }
    details {
      name
      value
    }
  }
  pageInfo {
    hasNextPage
    hasPreviousPage
    startCursor
    endCursor
  }
}`) as unknown as TypedDocumentString<ProjectAuditQuery, ProjectAuditQueryVariables>;
export const OrganizationCostsDocument = new TypedDocumentString(`
    query OrganizationCosts($id: ID!, $input: CostAnalyticsInput!) {
  organization(id: $id) {
    tagKeys
    costAnalytics(input: $input) {
      ...Costs
    }
  }
}
    fragment Costs on CostAnalytics {
  total
  totalRequests
  buckets {
    start
    groups {
      cost
      requests
      workload
      lineItem
      consumer
      isOtherConsumers
      tagValue
      userId
      user {
        id
        name
      }
      project {
        id
        name
      }
      model {
        id
        displayName
      }
      credential {
        kind
        id
        name
      }
    }
  }
}`) as unknown as TypedDocumentString<OrganizationCostsQuery, OrganizationCostsQueryVariables>;
export const ProjectCostsDocument = new TypedDocumentString(`
    query ProjectCosts($id: ID!, $input: CostAnalyticsInput!) {
  project(id: $id) {
    tagKeys
    costAnalytics(input: $input) {
      ...Costs
    }
  }
}
    fragment Costs on CostAnalytics {
  total
  totalRequests
  buckets {
    start
    groups {
      cost
      requests
      workload
      lineItem
      consumer
      isOtherConsumers
      tagValue
      userId
      user {
        id
        name
      }
      project {
        id
        name
      }
      model {
        id
        displayName
      }
      credential {
        kind
        id
        name
      }
    }
  }
}`) as unknown as TypedDocumentString<ProjectCostsQuery, ProjectCostsQueryVariables>;
export const OrganizationDenialsDocument = new TypedDocumentString(`
    query OrganizationDenials($id: ID!, $input: DenialsInput!) {
  organization(id: $id) {
    denials(input: $input) {
      ...Denials
    }
  }
}
    fragment Denials on DenialSeries {
  total
  buckets {
    start
    groups {
      reason
      denials
      project {
        id
        name
      }
      credential {
        kind
        id
        name
      }
    }
  }
}`) as unknown as TypedDocumentString<OrganizationDenialsQuery, OrganizationDenialsQueryVariables>;
export const ProjectDenialsDocument = new TypedDocumentString(`
    query ProjectDenials($id: ID!, $input: DenialsInput!) {
  project(id: $id) {
    denials(input: $input) {
      ...Denials
    }
  }
}
    fragment Denials on DenialSeries {
  total
  buckets {
    start
    groups {
      reason
      denials
      project {
        id
        name
      }
      credential {
        kind
        id
        name
      }
    }
  }
}`) as unknown as TypedDocumentString<ProjectDenialsQuery, ProjectDenialsQueryVariables>;
export const InvitationPreviewDocument = new TypedDocumentString(`
    query InvitationPreview($token: String!) {
  invitationByToken(token: $token) {
    organizationName
    inviterName
    role
    projects {
      name
      role
    }
    emailHint
    isForViewer
    status
    expiresAt
  }
}
    `) as unknown as TypedDocumentString<InvitationPreviewQuery, InvitationPreviewQueryVariables>;
export const KeyAdjustmentsDocument = new TypedDocumentString(`
    query KeyAdjustments($id: ID!) {
  node(id: $id) {
    __typename
    ... on ApiKey {
      usageAdjustments(first: 20) {
        nodes {
          id
          amount
          reason
          hour
          workload
          model {
            slug
          }
          eventId
          createdAt
          createdByName
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<KeyAdjustmentsQuery, KeyAdjustmentsQueryVariables>;
export const OrganizationKeysDocument = new TypedDocumentString(`
    query OrganizationKeys($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $filter: ApiKeyFilter, $orderBy: ApiKeyOrder, $withBudget: Boolean!) {
  organization(id: $id) {
    apiKeys(
      first: $first
      after: $after
      last: $last
      before: $before
      filter: $filter
      orderBy: $orderBy
    ) {
      ...KeyPage
    }
  }
}
    fragment KeyRow on ApiKey {
  id
  name
  status
  start
  createdAt
  createdByName
  createdBy {
    __typename
    ... on User {
      id
    }
    ... on ServiceAccount {
      id
    }
  }
  expiresAt
  lastUsedAt
  revokedAt
  leakedAt
  pausedAt
  pausedUntil
  advice
  project {
    id
    name
    archivedAt
    pausedAt
  }
  rotation {
    previousRetiresAt
    previousLastUsedAt
    safeToFinish
  }
  budgetStatus @include(if: $withBudget) {
    period
    usd
    spent
    reserved
    remaining
    resetsAt
  }
}
fragment KeyPage on ApiKeyConnection {
  nodes {
    ...KeyRow
  }
  pageInfo {
    hasNextPage
    hasPreviousPage
    startCursor
    endCursor
  }
  totalCount
  totalCountCapped
}`) as unknown as TypedDocumentString<OrganizationKeysQuery, OrganizationKeysQueryVariables>;
export const ProjectKeysDocument = new TypedDocumentString(`
    query ProjectKeys($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $filter: ApiKeyFilter, $orderBy: ApiKeyOrder, $withBudget: Boolean!) {
  project(id: $id) {
    apiKeys(
      first: $first
      after: $after
      last: $last
      before: $before
      filter: $filter
      orderBy: $orderBy
    ) {
      ...KeyPage
    }
  }
}
    fragment KeyRow on ApiKey {
  id
  name
  status
  start
  createdAt
  createdByName
  createdBy {
    __typename
    ... on User {
      id
    }
    ... on ServiceAccount {
      id
    }
  }
  expiresAt
  lastUsedAt
  revokedAt
  leakedAt
  pausedAt
  pausedUntil
  advice
  project {
    id
    name
    archivedAt
    pausedAt
  }
  rotation {
    previousRetiresAt
    previousLastUsedAt
    safeToFinish
  }
  budgetStatus @include(if: $withBudget) {
    period
    usd
    spent
    reserved
    remaining
    resetsAt
  }
}
fragment KeyPage on ApiKeyConnection {
  nodes {
    ...KeyRow
  }
  pageInfo {
    hasNextPage
    hasPreviousPage
    startCursor
    endCursor
  }
  totalCount
  totalCountCapped
}`) as unknown as TypedDocumentString<ProjectKeysQuery, ProjectKeysQueryVariables>;
export const OrganizationKeyCountsDocument = new TypedDocumentString(`
    query OrganizationKeyCounts($id: ID!, $filter: ApiKeyFilter) {
  organization(id: $id) {
    apiKeys(first: 0, filter: $filter) {
      ...KeyCounts
    }
  }
}
    fragment KeyCounts on ApiKeyConnection {
  countsByStatus {
    status
    count
    countCapped
  }
  countsByAdvice {
    advice
    count
    countCapped
  }
}`) as unknown as TypedDocumentString<OrganizationKeyCountsQuery, OrganizationKeyCountsQueryVariables>;
export const ProjectKeyCountsDocument = new TypedDocumentString(`
    query ProjectKeyCounts($id: ID!, $filter: ApiKeyFilter) {
  project(id: $id) {
    apiKeys(first: 0, filter: $filter) {
      ...KeyCounts
    }
  }
}
    fragment KeyCounts on ApiKeyConnection {
  countsByStatus {
    status
    count
    countCapped
  }
  countsByAdvice {
    advice
    count
    countCapped
  }
}`) as unknown as TypedDocumentString<ProjectKeyCountsQuery, ProjectKeyCountsQueryVariables>;
export const KeyDocument = new TypedDocumentString(`
    query Key($id: ID!, $withBudget: Boolean!, $withPolicy: Boolean!) {
  node(id: $id) {
    __typename
    ... on ApiKey {
      ...KeyRow
      workloads
      models
      allowedIps
      imported
      revocationReason
      tags {
        key
        value
      }
      limits {
        ...Limits
      }
      rateStatus @include(if: $withBudget) {
        ...RateRow
      }
      policyViolations @include(if: $withPolicy) {
        rule
        message
      }
      concurrencyStatus @include(if: $withBudget) {
        max
        used
      }
      liveChildTokens
      secretVersions {
        version
        start
        createdAt
        firstUsedAt
        lastUsedAt
        retiresAt
        retiredAt
      }
    }
  }
}
    fragment KeyRow on ApiKey {
  id
  name
  status
  start
  createdAt
  createdByName
  createdBy {
    __typename
    ... on User {
      id
    }
    ... on ServiceAccount {
      id
    }
  }
  expiresAt
  lastUsedAt
  revokedAt
  leakedAt
  pausedAt
  pausedUntil
  advice
  project {
    id
    name
    archivedAt
    pausedAt
  }
  rotation {
    previousRetiresAt
    previousLastUsedAt
    safeToFinish
  }
  budgetStatus @include(if: $withBudget) {
    period
    usd
    spent
    reserved
    remaining
    resetsAt
  }
}
fragment RateRow on RateStatus {
  unit
  per
  max
  model
  used
  reserved
  remaining
}
fragment Limits on UsageLimits {
  maxConcurrent
  requestsPerMinute
  rates {
    unit
    per
    max
    model
  }
  budgets {
    period
    usd
    onLimit
    alertThresholds
  }
}`) as unknown as TypedDocumentString<KeyQuery, KeyQueryVariables>;
export const KeySpendDocument = new TypedDocumentString(`
    query KeySpend($ids: [ID!]!, $month: UsageInput!) {
  nodes(ids: $ids) {
    __typename
    ... on ApiKey {
      id
      usage(input: $month) {
        total
      }
    }
  }
}
    `) as unknown as TypedDocumentString<KeySpendQuery, KeySpendQueryVariables>;
export const KeyDenialsDocument = new TypedDocumentString(`
    query KeyDenials($id: ID!, $input: UsageInput!) {
  node(id: $id) {
    __typename
    ... on ApiKey {
      denials(input: $input) {
        total
        buckets {
          start
          groups {
            reason
            denials
          }
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<KeyDenialsQuery, KeyDenialsQueryVariables>;
export const KeyUsageDocument = new TypedDocumentString(`
    query KeyUsage($id: ID!, $input: UsageInput!) {
  node(id: $id) {
    __typename
    ... on ApiKey {
      usage(input: $input) {
        total
        totalRequests
        buckets {
          start
          requests
          cost
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<KeyUsageQuery, KeyUsageQueryVariables>;
export const KeyHistoryDocument = new TypedDocumentString(`
    query KeyHistory($projectId: ID!, $keyId: ID!) {
  project(id: $projectId) {
    auditLog(first: 20, filter: {targetId: $keyId}) {
      nodes {
        id
        action
        at
        actor {
          kind
          name
        }
        details {
          name
          value
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<KeyHistoryQuery, KeyHistoryQueryVariables>;
export const KeyPolicyDocument = new TypedDocumentString(`
    query KeyPolicy($projectId: ID!) {
  project(id: $projectId) {
    keyPolicy {
      maxLifetimeSeconds
      requiresExpiration
      workloads
      models
      allowedIps
      creators
      leakedKeyAction
      organizationPolicy {
        maxLifetimeSeconds
        requiresExpiration
        workloads
        models
        allowedIps
        creators
      }
      defaultLimits {
        ...Limits
      }
      maximumLimits {
        ...Limits
      }
    }
  }
}
    fragment Limits on UsageLimits {
  maxConcurrent
  requestsPerMinute
  rates {
    unit
    per
    max
    model
  }
  budgets {
    period
    usd
    onLimit
    alertThresholds
  }
}`) as unknown as TypedDocumentString<KeyPolicyQuery, KeyPolicyQueryVariables>;
export const MembersDocument = new TypedDocumentString(`
    query Members($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $hasSecondFactor: Boolean, $withSecondFactor: Boolean!) {
  organization(id: $id) {
    members(
      first: $first
      after: $after
      last: $last
      before: $before
      hasSecondFactor: $hasSecondFactor
    ) {
      nodes {
        ...MemberRow
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
      totalCount
    }
  }
}
    fragment Person on Principal {
  __typename
  ... on User {
    id
    name
    email
  }
  ... on ServiceAccount {
    id
    name
  }
}
fragment MemberRow on Member {
  id
  role
  joinedAt
  hasSecondFactor @include(if: $withSecondFactor)
  principal {
    ...Person
  }
}`) as unknown as TypedDocumentString<MembersQuery, MembersQueryVariables>;
export const OrganizationInvitationsDocument = new TypedDocumentString(`
    query OrganizationInvitations($id: ID!) {
  organization(id: $id) {
    invitations(first: 100) {
      nodes {
        ...InvitationRow
      }
    }
  }
}
    fragment InvitationRow on Invitation {
  id
  email
  role
  status
  expiresAt
  projects {
    role
    project {
      id
      name
    }
  }
}`) as unknown as TypedDocumentString<OrganizationInvitationsQuery, OrganizationInvitationsQueryVariables>;
export const ProjectInvitationsDocument = new TypedDocumentString(`
    query ProjectInvitations($id: ID!) {
  project(id: $id) {
    invitations(first: 100) {
      nodes {
        ...InvitationRow
      }
    }
  }
}
    fragment InvitationRow on Invitation {
  id
  email
  role
  status
  expiresAt
  projects {
    role
    project {
      id
      name
    }
  }
}`) as unknown as TypedDocumentString<ProjectInvitationsQuery, ProjectInvitationsQueryVariables>;
export const PeopleWithoutSecondFactorDocument = new TypedDocumentString(`
    query PeopleWithoutSecondFactor($id: ID!) {
  organization(id: $id) {
    peopleWithoutSecondFactor(first: 25) {
      nodes {
        id
        name
        email
      }
      totalCount
      totalCountCapped
    }
  }
}
    `) as unknown as TypedDocumentString<PeopleWithoutSecondFactorQuery, PeopleWithoutSecondFactorQueryVariables>;
export const CollaboratorsDocument = new TypedDocumentString(`
    query Collaborators($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $withSecondFactor: Boolean!) {
  project(id: $id) {
    collaborators(first: $first, after: $after, last: $last, before: $before) {
      nodes {
        id
        role
        external
        hasSecondFactor @include(if: $withSecondFactor)
        addedAt
        principal {
          ...Person
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
      totalCount
    }
  }
}
    fragment Person on Principal {
  __typename
  ... on User {
    id
    name
    email
  }
  ... on ServiceAccount {
    id
    name
  }
}`) as unknown as TypedDocumentString<CollaboratorsQuery, CollaboratorsQueryVariables>;
export const ServiceAccountsDocument = new TypedDocumentString(`
    query ServiceAccounts($id: ID!) {
  organization(id: $id) {
    serviceAccounts(first: 100) {
      nodes {
        id
        name
        role
        createdAt
        lastUsedAt
        tokenStart
        tokenExpiresAt
        tokenEndedAt
        previousRetiresAt
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ServiceAccountsQuery, ServiceAccountsQueryVariables>;
export const OrganizationSettingsDocument = new TypedDocumentString(`
    query OrganizationSettings($id: ID!) {
  organization(id: $id) {
    id
    name
    createdAt
    hashConsumers
    requireSecondFactor
    timeZone
    keyPolicy {
      ...PolicyBounds
      whenCreatorLeaves
    }
    apiKeysOutsidePolicy(first: 10) {
      totalCount
      nodes {
        id
        name
        project {
          id
          name
        }
      }
    }
    usageLimits {
      ...Limits
    }
    budgetStatus {
      period
      usd
      spent
      reserved
      remaining
      resetsAt
    }
    rateStatus {
      ...RateRow
    }
    concurrencyStatus {
      max
      used
    }
    tagLimits(first: 250) {
      key
      value
      limits {
        ...Limits
      }
      budgetStatus {
        period
        usd
        spent
        reserved
        remaining
      }
      rateStatus {
        ...RateRow
      }
      concurrencyStatus {
        max
        used
      }
    }
  }
}
    fragment RateRow on RateStatus {
  unit
  per
  max
  model
  used
  reserved
  remaining
}
fragment Limits on UsageLimits {
  maxConcurrent
  requestsPerMinute
  rates {
    unit
    per
    max
    model
  }
  budgets {
    period
    usd
    onLimit
    alertThresholds
  }
}
fragment PolicyBounds on OrganizationKeyPolicy {
  maxLifetimeSeconds
  requiresExpiration
  rotateEveryDays
  workloads
  models
  allowedIps
  creators
}`) as unknown as TypedDocumentString<OrganizationSettingsQuery, OrganizationSettingsQueryVariables>;
export const LegacyKeyDocument = new TypedDocumentString(`
    query LegacyKey($id: ID!) {
  organization(id: $id) {
    legacyKey {
      id
      start
      createdAt
      regeneratedAt
      lastUsedAt
      deprecationNotice
      project {
        id
        name
      }
    }
  }
}
    `) as unknown as TypedDocumentString<LegacyKeyQuery, LegacyKeyQueryVariables>;
export const ProjectSettingsDocument = new TypedDocumentString(`
    query ProjectSettings($id: ID!, $withPolicy: Boolean!, $withLimits: Boolean!) {
  project(id: $id) {
    id
    name
    description
    keyPolicy @include(if: $withPolicy) {
      maxLifetimeSeconds
      requiresExpiration
      rotateEveryDays
      workloads
      models
      allowedIps
      creators
      leakedKeyAction
    }
    usageLimits @include(if: $withLimits) {
      ...Limits
    }
    budgetStatus @include(if: $withLimits) {
      period
      usd
      spent
      reserved
      remaining
      resetsAt
    }
    rateStatus @include(if: $withLimits) {
      ...RateRow
    }
    concurrencyStatus @include(if: $withLimits) {
      max
      used
    }
    consumerLimits @include(if: $withLimits) {
      ...Limits
    }
    limitedConsumers(first: 250) @include(if: $withLimits) {
      consumer
      limits {
        ...Limits
      }
      budgetStatus {
        period
        usd
        spent
        reserved
        remaining
      }
      rateStatus {
        ...RateRow
      }
      concurrencyStatus {
        max
        used
      }
    }
  }
}
    fragment RateRow on RateStatus {
  unit
  per
  max
  model
  used
  reserved
  remaining
}
fragment Limits on UsageLimits {
  maxConcurrent
  requestsPerMinute
  rates {
    unit
    per
    max
    model
  }
  budgets {
    period
    usd
    onLimit
    alertThresholds
  }
}`) as unknown as TypedDocumentString<ProjectSettingsQuery, ProjectSettingsQueryVariables>;
export const WebhooksDocument = new TypedDocumentString(`
    query Webhooks($id: ID!) {
  organization(id: $id) {
    webhooks(first: 100) {
      nodes {
        ...WebhookRow
      }
    }
  }
}
    fragment WebhookRow on Webhook {
  id
  url
  description
  enabled
  events
  createdAt
  lastSuccessAt
  lastFailureAt
  lastFailure
}`) as unknown as TypedDocumentString<WebhooksQuery, WebhooksQueryVariables>;
export const WebhookDocument = new TypedDocumentString(`
    query Webhook($id: ID!) {
  node(id: $id) {
    __typename
    ... on Webhook {
      ...WebhookRow
    }
  }
}
    fragment WebhookRow on Webhook {
  id
  url
  description
  enabled
  events
  createdAt
  lastSuccessAt
  lastFailureAt
  lastFailure
}`) as unknown as TypedDocumentString<WebhookQuery, WebhookQueryVariables>;
export const WebhookDeliveriesDocument = new TypedDocumentString(`
    query WebhookDeliveries($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $status: WebhookDeliveryStatus) {
  node(id: $id) {
    __typename
    ... on Webhook {
      deliveries(
        first: $first
        after: $after
        last: $last
        before: $before
        status: $status
      ) {
        nodes {
          ...DeliveryRow
        }
        totalCount
        totalCountCapped
        pageInfo {
          hasNextPage
          hasPreviousPage
          startCursor
          endCursor
        }
      }
    }
  }
}
    fragment DeliveryRow on WebhookDelivery {
  id
  event
  status
  createdAt
  deliveredAt
  nextAttemptAt
  attempts
  lastStatus
  lastError
}`) as unknown as TypedDocumentString<WebhookDeliveriesQuery, WebhookDeliveriesQueryVariables>;
export const WebhookDeliveryDocument = new TypedDocumentString(`
    query WebhookDelivery($id: ID!) {
  node(id: $id) {
    __typename
    ... on WebhookDelivery {
      ...DeliveryRow
      body
    }
  }
}
    fragment DeliveryRow on WebhookDelivery {
  id
  event
  status
  createdAt
  deliveredAt
  nextAttemptAt
  attempts
  lastStatus
  lastError
}`) as unknown as TypedDocumentString<WebhookDeliveryQuery, WebhookDeliveryQueryVariables>;
export const PlaygroundModelsDocument = new TypedDocumentString(`
    query PlaygroundModels($first: Int, $after: String, $last: Int, $before: String, $workload: Workload) {
  viewer {
    playground {
      models(
        first: $first
        after: $after
        last: $last
        before: $before
        workload: $workload
      ) {
        nodes {
          model {
            id
            slug
            displayName
            workload
            prices {
              lineItem
              unit
              usd
              serviceTier
              aboveInputTokens
              effectiveFrom
            }
          }
          projects {
            id
            name
          }
          apiKeys {
            id
            name
            project {
              id
            }
          }
        }
        pageInfo {
          hasNextPage
          hasPreviousPage
          startCursor
          endCursor
        }
        totalCount
      }
    }
  }
}
    `) as unknown as TypedDocumentString<PlaygroundModelsQuery, PlaygroundModelsQueryVariables>;
export const OrganizationDeletionDocument = new TypedDocumentString(`
    query OrganizationDeletion($id: ID!) {
  organization(id: $id) {
    deletionContents {
      ...DeletionCounts
    }
  }
}
    fragment DeletionCounts on DeletionContents {
  projects
  apiKeys
  members
  collaborators
  serviceAccounts
  resources
  models
  webhooks
}`) as unknown as TypedDocumentString<OrganizationDeletionQuery, OrganizationDeletionQueryVariables>;
export const ProjectDeletionDocument = new TypedDocumentString(`
    query ProjectDeletion($id: ID!) {
  project(id: $id) {
    deletionContents {
      ...DeletionCounts
    }
  }
}
    fragment DeletionCounts on DeletionContents {
  projects
  apiKeys
  members
  collaborators
  serviceAccounts
  resources
  models
  webhooks
}`) as unknown as TypedDocumentString<ProjectDeletionQuery, ProjectDeletionQueryVariables>;
export const PlaygroundChoicesDocument = new TypedDocumentString(`
    query PlaygroundChoices($after: String) {
  viewer {
    playground {
      models(first: 100, after: $after, workload: INFERENCE) {
        nodes {
          id
          model {
            id
            slug
            displayName
            project {
              id
              name
            }
            prices {
              lineItem
              unit
              usd
              serviceTier
              aboveInputTokens
              effectiveFrom
            }
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<PlaygroundChoicesQuery, PlaygroundChoicesQueryVariables>;
export const PlaygroundLimitsDocument = new TypedDocumentString(`
    query PlaygroundLimits($projectId: ID!) {
  project(id: $projectId) {
    budgetStatus {
      period
      usd
      spent
      reserved
      remaining
    }
    rateStatus {
      ...RateRow
    }
    concurrencyStatus {
      max
      used
    }
  }
}
    fragment RateRow on RateStatus {
  unit
  per
  max
  model
  used
  reserved
  remaining
}`) as unknown as TypedDocumentString<PlaygroundLimitsQuery, PlaygroundLimitsQueryVariables>;
export const TrustsDocument = new TypedDocumentString(`
    query Trusts($id: ID!) {
  project(id: $id) {
    trusts(first: 100) {
      nodes {
        id
        name
        issuer
        audience
        enabled
        lastUsedAt
        lastDeniedAt
        lastDenial
        conditions {
          claim
          pattern
        }
        serviceAccount {
          id
          name
        }
      }
    }
    collaborators(first: 100) {
      nodes {
        id
        principal {
          __typename
          ... on ServiceAccount {
            id
            name
          }
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<TrustsQuery, TrustsQueryVariables>;