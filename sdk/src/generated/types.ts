// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

/** A moment, as RFC 3339 in UTC with milliseconds: `2027-01-31T12:00:00.000Z`. Any time zone is accepted. */
export type DateTime = string

/**
 * What a request’s credential stands for. The list may grow.
 * A newer server may know others; take those as unknown.
 * - `ANONYMOUS`: Nobody: the request carries no credential.
 * - `API_KEY`: A key of a project.
 * - `GATEWAY`: A gateway.
 * - `LEGACY_KEY`: A legacy key of an organization.
 * - `SERVICE_ACCOUNT`: A service account, by its token.
 * - `USER`: A person who is signed in.
 */
export type ActorKind = 'ANONYMOUS' | 'API_KEY' | 'GATEWAY' | 'LEGACY_KEY' | 'SERVICE_ACCOUNT' | 'USER' | (string & {})

/**
 * What deserves a look about a live key. The list may grow.
 * A newer server may know others; take those as unknown.
 * - `CREATOR_GONE`: Who created it belongs to the organization no more. The key keeps working.
 * - `EXPIRES_SOON`: It expires within 7 days.
 * - `LEAKED`: Its secret was reported to be in somebody else’s hands, and it still answers. Rotate or revoke it.
 * - `NO_EXPIRATION`: It never expires. Temporary keys should.
 * - `ROTATION_SAFE_TO_FINISH`: It is being rotated and the old secret is no longer used.
 * - `UNUSED_90_DAYS`: It was not used for 90 days, or never since it was created longer ago.
 */
export type ApiKeyAdvice = 'CREATOR_GONE' | 'EXPIRES_SOON' | 'LEAKED' | 'NO_EXPIRATION' | 'ROTATION_SAFE_TO_FINISH' | 'UNUSED_90_DAYS' | (string & {})

/**
 * What happened to a key. The list may grow.
 * A newer server may know others; take those as unknown.
 * - `API_KEY_CREATED`: A key was created or imported.
 * - `API_KEY_LEAKED`: Its secret was reported to be in somebody else’s hands.
 * - `API_KEY_REVOKED`: It was revoked.
 * - `API_KEY_ROTATED`: It has a new secret.
 * - `API_KEY_ROTATION_FINISHED`: Its old secret stopped.
 * - `API_KEY_ROTATION_UNDONE`: Its new secret was taken back.
 * - `API_KEY_UPDATED`: Its name, tags, scopes, limits or expiration changed.
 * - `BUDGET_ALERT`: What was spent of one of its budgets reached a threshold, or the budget. For those who may
 * read its budgets.
 */
export type ApiKeyChangeKind = 'API_KEY_CREATED' | 'API_KEY_LEAKED' | 'API_KEY_REVOKED' | 'API_KEY_ROTATED' | 'API_KEY_ROTATION_FINISHED' | 'API_KEY_ROTATION_UNDONE' | 'API_KEY_UPDATED' | 'BUDGET_ALERT' | (string & {})

/**
 * What keys are sorted by.
 * A newer server may know others; take those as unknown.
 * - `CREATED_AT`: In which order they were created or imported here.
 * - `EXPIRES_AT`: When they expire; those that never do come last.
 * - `LAST_USED_AT`: When they were last used; those that never were come last.
 * - `NAME`: Their names, whatever the case.
 */
export type ApiKeyOrderField = 'CREATED_AT' | 'EXPIRES_AT' | 'LAST_USED_AT' | 'NAME' | (string & {})

/**
 * Whether a key answers.
 * A newer server may know others; take those as unknown.
 * - `ACTIVE`: It answers, as long as its project is not archived.
 * - `EXPIRED`: Its expiration has passed. It keeps its name; moving the expiration ahead revives it.
 * - `REVOKED`: It was revoked, which is final. Its name is free again.
 */
export type ApiKeyStatus = 'ACTIVE' | 'EXPIRED' | 'REVOKED' | (string & {})

/**
 * Who can be behind a change. The list may grow.
 * A newer server may know others; take those as unknown.
 * - `ANONYMOUS`: Nobody who is known.
 * - `API_KEY`: A key.
 * - `GATEWAY`: A gateway.
 * - `LEGACY_KEY`: A legacy key.
 * - `OPERATOR`: Whoever runs the instance, on its command line, or the instance itself.
 * - `SERVICE_ACCOUNT`: A service account.
 * - `SYSTEM`: The instance, in what it finds and does by itself: alerts, leak reports, webhooks, budgets that
 * are reconciled.
 * - `USER`: A person.
 */
export type AuditActorKind = 'ANONYMOUS' | 'API_KEY' | 'GATEWAY' | 'LEGACY_KEY' | 'OPERATOR' | 'SERVICE_ACCOUNT' | 'SYSTEM' | 'USER' | (string & {})

/**
 * What a budget is for. Days, weeks and months are those of the UTC calendar.
 * A newer server may know others; take those as unknown.
 * - `DAY`: From midnight to midnight.
 * - `MONTH`: From the first of a month to the first of the next.
 * - `TOTAL`: All of its life.
 * - `WEEK`: From Monday to Monday.
 */
export type BudgetPeriod = 'DAY' | 'MONTH' | 'TOTAL' | 'WEEK' | (string & {})

/**
 * What costs can be told apart by. The list may grow.
 * A newer server may know others; take those as unknown.
 * - `CREDENTIAL`: The key, the legacy key, or the person who used the playground.
 * - `LINE_ITEM`: What was used.
 * - `MODEL`: The model that was called.
 * - `PROJECT`: The project of the credential.
 * - `USER`: Who created the key, or used the playground.
 * - `WORKLOAD`: What requests were for.
 */
export type CostDimension = 'CREDENTIAL' | 'LINE_ITEM' | 'MODEL' | 'PROJECT' | 'USER' | 'WORKLOAD' | (string & {})

/**
 * What a secret belongs to. The list may grow.
 * A newer server may know others; take those as unknown.
 * - `API_KEY`: A key of a project.
 * - `LEGACY_KEY`: The legacy key of an organization.
 * - `PLAYGROUND`: A person who uses the playground, by a token of a few minutes.
 */
export type CredentialKind = 'API_KEY' | 'LEGACY_KEY' | 'PLAYGROUND' | (string & {})

/**
 * What kind of error a mutation answers. The list may grow.
 * A newer server may know others; take those as unknown.
 * - `CONFLICT`: Something else holds the name, or the idempotency key was used with another input.
 * - `FORBIDDEN`: You may see it, but your role may not do this.
 * - `INVALID_STATE`: It is not in a state that allows this; the message says what to do instead.
 * - `LIMIT_EXCEEDED`: One more would be more than the instance allows.
 * - `NOT_FOUND`: Nothing that you may see has this id.
 * - `VALIDATION`: The input cannot be accepted as it is; `issues` says what to change.
 */
export type ErrorCode = 'CONFLICT' | 'FORBIDDEN' | 'INVALID_STATE' | 'LIMIT_EXCEEDED' | 'NOT_FOUND' | 'VALIDATION' | (string & {})

/**
 * What decided. The list may grow.
 * A newer server may know others; take those as unknown.
 * - `NOT_VISIBLE`: There is no such thing, or the one who asks may not see it.
 * - `NO_ROLE`: No role that is held allows it; `allowedRoles` would.
 * - `ROLE`: A role allows it: `role`.
 * - `STATE`: The role would allow it, but the thing’s state does not; the message says what to do.
 */
export type ExplanationReason = 'NOT_VISIBLE' | 'NO_ROLE' | 'ROLE' | 'STATE' | (string & {})

/**
 * How long a bucket of time is.
 * A newer server may know others; take those as unknown.
 * - `DAY`: A day of UTC. For at most 400 days.
 * - `HOUR`: An hour. For at most 31 days.
 */
export type Granularity = 'DAY' | 'HOUR' | (string & {})

/**
 * Where an invitation stands.
 * A newer server may know others; take those as unknown.
 * - `ACCEPTED`: It was accepted; it cannot be accepted again.
 * - `CANCELLED`: It was cancelled, or replaced by a newer one.
 * - `EXPIRED`: Its 7 days are over.
 * - `OPEN`: It can be accepted.
 */
export type InvitationStatus = 'ACCEPTED' | 'CANCELLED' | 'EXPIRED' | 'OPEN' | (string & {})

/**
 * What happens to a key whose secret was seen where it should not be.
 * A newer server may know others; take those as unknown.
 * - `FLAG`: It goes on, and people are told.
 * - `REVOKE`: It is revoked at once.
 */
export type LeakedKeyAction = 'FLAG' | 'REVOKE' | (string & {})

/**
 * What happens when a budget is spent.
 * A newer server may know others; take those as unknown.
 * - `ALERT`: Requests go on, and an alert is given.
 * - `REJECT`: Requests are refused (BUDGET_EXCEEDED) until its window is over.
 */
export type LimitAction = 'ALERT' | 'REJECT' | (string & {})

/**
 * What is limited.
 * A newer server may know others; take those as unknown.
 * - `DAY`: What is spent on a day of the UTC calendar.
 * - `MONTH`: What is spent in a month of the UTC calendar.
 * - `REQUESTS_PER_MINUTE`: The rate of requests.
 * - `TOTAL`: What is spent in all.
 * - `WEEK`: What is spent from Monday to Monday, UTC.
 */
export type LimitKind = 'DAY' | 'MONTH' | 'REQUESTS_PER_MINUTE' | 'TOTAL' | 'WEEK' | (string & {})

/**
 * What a limit belongs to.
 * A newer server may know others; take those as unknown.
 * - `API_KEY`: The key itself.
 * - `ORGANIZATION`: The organization of the key.
 * - `PROJECT`: The project of the key.
 */
export type LimitScope = 'API_KEY' | 'ORGANIZATION' | 'PROJECT' | (string & {})

/**
 * What is counted and paid for. The list may grow.
 * A newer server may know others; take those as unknown.
 * - `CACHED_INPUT_TOKENS`: Tokens that it had read before and needs not read again.
 * - `IMAGES`: Images that it makes.
 * - `INPUT_TOKENS`: Tokens that a model reads.
 * - `OTHER`: What a gateway charged without saying what for. It has no price in the catalogue.
 * - `OUTPUT_TOKENS`: Tokens that it writes.
 * - `SECONDS`: Seconds of audio, video or computing.
 * - `SESSIONS`: Sessions of a sandbox.
 */
export type LineItem = 'CACHED_INPUT_TOKENS' | 'IMAGES' | 'INPUT_TOKENS' | 'OTHER' | 'OUTPUT_TOKENS' | 'SECONDS' | 'SESSIONS' | (string & {})

/**
 * Whether a model can be called.
 * A newer server may know others; take those as unknown.
 * - `OFFLINE`: It cannot be called at present.
 * - `ONLINE`: It can be called.
 */
export type ModelStatus = 'OFFLINE' | 'ONLINE' | (string & {})

/**
 * Which way a list is sorted.
 * A newer server may know others; take those as unknown.
 * - `ASC`: Smallest, oldest or A first.
 * - `DESC`: Largest, newest or Z first.
 */
export type OrderDirection = 'ASC' | 'DESC' | (string & {})

/**
 * A role in an organization.
 * A newer server may know others; take those as unknown.
 * - `ADMIN`: Has full access to every project, and manages members and projects.
 * - `MEMBER`: Reads the organization and the list of its projects; is MEMBER of the default project.
 * - `OWNER`: The one who pays: may do everything, and can be neither removed nor demoted.
 */
export type OrganizationRole = 'ADMIN' | 'MEMBER' | 'OWNER' | (string & {})

/**
 * How many units a price is for.
 * A newer server may know others; take those as unknown.
 * - `PER_MILLION`: For a million of them: tokens.
 * - `PER_UNIT`: For each.
 */
export type PriceUnit = 'PER_MILLION' | 'PER_UNIT' | (string & {})

/**
 * A role in a project.
 * A newer server may know others; take those as unknown.
 * - `ADMIN`: Manages the project, its collaborators, and what its keys may be used for.
 * - `MEMBER`: Creates, rotates and revokes keys.
 */
export type ProjectRole = 'ADMIN' | 'MEMBER' | (string & {})

/**
 * Why a secret is refused. The list may grow.
 * A newer server may know others; take those as unknown.
 * - `BUDGET_EXCEEDED`: A budget of the key has no room for this request.
 * - `EXPIRED`: The key has expired.
 * - `IP_NOT_ALLOWED`: The key may not be used from this address.
 * - `MALFORMED`: The secret is malformed: it carries the prefix of a Keyward secret and a wrong checksum.
 * - `MODEL_NOT_AVAILABLE`: There is no such model online for the project of the key.
 * - `NOT_FOUND`: The secret is unknown.
 * - `PROJECT_ARCHIVED`: The project of the key is archived.
 * - `RATE_LIMITED`: There are more requests a minute than the key may make.
 * - `RESOURCE_NOT_IN_PROJECT`: There is no such resource in the project of the key.
 * - `REVOKED`: The key is revoked.
 * - `SECRET_RETIRED`: The key was rotated, and this secret is retired. Use the new one.
 * - `UNAVAILABLE`: Keyward cannot tell at the moment. Try again.
 * - `WORKLOAD_NOT_ALLOWED`: The key may not be used for this workload.
 */
export type RejectionReason = 'BUDGET_EXCEEDED' | 'EXPIRED' | 'IP_NOT_ALLOWED' | 'MALFORMED' | 'MODEL_NOT_AVAILABLE' | 'NOT_FOUND' | 'PROJECT_ARCHIVED' | 'RATE_LIMITED' | 'RESOURCE_NOT_IN_PROJECT' | 'REVOKED' | 'SECRET_RETIRED' | 'UNAVAILABLE' | 'WORKLOAD_NOT_ALLOWED' | (string & {})

/**
 * What a resource is. The list may grow.
 * A newer server may know others; take those as unknown.
 * - `CLUSTER`: A cluster.
 * - `ENDPOINT`: A dedicated endpoint.
 * - `EVALUATION`: An evaluation of models.
 * - `FILE`: A file.
 * - `FINE_TUNED_MODEL`: A model that was trained further.
 */
export type ResourceKind = 'CLUSTER' | 'ENDPOINT' | 'EVALUATION' | 'FILE' | 'FINE_TUNED_MODEL' | (string & {})

/**
 * Why a key was revoked. The list may grow.
 * A newer server may know others; take those as unknown.
 * - `LEAKED`: Someone else may have its secret.
 * - `NO_LONGER_NEEDED`: What used it is gone.
 * - `OTHER`: None of these.
 * - `REPLACED`: Another key took its place.
 */
export type RevocationReason = 'LEAKED' | 'NO_LONGER_NEEDED' | 'OTHER' | 'REPLACED' | (string & {})

/**
 * Why a usage event is refused. The list may grow.
 * A newer server may know others; take those as unknown.
 * - `CONFLICT`: An event of this id was recorded that says something else.
 * - `INVALID`: The event cannot be read: `message` says what to change.
 * - `IN_THE_FUTURE`: It happens more than five minutes ahead of now.
 * - `NO_PRICE`: Its cost is not given, and something of its units had no price then.
 * - `TOO_OLD`: It happened more than 30 days ago.
 * - `UNKNOWN_CREDENTIAL`: There is no such key, legacy key, or person who used the playground of the
 * organization. Keys that are revoked or expired are known.
 * - `UNKNOWN_MODEL`: There is no such model, or it belongs to another project.
 */
export type UsageRejection = 'CONFLICT' | 'INVALID' | 'IN_THE_FUTURE' | 'NO_PRICE' | 'TOO_OLD' | 'UNKNOWN_CREDENTIAL' | 'UNKNOWN_MODEL' | (string & {})

/**
 * What a quantity counts. The list may grow.
 * A newer server may know others; take those as unknown.
 * - `IMAGES`: Images.
 * - `SECONDS`: Seconds.
 * - `SESSIONS`: Sessions.
 * - `TOKENS`: Tokens.
 */
export type UsageUnit = 'IMAGES' | 'SECONDS' | 'SESSIONS' | 'TOKENS' | (string & {})

/**
 * What the owner of an accepted key should know. The list may grow.
 * A newer server may know others; take those as unknown.
 * - `BUDGET_NEARLY_SPENT`: Less than a tenth of a budget is left.
 * - `EXPIRES_SOON`: It expires within 24 hours.
 * - `LEGACY_KEY_DEPRECATED`: It is a legacy key. Project-scoped keys should take its place.
 * - `SECRET_RETIRES_SOON`: It was rotated, and this is the old secret: it stops when the overlap ends.
 * - `SERVED_DURING_OUTAGE`: The database is away: the answer is from what was known at `asOf`.
 */
export type VerificationWarning = 'BUDGET_NEARLY_SPENT' | 'EXPIRES_SOON' | 'LEGACY_KEY_DEPRECATED' | 'SECRET_RETIRES_SOON' | 'SERVED_DURING_OUTAGE' | (string & {})

/**
 * What webhooks tell of. The list may grow.
 * A newer server may know others; take those as unknown.
 * - `API_KEY_CREATED`: A key was created or imported.
 * - `API_KEY_LEAKED`: A key’s secret was reported to be in somebody else’s hands.
 * - `API_KEY_REVOKED`: A key was revoked.
 * - `API_KEY_ROTATED`: A key has a new secret.
 * - `API_KEY_ROTATION_FINISHED`: A key’s old secret stopped.
 * - `API_KEY_ROTATION_UNDONE`: A key’s new secret was taken back.
 * - `API_KEY_UPDATED`: A key’s name, tags, scopes, limits or expiration changed.
 * - `BUDGET_ALERT`: What was spent of a budget reached a threshold, or the budget.
 * - `LEGACY_KEY_LEAKED`: The legacy key was reported to be in somebody else’s hands.
 * - `PLAYGROUND_TOKEN_LEAKED`: A playground token was reported to be in somebody else’s hands.
 * - `SERVICE_ACCOUNT_TOKEN_LEAKED`: The token of a service account was reported to be in somebody else’s hands.
 * - `WEBHOOK_TEST`: Somebody tried the webhook (`webhookTest`). Sent whatever its events are.
 */
export type WebhookEvent = 'API_KEY_CREATED' | 'API_KEY_LEAKED' | 'API_KEY_REVOKED' | 'API_KEY_ROTATED' | 'API_KEY_ROTATION_FINISHED' | 'API_KEY_ROTATION_UNDONE' | 'API_KEY_UPDATED' | 'BUDGET_ALERT' | 'LEGACY_KEY_LEAKED' | 'PLAYGROUND_TOKEN_LEAKED' | 'SERVICE_ACCOUNT_TOKEN_LEAKED' | 'WEBHOOK_TEST' | (string & {})

/**
 * What a request to the platform is for.
 * A newer server may know others; take those as unknown.
 * - `BATCH`: Many inferences, answered later.
 * - `CLUSTERS`: Managing clusters.
 * - `CODE_INTERPRETER`: Running code in a sandbox.
 * - `ENDPOINTS`: Managing dedicated endpoints.
 * - `EVALUATIONS`: Measuring models.
 * - `FILES`: Uploading and reading files.
 * - `FINE_TUNING`: Training a model further.
 * - `INFERENCE`: Calling a model.
 */
export type Workload = 'BATCH' | 'CLUSTERS' | 'CODE_INTERPRETER' | 'ENDPOINTS' | 'EVALUATIONS' | 'FILES' | 'FINE_TUNING' | 'INFERENCE' | (string & {})

/** May this secret do this, here, now, and does it fit into the limits? */
export interface ApiKeyAuthorizeInput {
  /** The address that it comes from, IPv4 or IPv6. */
  readonly clientIp?: string | null | undefined
  /**
   * What it costs at most, in US dollars: set aside of every budget above the key. Neither this nor units given:
   * only budgets that are spent refuse it.
   */
  readonly estimatedCost?: string | null | undefined
  /**
   * What it uses at most, each line item once: its cost is estimated by the present prices of `model`. Not
   * looked at where `estimatedCost` is given.
   */
  readonly estimatedUnits?: readonly UsageUnitInput[] | null | undefined
  /** The slug of the model that it calls. */
  readonly model?: string | null | undefined
  /** A resource that it names, `res_…`. */
  readonly resourceId?: string | null | undefined
  /** The secret that the caller presents. It is neither logged nor stored. */
  readonly secret: string
  /** What the request is for. */
  readonly workload?: Workload | null | undefined
}

/** The input of `apiKeyCreate`. */
export interface ApiKeyCreateInput {
  /** From where it may be used, as IP addresses or CIDR networks, at most 100; empty or not given: anywhere. */
  readonly allowedIps?: readonly string[] | null | undefined
  /** When it expires, in the future; null or not given: never, which the key policy of the project may not allow. */
  readonly expiresAt?: DateTime | null | undefined
  /**
   * What it may use, within the project’s key policy; what is not given is as the policy says for new keys. For
   * the project’s ADMINs: FORBIDDEN to others.
   */
  readonly limits?: UsageLimitsInput | null | undefined
  /** What it is for: 1 to 100 characters, unique among the live keys of its project. */
  readonly name: string
  /** The project, `prj_…`. */
  readonly projectId: string
  /** Metadata, at most 20. */
  readonly tags?: readonly TagInput[] | null | undefined
  /** What it may be used for; empty or not given: everything. */
  readonly workloads?: readonly Workload[] | null | undefined
}

/** The input of `apiKeyExpirationSet`. */
export interface ApiKeyExpirationSetInput {
  /** When it expires, in the future; null: never. Has to be given, so that forgetting it clears nothing. */
  readonly expiresAt?: DateTime | null | undefined
  /** The key, `key_…`. */
  readonly id: string
}

/** Narrows a list of keys; everything given has to hold. */
export interface ApiKeyFilter {
  /** Keys of this creator: `usr_…` or `svc_…`. */
  readonly createdBy?: string | null | undefined
  /** Keys that expire before this. */
  readonly expiresBefore?: DateTime | null | undefined
  /** Keys whose name contains this, whatever the case. */
  readonly search?: string | null | undefined
  /** Keys of any of these statuses. */
  readonly statuses?: readonly ApiKeyStatus[] | null | undefined
  /** Keys that carry this tag. */
  readonly tag?: TagFilter | null | undefined
  /** Keys that are at least this old and were not used for so many days. */
  readonly unusedForDays?: number | null | undefined
  /** Keys that may be used for this. */
  readonly workload?: Workload | null | undefined
}

/** One key of another system. */
export interface ApiKeyImportRow {
  /** From where it may be used, as IP addresses or CIDR networks, at most 100; empty or not given: anywhere. */
  readonly allowedIps?: readonly string[] | null | undefined
  /** When it was created there; now if not given. */
  readonly createdAt?: DateTime | null | undefined
  /** When it expires, in the future; null or not given: never, which the key policy of the project may not allow. */
  readonly expiresAt?: DateTime | null | undefined
  /** What it is for: 1 to 100 characters, unique among the live keys of its project. */
  readonly name: string
  /** The project, `prj_…`; the organization’s default project if not given. */
  readonly projectId?: string | null | undefined
  /** The SHA-256 of the whole secret, as 64 hexadecimal digits. */
  readonly sha256: string
  /** The first characters of the secret, to recognize it by; at most 16. */
  readonly start?: string | null | undefined
  /** Metadata, at most 20. */
  readonly tags?: readonly TagInput[] | null | undefined
  /** What it may be used for; empty or not given: everything. */
  readonly workloads?: readonly Workload[] | null | undefined
}

/** The input of `apiKeyLimitsSet`. */
export interface ApiKeyLimitsSetInput {
  /** All its budgets from now on, at most one for each period; null or empty: none; not given: as they are. */
  readonly budgets?: readonly BudgetInput[] | null | undefined
  /** The key, `key_…`. */
  readonly id: string
  /** How many requests a minute, 1 to 10000000; null: no limit; not given: as it is. */
  readonly requestsPerMinute?: number | null | undefined
}

/**
 * How keys are sorted. Ids break ties, so that pages never overlap; but a key that moves while they are read,
 * such as by being used, is found where it is then.
 */
export interface ApiKeyOrder {
  /** Which way. */
  readonly direction: OrderDirection
  /** What by. */
  readonly field: ApiKeyOrderField
}

/** The input of `apiKeyReportLeaked`. */
export interface ApiKeyReportLeakedInput {
  /** The key, `key_…`. */
  readonly id: string
  /** Where it was found, such as `a commit`: at most 100 characters. It is kept in the audit log. */
  readonly source?: string | null | undefined
  /** The address where it was found: at most 2000 characters. It is kept in the audit log; secrets in it are not. */
  readonly url?: string | null | undefined
}

/** The input of `apiKeyRevoke`. */
export interface ApiKeyRevokeInput {
  /**
   * For how many seconds to wait, at most, until every verifier of a gateway has heard of it; 0 to 10. The key
   * is revoked in any case, and not waited for if not given.
   */
  readonly awaitVerifiersSeconds?: number | null | undefined
  /** The key, `key_…`. */
  readonly id: string
  /** Why; NO_LONGER_NEEDED if not given. */
  readonly reason?: RevocationReason | null | undefined
}

/** The input of `apiKeyRotate`. */
export interface ApiKeyRotateInput {
  /** The version of the secret that is to be replaced; a ConflictError when another one is current. */
  readonly currentVersion?: number | null | undefined
  /** The key, `key_…`. */
  readonly id: string
  /** For how long both answer, in seconds: 0 (the old one stops at once) to 604800 (7 days); 86400 if not given. */
  readonly overlapSeconds?: number | null | undefined
}

/** The input of `apiKeyRotationFinish`. */
export interface ApiKeyRotationFinishInput {
  /** The key, `key_…`. */
  readonly id: string
}

/** The input of `apiKeyRotationUndo`. */
export interface ApiKeyRotationUndoInput {
  /** The key, `key_…`. */
  readonly id: string
}

/** The input of `apiKeyScopesSet`. */
export interface ApiKeyScopesSetInput {
  /** From where, as IP addresses or CIDR networks, at most 100; empty: anywhere. */
  readonly allowedIps?: readonly string[] | null | undefined
  /** The key, `key_…`. */
  readonly id: string
  /** What it may be used for; empty: everything. */
  readonly workloads?: readonly Workload[] | null | undefined
}

/** The input of `apiKeyUpdate`. */
export interface ApiKeyUpdateInput {
  /** The key, `key_…`. */
  readonly id: string
  /** What it is for: 1 to 100 characters, unique among the live keys of its project. */
  readonly name?: string | null | undefined
  /** All its tags from now on, at most 20. */
  readonly tags?: readonly TagInput[] | null | undefined
}

/** May this secret do this, here, now? What is not given is not checked, but for what the key is limited to. */
export interface ApiKeyVerifyInput {
  /** The address that it comes from, IPv4 or IPv6. */
  readonly clientIp?: string | null | undefined
  /** The slug of the model that it calls. */
  readonly model?: string | null | undefined
  /** A resource that it names, `res_…`. */
  readonly resourceId?: string | null | undefined
  /** The secret that the caller presents. It is neither logged nor stored. */
  readonly secret: string
  /** What the request is for. */
  readonly workload?: Workload | null | undefined
}

/** The input of `apiKeysImport`. */
export interface ApiKeysImportInput {
  /** The organization, `org_…`. */
  readonly organizationId: string
  /** The keys, at most 1,000. */
  readonly rows: readonly ApiKeyImportRow[]
}

/** Narrows an audit log; everything given has to hold. */
export interface AuditFilter {
  /** Events of any of these actions, such as `apiKey.revoked`. */
  readonly actions?: readonly string[] | null | undefined
  /** Events of this actor. */
  readonly actorId?: string | null | undefined
  /** Events from this moment on. */
  readonly from?: DateTime | null | undefined
  /** Events about this thing. */
  readonly targetId?: string | null | undefined
  /** Events before this moment. */
  readonly to?: DateTime | null | undefined
}

/** What may be spent in a period. */
export interface BudgetInput {
  /** At what percentages of it (1 to 100, at most 10) an alert is given; none but 100 if not given. */
  readonly alertThresholds?: readonly number[] | null | undefined
  /** What happens when it is spent; REJECT if not given. */
  readonly onLimit?: LimitAction | null | undefined
  /** What it is for. */
  readonly period: BudgetPeriod
  /** How much, in US dollars: more than 0, at most 999999999. */
  readonly usd: string
}

/** The input of `collaboratorAdd`. */
export interface CollaboratorAddInput {
  /** An address to invite. It always makes an invitation and never tells whether an account exists. */
  readonly email?: string | null | undefined
  /** Who: `mem_…`, `usr_…` or `svc_…` of the organization. Either this or `email`. */
  readonly principalId?: string | null | undefined
  /** The project, `prj_…`. */
  readonly projectId: string
  /** The role in the project. */
  readonly role: ProjectRole
}

/** The input of `collaboratorRemove`. */
export interface CollaboratorRemoveInput {
  /** The membership, `col_…`. */
  readonly id: string
}

/** The input of `collaboratorRoleSet`. */
export interface CollaboratorRoleSetInput {
  /** The membership, `col_…`. */
  readonly id: string
  /** The role from now on. */
  readonly role: ProjectRole
}

/** Which usage, and how it is told apart. */
export interface CostAnalyticsInput {
  /** Which usage; all if not given. */
  readonly filter?: CostFilter | null | undefined
  /** From when on; rounded down to a whole hour or day of UTC. */
  readonly from: DateTime
  /** How long a bucket is. */
  readonly granularity?: Granularity | undefined
  /** What to tell apart within a bucket; nothing if not given. */
  readonly groupBy?: readonly CostDimension[] | undefined
  /** Until when; rounded up to a whole hour or day of UTC. */
  readonly to: DateTime
}

/**
 * Narrows usage; everything given has to hold. Of each list one entry has to fit: at most 100, and nothing fits
 * an empty one. Ids of what is not yours find nothing.
 */
export interface CostFilter {
  /** Of these keys (`key_…`), legacy keys (`lgk_…`), or people of the playground (`usr_…`). */
  readonly credentialIds?: readonly string[] | null | undefined
  /** Of these line items. */
  readonly lineItems?: readonly LineItem[] | null | undefined
  /** Of these models, `mdl_…`. */
  readonly modelIds?: readonly string[] | null | undefined
  /** Of these projects, `prj_…`. */
  readonly projectIds?: readonly string[] | null | undefined
  /** Of keys that these people created, and of their playground; `usr_…`. */
  readonly userIds?: readonly string[] | null | undefined
  /** For these. */
  readonly workloads?: readonly Workload[] | null | undefined
}

/** A question about what someone may do. */
export interface ExplainInput {
  /** The action, such as `apiKey:revoke`. An unknown one is BAD_REQUEST. */
  readonly action: string
  /** To what: an organization, a project, a key or a legacy key. */
  readonly on: string
  /** Who: `usr_…` or `svc_…`; oneself if not given. Others are for those who administer them. */
  readonly principal?: string | null | undefined
}

/** The input of `invitationAccept`. */
export interface InvitationAcceptInput {
  /** The token: what follows `#token=` in the link. */
  readonly token: string
}

/** The input of `invitationCancel`. */
export interface InvitationCancelInput {
  /** The invitation, `inv_…`. */
  readonly id: string
}

/**
 * What a verifier reports of a lease of a budget, and asks for. A lease is opened by being named for the first
 * time. Amounts are US dollars.
 */
export interface LeaseExchangeInput {
  /** A UUID that the verifier chose. */
  readonly leaseId: string
  /** Nothing is given where less than this is left. */
  readonly least: string
  /** What requests wait for; 0 asks for nothing. */
  readonly need: string
  /** Which budget of it. */
  readonly period: BudgetPeriod
  /** What was given back since it was opened, in all. */
  readonly returned: string
  /** What the limit belongs to: an organization (`org_…`), a project (`prj_…`) or a key (`key_…`). */
  readonly scopeId: string
  /** What was reserved for requests since it was opened, in all. */
  readonly used: string
  /** What will be needed soon: beyond the need, at most a hundredth of what is left is given. */
  readonly want: string
  /** The start of the budget’s window. */
  readonly windowStart: DateTime
}

/** The input of `legacyKeyImport`. */
export interface LegacyKeyImportInput {
  /** The organization, `org_…`. */
  readonly organizationId: string
  /** The secret itself, since its Owner may copy it later: 16 to 512 characters. */
  readonly secret: string
}

/** The input of `legacyKeyRegenerate`. */
export interface LegacyKeyRegenerateInput {
  /** The organization, `org_…`. */
  readonly organizationId: string
}

/** The input of `legacyKeyReveal`. */
export interface LegacyKeyRevealInput {
  /** The organization, `org_…`. */
  readonly organizationId: string
}

/** The input of `limitLeasesExchange`. */
export interface LimitLeasesExchangeInput {
  /** Leases of budgets, at most 1000. */
  readonly leases: readonly LeaseExchangeInput[]
  /** Rates, at most 1000. */
  readonly rates: readonly RateExchangeInput[]
  /** A UUID of the verifier’s process: its leases are its own. */
  readonly verifierId: string
}

/** The input of `memberInvite`. */
export interface MemberInviteInput {
  /** The address to invite; only it can accept. */
  readonly email: string
  /** The organization, `org_…`. */
  readonly organizationId: string
  /** Project roles to give too; at most 50. */
  readonly projects?: readonly ProjectGrantInput[] | null | undefined
  /** ADMIN or MEMBER. */
  readonly role: OrganizationRole
}

/** The input of `memberRemove`. */
export interface MemberRemoveInput {
  /** The membership, `mem_…`. */
  readonly id: string
}

/** The input of `memberRoleSet`. */
export interface MemberRoleSetInput {
  /** The membership, `mem_…`. */
  readonly id: string
  /** ADMIN or MEMBER. */
  readonly role: OrganizationRole
}

/** The input of `organizationCreate`. */
export interface OrganizationCreateInput {
  /** What its default project is called; "Default project" if not given. */
  readonly defaultProjectName?: string | null | undefined
  /** What it is called: 1 to 100 characters. */
  readonly name: string
}

/** The input of `organizationUpdate`. */
export interface OrganizationUpdateInput {
  /** The organization, `org_…`. */
  readonly id: string
  /** What it is called from now on: 1 to 100 characters. */
  readonly name: string
}

/** The input of `organizationUsageLimitsSet`. */
export interface OrganizationUsageLimitsSetInput {
  /** All its budgets from now on, at most one for each period; null or empty: none; not given: as they are. */
  readonly budgets?: readonly BudgetInput[] | null | undefined
  /** The organization, `org_…`. */
  readonly organizationId: string
  /** How many requests a minute, 1 to 10000000; null: no limit; not given: as it is. */
  readonly requestsPerMinute?: number | null | undefined
}

/** The input of `ownershipTransferAccept`. */
export interface OwnershipTransferAcceptInput {
  /** The organization, `org_…`. */
  readonly organizationId: string
}

/** The input of `ownershipTransferCancel`. */
export interface OwnershipTransferCancelInput {
  /** The organization, `org_…`. */
  readonly organizationId: string
}

/** The input of `ownershipTransferOffer`. */
export interface OwnershipTransferOfferInput {
  /** To whom: a person’s membership, `mem_…`. */
  readonly memberId: string
  /** The organization, `org_…`. */
  readonly organizationId: string
}

/** The input of `playgroundTokenCreate`. */
export interface PlaygroundTokenCreateInput {
  /** The organization that pays, `org_…`. */
  readonly organizationId: string
}

/** The input of `projectArchive`. */
export interface ProjectArchiveInput {
  /** The project, `prj_…`. */
  readonly id: string
}

/** The input of `projectCreate`. */
export interface ProjectCreateInput {
  /** What it is for: at most 1,000 characters. */
  readonly description?: string | null | undefined
  /** What it is called: 1 to 100 characters. */
  readonly name: string
  /** The organization, `org_…`. */
  readonly organizationId: string
}

/** A role in a project that an invitation is to give. */
export interface ProjectGrantInput {
  /** The project, `prj_…`, of the same organization. */
  readonly projectId: string
  /** The role in it. */
  readonly role: ProjectRole
}

/** The input of `projectKeyPolicySet`. */
export interface ProjectKeyPolicySetInput {
  /** What a new key may use, as a whole; null: no limits of its own. */
  readonly defaultLimits?: UsageLimitsInput | null | undefined
  /** What happens to a key that is reported as leaked; null: REVOKE. */
  readonly leakedKeyAction?: LeakedKeyAction | null | undefined
  /** How many seconds ahead an expiration may be, 60 to 2147483647; null: as far as one likes, or none. */
  readonly maxLifetimeSeconds?: number | null | undefined
  /** The most that a key may use, as a whole; null: no maximum. */
  readonly maximumLimits?: UsageLimitsInput | null | undefined
  /** The project, `prj_…`. */
  readonly projectId: string
}

/** The input of `projectRestore`. */
export interface ProjectRestoreInput {
  /** The project, `prj_…`. */
  readonly id: string
}

/** The input of `projectUpdate`. */
export interface ProjectUpdateInput {
  /** What it is for: at most 1,000 characters; empty removes it. */
  readonly description?: string | null | undefined
  /** The project, `prj_…`. */
  readonly id: string
  /** What it is called from now on: 1 to 100 characters. */
  readonly name?: string | null | undefined
}

/** The input of `projectUsageLimitsSet`. */
export interface ProjectUsageLimitsSetInput {
  /** All its budgets from now on, at most one for each period; null or empty: none; not given: as they are. */
  readonly budgets?: readonly BudgetInput[] | null | undefined
  /** The project, `prj_…`. */
  readonly projectId: string
  /** How many requests a minute, 1 to 10000000; null: no limit; not given: as it is. */
  readonly requestsPerMinute?: number | null | undefined
}

/** What a verifier gives back of a rate, and asks for, in requests. */
export interface RateExchangeInput {
  /** How many were taken before and not used. */
  readonly back: number
  /** How many wait; 0 asks for nothing. */
  readonly need: number
  /** What the limit belongs to: an organization (`org_…`), a project (`prj_…`) or a key (`key_…`). */
  readonly scopeId: string
  /** How many will come soon: beyond the need, at most a hundredth of what is left is given. */
  readonly want: number
}

/** The input of `resourceRegister`. */
export interface ResourceRegisterInput {
  /** What it is. */
  readonly kind: ResourceKind
  /** Its name: 1 to 100 characters, unique among the resources of its kind in the project. */
  readonly name: string
  /** The project, `prj_…`. */
  readonly projectId: string
}

/** The input of `resourceRemove`. */
export interface ResourceRemoveInput {
  /** The resource, `res_…`. */
  readonly id: string
}

/** The input of `serviceAccountCreate`. */
export interface ServiceAccountCreateInput {
  /** Its name: 1 to 100 characters, unique in the organization. */
  readonly name: string
  /** The organization, `org_…`. */
  readonly organizationId: string
  /** ADMIN or MEMBER; at most your own role. */
  readonly role: OrganizationRole
}

/** The input of `serviceAccountRemove`. */
export interface ServiceAccountRemoveInput {
  /** The service account, `svc_…`. */
  readonly id: string
}

/** The input of `serviceAccountTokenRotate`. */
export interface ServiceAccountTokenRotateInput {
  /** The service account, `svc_…`. */
  readonly id: string
}

/** Keys that carry a tag. */
export interface TagFilter {
  /** The key of the tag. */
  readonly key: string
  /** Its value; any if not given. */
  readonly value?: string | null | undefined
}

/** Metadata of a key. */
export interface TagInput {
  /** Letters, digits and . _ / -, at most 64. */
  readonly key: string
  /** At most 256 characters; may be empty. */
  readonly value: string
}

/** One metered request. */
export interface UsageEventInput {
  /**
   * What it cost, in US dollars. If not given, what its units cost by the prices that its model had then. A
   * given cost is that of its one line item, or of OTHER where it has none or several.
   */
  readonly cost?: string | null | undefined
  /**
   * What the usage is attributed to, as verifying told (`credentialId`): a key (`key_…`), a legacy key
   * (`lgk_…`), or a person who uses the playground (`usr_…`).
   */
  readonly credentialId: string
  /**
   * What the event is known by, on the whole instance: 1 to 128 printable ASCII characters without spaces; a
   * UUID of your own is best. An event is recorded once, however often it is sent.
   */
  readonly eventId: string
  /** The slug of the model that it called; none if not given. */
  readonly model?: string | null | undefined
  /** When it happened: at most 30 days ago, and at most five minutes ahead. */
  readonly occurredAt: DateTime
  /** The organization whose playground it is, `org_…`; goes with `usr_…`, and with no other. */
  readonly organizationId?: string | null | undefined
  /** The token of the reservation that was made for it, `rsv_…`, which it settles. */
  readonly reservation?: string | null | undefined
  /** What it used, each line item once; nothing if not given. */
  readonly units?: readonly UsageUnitInput[] | null | undefined
  /** What the request was for. */
  readonly workload: Workload
}

/** Which usage of a key. */
export interface UsageInput {
  /** From when on; rounded down to a whole hour or day of UTC. */
  readonly from: DateTime
  /** How long a bucket is. */
  readonly granularity?: Granularity | undefined
  /** Until when; rounded up to a whole hour or day of UTC. */
  readonly to: DateTime
}

/** What a key may use. */
export interface UsageLimitsInput {
  /** Its budgets, at most one for each period; null or empty: none. */
  readonly budgets?: readonly BudgetInput[] | null | undefined
  /** How many requests a minute, 1 to 10000000; null: no limit. */
  readonly requestsPerMinute?: number | null | undefined
}

/** The input of `usageRecord`. */
export interface UsageRecordInput {
  /** The events, at most 1000. */
  readonly events: readonly UsageEventInput[]
  /**
   * Tokens of reservations (`rsv_…`) whose requests came to nothing, so that they are let go; at most 1000. One
   * that was settled or let go before is passed over.
   */
  readonly released?: readonly string[] | null | undefined
}

/** How much of something a request used. */
export interface UsageUnitInput {
  /** What was used. */
  readonly lineItem: LineItem
  /** How much of it: tokens, images, seconds or sessions; from 0 to 10¹². */
  readonly quantity: string
}

/** The input of `verifierAcknowledge`. */
export interface VerifierAcknowledgeInput {
  /** The last cursor whose changes were applied; from now on if not given. */
  readonly cursor?: string | null | undefined
  /** Whether the verifier stops: nobody waits for it any more. */
  readonly leaving?: boolean | null | undefined
  /** The `useId` of credentials that were let pass since the last call, each once; at most 5000. */
  readonly used?: readonly string[] | null | undefined
  /** A UUID of the verifier’s process. */
  readonly verifierId: string
}

/** What a verifier asks about: by the hashes of secrets, so that no secret leaves the gateway. */
export interface VerifierLookUpInput {
  /** Slugs of models; at most 500. */
  readonly models?: readonly string[] | null | undefined
  /** Resources, `res_…`; at most 500. */
  readonly resourceIds?: readonly string[] | null | undefined
  /** SHA-256 of secrets, as 64 hexadecimal digits in lower case; at most 500. */
  readonly secretHashes?: readonly string[] | null | undefined
}

/** The input of `webhookCreate`. */
export interface WebhookCreateInput {
  /** What it is for: at most 200 characters. */
  readonly description?: string | null | undefined
  /** What it is told of; empty: everything, also what will be added, as when not given. */
  readonly events?: readonly WebhookEvent[] | null | undefined
  /** The organization, `org_…`. */
  readonly organizationId: string
  /** An https:// URL of at most 2000 characters, without a user or a password, of a host on the public internet. */
  readonly url: string
}

/** The input of `webhookRemove`. */
export interface WebhookRemoveInput {
  /** The webhook, `whk_…`. */
  readonly id: string
}

/** The input of `webhookSecretRotate`. */
export interface WebhookSecretRotateInput {
  /** The webhook, `whk_…`. */
  readonly id: string
  /**
   * For how many seconds the old secret signs too: 0 to 604800, 86400 if not given. A secret from before the old
   * one stops at once.
   */
  readonly overlapSeconds?: number | null | undefined
}

/** The input of `webhookTest`. */
export interface WebhookTestInput {
  /** The webhook, `whk_…`. */
  readonly id: string
}

/** The input of `webhookUpdate`. */
export interface WebhookUpdateInput {
  /** What it is for: at most 200 characters; empty: none. As it is if not given. */
  readonly description?: string | null | undefined
  /** Whether messages are sent. As it is if not given. */
  readonly enabled?: boolean | null | undefined
  /** What it is told of; empty: everything, also what will be added. As they are if not given. */
  readonly events?: readonly WebhookEvent[] | null | undefined
  /** The webhook, `whk_…`. */
  readonly id: string
  /**
   * An https:// URL of at most 2000 characters, without a user or a password, of a host on the public internet.
   * As it is if not given.
   */
  readonly url?: string | null | undefined
}

/** Who can make a request. */
export type Actor =
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'ApiKey'
      /** The id, `key_…`. It never changes, also when the secret is rotated. */
      readonly id: string
      /** What it is for. Unique among the live keys of its project. */
      readonly name: string
      /** Whether it answers. */
      readonly status: ApiKeyStatus
      /** When it expires or expired; null: never. */
      readonly expiresAt: DateTime | null
      /** What it may be used for; empty: everything. */
      readonly workloads: readonly Workload[]
      /** From where it may be used, as CIDR networks, here as at gateways; empty: from anywhere. */
      readonly allowedIps: readonly string[]
      /** The project whose resources it reaches, and no other’s. */
      readonly project: ProjectReference
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'Gateway'
      /** The id, `gtw_…`. It never changes. */
      readonly id: string
      /** What its operator called it. */
      readonly name: string
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'LegacyKey'
      /** The id, `lgk_…`. */
      readonly id: string
      /** The first characters of its secret, to recognize it by. */
      readonly start: string
      /** What to know and what to do instead, for people. */
      readonly deprecationNotice: string
      /** The default project, whose resources alone it reaches. */
      readonly project: ProjectReference
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'ServiceAccount'
      /** The id, `svc_…`. It never changes. */
      readonly id: string
      /** Its name, unique among the service accounts of its organization. */
      readonly name: string
      /**
       * Its role in the organization: ADMIN or MEMBER, never OWNER. For members; null, with FORBIDDEN, to
       * external collaborators.
       */
      readonly role: OrganizationRole | null
      /** The organization that it belongs to. */
      readonly organization: OrganizationReference
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'User'
      /** The id, `usr_…`. It never changes. */
      readonly id: string
      /** The name they gave themselves. */
      readonly name: string
      /**
       * Their e-mail address. Null unless it is oneself, or you administer an organization or a project that
       * they belong to.
       */
      readonly email: string | null
      /** Where their picture is; null when they have none. */
      readonly imageUrl: string | null
    }

/**
 * A credential of a project. Its id, name and history are permanent; its secret can be rotated, and is shown
 * once.
 */
export interface ApiKey {
  /** The id, `key_…`. It never changes, also when the secret is rotated. */
  readonly id: string
  /** What it is for. Unique among the live keys of its project. */
  readonly name: string
  /** Whether it answers. */
  readonly status: ApiKeyStatus
  /** The first characters of its current secret, to recognize it by; empty where not known. */
  readonly start: string
  /** When it was created. */
  readonly createdAt: DateTime
  /** Who created it. Null once they are gone; `createdByName` stays. Not for keys: FORBIDDEN. */
  readonly createdBy: Principal | null
  /** The name that its creator had then. */
  readonly createdByName: string
  /** When it expires or expired; null: never. */
  readonly expiresAt: DateTime | null
  /** When it was last used, within a few seconds; null when never. */
  readonly lastUsedAt: DateTime | null
  /** When it was revoked; null while it is not. */
  readonly revokedAt: DateTime | null
  /** Who revoked it; null while it is not revoked, and once they are gone. Not for keys: FORBIDDEN. */
  readonly revokedBy: Principal | null
  /** Why it was revoked; null while it is not. */
  readonly revocationReason: RevocationReason | null
  /**
   * When the secrets that it has now, or some of them, were first reported to be in somebody else’s hands; of
   * secrets before those, when that was. Null when never.
   */
  readonly leakedAt: DateTime | null
  /** Whether it was taken over from another system by its hash. */
  readonly imported: boolean
  /** What it may be used for; empty: everything. */
  readonly workloads: readonly Workload[]
  /** From where it may be used, as CIDR networks, here as at gateways; empty: from anywhere. */
  readonly allowedIps: readonly string[]
  /** Metadata, by key. */
  readonly tags: readonly Tag[]
  /** The rotation under way; null when one secret answers. */
  readonly rotation: ApiKeyRotation | null
  /** Its secrets, newest first; at most two of them answer. Those that do, and the last ones up to 20. */
  readonly secretVersions: readonly ApiKeySecretVersion[]
  /** What deserves a look; empty for revoked keys. */
  readonly advice: readonly ApiKeyAdvice[]
  /** The project whose resources it reaches, and no other’s. */
  readonly project: ProjectReference
}

/** Something that happened to a key of a project. */
export interface ApiKeyChange {
  /** Its place among all changes: give it as `after` to go on from here. */
  readonly cursor: string
  /** What happened. */
  readonly kind: ApiKeyChangeKind
  /** When it happened. */
  readonly at: DateTime
  /** The key as it is now; null where you may not see it. */
  readonly apiKey: ApiKey | null
}

/** What became of one row of an import: either `apiKey` or `error` is set. */
export interface ApiKeyImportOutcome {
  /** Which row, counted from 0. */
  readonly row: number
  /** The key that was imported; null where the row was refused. */
  readonly apiKey: ApiKey | null
  /** Why the row was refused; null where it was imported. */
  readonly error: Problem | null
}

/**
 * A credential of a project. Its id, name and history are permanent; its secret can be rotated, and is shown
 * once.
 */
export interface ApiKeyLimits {
  /** What the key itself may use. What its project and organization may use holds beside it. */
  readonly limits: UsageLimits
  /** How its budgets stand. For the project’s collaborators, except external ones: FORBIDDEN; and for itself. */
  readonly budgetStatus: readonly BudgetStatus[] | null
}

/**
 * A credential of a project. Its id, name and history are permanent; its secret can be rotated, and is shown
 * once.
 */
export interface ApiKeyReference {
  /** The id, `key_…`. It never changes, also when the secret is rotated. */
  readonly id: string
  /** What it is for. Unique among the live keys of its project. */
  readonly name: string
}

/** A rotation under way: two secrets answer until the older one retires. */
export interface ApiKeyRotation {
  /** When the new secret was made. */
  readonly startedAt: DateTime
  /** When the old secret stops answering. */
  readonly previousRetiresAt: DateTime
  /** When the old secret was last used; null when never. */
  readonly previousLastUsedAt: DateTime | null
  /** Whether the new secret is used, and the old one was not used since or not for an hour. */
  readonly safeToFinish: boolean
}

/** One secret that a key has or had. Only its hash is kept. */
export interface ApiKeySecretVersion {
  /** Counts from 1. */
  readonly version: number
  /** Its first characters, to recognize it by; empty where not known. */
  readonly start: string
  /** When it was made. */
  readonly createdAt: DateTime
  /** When it was first used, within a few seconds; null when never. */
  readonly firstUsedAt: DateTime | null
  /** When it was last used, within a few seconds; null when never. */
  readonly lastUsedAt: DateTime | null
  /** When it will stop answering, during a rotation; null otherwise. */
  readonly retiresAt: DateTime | null
  /** When it stopped answering; null while it answers. */
  readonly retiredAt: DateTime | null
}

/**
 * A credential of a project. Its id, name and history are permanent; its secret can be rotated, and is shown
 * once.
 */
export interface ApiKeyUsage {
  /** The id, `key_…`. It never changes, also when the secret is rotated. */
  readonly id: string
  /**
   * What was used with it, also before it was rotated, and what that cost. BAD_REQUEST where it is too much time
   * (31 days by HOUR, 400 by DAY) or too many groups (1,000 a bucket, 10,000 in all). For those who have a role
   * in its project, but not for external collaborators, and for the key itself; null, with FORBIDDEN, to others.
   */
  readonly usage: UsageSeries | null
}

/** Whether a secret may do what was asked. */
export type ApiKeyVerification =
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'ApiKeyAccepted'
      /**
       * What usage is attributed to: the id of the key (`key_…`), of the legacy key (`lgk_…`), or of the person
       * who uses the playground (`usr_…`).
       */
      readonly credentialId: string
      /** What the secret belongs to. */
      readonly kind: CredentialKind
      /** The name of the key; `Playground` for a playground token. */
      readonly name: string
      /** Which secret of the key it is, counted from 1; 1 for a playground token. */
      readonly secretVersion: number
      /**
       * The project that usage is attributed to. A key reaches its resources and no other’s; a playground token
       * belongs to the default project, and reaches what is in any project of the organization that its person
       * may use.
       */
      readonly projectId: string
      /** The organization that pays. */
      readonly organizationId: string
      /** When the key expires; null: never. */
      readonly expiresAt: DateTime | null
      /**
       * What was set aside of budgets for this request, `rsv_…`, to be given back with what it did cost
       * (`usageRecord`); null where nothing was. It counts as spent until then, for 24 hours at most.
       */
      readonly reservation: string | null
      /** The limits that it had to fit into; empty where only the secret was verified. */
      readonly limits: readonly LimitState[]
      /** What the owner of the key should know. */
      readonly warnings: readonly VerificationWarning[]
      /** As of when everything committed is considered. */
      readonly asOf: DateTime
      /** How old `asOf` can be at most, in seconds: what an outage is bridged with. */
      readonly maxStalenessSeconds: number
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'ApiKeyRejected'
      /** As `credentialId`; null where the secret is nobody’s. */
      readonly rejectedCredentialId: string | null
      /** Why, for programs. */
      readonly reason: RejectionReason
      /** Why, for people. */
      readonly message: string
      /** What a gateway answers its caller: 401, 403, 429 or 503. */
      readonly httpStatus: number
      /** After how many seconds to try again; null where that does not help. */
      readonly retryAfterSeconds: number | null
      /** The limits that it had to fit into; empty where only the secret was verified. */
      readonly limits: readonly LimitState[]
      /** As of when everything committed is considered. */
      readonly asOf: DateTime
    }

/** Who made a change, as they were then. */
export interface AuditActor {
  /** What they are. */
  readonly kind: AuditActorKind
  /** Their id, which may lead to nothing any more; null for who has none. */
  readonly id: string | null
  /** Their name then; null for who has none. */
  readonly name: string | null
}

/** One fact about a change. */
export interface AuditDetail {
  /** What it tells, such as `expiresAtBefore`. */
  readonly name: string
  /** The value as text, lists separated by a comma and a space; null where there was none. */
  readonly value: string | null
}

/**
 * One change, written in the transaction that made it. Events of an organization are chained by their hashes and
 * never edited.
 */
export interface AuditEvent {
  /** The id, `aud_…`. */
  readonly id: string
  /** Its place in the organization’s chain, from 1, without gaps. */
  readonly sequence: string
  /** When it happened, by the database’s clock. */
  readonly at: DateTime
  /** What happened, such as `apiKey.revoked`. */
  readonly action: string
  /** Who did it. */
  readonly actor: AuditActor
  /** What it was done to. */
  readonly target: AuditTarget
  /** What else is known, such as values before and after. Never a secret. */
  readonly details: readonly AuditDetail[]
  /** The request that made the change, as its answer named it; null where there was none. */
  readonly requestId: string | null
  /** SHA-256 over the previous event’s hash and this event, hexadecimal. */
  readonly hash: string
}

/** What was changed, as it was then. */
export interface AuditTarget {
  /** The type of the graph, such as `ApiKey`. */
  readonly type: string
  /** Its id, which may lead to nothing any more. */
  readonly id: string
  /** Its name then; null where it has none. */
  readonly name: string | null
}

/** What may be spent in a period. */
export interface Budget {
  /** What it is for. */
  readonly period: BudgetPeriod
  /** How much, in US dollars. */
  readonly usd: string
  /** What happens when it is spent. */
  readonly onLimit: LimitAction
  /** At what percentages of it an alert is given, ascending; at 100 one is given in any case. */
  readonly alertThresholds: readonly number[]
}

/** How a budget stands in its present window. */
export interface BudgetStatus {
  /** What the budget is for. */
  readonly period: BudgetPeriod
  /** How much it is, in US dollars. */
  readonly usd: string
  /** What requests did cost, in US dollars. */
  readonly spent: string
  /** What is set aside for requests under way, and leased to verifiers, in US dollars. */
  readonly reserved: string
  /** What is left, in US dollars; never less than 0. */
  readonly remaining: string
  /** By how much requests did cost more than was reserved for them, in US dollars. It is part of `spent`. */
  readonly debt: string
  /** When its present window began. */
  readonly windowStart: DateTime
  /** When the next window begins; null for a budget of a lifetime. */
  readonly resetsAt: DateTime | null
}

/**
 * A person's or service account's membership in a project. Access that follows from a role in the organization
 * has no row here.
 */
export interface Collaborator {
  /** The id of this membership, `col_…`. */
  readonly id: string
  /** The role in the project. */
  readonly role: ProjectRole
  /** Whether this collaborator is not a member of the organization. */
  readonly external: boolean
  /** Since when. */
  readonly addedAt: DateTime
  /** Who added or invited them; null once that one is gone. */
  readonly addedBy: Principal | null
  /** The person or service account. */
  readonly principal: Principal
  /** The project. */
  readonly project: ProjectReference
}

/**
 * What usage cost over time. It counts all events that were recorded before `asOf`, late ones in the hour they
 * happened.
 */
export interface CostAnalytics {
  /** Every hour or day that was asked for, in order and without gaps; at most 10,000 groups in all. */
  readonly buckets: readonly CostBucket[]
  /** What all of it cost, in US dollars, exact. */
  readonly total: string
  /**
   * How many requests there were in all. Where it is filtered by line items, a request counts for each of those
   * that it has.
   */
  readonly totalRequests: string
  /** The currency of all costs: `USD`. */
  readonly currency: string
  /** When this was read. */
  readonly asOf: DateTime
}

/** An hour or a day of usage. */
export interface CostBucket {
  /** When it begins. */
  readonly start: DateTime
  /** When it ends; this moment is in the next one. */
  readonly end: DateTime
  /** What was used, the most expensive first, at most 1,000; empty where nothing was. */
  readonly groups: readonly CostGroup[]
}

/** What usage is attributed to. It stays when the credential is rotated, expires or is revoked. */
export interface CostCredential {
  /** What it is. */
  readonly kind: CredentialKind
  /** The id of the key (`key_…`), the legacy key (`lgk_…`), or the person of the playground (`usr_…`). */
  readonly id: string
  /** The name of the key; `Legacy key` or `Playground` for the others. */
  readonly name: string
}

/** The usage of a bucket that has some things in common. What was not grouped by is null. */
export interface CostGroup {
  /** The project; null where it was not grouped by. */
  readonly project: ProjectReference | null
  /** The credential; null where it was not grouped by. */
  readonly credential: CostCredential | null
  /**
   * The id of who created the key or used the playground, `usr_…`, which may lead to nothing any more; null
   * where it was not grouped by, and where it was no person.
   */
  readonly userId: string | null
  /** Who created the key or used the playground; null as `userId` is, and once they are gone. */
  readonly user: User | null
  /** What requests were for; null where it was not grouped by. */
  readonly workload: Workload | null
  /** The model; null where it was not grouped by, where none was named, and where you may not see it. */
  readonly model: ModelReference | null
  /** What was used; null where it was not grouped by. */
  readonly lineItem: LineItem | null
  /**
   * How many requests there were. Where line items are grouped by or filtered for, a request counts for each of
   * those that it has.
   */
  readonly requests: string
  /** How much was used, in `unit`; null where it was not grouped by line item. */
  readonly quantity: string | null
  /** What `quantity` counts; null where it was not grouped by line item, and for OTHER. */
  readonly unit: UsageUnit | null
  /** What it cost, in US dollars, exact. */
  readonly cost: string
}

/** What the exchange of a lease came to. Amounts are US dollars. */
export interface ExchangedLease {
  /** The lease. */
  readonly leaseId: string
  /** What was given now. */
  readonly granted: string
  /** What was given since it was opened, in all: also what an answer that was lost had given. */
  readonly taken: string
  /** What is left for everybody. */
  readonly remaining: string
  /** What others hold and have not used, where less than the need was given: it is worth asking again soon. */
  readonly idleWithOthers: string
}

/** What the exchange of a rate came to, in requests. */
export interface ExchangedRate {
  /** What the rate belongs to. */
  readonly scopeId: string
  /** How many were given now. */
  readonly granted: number
  /** How many are left for everybody. */
  readonly remaining: number
  /** The rate. */
  readonly requestsPerMinute: number
}

/** Why someone may or may not do something. */
export interface Explanation {
  /** The action that was asked about. */
  readonly action: string
  /** Whether a role allows it and no state stands against it. What else an input can get wrong is not asked. */
  readonly allowed: boolean
  /** What decided. */
  readonly decidedBy: ExplanationReason
  /** The role that allows it; null when none does. */
  readonly role: string | null
  /** Every role that allows the action. */
  readonly allowedRoles: readonly string[]
  /** The same for people. */
  readonly message: string
}

/** An invitation by e-mail: to an organization, or to a project as an external collaborator. */
export interface Invitation {
  /** The id, `inv_…`. It is not the token of the link. */
  readonly id: string
  /** The address that it was sent to; only this address can accept it. */
  readonly email: string
  /** Where it stands. */
  readonly status: InvitationStatus
  /** The role in the organization; null where it invites an external collaborator. */
  readonly role: OrganizationRole | null
  /** The project roles that it gives, as far as you may see the projects. */
  readonly projects: readonly ProjectGrant[]
  /** When it was sent. */
  readonly createdAt: DateTime
  /** Until when it can be accepted: 7 days. */
  readonly expiresAt: DateTime
  /** Who sent it; null once they are gone. */
  readonly invitedBy: Principal | null
  /** The organization that it leads to. */
  readonly organization: OrganizationReference
}

/**
 * What bounds the keys of a project. It binds everybody who creates or changes one, ADMINs too, from when it is
 * set; keys that are there keep what they have until it is set again.
 */
export interface KeyPolicy {
  /** What a new key may use, unless limits are given with it. */
  readonly defaultLimits: UsageLimits
  /**
   * The most that a key may use. Where this has a limit, a key has to have one that is not above it: a new key
   * without one, and without a default, gets this.
   */
  readonly maximumLimits: UsageLimits
  /**
   * How many seconds ahead an expiration may be when it is set, which every new key then has to have; null: as
   * far as one likes, or none.
   */
  readonly maxLifetimeSeconds: number | null
  /** What happens to a key that is reported as leaked. REVOKE if nothing was set. */
  readonly leakedKeyAction: LeakedKeyAction
}

/**
 * A deprecated credential of an organization, bound to its default project. For the Owner; it can be
 * regenerated, and neither scoped nor revoked.
 */
export interface LegacyKey {
  /** The id, `lgk_…`. */
  readonly id: string
  /** The first characters of its secret, to recognize it by. */
  readonly start: string
  /** When it was imported. */
  readonly createdAt: DateTime
  /** When its secret was last replaced; null when never. */
  readonly regeneratedAt: DateTime | null
  /** When its present secret was last used, within a few seconds; null when never. */
  readonly lastUsedAt: DateTime | null
  /** What to know and what to do instead, for people. */
  readonly deprecationNotice: string
  /** The default project, whose resources alone it reaches. */
  readonly project: ProjectReference
  /** The organization. */
  readonly organization: OrganizationReference
}

/** A limit that a request had to fit into. */
export interface LimitState {
  /** What it belongs to. */
  readonly scope: LimitScope
  /** What it limits. */
  readonly kind: LimitKind
  /** Requests a minute, or US dollars. */
  readonly limit: string
  /**
   * What is left, as this server last heard of it: other servers may have taken of it since. Null where it does
   * not keep count: of budgets that only alert.
   */
  readonly remaining: string | null
  /** When a budget’s next window begins; null for rates, which refill all the time, and lifetimes. */
  readonly resetsAt: DateTime | null
}

/** A person's or service account's membership in an organization. */
export interface Member {
  /** The id of this membership, `mem_…`. */
  readonly id: string
  /** The role in the organization. */
  readonly role: OrganizationRole
  /** Since when. */
  readonly joinedAt: DateTime
  /** The person or service account. */
  readonly principal: Principal
  /** The organization. */
  readonly organization: OrganizationReference
}

/** An entry of the catalogue that can be called: a public one, or one that belongs to a project. */
export interface Model {
  /** The id, `mdl_…`. It never changes. */
  readonly id: string
  /** The name by which requests call it. Unique. */
  readonly slug: string
  /** Its name for people. */
  readonly displayName: string
  /** What it is for. */
  readonly workload: Workload
  /** Whether it can be called. */
  readonly status: ModelStatus
  /** The project that it belongs to; null for a public one, and to gateways, which see no projects. */
  readonly project: ProjectReference | null
  /** What it costs now, and prices that are announced for later. By line item, then by time. */
  readonly prices: readonly ModelPrice[]
}

/** What something about a model costs from a moment on, until a later price of the same line item. */
export interface ModelPrice {
  /** What is paid for. */
  readonly lineItem: LineItem
  /** The price in US dollars, exact. */
  readonly usd: string
  /** How many units the price is for. */
  readonly unit: PriceUnit
  /** From when on it holds; ahead of now for a price that is announced. */
  readonly effectiveFrom: DateTime
}

/** An entry of the catalogue that can be called: a public one, or one that belongs to a project. */
export interface ModelReference {
  /** The id, `mdl_…`. It never changes. */
  readonly id: string
  /** The name by which requests call it. Unique. */
  readonly slug: string
  /** Its name for people. */
  readonly displayName: string
}

/** Anything with an id of its own. */
export type NodeReference =
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'ApiKey'
      /** The id, `key_…`. It never changes, also when the secret is rotated. */
      readonly id: string
      /** What it is for. Unique among the live keys of its project. */
      readonly name: string
      /** The project whose resources it reaches, and no other’s. */
      readonly project: ProjectReference
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'AuditEvent'
      /** The id, `aud_…`. */
      readonly id: string
      /** What happened, such as `apiKey.revoked`. */
      readonly action: string
      /** When it happened, by the database’s clock. */
      readonly at: DateTime
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'Collaborator'
      /** The id of this membership, `col_…`. */
      readonly id: string
      /** The person or service account. */
      readonly principal: Principal
      /** The project. */
      readonly project: ProjectReference
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'Gateway'
      /** The id, `gtw_…`. It never changes. */
      readonly id: string
      /** What its operator called it. */
      readonly name: string
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'Invitation'
      /** The id, `inv_…`. It is not the token of the link. */
      readonly id: string
      /** The organization that it leads to. */
      readonly organization: OrganizationReference
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'LegacyKey'
      /** The id, `lgk_…`. */
      readonly id: string
      /** The default project, whose resources alone it reaches. */
      readonly project: ProjectReference
      /** The organization. */
      readonly organization: OrganizationReference
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'Member'
      /** The id of this membership, `mem_…`. */
      readonly id: string
      /** The person or service account. */
      readonly principal: Principal
      /** The organization. */
      readonly organization: OrganizationReference
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'Model'
      /** The id, `mdl_…`. It never changes. */
      readonly id: string
      /** The name by which requests call it. Unique. */
      readonly slug: string
      /** Its name for people. */
      readonly displayName: string
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'Organization'
      /** The id, `org_…`. It never changes. */
      readonly id: string
      /** What it is called. */
      readonly name: string
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'OwnershipOffer'
      /** The id, `own_…`. */
      readonly id: string
      /** The organization that is offered. */
      readonly organization: OrganizationReference
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'Project'
      /** The id, `prj_…`. It never changes. */
      readonly id: string
      /** What it is called. */
      readonly name: string
      /** The organization that it belongs to. */
      readonly organization: OrganizationReference
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'Resource'
      /** The id, `res_…`. It never changes. */
      readonly id: string
      /** Its name, unique among the resources of its kind in its project. */
      readonly name: string
      /** What it is. */
      readonly kind: ResourceKind
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'ServiceAccount'
      /** The id, `svc_…`. It never changes. */
      readonly id: string
      /** Its name, unique among the service accounts of its organization. */
      readonly name: string
      /** The organization that it belongs to. */
      readonly organization: OrganizationReference
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'User'
      /** The id, `usr_…`. It never changes. */
      readonly id: string
      /** The name they gave themselves. */
      readonly name: string
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'Webhook'
      /** The id, `whk_…`. It never changes. */
      readonly id: string
    }

/** The paying account: it has one Owner, members, projects, an audit log, and perhaps a legacy key. */
export interface Organization {
  /** The id, `org_…`. It never changes. */
  readonly id: string
  /** What it is called. */
  readonly name: string
  /** When it was created. */
  readonly createdAt: DateTime
  /** Your role in it; null for external collaborators and for keys. */
  readonly viewerRole: OrganizationRole | null
  /** Its one Owner. For members; null, with FORBIDDEN, to external collaborators and keys. */
  readonly owner: User | null
  /** The project that every organization has. Null where you may not see it. */
  readonly defaultProject: ProjectReference | null
}

/** The paying account: it has one Owner, members, projects, an audit log, and perhaps a legacy key. */
export interface OrganizationReference {
  /** The id, `org_…`. It never changes. */
  readonly id: string
  /** What it is called. */
  readonly name: string
}

/** The Owner’s offer of an organization to one of its people. Visible to the Owner and to who it is made to. */
export interface OwnershipOffer {
  /** The id, `own_…`. */
  readonly id: string
  /** When it was made. */
  readonly createdAt: DateTime
  /** Until when it can be accepted: 7 days. */
  readonly expiresAt: DateTime
  /** When it was accepted; null while it was not. */
  readonly acceptedAt: DateTime | null
  /** To whom. */
  readonly member: Member
  /** The organization that is offered. */
  readonly organization: OrganizationReference
}

/** A model that you can call, with what you can call it through. */
export interface PlaygroundModel {
  /** The model. */
  readonly model: Model
  /**
   * Your projects from which it can be called, oldest first, at most 100: all of them for a public model, its
   * own for a project’s. Not archived ones.
   */
  readonly projects: readonly ProjectReference[]
  /**
   * The keys by which it can be called, newest first, at most 100: the live keys of your projects from which it
   * can be called, whose workloads allow its own.
   */
  readonly apiKeys: readonly ApiKeyReference[]
}

/** Who can hold roles: a person or a service account. */
export type Principal =
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'ServiceAccount'
      /** The id, `svc_…`. It never changes. */
      readonly id: string
      /** Its name, unique among the service accounts of its organization. */
      readonly name: string
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'User'
      /** The id, `usr_…`. It never changes. */
      readonly id: string
      /** The name they gave themselves. */
      readonly name: string
      /**
       * Their e-mail address. Null unless it is oneself, or you administer an organization or a project that
       * they belong to.
       */
      readonly email: string | null
      /** Where their picture is; null when they have none. */
      readonly imageUrl: string | null
    }

/** An error that a caller can act on, answered as data by mutations. */
export type Problem =
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'ConflictError' | 'InvalidStateError' | 'NotFoundError'
      /** What kind of error it is, for programs. */
      readonly code: ErrorCode
      /** What went wrong and what to change, for people. */
      readonly message: string
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'ForbiddenError'
      /** What kind of error it is, for programs. */
      readonly code: ErrorCode
      /** What went wrong and what to change, for people. */
      readonly message: string
      /** The action of the policy table that was refused. */
      readonly action: string
      /** The roles that may do it. */
      readonly allowedRoles: readonly string[]
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'LimitExceededError'
      /** What kind of error it is, for programs. */
      readonly code: ErrorCode
      /** What went wrong and what to change, for people. */
      readonly message: string
      /** How many there may be. */
      readonly limit: number
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'ValidationError'
      /** What kind of error it is, for programs. */
      readonly code: ErrorCode
      /** What went wrong and what to change, for people. */
      readonly message: string
      /** Everything that has to change, at once. */
      readonly issues: readonly ValidationIssue[]
    }

/** An isolated workspace of an organization. It owns keys and collaborators. */
export interface Project {
  /** The id, `prj_…`. It never changes. */
  readonly id: string
  /** What it is called. */
  readonly name: string
  /** What it is for; null when nobody said. For those who may read the project, not only its name. */
  readonly description: string | null
  /** Whether it is the default project, which every organization has and which cannot be archived. */
  readonly isDefault: boolean
  /** When it was created. */
  readonly createdAt: DateTime
  /** When it was archived; null while it is not. The keys of an archived project do not answer. */
  readonly archivedAt: DateTime | null
  /**
   * Your effective role in it: ADMIN for the Owner and ADMINs of its organization, MEMBER of the default project
   * for members. Null for who has none, and for keys.
   */
  readonly viewerRole: ProjectRole | null
  /** The organization that it belongs to. */
  readonly organization: OrganizationReference
}

/** A role in a project that an invitation gives. */
export interface ProjectGrant {
  /** The role in it. */
  readonly role: ProjectRole
  /** The project. */
  readonly project: ProjectReference
}

/** An isolated workspace of an organization. It owns keys and collaborators. */
export interface ProjectReference {
  /** The id, `prj_…`. It never changes. */
  readonly id: string
  /** What it is called. */
  readonly name: string
}

/** A usage event that was refused. Nothing of it is written; what it holds by a reservation stays held. */
export interface RejectedUsageEvent {
  /** Its place among the events of the call, from 0. */
  readonly index: number
  /** Its id; null where what was given cannot be one. */
  readonly eventId: string | null
  /** Why, for programs. */
  readonly code: UsageRejection
  /** Why, for people. */
  readonly message: string
}

/** Something that lives in a project. Requests that name it are allowed to the keys of that project alone. */
export interface Resource {
  /** The id, `res_…`. It never changes. */
  readonly id: string
  /** What it is. */
  readonly kind: ResourceKind
  /** Its name, unique among the resources of its kind in its project. */
  readonly name: string
  /** When it was registered. */
  readonly createdAt: DateTime
  /** The project that it lives in; null to gateways, which see no projects. */
  readonly project: ProjectReference | null
}

/** A non-human member of an organization, for automation. It authenticates with its own token. */
export interface ServiceAccount {
  /** The id, `svc_…`. It never changes. */
  readonly id: string
  /** Its name, unique among the service accounts of its organization. */
  readonly name: string
  /**
   * Its role in the organization: ADMIN or MEMBER, never OWNER. For members; null, with FORBIDDEN, to external
   * collaborators.
   */
  readonly role: OrganizationRole | null
  /**
   * The first characters of its token, to recognize it by. For members; null, with FORBIDDEN, to external
   * collaborators.
   */
  readonly tokenStart: string | null
  /** When it was created. */
  readonly createdAt: DateTime
  /** Who created it; null once they are gone. */
  readonly createdBy: Principal | null
  /**
   * When its token was last used, within a few seconds; null when never. For members; null, with FORBIDDEN, to
   * external collaborators.
   */
  readonly lastUsedAt: DateTime | null
  /** The organization that it belongs to. */
  readonly organization: OrganizationReference
}

/** Metadata of a key. */
export interface Tag {
  /** What it tells. */
  readonly key: string
  /** The value; may be empty. */
  readonly value: string
}

/** An hour or a day of a key’s usage. */
export interface UsageBucket {
  /** When it begins. */
  readonly start: DateTime
  /** When it ends; this moment is in the next one. */
  readonly end: DateTime
  /** How many requests there were. */
  readonly requests: string
  /** What they cost, in US dollars, exact. */
  readonly cost: string
  /** What was used, the most expensive first; empty where nothing was. */
  readonly lineItems: readonly UsageLine[]
}

/** What an organization, a project or a key may use. A request has to fit into the limits of all three. */
export interface UsageLimits {
  /** The capacity of its token bucket, and how much of it is refilled a minute; null: no limit. */
  readonly requestsPerMinute: number | null
  /** Its budgets, at most one for each period; empty: no limit. */
  readonly budgets: readonly Budget[]
}

/** How much of one thing was used. */
export interface UsageLine {
  /** What was used. */
  readonly lineItem: LineItem
  /** How many requests used it. */
  readonly requests: string
  /** How much was used, in `unit`. */
  readonly quantity: string
  /** What `quantity` counts; null for OTHER. */
  readonly unit: UsageUnit | null
  /** What it cost, in US dollars, exact. */
  readonly cost: string
}

/** The usage of a key over time. */
export interface UsageSeries {
  /** Every hour or day that was asked for, in order and without gaps. */
  readonly buckets: readonly UsageBucket[]
  /** What all of it cost, in US dollars, exact. */
  readonly total: string
  /** How many requests there were in all. */
  readonly totalRequests: string
  /** The currency of all costs: `USD`. */
  readonly currency: string
  /** When this was read. */
  readonly asOf: DateTime
}

/** A person. Visible to oneself, and to those who share an organization or a project with them. */
export interface User {
  /** The id, `usr_…`. It never changes. */
  readonly id: string
  /** The name they gave themselves. */
  readonly name: string
  /**
   * Their e-mail address. Null unless it is oneself, or you administer an organization or a project that they
   * belong to.
   */
  readonly email: string | null
  /** Where their picture is; null when they have none. */
  readonly imageUrl: string | null
}

/** One thing to change about an input. */
export interface ValidationIssue {
  /** Where in the input, from the outside in: `["rows", "3", "name"]`. */
  readonly path: readonly string[]
  /** What to change. */
  readonly message: string
}

/** Everything that deciding about a secret takes. */
export interface VerifierCredential {
  /** The hash that was asked about. */
  readonly secretHash: string
  /**
   * What it is about, as `VerifierSync.subjects` names what changed: once one of them is named there, this is no
   * longer right.
   */
  readonly subjects: readonly string[]
  /** What the secret belongs to. */
  readonly kind: CredentialKind
  /** What usage is attributed to: `key_…`, `lgk_…`, or `usr_…` for a playground token. */
  readonly credentialId: string
  /** The name of the key. */
  readonly name: string
  /** The project that usage is attributed to. */
  readonly projectId: string
  /** The organization that pays. */
  readonly organizationId: string
  /** Which secret of the key it is, counted from 1. */
  readonly secretVersion: number
  /** When this secret stops, after a rotation; null: it is the newest one. */
  readonly retiresAt: DateTime | null
  /** When the key expires; null: never. */
  readonly expiresAt: DateTime | null
  /** Whether the key is revoked. */
  readonly revoked: boolean
  /** Whether its project is archived. */
  readonly projectArchived: boolean
  /** What it may be used for; empty: everything. */
  readonly workloads: readonly Workload[]
  /** The networks that it may be used from, as CIDR; empty: all. */
  readonly allowedIps: readonly string[]
  /** The limits that a request has to fit into. */
  readonly limits: readonly VerifierLimit[]
  /**
   * What to tell, by `verifierAcknowledge`, when it was let pass; null for playground tokens, whose use is shown
   * nowhere.
   */
  readonly useId: string | null
}

/** What the database said. Nothing is said of what is not there. */
export interface VerifierKnowledge {
  /** The secrets that there are, revoked and expired ones too. */
  readonly credentials: readonly VerifierCredential[]
  /** The resources that there are. */
  readonly resources: readonly VerifierResource[]
  /** The models that there are, also offline. */
  readonly models: readonly VerifierModel[]
  /** Everything committed by then is considered. */
  readonly asOf: DateTime
}

/** A limit above a credential. */
export interface VerifierLimit {
  /** What it belongs to. */
  readonly scope: LimitScope
  /** The id of that, as leases are exchanged by. */
  readonly scopeId: string
  /** What `VerifierSync.recalls` names it by. */
  readonly subject: string
  /** What it limits. */
  readonly kind: LimitKind
  /** Requests a minute, or US dollars. */
  readonly limit: string
  /** What happens when it is spent. */
  readonly onLimit: LimitAction
}

/** A model as requests call it. */
export interface VerifierModel {
  /** What it is called by. */
  readonly slug: string
  /** Whether it can be called. */
  readonly online: boolean
  /** The project that it belongs to; null: it is public. */
  readonly projectId: string | null
  /**
   * What it is about, as `VerifierSync.subjects` names what changed: once one of them is named there, this is no
   * longer right.
   */
  readonly subjects: readonly string[]
  /** Every price that it ever had, newest first. */
  readonly prices: readonly VerifierPrice[]
}

/** What a line item of a model costs from a moment on. */
export interface VerifierPrice {
  /** What is paid for. */
  readonly lineItem: LineItem
  /** The price, in US dollars. */
  readonly usd: string
  /** How many of it the price is for. */
  readonly unit: PriceUnit
  /** From when on. */
  readonly effectiveFrom: DateTime
}

/** Whether an in-process verifier of a gateway has heard of a change. */
export interface VerifierReceipt {
  /** A UUID: a process of the gateway. */
  readonly verifierId: string
  /** The gateway, `gtw_…`. */
  readonly gatewayId: string
  /** What the operator calls the gateway. */
  readonly gatewayName: string
  /** Whether it has. One that is gone without a word is waited for too, for as long as it could still answer. */
  readonly acknowledged: boolean
}

/** Where a resource lives. */
export interface VerifierResource {
  /** The resource, `res_…`. */
  readonly resourceId: string
  /** Its project. */
  readonly projectId: string
  /**
   * What it is about, as `VerifierSync.subjects` names what changed: once one of them is named there, this is no
   * longer right.
   */
  readonly subjects: readonly string[]
}

/** What an in-process verifier needs to stay right. */
export interface VerifierSync {
  /** Up to where changes are considered: to go on from, and to be acknowledged once they are applied. */
  readonly cursor: string
  /** What changed: whatever names one of them among its own subjects is no longer right. */
  readonly subjects: readonly string[]
  /** Limits that others wait for, by `VerifierLimit.subject`: what is leased of them and not used should go back. */
  readonly recalls: readonly string[]
  /** Everything committed by then is considered. It stands still while the database is away. */
  readonly asOf: DateTime
  /** The database’s time: expirations are by this clock. */
  readonly now: DateTime
  /**
   * For how long after `asOf` known credentials may be answered for while nothing newer is to be had, in
   * seconds; 0: not at all.
   */
  readonly outageGraceSeconds: number
}

/** Who is asking, and what they can reach. Answered to every kind of actor. */
export interface Viewer {
  /** What the request’s credential stands for. */
  readonly kind: ActorKind
  /** Who is asking; null for an anonymous request. */
  readonly actor: Actor | null
}

/**
 * Where an organization is told, by signed messages in the form of Standard Webhooks, of what happens in it. For
 * its Owner and ADMINs.
 */
export interface Webhook {
  /** The id, `whk_…`. It never changes. */
  readonly id: string
  /** Where messages are sent. */
  readonly url: string
  /** What it is for; null when not said. */
  readonly description: string | null
  /** What it is told of; empty: everything, also what will be added. */
  readonly events: readonly WebhookEvent[]
  /** Whether messages are sent. It is switched off when a receiver answers 410 (gone), too. */
  readonly enabled: boolean
  /** When it was created. */
  readonly createdAt: DateTime
  /** The name that its creator had then. */
  readonly createdByName: string
  /** When the receiver last took a message; null when never. */
  readonly lastSuccessAt: DateTime | null
  /** When an attempt last failed; null when never. */
  readonly lastFailureAt: DateTime | null
  /** Why that attempt failed; null when none did. */
  readonly lastFailure: string | null
}

/**
 * Where an organization is told, by signed messages in the form of Standard Webhooks, of what happens in it. For
 * its Owner and ADMINs.
 */
export interface WebhookDeliveries {
  /** The id, `whk_…`. It never changes. */
  readonly id: string
  /** Its messages, newest first. Kept for 30 days. */
  readonly deliveries: {
    /** The rows of this page. */
    readonly nodes: readonly WebhookDelivery[]
    /** Where this page is in the list. */
    readonly pageInfo: {
      /** Whether there are rows after this page; true on every page asked for with `before`. */
      readonly hasNextPage: boolean
      /** The cursor of the last row; null on an empty page. Give it as `after` for the next page. */
      readonly endCursor: string | null
    }
  }
}

/** A message to a webhook, and what became of it. */
export interface WebhookDelivery {
  /** The id that the message carries as `webhook-id`, the same at every attempt. */
  readonly messageId: string
  /** What it tells of. */
  readonly event: WebhookEvent
  /** When what it tells of happened. */
  readonly createdAt: DateTime
  /** How many attempts to send it were begun; one that the server did not end counts too. */
  readonly attempts: number
  /**
   * When the next attempt is due; null once it was delivered or given up. During an attempt, when another one
   * would follow if nothing more were heard of it.
   */
  readonly nextAttemptAt: DateTime | null
  /** When the receiver took it, by a status from 200 to 299; null while it did not. */
  readonly deliveredAt: DateTime | null
  /** When it was given up: after the last attempt, or as the webhook was disabled; null otherwise. */
  readonly givenUpAt: DateTime | null
  /** The HTTP status of the last answer; null where the last attempt had none. */
  readonly lastStatus: number | null
  /** Why the last attempt failed; null where it did not, or before it. */
  readonly lastError: string | null
}

/** The key that was created, with its secret. */
export interface ApiKeyCreatePayload {
  /** The key as it is now. */
  readonly apiKey: ApiKey
  /** The secret, `kw_proj_…`. Shown this once; only its hash is kept. */
  readonly secret: string
}

/** The key that was revoked. */
export interface ApiKeyRevokePayload {
  /** The key as it is now. */
  readonly apiKey: ApiKey
  /**
   * The verifiers that may answer by what they know, and whether each has heard of the revocation: once all
   * have, the key is refused everywhere. Null where `awaitVerifiersSeconds` was not given.
   */
  readonly verifiers: readonly VerifierReceipt[] | null
}

/** The key with its new secret. */
export interface ApiKeyRotatePayload {
  /** The key as it is now. */
  readonly apiKey: ApiKey
  /** The secret, `kw_proj_…`. Shown this once; only its hash is kept. */
  readonly secret: string
}

/** The collaborator, or the invitation. */
export interface CollaboratorAddPayload {
  /** Who was added; null when an e-mail address was invited. */
  readonly collaborator: Collaborator | null
  /** The invitation; null when someone was added by id. */
  readonly invitation: Invitation | null
  /** The link by which the invitation is accepted, shown this once; null when someone was added by id. */
  readonly acceptUrl: string | null
  /** The project. */
  readonly project: Project
}

/** Where one belongs now. */
export interface InvitationAcceptPayload {
  /** The organization. */
  readonly organization: Organization
  /** The projects in which one has a role by it; without those that were archived meanwhile. */
  readonly projects: readonly Project[]
}

/** The legacy key with its new secret. */
export interface LegacyKeyRegeneratePayload {
  /** The legacy key as it is now. */
  readonly legacyKey: LegacyKey
  /** Its secret. */
  readonly secret: string
}

/** The legacy key with its secret. */
export interface LegacyKeyRevealPayload {
  /** The legacy key as it is now. */
  readonly legacyKey: LegacyKey
  /** Its secret. */
  readonly secret: string
}

/** What the exchange came to. */
export interface LimitLeasesExchangePayload {
  /** One for each lease of a budget that there is. */
  readonly leases: readonly ExchangedLease[]
  /** One for each rate that there is. */
  readonly rates: readonly ExchangedRate[]
}

/** The invitation, with its link. */
export interface MemberInvitePayload {
  /** The invitation. */
  readonly invitation: Invitation
  /** The link by which it is accepted. Shown this once. */
  readonly acceptUrl: string
}

/** The token that was made. */
export interface PlaygroundTokenCreatePayload {
  /** The token, `kw_play_…`. Shown this once; only its hash is kept. */
  readonly token: string
  /** When it stops. It stops sooner where your last role in the organization ends. */
  readonly expiresAt: DateTime
  /** The organization that pays. */
  readonly organization: OrganizationReference
}

/** The service account that was created, with its token. */
export interface ServiceAccountCreatePayload {
  /** The service account as it is now. */
  readonly serviceAccount: ServiceAccount
  /** The token, `kw_svc_…`. Shown this once; only its hash is kept. */
  readonly token: string
}

/** The service account with its new token. */
export interface ServiceAccountTokenRotatePayload {
  /** The service account as it is now. */
  readonly serviceAccount: ServiceAccount
  /** The token, `kw_svc_…`. Shown this once; only its hash is kept. */
  readonly token: string
}

/** What became of the events. */
export interface UsageRecordPayload {
  /** How many events are new. */
  readonly recorded: number
  /** How many were recorded before, saying the same: nothing is to be done about them. */
  readonly duplicates: number
  /** Those that were refused, in the order of the call. */
  readonly rejected: readonly RejectedUsageEvent[]
  /** When they were recorded. */
  readonly asOf: DateTime
}

/** The webhook, and its signing secret. */
export interface WebhookCreatePayload {
  /** The webhook as it is now. */
  readonly webhook: Webhook
  /** The secret that signs messages, `whsec_…`, for the receiver to verify them with. Shown this once. */
  readonly secret: string
}

/** The webhook, and its new signing secret. */
export interface WebhookSecretRotatePayload {
  /** The webhook as it is now. */
  readonly webhook: Webhook
  /** The secret that signs messages, `whsec_…`, for the receiver to verify them with. Shown this once. */
  readonly secret: string
}

/** What `apiKeys.list` lists. */
export interface ApiKeysListParams {
  /** The project, `prj_…`. */
  readonly projectId: string
  /** Which keys. */
  readonly filter?: ApiKeyFilter | null | undefined
  /** In which order; newest first if not given. */
  readonly orderBy?: ApiKeyOrder | null | undefined
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** What `auditLog.list` lists. */
export interface AuditLogListParams {
  /** The organization, `org_…`. */
  readonly organizationId: string
  /** Which events. */
  readonly filter?: AuditFilter | null | undefined
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** What `auditLog.listOfProject` lists. */
export interface AuditLogListOfProjectParams {
  /** The project, `prj_…`. */
  readonly projectId: string
  /** Which events. */
  readonly filter?: AuditFilter | null | undefined
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** What `collaborators.list` lists. */
export interface CollaboratorsListParams {
  /** The project, `prj_…`. */
  readonly projectId: string
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** What `invitations.list` lists. */
export interface InvitationsListParams {
  /** The organization, `org_…`. */
  readonly organizationId: string
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** What `invitations.listOfProject` lists. */
export interface InvitationsListOfProjectParams {
  /** The project, `prj_…`. */
  readonly projectId: string
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** What `members.list` lists. */
export interface MembersListParams {
  /** The organization, `org_…`. */
  readonly organizationId: string
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** What `models.list` lists. */
export interface ModelsListParams {
  /** Those for this; all if not given. */
  readonly workload?: Workload | null | undefined
  /** Those of this status; all if not given. */
  readonly status?: ModelStatus | null | undefined
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** What `models.listOfProject` lists. */
export interface ModelsListOfProjectParams {
  /** The project, `prj_…`. */
  readonly projectId: string
  /** Those for this; all if not given. */
  readonly workload?: Workload | null | undefined
  /** Those of this status; all if not given. */
  readonly status?: ModelStatus | null | undefined
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** What `organizations.list` lists. */
export interface OrganizationsListParams {
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** What `playground.apiKeys` lists. */
export interface PlaygroundApiKeysParams {
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** What `playground.models` lists. */
export interface PlaygroundModelsParams {
  /** Those for this; all if not given. */
  readonly workload?: Workload | null | undefined
  /** Those of this status; null: all. */
  readonly status?: ModelStatus | null | undefined
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** What `projects.list` lists. */
export interface ProjectsListParams {
  /** The organization, `org_…`. */
  readonly organizationId: string
  /** Whether archived projects are listed too. */
  readonly includeArchived?: boolean | null | undefined
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** What `resources.list` lists. */
export interface ResourcesListParams {
  /** The project, `prj_…`. */
  readonly projectId: string
  /** Those of this kind; all if not given. */
  readonly kind?: ResourceKind | null | undefined
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** What `serviceAccounts.list` lists. */
export interface ServiceAccountsListParams {
  /** The organization, `org_…`. */
  readonly organizationId: string
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** What `viewer.projects` lists. */
export interface ViewerProjectsParams {
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** What `webhooks.list` lists. */
export interface WebhooksListParams {
  /** The organization, `org_…`. */
  readonly organizationId: string
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}
