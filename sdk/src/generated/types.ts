// Generated from schema/schema.graphql and sdk/operations by `pnpm codegen`. Do not edit.

/**
 * Date and time in RFC 3339. Output is in UTC with milliseconds: `2027-01-31T12:00:00.000Z`. Input may use any
 * time zone.
 */
export type DateTime = string

/**
 * Kind of caller. More values may be added.
 * A newer server may know others; take those as unknown.
 * - `ANONYMOUS`: The request carries no credential.
 * - `API_KEY`: A key of a project.
 * - `GATEWAY`: A gateway.
 * - `LEGACY_KEY`: A legacy key of an organization.
 * - `SERVICE_ACCOUNT`: A service account.
 * - `USER`: A signed-in person.
 */
export type ActorKind = 'ANONYMOUS' | 'API_KEY' | 'GATEWAY' | 'LEGACY_KEY' | 'SERVICE_ACCOUNT' | 'USER' | (string & {})

/**
 * Recommendation for a live key. More values may be added.
 * A newer server may know others; take those as unknown.
 * - `CREATOR_GONE`: The creator has left the organization. The key keeps working, unless it is paused.
 * - `EXPIRES_SOON`: The key expires within 7 days.
 * - `LEAKED`: A working secret was reported as leaked. Rotate or revoke the key.
 * - `NO_EXPIRATION`: The key never expires. Set an expiration on temporary keys.
 * - `ROTATION_SAFE_TO_FINISH`: During a rotation, the new secret is in use and the old one has not been used for
 * an hour. You can finish the rotation.
 * - `UNUSED_90_DAYS`: The key is at least 90 days old and has not been used for 90 days.
 */
export type ApiKeyAdvice = 'CREATOR_GONE' | 'EXPIRES_SOON' | 'LEAKED' | 'NO_EXPIRATION' | 'ROTATION_SAFE_TO_FINISH' | 'UNUSED_90_DAYS' | (string & {})

/**
 * Kind of change to a key. More values may be added.
 * A newer server may know others; take those as unknown.
 * - `API_KEY_CREATED`: The key was created or imported.
 * - `API_KEY_LEAKED`: A secret of the key was reported as leaked.
 * - `API_KEY_PAUSED`: The key was paused, or the end of its pause was changed.
 * - `API_KEY_RESUMED`: The key was resumed. Nothing is sent when a pause reaches its end.
 * - `API_KEY_REVOKED`: The key was revoked.
 * - `API_KEY_ROTATED`: The key was given a new secret.
 * - `API_KEY_ROTATION_FINISHED`: The rotation ended: the old secret stopped working.
 * - `API_KEY_ROTATION_UNDONE`: The rotation was undone: the new secret stopped working.
 * - `API_KEY_UPDATED`: The key’s name, tags, scopes, limits or expiration changed.
 * - `BUDGET_ALERT`: Spending reached an alert threshold of one of the key’s budgets. Sent only to those who may
 * read its budgets.
 */
export type ApiKeyChangeKind = 'API_KEY_CREATED' | 'API_KEY_LEAKED' | 'API_KEY_PAUSED' | 'API_KEY_RESUMED' | 'API_KEY_REVOKED' | 'API_KEY_ROTATED' | 'API_KEY_ROTATION_FINISHED' | 'API_KEY_ROTATION_UNDONE' | 'API_KEY_UPDATED' | 'BUDGET_ALERT' | (string & {})

/**
 * Field to sort keys by.
 * A newer server may know others; take those as unknown.
 * - `CREATED_AT`: Order of creation or import in this system.
 * - `CREATED_BY`: Name of the creator at the time of creation. The collation of the database determines how
 * upper and lower case sort.
 * - `EXPIRES_AT`: Expiration time. Keys that never expire come last.
 * - `LAST_USED_AT`: Time of last use. Keys that were never used come last.
 * - `NAME`: Name, ignoring case.
 */
export type ApiKeyOrderField = 'CREATED_AT' | 'CREATED_BY' | 'EXPIRES_AT' | 'LAST_USED_AT' | 'NAME' | (string & {})

/**
 * Status of a key.
 * A newer server may know others; take those as unknown.
 * - `ACTIVE`: The key works, unless its project is archived or paused, or its organization is paused.
 * - `EXPIRED`: The expiration has passed. Setting a later expiration reactivates the key.
 * - `PAUSED`: The key is paused. It works again when someone resumes it or the pause ends.
 * - `REVOKED`: The key is revoked permanently. Its name can be reused.
 */
export type ApiKeyStatus = 'ACTIVE' | 'EXPIRED' | 'PAUSED' | 'REVOKED' | (string & {})

/**
 * Kind of actor behind a change. More values may be added.
 * A newer server may know others; take those as unknown.
 * - `ANONYMOUS`: An unauthenticated caller.
 * - `API_KEY`: A key of a project.
 * - `GATEWAY`: A gateway.
 * - `LEGACY_KEY`: A legacy key.
 * - `OPERATOR`: The operator of the instance, on its command line.
 * - `SERVICE_ACCOUNT`: A service account.
 * - `SYSTEM`: The instance itself, for alerts, leak reports, webhooks and budget reconciliation.
 * - `USER`: A person.
 */
export type AuditActorKind = 'ANONYMOUS' | 'API_KEY' | 'GATEWAY' | 'LEGACY_KEY' | 'OPERATOR' | 'SERVICE_ACCOUNT' | 'SYSTEM' | 'USER' | (string & {})

/**
 * Period of a budget. Days, weeks and months follow `Organization.timeZone`.
 * A newer server may know others; take those as unknown.
 * - `DAY`: From midnight to midnight.
 * - `MONTH`: From the first of a month to the first of the next.
 * - `TOTAL`: The whole lifetime, without a reset.
 * - `WEEK`: From Monday to Monday.
 */
export type BudgetPeriod = 'DAY' | 'MONTH' | 'TOTAL' | 'WEEK' | (string & {})

/**
 * Dimension to group costs by. More values may be added.
 * A newer server may know others; take those as unknown.
 * - `CONSUMER`: End customer of the requests, as gateways reported it.
 * - `CREDENTIAL`: Key, legacy key, or person using the playground.
 * - `LINE_ITEM`: Line item that was used.
 * - `MODEL`: Model that was called.
 * - `PROJECT`: Project of the credential.
 * - `TAG`: Value that the key had of the tag `tagKey`, in the hour of the usage.
 * - `USER`: Person who created the key or used the playground.
 * - `WORKLOAD`: Workload of the requests.
 */
export type CostDimension = 'CONSUMER' | 'CREDENTIAL' | 'LINE_ITEM' | 'MODEL' | 'PROJECT' | 'TAG' | 'USER' | 'WORKLOAD' | (string & {})

/**
 * Action taken on the keys of a person or service account that leaves the organization.
 * A newer server may know others; take those as unknown.
 * - `FLAG`: The keys keep working. A notice `API_KEY_CREATOR_LEFT` is sent for each key.
 * - `KEEP`: The keys keep working.
 * - `PAUSE`: The keys are paused until somebody resumes them.
 */
export type CreatorLeaves = 'FLAG' | 'KEEP' | 'PAUSE' | (string & {})

/**
 * Kind of credential. The list may grow.
 * A newer server may know others; take those as unknown.
 * - `API_KEY`: A key of a project.
 * - `LEGACY_KEY`: The legacy key of an organization.
 * - `PLAYGROUND`: A playground token of a person, valid for 10 minutes.
 */
export type CredentialKind = 'API_KEY' | 'LEGACY_KEY' | 'PLAYGROUND' | (string & {})

/**
 * Dimension to group denied requests by. More values may be added.
 * A newer server may know others; take those as unknown.
 * - `CREDENTIAL`: Key, legacy key, or person using the playground.
 * - `PROJECT`: Project of the credential.
 * - `REASON`: Reason for the denial.
 */
export type DenialDimension = 'CREDENTIAL' | 'PROJECT' | 'REASON' | (string & {})

/**
 * Reason for a denial. The list may grow.
 * A newer server may know others; take those as unknown.
 * - `BUDGET_EXCEEDED`: A budget of the key has no room for this request.
 * - `CONCURRENCY_LIMITED`: The key has reached its concurrency limit.
 * - `EXPIRED`: The key has expired.
 * - `IP_NOT_ALLOWED`: The key may not be used from this address, or the request has none.
 * - `MALFORMED`: The secret is mistyped: its checksum is wrong.
 * - `MODEL_NOT_ALLOWED`: The key may not be used for this model, or the request has none.
 * - `MODEL_NOT_AVAILABLE`: The model is not available to the project of the key.
 * - `NOT_FOUND`: The secret is unknown.
 * - `ORIGIN_NOT_ALLOWED`: The token may not be used from this origin, or the request has none.
 * - `PAUSED`: The key, its project or its organization is paused.
 * - `PROJECT_ARCHIVED`: The project of the key is archived.
 * - `RATE_LIMITED`: The key has reached its rate limit.
 * - `RESOURCE_NOT_IN_PROJECT`: The resource is not in the project of the key.
 * - `REVOKED`: The key is revoked.
 * - `SECRET_RETIRED`: The key was rotated. Use its new secret.
 * - `UNAVAILABLE`: Keyward cannot decide now. Try again.
 * - `UNKNOWN_SECRETS_LIMITED`: Too many unknown secrets came from this address or gateway. Try again.
 * - `WORKLOAD_NOT_ALLOWED`: The key may not be used for this workload, or the request has none.
 */
export type DenialReason = 'BUDGET_EXCEEDED' | 'CONCURRENCY_LIMITED' | 'EXPIRED' | 'IP_NOT_ALLOWED' | 'MALFORMED' | 'MODEL_NOT_ALLOWED' | 'MODEL_NOT_AVAILABLE' | 'NOT_FOUND' | 'ORIGIN_NOT_ALLOWED' | 'PAUSED' | 'PROJECT_ARCHIVED' | 'RATE_LIMITED' | 'RESOURCE_NOT_IN_PROJECT' | 'REVOKED' | 'SECRET_RETIRED' | 'UNAVAILABLE' | 'UNKNOWN_SECRETS_LIMITED' | 'WORKLOAD_NOT_ALLOWED' | (string & {})

/**
 * Kind of error a mutation can return. More values may be added.
 * A newer server may know others; take those as unknown.
 * - `CONFLICT`: The name is taken, a newer version exists, or the idempotency key was used with a different
 * input.
 * - `FORBIDDEN`: Your role does not permit this action on an object you can see.
 * - `INVALID_STATE`: The object’s state does not permit this action. The message says what to do instead.
 * - `LIMIT_EXCEEDED`: The instance’s quota for such objects is used up.
 * - `NOT_FOUND`: No object with this id is visible to you.
 * - `VALIDATION`: The input is invalid. `issues` lists what to change.
 */
export type ErrorCode = 'CONFLICT' | 'FORBIDDEN' | 'INVALID_STATE' | 'LIMIT_EXCEEDED' | 'NOT_FOUND' | 'VALIDATION' | (string & {})

/**
 * Basis of a decision. More values may be added.
 * A newer server may know others; take those as unknown.
 * - `NOT_VISIBLE`: The target does not exist or is not visible to you.
 * - `NO_ROLE`: None of the principal’s roles permits the action. See `allowedRoles`.
 * - `ROLE`: A role permits the action. See `role`.
 * - `STATE`: The role permits the action, but the target’s state does not. The message says what to do.
 */
export type ExplanationReason = 'NOT_VISIBLE' | 'NO_ROLE' | 'ROLE' | 'STATE' | (string & {})

/**
 * Length of a bucket.
 * A newer server may know others; take those as unknown.
 * - `DAY`: One day of the time zone. The period may span at most 400 days.
 * - `HOUR`: One hour. The period may span at most 31 days.
 * - `MONTH`: One month of the time zone. The period may span at most 60 months.
 */
export type Granularity = 'DAY' | 'HOUR' | 'MONTH' | (string & {})

/**
 * Status of an invitation.
 * A newer server may know others; take those as unknown.
 * - `ACCEPTED`: The invitation was accepted.
 * - `CANCELLED`: The invitation was cancelled, or replaced by a newer one.
 * - `EXPIRED`: The invitation was not accepted within 7 days.
 * - `OPEN`: The invitation can be accepted.
 */
export type InvitationStatus = 'ACCEPTED' | 'CANCELLED' | 'EXPIRED' | 'OPEN' | (string & {})

/**
 * Kind of principal that may create and import keys, if its role permits it.
 * A newer server may know others; take those as unknown.
 * - `ANYONE`: People and service accounts.
 * - `SERVICE_ACCOUNTS`: Service accounts only.
 */
export type KeyCreators = 'ANYONE' | 'SERVICE_ACCOUNTS' | (string & {})

/**
 * A rule of a key policy that a key can violate.
 * A newer server may know others; take those as unknown.
 * - `ALLOWED_IPS`: The key works from networks that are not permitted.
 * - `CREATORS`: A person created the key, and only service accounts may create keys.
 * - `EXPIRATION`: The expiration is missing or too far ahead.
 * - `MAXIMUM_LIMITS`: A limit is missing or higher than the maximum.
 * - `MODELS`: The key allows models that are not permitted.
 * - `ROTATION`: The current secret is older than permitted.
 * - `WORKLOADS`: The key allows workloads that are not permitted.
 */
export type KeyRule = 'ALLOWED_IPS' | 'CREATORS' | 'EXPIRATION' | 'MAXIMUM_LIMITS' | 'MODELS' | 'ROTATION' | 'WORKLOADS' | (string & {})

/**
 * Action taken when a key’s secret is reported as leaked.
 * A newer server may know others; take those as unknown.
 * - `FLAG`: Flags the key, which keeps working, and sends notifications.
 * - `REVOKE`: Revokes the key at once.
 */
export type LeakedKeyAction = 'FLAG' | 'REVOKE' | (string & {})

/**
 * Behavior when a budget is spent.
 * A newer server may know others; take those as unknown.
 * - `ALERT`: Requests are still allowed, and an alert is raised.
 * - `REJECT`: Requests are denied with BUDGET_EXCEEDED until the period ends.
 */
export type LimitAction = 'ALERT' | 'REJECT' | (string & {})

/**
 * Kind of limit: a rate, a budget or concurrency.
 * A newer server may know others; take those as unknown.
 * - `CONCURRENCY`: Concurrent requests.
 * - `DAY`: Budget for a day, in the time zone of the organization.
 * - `INPUT_TOKENS_PER_DAY`: Input tokens a day.
 * - `INPUT_TOKENS_PER_HOUR`: Input tokens an hour.
 * - `INPUT_TOKENS_PER_MINUTE`: Input tokens a minute.
 * - `MONTH`: Budget for a month, in the time zone of the organization.
 * - `OUTPUT_TOKENS_PER_DAY`: Output tokens a day.
 * - `OUTPUT_TOKENS_PER_HOUR`: Output tokens an hour.
 * - `OUTPUT_TOKENS_PER_MINUTE`: Output tokens a minute.
 * - `REQUESTS_PER_DAY`: Requests a day.
 * - `REQUESTS_PER_HOUR`: Requests an hour.
 * - `REQUESTS_PER_MINUTE`: Requests a minute.
 * - `TOKENS_PER_DAY`: Input and output tokens a day.
 * - `TOKENS_PER_HOUR`: Input and output tokens an hour.
 * - `TOKENS_PER_MINUTE`: Input and output tokens a minute.
 * - `TOTAL`: Budget without an end.
 * - `WEEK`: Budget from Monday to Monday, in the time zone of the organization.
 */
export type LimitKind = 'CONCURRENCY' | 'DAY' | 'INPUT_TOKENS_PER_DAY' | 'INPUT_TOKENS_PER_HOUR' | 'INPUT_TOKENS_PER_MINUTE' | 'MONTH' | 'OUTPUT_TOKENS_PER_DAY' | 'OUTPUT_TOKENS_PER_HOUR' | 'OUTPUT_TOKENS_PER_MINUTE' | 'REQUESTS_PER_DAY' | 'REQUESTS_PER_HOUR' | 'REQUESTS_PER_MINUTE' | 'TOKENS_PER_DAY' | 'TOKENS_PER_HOUR' | 'TOKENS_PER_MINUTE' | 'TOTAL' | 'WEEK' | (string & {})

/**
 * Owner of a limit.
 * A newer server may know others; take those as unknown.
 * - `API_KEY`: The key itself.
 * - `CHILD_TOKEN`: The child token that was sent in place of a secret of the key.
 * - `CONSUMER`: The consumer of the key’s project that the request names.
 * - `ORGANIZATION`: The organization of the key.
 * - `PROJECT`: The project of the key.
 * - `TAG`: All keys of the organization that share a tag with the key.
 */
export type LimitScope = 'API_KEY' | 'CHILD_TOKEN' | 'CONSUMER' | 'ORGANIZATION' | 'PROJECT' | 'TAG' | (string & {})

/**
 * Billable item of usage. Each token is counted in one item only, so the items of a request never overlap. More
 * values may be added.
 * A newer server may know others; take those as unknown.
 * - `ADJUSTMENT`: Adjustment by `usageAdjust`. Events cannot name it, and it has no price.
 * - `AUDIO_INPUT_TOKENS`: Audio tokens read by a model, except cached ones. Not counted in INPUT_TOKENS. Counted
 * as input by token rates.
 * - `AUDIO_OUTPUT_TOKENS`: Audio tokens written by a model. Not counted in OUTPUT_TOKENS. Counted as output by
 * token rates.
 * - `CACHED_AUDIO_INPUT_TOKENS`: Audio tokens read by a model from its prompt cache. Not counted in
 * CACHED_INPUT_TOKENS or AUDIO_INPUT_TOKENS. Counted as input by token rates.
 * - `CACHED_INPUT_TOKENS`: Tokens read by a model from its prompt cache. Not counted in INPUT_TOKENS. Counted as
 * input by token rates.
 * - `CACHE_WRITE_1H_TOKENS`: Tokens read by a model and written to its prompt cache for an hour. Not counted in
 * INPUT_TOKENS or CACHE_WRITE_TOKENS. Counted as input by token rates.
 * - `CACHE_WRITE_TOKENS`: Tokens read by a model and written to its prompt cache for some minutes. Not counted
 * in INPUT_TOKENS. Counted as input by token rates.
 * - `IMAGES`: Images generated by a model.
 * - `INPUT_TOKENS`: Text and image tokens read by a model, except those read from or written to a prompt cache.
 * Counted as input by token rates.
 * - `OTHER`: Cost reported without a line item. It has no catalogue price.
 * - `OUTPUT_TOKENS`: Tokens written by a model, except reasoning and audio tokens. Counted as output by token
 * rates.
 * - `REASONING_TOKENS`: Tokens written by a model to reason before its response. Not counted in OUTPUT_TOKENS.
 * Counted as output by token rates.
 * - `SECONDS`: Seconds of audio, video or compute.
 * - `SESSIONS`: Sandbox sessions.
 */
export type LineItem = 'ADJUSTMENT' | 'AUDIO_INPUT_TOKENS' | 'AUDIO_OUTPUT_TOKENS' | 'CACHED_AUDIO_INPUT_TOKENS' | 'CACHED_INPUT_TOKENS' | 'CACHE_WRITE_1H_TOKENS' | 'CACHE_WRITE_TOKENS' | 'IMAGES' | 'INPUT_TOKENS' | 'OTHER' | 'OUTPUT_TOKENS' | 'REASONING_TOKENS' | 'SECONDS' | 'SESSIONS' | (string & {})

/**
 * Availability of a model.
 * A newer server may know others; take those as unknown.
 * - `OFFLINE`: The model cannot be called at present.
 * - `ONLINE`: The model can be called.
 */
export type ModelStatus = 'OFFLINE' | 'ONLINE' | (string & {})

/**
 * Sort direction.
 * A newer server may know others; take those as unknown.
 * - `ASC`: Ascending: smallest, oldest or A first.
 * - `DESC`: Descending: largest, newest or Z first.
 */
export type OrderDirection = 'ASC' | 'DESC' | (string & {})

/**
 * Action on an organization.
 * A newer server may know others; take those as unknown.
 * - `API_KEY_IMPORT`: `apiKey:import`. Permitted to OWNER, ADMIN.
 * - `AUDIT_READ_ORGANIZATION`: `audit:readOrganization`. Permitted to OWNER, ADMIN.
 * - `EXPLAIN_ONESELF`: `explain:oneself`. Permitted to OWNER, ADMIN, MEMBER, PROJECT_ADMIN, PROJECT_MEMBER,
 * EXTERNAL_PROJECT_ADMIN, EXTERNAL_PROJECT_MEMBER, API_KEY, LEGACY_KEY.
 * - `INVITATION_CANCEL_ORGANIZATION`: `invitation:cancelOrganization`. Permitted to OWNER, ADMIN.
 * - `INVITATION_CREATE_ORGANIZATION`: `invitation:createOrganization`. Permitted to OWNER, ADMIN.
 * - `INVITATION_LIST_ORGANIZATION`: `invitation:listOrganization`. Permitted to OWNER, ADMIN.
 * - `LEGACY_KEY_FIND`: `legacyKey:find`. Permitted to OWNER, LEGACY_KEY.
 * - `LEGACY_KEY_IMPORT`: `legacyKey:import`. Permitted to OWNER.
 * - `LEGACY_KEY_REGENERATE`: `legacyKey:regenerate`. Permitted to OWNER.
 * - `LEGACY_KEY_REVEAL`: `legacyKey:reveal`. Permitted to OWNER.
 * - `MEMBER_CHANGE_ROLE`: `member:changeRole`. Permitted to OWNER, ADMIN.
 * - `MEMBER_READ_SECOND_FACTOR`: `member:readSecondFactor`. Permitted to OWNER, ADMIN.
 * - `MEMBER_REMOVE`: `member:remove`. Permitted to OWNER, ADMIN.
 * - `ORGANIZATION_DELETE`: `organization:delete`. Permitted to OWNER.
 * - `ORGANIZATION_LIST_MEMBERS`: `organization:listMembers`. Permitted to OWNER, ADMIN, MEMBER.
 * - `ORGANIZATION_PAUSE`: `organization:pause`. Permitted to OWNER, ADMIN.
 * - `ORGANIZATION_READ`: `organization:read`. Permitted to OWNER, ADMIN, MEMBER, PROJECT_ADMIN, PROJECT_MEMBER,
 * EXTERNAL_PROJECT_ADMIN, EXTERNAL_PROJECT_MEMBER, API_KEY, LEGACY_KEY.
 * - `ORGANIZATION_READ_KEY_POLICY`: `organization:readKeyPolicy`. Permitted to OWNER, ADMIN, MEMBER.
 * - `ORGANIZATION_READ_USAGE_LIMITS`: `organization:readUsageLimits`. Permitted to OWNER, ADMIN.
 * - `ORGANIZATION_RESUME`: `organization:resume`. Permitted to OWNER, ADMIN.
 * - `ORGANIZATION_SET_KEY_POLICY`: `organization:setKeyPolicy`. Permitted to OWNER, ADMIN.
 * - `ORGANIZATION_SET_USAGE_LIMITS`: `organization:setUsageLimits`. Permitted to OWNER, ADMIN.
 * - `ORGANIZATION_TRANSFER_OWNERSHIP`: `organization:transferOwnership`. Permitted to OWNER.
 * - `ORGANIZATION_UPDATE`: `organization:update`. Permitted to OWNER, ADMIN.
 * - `PLAYGROUND_USE`: `playground:use`. Permitted to OWNER, ADMIN, MEMBER, PROJECT_ADMIN, PROJECT_MEMBER,
 * EXTERNAL_PROJECT_ADMIN, EXTERNAL_PROJECT_MEMBER.
 * - `PROJECT_ARCHIVE`: `project:archive`. Permitted to OWNER, ADMIN.
 * - `PROJECT_CREATE`: `project:create`. Permitted to OWNER, ADMIN.
 * - `PROJECT_DELETE`: `project:delete`. Permitted to OWNER, ADMIN.
 * - `PROJECT_PAUSE`: `project:pause`. Permitted to OWNER, ADMIN.
 * - `PROJECT_RESTORE`: `project:restore`. Permitted to OWNER, ADMIN.
 * - `PROJECT_RESUME`: `project:resume`. Permitted to OWNER, ADMIN.
 * - `SERVICE_ACCOUNT_CREATE`: `serviceAccount:create`. Permitted to OWNER, ADMIN.
 * - `SERVICE_ACCOUNT_LIST`: `serviceAccount:list`. Permitted to OWNER, ADMIN.
 * - `SERVICE_ACCOUNT_REMOVE`: `serviceAccount:remove`. Permitted to OWNER, ADMIN.
 * - `SERVICE_ACCOUNT_ROTATE_TOKEN`: `serviceAccount:rotateToken`. Permitted to OWNER, ADMIN.
 * - `USAGE_ADJUST`: `usage:adjust`. Permitted to OWNER, ADMIN.
 * - `USAGE_READ_ORGANIZATION`: `usage:readOrganization`. Permitted to OWNER, ADMIN.
 * - `USER_READ_NAME`: `user:readName`. Permitted to OWNER, ADMIN, MEMBER, PROJECT_ADMIN, PROJECT_MEMBER,
 * EXTERNAL_PROJECT_ADMIN, EXTERNAL_PROJECT_MEMBER.
 * - `WEBHOOK_CREATE`: `webhook:create`. Permitted to OWNER, ADMIN.
 * - `WEBHOOK_LIST`: `webhook:list`. Permitted to OWNER, ADMIN.
 * - `WEBHOOK_REMOVE`: `webhook:remove`. Permitted to OWNER, ADMIN.
 * - `WEBHOOK_UPDATE`: `webhook:update`. Permitted to OWNER, ADMIN.
 */
export type OrganizationAction = 'API_KEY_IMPORT' | 'AUDIT_READ_ORGANIZATION' | 'EXPLAIN_ONESELF' | 'INVITATION_CANCEL_ORGANIZATION' | 'INVITATION_CREATE_ORGANIZATION' | 'INVITATION_LIST_ORGANIZATION' | 'LEGACY_KEY_FIND' | 'LEGACY_KEY_IMPORT' | 'LEGACY_KEY_REGENERATE' | 'LEGACY_KEY_REVEAL' | 'MEMBER_CHANGE_ROLE' | 'MEMBER_READ_SECOND_FACTOR' | 'MEMBER_REMOVE' | 'ORGANIZATION_DELETE' | 'ORGANIZATION_LIST_MEMBERS' | 'ORGANIZATION_PAUSE' | 'ORGANIZATION_READ' | 'ORGANIZATION_READ_KEY_POLICY' | 'ORGANIZATION_READ_USAGE_LIMITS' | 'ORGANIZATION_RESUME' | 'ORGANIZATION_SET_KEY_POLICY' | 'ORGANIZATION_SET_USAGE_LIMITS' | 'ORGANIZATION_TRANSFER_OWNERSHIP' | 'ORGANIZATION_UPDATE' | 'PLAYGROUND_USE' | 'PROJECT_ARCHIVE' | 'PROJECT_CREATE' | 'PROJECT_DELETE' | 'PROJECT_PAUSE' | 'PROJECT_RESTORE' | 'PROJECT_RESUME' | 'SERVICE_ACCOUNT_CREATE' | 'SERVICE_ACCOUNT_LIST' | 'SERVICE_ACCOUNT_REMOVE' | 'SERVICE_ACCOUNT_ROTATE_TOKEN' | 'USAGE_ADJUST' | 'USAGE_READ_ORGANIZATION' | 'USER_READ_NAME' | 'WEBHOOK_CREATE' | 'WEBHOOK_LIST' | 'WEBHOOK_REMOVE' | 'WEBHOOK_UPDATE' | (string & {})

/**
 * Role in an organization.
 * A newer server may know others; take those as unknown.
 * - `ADMIN`: Has full access to every project and manages members and projects.
 * - `MEMBER`: Reads the organization and its list of projects. Is a MEMBER of the default project.
 * - `OWNER`: Holds every permission and cannot be removed or demoted. Each organization has one.
 */
export type OrganizationRole = 'ADMIN' | 'MEMBER' | 'OWNER' | (string & {})

/**
 * Number of units that a price covers.
 * A newer server may know others; take those as unknown.
 * - `PER_MILLION`: Price per million units. Used for tokens.
 * - `PER_UNIT`: Price per unit.
 */
export type PriceUnit = 'PER_MILLION' | 'PER_UNIT' | (string & {})

/**
 * Action on a project, or on what it contains.
 * A newer server may know others; take those as unknown.
 * - `API_KEY_CREATE`: `apiKey:create`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, PROJECT_MEMBER,
 * EXTERNAL_PROJECT_ADMIN, EXTERNAL_PROJECT_MEMBER.
 * - `API_KEY_LIST`: `apiKey:list`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, PROJECT_MEMBER,
 * EXTERNAL_PROJECT_ADMIN, EXTERNAL_PROJECT_MEMBER, API_KEY.
 * - `API_KEY_PAUSE`: `apiKey:pause`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, PROJECT_MEMBER,
 * EXTERNAL_PROJECT_ADMIN, EXTERNAL_PROJECT_MEMBER.
 * - `API_KEY_READ`: `apiKey:read`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, PROJECT_MEMBER,
 * EXTERNAL_PROJECT_ADMIN, EXTERNAL_PROJECT_MEMBER, API_KEY.
 * - `API_KEY_READ_BUDGET`: `apiKey:readBudget`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, PROJECT_MEMBER,
 * API_KEY.
 * - `API_KEY_READ_USAGE`: `apiKey:readUsage`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, PROJECT_MEMBER, API_KEY.
 * - `API_KEY_RENAME`: `apiKey:rename`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, PROJECT_MEMBER,
 * EXTERNAL_PROJECT_ADMIN, EXTERNAL_PROJECT_MEMBER.
 * - `API_KEY_REPORT_LEAKED`: `apiKey:reportLeaked`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, PROJECT_MEMBER,
 * EXTERNAL_PROJECT_ADMIN, EXTERNAL_PROJECT_MEMBER.
 * - `API_KEY_RESUME`: `apiKey:resume`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, PROJECT_MEMBER,
 * EXTERNAL_PROJECT_ADMIN, EXTERNAL_PROJECT_MEMBER.
 * - `API_KEY_REVOKE`: `apiKey:revoke`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, PROJECT_MEMBER,
 * EXTERNAL_PROJECT_ADMIN, EXTERNAL_PROJECT_MEMBER.
 * - `API_KEY_ROTATE`: `apiKey:rotate`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, PROJECT_MEMBER,
 * EXTERNAL_PROJECT_ADMIN, EXTERNAL_PROJECT_MEMBER.
 * - `API_KEY_SET_EXPIRATION`: `apiKey:setExpiration`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, PROJECT_MEMBER,
 * EXTERNAL_PROJECT_ADMIN, EXTERNAL_PROJECT_MEMBER.
 * - `API_KEY_SET_LIMITS`: `apiKey:setLimits`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, EXTERNAL_PROJECT_ADMIN.
 * - `API_KEY_SET_SCOPES`: `apiKey:setScopes`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, EXTERNAL_PROJECT_ADMIN.
 * - `AUDIT_READ_PROJECT`: `audit:readProject`. Permitted to OWNER, ADMIN, PROJECT_ADMIN.
 * - `COLLABORATOR_ADD`: `collaborator:add`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, EXTERNAL_PROJECT_ADMIN.
 * - `COLLABORATOR_CHANGE_ROLE`: `collaborator:changeRole`. Permitted to OWNER, ADMIN, PROJECT_ADMIN,
 * EXTERNAL_PROJECT_ADMIN.
 * - `COLLABORATOR_LIST`: `collaborator:list`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, PROJECT_MEMBER,
 * EXTERNAL_PROJECT_ADMIN, EXTERNAL_PROJECT_MEMBER.
 * - `COLLABORATOR_REMOVE`: `collaborator:remove`. Permitted to OWNER, ADMIN, PROJECT_ADMIN,
 * EXTERNAL_PROJECT_ADMIN.
 * - `EXPLAIN_OTHERS`: `explain:others`. Permitted to OWNER, ADMIN, PROJECT_ADMIN.
 * - `INVITATION_CANCEL_PROJECT`: `invitation:cancelProject`. Permitted to OWNER, ADMIN, PROJECT_ADMIN,
 * EXTERNAL_PROJECT_ADMIN.
 * - `INVITATION_CREATE_PROJECT`: `invitation:createProject`. Permitted to OWNER, ADMIN, PROJECT_ADMIN,
 * EXTERNAL_PROJECT_ADMIN.
 * - `INVITATION_LIST_PROJECT`: `invitation:listProject`. Permitted to OWNER, ADMIN, PROJECT_ADMIN,
 * EXTERNAL_PROJECT_ADMIN.
 * - `LEGACY_KEY_READ`: `legacyKey:read`. Permitted to OWNER, LEGACY_KEY.
 * - `MODEL_LIST`: `model:list`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, PROJECT_MEMBER,
 * EXTERNAL_PROJECT_ADMIN, EXTERNAL_PROJECT_MEMBER, API_KEY, LEGACY_KEY, GATEWAY.
 * - `ORGANIZATION_LIST_PROJECTS`: `organization:listProjects`. Permitted to OWNER, ADMIN, MEMBER, PROJECT_ADMIN,
 * PROJECT_MEMBER, EXTERNAL_PROJECT_ADMIN, EXTERNAL_PROJECT_MEMBER, API_KEY, LEGACY_KEY.
 * - `PROJECT_ARCHIVE`: `project:archive`. Permitted to OWNER, ADMIN.
 * - `PROJECT_CREATE`: `project:create`. Permitted to OWNER, ADMIN.
 * - `PROJECT_DELETE`: `project:delete`. Permitted to OWNER, ADMIN.
 * - `PROJECT_PAUSE`: `project:pause`. Permitted to OWNER, ADMIN.
 * - `PROJECT_READ`: `project:read`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, PROJECT_MEMBER,
 * EXTERNAL_PROJECT_ADMIN, EXTERNAL_PROJECT_MEMBER, API_KEY, LEGACY_KEY.
 * - `PROJECT_READ_KEY_POLICY`: `project:readKeyPolicy`. Permitted to OWNER, ADMIN, PROJECT_ADMIN,
 * PROJECT_MEMBER.
 * - `PROJECT_READ_USAGE_LIMITS`: `project:readUsageLimits`. Permitted to OWNER, ADMIN, PROJECT_ADMIN,
 * PROJECT_MEMBER.
 * - `PROJECT_RESTORE`: `project:restore`. Permitted to OWNER, ADMIN.
 * - `PROJECT_RESUME`: `project:resume`. Permitted to OWNER, ADMIN.
 * - `PROJECT_SET_KEY_POLICY`: `project:setKeyPolicy`. Permitted to OWNER, ADMIN, PROJECT_ADMIN,
 * EXTERNAL_PROJECT_ADMIN.
 * - `PROJECT_SET_USAGE_LIMITS`: `project:setUsageLimits`. Permitted to OWNER, ADMIN, PROJECT_ADMIN,
 * EXTERNAL_PROJECT_ADMIN.
 * - `PROJECT_UPDATE`: `project:update`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, EXTERNAL_PROJECT_ADMIN.
 * - `RESOURCE_LIST`: `resource:list`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, PROJECT_MEMBER,
 * EXTERNAL_PROJECT_ADMIN, EXTERNAL_PROJECT_MEMBER, API_KEY, LEGACY_KEY, GATEWAY.
 * - `RESOURCE_REGISTER`: `resource:register`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, PROJECT_MEMBER,
 * EXTERNAL_PROJECT_ADMIN, EXTERNAL_PROJECT_MEMBER, GATEWAY.
 * - `RESOURCE_REMOVE`: `resource:remove`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, PROJECT_MEMBER,
 * EXTERNAL_PROJECT_ADMIN, EXTERNAL_PROJECT_MEMBER, GATEWAY.
 * - `TRUST_CREATE`: `trust:create`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, EXTERNAL_PROJECT_ADMIN.
 * - `TRUST_DELETE`: `trust:delete`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, EXTERNAL_PROJECT_ADMIN.
 * - `TRUST_LIST`: `trust:list`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, EXTERNAL_PROJECT_ADMIN.
 * - `TRUST_UPDATE`: `trust:update`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, EXTERNAL_PROJECT_ADMIN.
 * - `USAGE_READ_PROJECT`: `usage:readProject`. Permitted to OWNER, ADMIN, PROJECT_ADMIN, PROJECT_MEMBER.
 * - `USER_READ_EMAIL`: `user:readEmail`. Permitted to OWNER, ADMIN, PROJECT_ADMIN.
 */
export type ProjectAction = 'API_KEY_CREATE' | 'API_KEY_LIST' | 'API_KEY_PAUSE' | 'API_KEY_READ' | 'API_KEY_READ_BUDGET' | 'API_KEY_READ_USAGE' | 'API_KEY_RENAME' | 'API_KEY_REPORT_LEAKED' | 'API_KEY_RESUME' | 'API_KEY_REVOKE' | 'API_KEY_ROTATE' | 'API_KEY_SET_EXPIRATION' | 'API_KEY_SET_LIMITS' | 'API_KEY_SET_SCOPES' | 'AUDIT_READ_PROJECT' | 'COLLABORATOR_ADD' | 'COLLABORATOR_CHANGE_ROLE' | 'COLLABORATOR_LIST' | 'COLLABORATOR_REMOVE' | 'EXPLAIN_OTHERS' | 'INVITATION_CANCEL_PROJECT' | 'INVITATION_CREATE_PROJECT' | 'INVITATION_LIST_PROJECT' | 'LEGACY_KEY_READ' | 'MODEL_LIST' | 'ORGANIZATION_LIST_PROJECTS' | 'PROJECT_ARCHIVE' | 'PROJECT_CREATE' | 'PROJECT_DELETE' | 'PROJECT_PAUSE' | 'PROJECT_READ' | 'PROJECT_READ_KEY_POLICY' | 'PROJECT_READ_USAGE_LIMITS' | 'PROJECT_RESTORE' | 'PROJECT_RESUME' | 'PROJECT_SET_KEY_POLICY' | 'PROJECT_SET_USAGE_LIMITS' | 'PROJECT_UPDATE' | 'RESOURCE_LIST' | 'RESOURCE_REGISTER' | 'RESOURCE_REMOVE' | 'TRUST_CREATE' | 'TRUST_DELETE' | 'TRUST_LIST' | 'TRUST_UPDATE' | 'USAGE_READ_PROJECT' | 'USER_READ_EMAIL' | (string & {})

/**
 * Role in a project.
 * A newer server may know others; take those as unknown.
 * - `ADMIN`: Manages the project, its collaborators, and the scopes and limits of its keys.
 * - `MEMBER`: Creates, rotates and revokes keys.
 */
export type ProjectRole = 'ADMIN' | 'MEMBER' | (string & {})

/**
 * Period of a rate, by the UTC clock. Requests a minute refill evenly. Every other rate is reset at the start of
 * each period.
 * A newer server may know others; take those as unknown.
 * - `DAY`: A day.
 * - `HOUR`: An hour.
 * - `MINUTE`: A minute.
 */
export type RatePeriod = 'DAY' | 'HOUR' | 'MINUTE' | (string & {})

/**
 * Unit of a rate. The list may grow.
 * A newer server may know others; take those as unknown.
 * - `INPUT_TOKENS`: Input tokens, cached ones included.
 * - `OUTPUT_TOKENS`: Output tokens.
 * - `REQUESTS`: Requests that were allowed.
 * - `TOKENS`: Input and output tokens.
 */
export type RateUnit = 'INPUT_TOKENS' | 'OUTPUT_TOKENS' | 'REQUESTS' | 'TOKENS' | (string & {})

/**
 * Kind of resource. More values may be added.
 * A newer server may know others; take those as unknown.
 * - `CLUSTER`: A cluster.
 * - `ENDPOINT`: A dedicated endpoint.
 * - `EVALUATION`: An evaluation of models.
 * - `FILE`: A file.
 * - `FINE_TUNED_MODEL`: A fine-tuned model.
 */
export type ResourceKind = 'CLUSTER' | 'ENDPOINT' | 'EVALUATION' | 'FILE' | 'FINE_TUNED_MODEL' | (string & {})

/**
 * Reason for revoking a key. More values may be added.
 * A newer server may know others; take those as unknown.
 * - `LEAKED`: The secret may be known to others.
 * - `NO_LONGER_NEEDED`: The key is no longer in use.
 * - `OTHER`: Any other reason.
 * - `REPLACED`: Another key replaces it.
 */
export type RevocationReason = 'LEAKED' | 'NO_LONGER_NEEDED' | 'OTHER' | 'REPLACED' | (string & {})

/**
 * Tier at which a request is served. More values may be added.
 * A newer server may know others; take those as unknown.
 * - `BATCH`: Served asynchronously, within hours.
 * - `FLEX`: Served more slowly, and only when there is spare capacity.
 * - `PRIORITY`: Served before other requests.
 * - `STANDARD`: The usual tier. Its prices also apply to tiers that have no prices of their own.
 */
export type ServiceTier = 'BATCH' | 'FLEX' | 'PRIORITY' | 'STANDARD' | (string & {})

/**
 * Reason why a trust denied a workload’s token. More values may be added.
 * A newer server may know others; take those as unknown.
 * - `AUDIENCE`: The token is meant for another audience.
 * - `CONDITIONS`: The claims do not meet the conditions.
 * - `EXPIRED`: The token has expired, or is not valid yet.
 * - `ISSUER`: Another issuer issued the token.
 * - `ISSUER_UNAVAILABLE`: The keys of the issuer could not be fetched.
 * - `LIFETIME`: The token lives longer than a day, or was issued in the future.
 * - `MALFORMED`: The text is not a signed token, is too long, or lacks `exp` or `sub`.
 * - `SIGNATURE`: The token is not signed by a key of the issuer with an allowed algorithm.
 */
export type TrustDenial = 'AUDIENCE' | 'CONDITIONS' | 'EXPIRED' | 'ISSUER' | 'ISSUER_UNAVAILABLE' | 'LIFETIME' | 'MALFORMED' | 'SIGNATURE' | (string & {})

/**
 * Reason for rejecting a usage event. More values may be added.
 * A newer server may know others; take those as unknown.
 * - `CONFLICT`: An event with this id but different content was already recorded.
 * - `INVALID`: The event is invalid. `message` says what to change.
 * - `IN_THE_FUTURE`: The event is more than five minutes in the future.
 * - `NO_PRICE`: The cost is omitted, and some units had no price at that time, neither for their tier nor for
 * STANDARD.
 * - `TOO_OLD`: The event is more than 30 days old.
 * - `UNKNOWN_CREDENTIAL`: No key, legacy key or playground user of the organization has this id. Revoked and
 * expired keys are accepted.
 * - `UNKNOWN_MODEL`: The model does not exist or belongs to another project.
 */
export type UsageRejection = 'CONFLICT' | 'INVALID' | 'IN_THE_FUTURE' | 'NO_PRICE' | 'TOO_OLD' | 'UNKNOWN_CREDENTIAL' | 'UNKNOWN_MODEL' | (string & {})

/**
 * Unit of a quantity. More values may be added.
 * A newer server may know others; take those as unknown.
 * - `IMAGES`: Images.
 * - `SECONDS`: Seconds.
 * - `SESSIONS`: Sessions.
 * - `TOKENS`: Tokens.
 */
export type UsageUnit = 'IMAGES' | 'SECONDS' | 'SESSIONS' | 'TOKENS' | (string & {})

/**
 * Warning for the owner of an allowed key. The list may grow.
 * A newer server may know others; take those as unknown.
 * - `BUDGET_NEARLY_SPENT`: Less than a tenth of a budget is left.
 * - `EXPIRES_SOON`: The key or its child token expires within 24 hours.
 * - `LEGACY_KEY_DEPRECATED`: The key is a legacy key. Use project keys instead.
 * - `SECRET_RETIRES_SOON`: The key was rotated, and this is the old secret. It stops working when the overlap
 * ends.
 * - `SERVED_DURING_OUTAGE`: The database is unreachable. The decision uses what was known at `asOf`.
 */
export type VerificationWarning = 'BUDGET_NEARLY_SPENT' | 'EXPIRES_SOON' | 'LEGACY_KEY_DEPRECATED' | 'SECRET_RETIRES_SOON' | 'SERVED_DURING_OUTAGE' | (string & {})

/**
 * State of a message to a webhook.
 * A newer server may know others; take those as unknown.
 * - `DELIVERED`: The receiver answered with a status from 200 to 299.
 * - `FAILED`: No attempt follows: the last one failed, or the webhook was disabled.
 * - `PENDING`: An attempt is due, under way or scheduled.
 */
export type WebhookDeliveryStatus = 'DELIVERED' | 'FAILED' | 'PENDING' | (string & {})

/**
 * Event a webhook can subscribe to. More values may be added.
 * A newer server may know others; take those as unknown.
 * - `API_KEY_CREATED`: A key was created or imported.
 * - `API_KEY_CREATOR_LEFT`: The creator of a key left an organization whose key policy flags such keys.
 * - `API_KEY_DENIALS_JUMPED`: A key was denied at least 100 times in an hour, and more than 10 times as often as
 * in its usual hours. Sent at most once a day for each key, revoked ones included.
 * - `API_KEY_EXPIRES_SOON`: A key expires within 30, 7 or 1 days. Sent once for each of these periods.
 * - `API_KEY_LEAKED`: A secret of a key was reported as leaked.
 * - `API_KEY_PAUSED`: A key was paused, or the end of its pause was changed.
 * - `API_KEY_RESUMED`: A key was resumed. Nothing is sent when a pause reaches its end.
 * - `API_KEY_REVOKED`: A key was revoked.
 * - `API_KEY_ROTATED`: A key was given a new secret.
 * - `API_KEY_ROTATION_DUE`: The key policy’s deadline for a new secret is at most 7 days away. Sent once for
 * each secret.
 * - `API_KEY_ROTATION_FINISHED`: A rotation ended: the old secret stopped working.
 * - `API_KEY_ROTATION_SAFE_TO_FINISH`: During a rotation, the new secret is in use and the old one has not been
 * used for an hour.
 * - `API_KEY_ROTATION_UNDONE`: A rotation was undone: the new secret stopped working.
 * - `API_KEY_UNUSED`: A key has not been used for 90 days. Sent once until it is used again.
 * - `API_KEY_UPDATED`: A key’s name, tags, scopes, limits or expiration changed.
 * - `BUDGET_ALERT`: Spending reached an alert threshold of a budget.
 * - `LEGACY_KEY_LEAKED`: The secret of the legacy key was reported as leaked.
 * - `ORGANIZATION_DELETION_CANCELLED`: The deletion of the organization was cancelled.
 * - `ORGANIZATION_DELETION_SCHEDULED`: The organization will be deleted at `deletesAt` of `details`. Its keys
 * are denied from now on.
 * - `PLAYGROUND_TOKEN_LEAKED`: A playground token was reported as leaked.
 * - `PROJECT_DELETED`: An archived project was deleted. `details` counts its contents.
 * - `SERVICE_ACCOUNT_TOKEN_LEAKED`: The token of a service account was reported as leaked.
 * - `USAGE_ADJUSTED`: The costs of a key were adjusted.
 * - `WEBHOOK_FAILING`: A message of another webhook failed permanently, or its receiver disabled the webhook.
 * Sent at most once a day for each webhook.
 * - `WEBHOOK_TEST`: A test was requested with `webhookTest`. Sent regardless of the subscribed events.
 */
export type WebhookEvent = 'API_KEY_CREATED' | 'API_KEY_CREATOR_LEFT' | 'API_KEY_DENIALS_JUMPED' | 'API_KEY_EXPIRES_SOON' | 'API_KEY_LEAKED' | 'API_KEY_PAUSED' | 'API_KEY_RESUMED' | 'API_KEY_REVOKED' | 'API_KEY_ROTATED' | 'API_KEY_ROTATION_DUE' | 'API_KEY_ROTATION_FINISHED' | 'API_KEY_ROTATION_SAFE_TO_FINISH' | 'API_KEY_ROTATION_UNDONE' | 'API_KEY_UNUSED' | 'API_KEY_UPDATED' | 'BUDGET_ALERT' | 'LEGACY_KEY_LEAKED' | 'ORGANIZATION_DELETION_CANCELLED' | 'ORGANIZATION_DELETION_SCHEDULED' | 'PLAYGROUND_TOKEN_LEAKED' | 'PROJECT_DELETED' | 'SERVICE_ACCOUNT_TOKEN_LEAKED' | 'USAGE_ADJUSTED' | 'WEBHOOK_FAILING' | 'WEBHOOK_TEST' | (string & {})

/**
 * Kind of request to the platform.
 * A newer server may know others; take those as unknown.
 * - `BATCH`: Asynchronous batches of model calls.
 * - `CLUSTERS`: Management of clusters.
 * - `CODE_INTERPRETER`: Code execution in a sandbox.
 * - `ENDPOINTS`: Management of dedicated endpoints.
 * - `EVALUATIONS`: Evaluations of models.
 * - `FILES`: Upload and download of files.
 * - `FINE_TUNING`: Fine-tuning of models.
 * - `INFERENCE`: Model calls.
 */
export type Workload = 'BATCH' | 'CLUSTERS' | 'CODE_INTERPRETER' | 'ENDPOINTS' | 'EVALUATIONS' | 'FILES' | 'FINE_TUNING' | 'INFERENCE' | (string & {})

/** A request to authorize. The request is verified and charged to the limits of its key. */
export interface ApiKeyAuthorizeInput {
  /** Address of the client, IPv4 or IPv6. */
  readonly clientIp?: string | null | undefined
  /**
   * End customer of the request, as in `usageRecord`. The request is also charged to the limits of this
   * consumer. Any id of your own, such as `customer-42`: 1 to 128 characters, without control characters.
   * Omitted: none.
   */
  readonly consumer?: string | null | undefined
  /**
   * Highest possible cost of the request, in US dollars. It is reserved from every budget of the key. Without
   * `estimatedCost` and `estimatedUnits`, a budget denies the request only if it is fully spent.
   */
  readonly estimatedCost?: string | null | undefined
  /**
   * Highest possible usage, each line item at most once. Its tokens are reserved from every token rate. Unless
   * `estimatedCost` is given, the cost is estimated from the current prices of `model`.
   */
  readonly estimatedUnits?: readonly UsageUnitInput[] | null | undefined
  /** Slug of the requested model. */
  readonly model?: string | null | undefined
  /**
   * `Origin` header of the request, as the client sent it. If omitted, a token that is restricted to origins is
   * denied.
   */
  readonly origin?: string | null | undefined
  /** Requested resource, `res_…`. */
  readonly resourceId?: string | null | undefined
  /** Secret that the caller presents. It is neither logged nor stored. */
  readonly secret: string
  /** Service tier of the request. `estimatedUnits` are priced for this tier. Default: STANDARD. */
  readonly serviceTier?: ServiceTier | null | undefined
  /** Workload of the request. */
  readonly workload?: Workload | null | undefined
}

/** Input of `apiKeyCreate`. */
export interface ApiKeyCreateInput {
  /** IP addresses or CIDR networks to restrict the key to, at most 100. Omitted or empty: any address. */
  readonly allowedIps?: readonly string[] | null | undefined
  /**
   * Expiration time, in the future. Omitted or null: the key never expires, if the project’s key policy permits
   * it.
   */
  readonly expiresAt?: DateTime | null | undefined
  /** Lifetime in seconds from now, by the server’s clock: 1 to 2147483647. Give this or `expiresAt`. */
  readonly expiresInSeconds?: number | null | undefined
  /**
   * Limits, within the maximum of the project’s key policy. Omitted: the policy’s default limits. Requires ADMIN
   * in the project.
   */
  readonly limits?: UsageLimitsInput | null | undefined
  /**
   * Models that the key may use: at most 100 ids, slugs, or slug prefixes that end with `*`, such as `meta/*`.
   * Omitted or empty: all that the project’s key policy permits.
   */
  readonly models?: readonly string[] | null | undefined
  /** Name: 1 to 100 characters, unique among the project’s keys that are neither revoked nor expired. */
  readonly name: string
  /** Id of the project, `prj_…`. */
  readonly projectId: string
  /** Tags, at most 20. */
  readonly tags?: readonly TagInput[] | null | undefined
  /** Workloads to restrict the key to. Omitted or empty: all. */
  readonly workloads?: readonly Workload[] | null | undefined
}

/** Input of `apiKeyExpirationSet`. */
export type ApiKeyExpirationSetInput = {
  /** Id of the key, `key_…`. */
  readonly id: string
} & (
  | {
      /**
       * Expiration time, in the future. Null removes the expiration. Required unless `expiresInSeconds` is
       * given, so that an omitted value cannot remove the expiration by accident.
       */
      readonly expiresAt: DateTime | null
      /** Lifetime in seconds from now, by the server’s clock: 1 to 2147483647. Give this or `expiresAt`. */
      readonly expiresInSeconds?: undefined
    }
  | {
      /**
       * Expiration time, in the future. Null removes the expiration. Required unless `expiresInSeconds` is
       * given, so that an omitted value cannot remove the expiration by accident.
       */
      readonly expiresAt?: undefined
      /** Lifetime in seconds from now, by the server’s clock: 1 to 2147483647. Give this or `expiresAt`. */
      readonly expiresInSeconds: number
    }
)

/** Filters keys. All given conditions must match. */
export interface ApiKeyFilter {
  /** Keys with any of these recommendations. `CREATOR_GONE` matches only keys whose creator you may read. */
  readonly advice?: readonly ApiKeyAdvice[] | null | undefined
  /** Keys created by this principal: `usr_…` or `svc_…`. */
  readonly createdBy?: string | null | undefined
  /** Keys that expire before this time. */
  readonly expiresBefore?: DateTime | null | undefined
  /**
   * Keys whose name contains this text, ignoring case. A text of at least 4 characters without spaces also
   * matches keys by the beginning of a current or former secret.
   */
  readonly search?: string | null | undefined
  /** Keys with any of these statuses. */
  readonly statuses?: readonly ApiKeyStatus[] | null | undefined
  /** Keys with this tag. */
  readonly tag?: TagFilter | null | undefined
  /** Keys that are at least this many days old and have not been used for this many days. */
  readonly unusedForDays?: number | null | undefined
  /** Keys that allow this workload. */
  readonly workload?: Workload | null | undefined
}

/** A key of another system. */
export interface ApiKeyImportRow {
  /** IP addresses or CIDR networks to restrict the key to, at most 100. Omitted or empty: any address. */
  readonly allowedIps?: readonly string[] | null | undefined
  /** Creation time in the other system. Default: now. */
  readonly createdAt?: DateTime | null | undefined
  /**
   * Expiration time, in the future. Omitted or null: the key never expires, if the project’s key policy permits
   * it.
   */
  readonly expiresAt?: DateTime | null | undefined
  /** Lifetime in seconds from now, by the server’s clock: 1 to 2147483647. Give this or `expiresAt`. */
  readonly expiresInSeconds?: number | null | undefined
  /**
   * Models that the key may use: at most 100 ids, slugs, or slug prefixes that end with `*`, such as `meta/*`.
   * Omitted or empty: all that the project’s key policy permits.
   */
  readonly models?: readonly string[] | null | undefined
  /** Name: 1 to 100 characters, unique among the project’s keys that are neither revoked nor expired. */
  readonly name: string
  /** Id of the project, `prj_…`. Default: the organization’s default project. */
  readonly projectId?: string | null | undefined
  /**
   * SHA-256 of the entire secret, as 64 hexadecimal digits. If any organization already has a secret with this
   * hash, the row is rejected with ConflictError.
   */
  readonly sha256: string
  /** First characters of the secret, for display: at most 16. */
  readonly start?: string | null | undefined
  /** Tags, at most 20. */
  readonly tags?: readonly TagInput[] | null | undefined
  /** Workloads to restrict the key to. Omitted or empty: all. */
  readonly workloads?: readonly Workload[] | null | undefined
}

/** Input of `apiKeyLimitsSet`. */
export interface ApiKeyLimitsSetInput {
  /**
   * Budgets that replace the current ones, at most one for each period. Null or empty removes all. Omitted:
   * unchanged.
   */
  readonly budgets?: readonly BudgetInput[] | null | undefined
  /** The key, `key_…`. */
  readonly id: string
  /** Maximum number of concurrent requests, 1 to 1000000. Null removes it. Omitted: unchanged. */
  readonly maxConcurrent?: number | null | undefined
  /**
   * Rates that replace the current ones, at most one for each unit, period and model. Null or empty removes all.
   * Omitted: unchanged, unless `requestsPerMinute` changes the rate in requests a minute.
   */
  readonly rates?: readonly RateInput[] | null | undefined
  /** Maximum number of requests a minute, 1 to 10000000. Null removes it. Omitted: unchanged. */
  readonly requestsPerMinute?: number | null | undefined
}

/** Sort order of keys. Ids break ties. A key whose sort value changes between pages can be repeated or skipped. */
export interface ApiKeyOrder {
  /** Sort direction. */
  readonly direction: OrderDirection
  /** Field to sort by. */
  readonly field: ApiKeyOrderField
}

/** Input of `apiKeyPause`. */
export interface ApiKeyPauseInput {
  /** Maximum time to wait for gateways to apply the pause, in seconds: 0 to 10. Omitted: does not wait. */
  readonly awaitGatewaysSeconds?: number | null | undefined
  /** Id of the key, `key_…`. */
  readonly id: string
  /**
   * End of the pause, in the future. Replaces the end of an earlier pause. Omitted or null: the pause has no
   * end.
   */
  readonly until?: DateTime | null | undefined
}

/** Input of `apiKeyReportLeaked`. */
export interface ApiKeyReportLeakedInput {
  /** Id of the key, `key_…`. */
  readonly id: string
  /** Place where the secret was found, such as `a commit`: at most 100 characters. Recorded in the audit log. */
  readonly source?: string | null | undefined
  /** URL where the secret was found: at most 2000 characters. Recorded in the audit log, with secrets removed. */
  readonly url?: string | null | undefined
}

/** Input of `apiKeyResume`. */
export interface ApiKeyResumeInput {
  /** Id of the key, `key_…`. */
  readonly id: string
}

/** Input of `apiKeyRevoke`. */
export interface ApiKeyRevokeInput {
  /** Maximum time to wait for gateways to apply the revocation, in seconds: 0 to 10. Omitted: does not wait. */
  readonly awaitGatewaysSeconds?: number | null | undefined
  /** Id of the key, `key_…`. */
  readonly id: string
  /** Reason for the revocation. Default NO_LONGER_NEEDED. */
  readonly reason?: RevocationReason | null | undefined
}

/** Input of `apiKeyRotate`. */
export interface ApiKeyRotateInput {
  /** Expected version of the current secret. Returns ConflictError if another version is current. */
  readonly currentVersion?: number | null | undefined
  /** Id of the key, `key_…`. */
  readonly id: string
  /**
   * Overlap during which both secrets work, in seconds: 0 to 604800. 0 retires the old secret at once. Default
   * 86400.
   */
  readonly overlapSeconds?: number | null | undefined
}

/** Input of `apiKeyRotationFinish`. */
export interface ApiKeyRotationFinishInput {
  /** Id of the key, `key_…`. */
  readonly id: string
}

/** Input of `apiKeyRotationUndo`. */
export interface ApiKeyRotationUndoInput {
  /** Id of the key, `key_…`. */
  readonly id: string
}

/** Input of `apiKeyScopesSet`. */
export interface ApiKeyScopesSetInput {
  /** IP addresses or CIDR networks to restrict the key to, at most 100. Empty: any address. */
  readonly allowedIps?: readonly string[] | null | undefined
  /** Id of the key, `key_…`. */
  readonly id: string
  /**
   * Models that the key may use: at most 100 ids, slugs, or slug prefixes that end with `*`, such as `meta/*`.
   * Empty: all, if the project’s key policy permits it.
   */
  readonly models?: readonly string[] | null | undefined
  /** Workloads to restrict the key to. Empty: all. */
  readonly workloads?: readonly Workload[] | null | undefined
}

/** Input of `apiKeyTokenCreate`. */
export interface ApiKeyTokenCreateInput {
  /** Lifetime in seconds: 1 to 3600. The token never outlives its key. Default 600. */
  readonly expiresInSeconds?: number | null | undefined
  /** Id of the key, `key_…`. */
  readonly id: string
  /**
   * Maximum total cost of requests with the token, in US dollars: more than 0, at most 999999999. The budgets of
   * the key apply, too. Default: no maximum.
   */
  readonly maxCost?: string | null | undefined
  /**
   * Models that the token may use: at most 100 slugs, or slug prefixes that end with `*`, each at most 200
   * characters. Default: those of the key.
   */
  readonly models?: readonly string[] | null | undefined
  /**
   * Origins of web pages that may use the token, such as `https://app.example.com`; at most 10 of at most 255
   * characters. `http` is only for localhost. Gateways deny the token if a request has another `Origin` header
   * or none. Default: any origin.
   */
  readonly origins?: readonly string[] | null | undefined
  /** Workloads of the token. Default: those of the key. */
  readonly workloads?: readonly Workload[] | null | undefined
}

/** Input of `apiKeyUpdate`. */
export interface ApiKeyUpdateInput {
  /** Id of the key, `key_…`. */
  readonly id: string
  /** Name: 1 to 100 characters, unique among the project’s keys that are neither revoked nor expired. */
  readonly name?: string | null | undefined
  /** Tags that replace the current ones, at most 20. */
  readonly tags?: readonly TagInput[] | null | undefined
}

/** A request to verify. A key restricted by workload, model or address is denied if the request omits that value. */
export interface ApiKeyVerifyInput {
  /** Address of the client, IPv4 or IPv6. */
  readonly clientIp?: string | null | undefined
  /** Slug of the requested model. */
  readonly model?: string | null | undefined
  /**
   * `Origin` header of the request, as the client sent it. If omitted, a token that is restricted to origins is
   * denied.
   */
  readonly origin?: string | null | undefined
  /** Requested resource, `res_…`. */
  readonly resourceId?: string | null | undefined
  /** Secret that the caller presents. It is neither logged nor stored. */
  readonly secret: string
  /** Workload of the request. */
  readonly workload?: Workload | null | undefined
}

/** Input of `apiKeysImport`. */
export interface ApiKeysImportInput {
  /** Id of the organization, `org_…`. */
  readonly organizationId: string
  /** Keys to import, at most 1000. */
  readonly rows: readonly ApiKeyImportRow[]
}

/** Input of `apiKeysRevoke`. */
export interface ApiKeysRevokeInput {
  /** Recommendation that keys must have, such as CREATOR_GONE. ROTATION_SAFE_TO_FINISH is invalid here. */
  readonly advice?: ApiKeyAdvice | null | undefined
  /** Maximum time to wait for gateways to apply the revocations, in seconds: 0 to 10. Omitted: does not wait. */
  readonly awaitGatewaysSeconds?: number | null | undefined
  /** Conditions that keys must match. An empty filter matches every key that is not revoked. */
  readonly filter?: ApiKeyFilter | null | undefined
  /** Ids of the keys, `key_…`, at most 500. Each has its own outcome. */
  readonly ids?: readonly string[] | null | undefined
  /** Id of the organization whose matching keys are revoked, `org_…`. Only keys that you may revoke match. */
  readonly organizationId?: string | null | undefined
  /** Id of the project whose matching keys are revoked, `prj_…`. */
  readonly projectId?: string | null | undefined
  /** Reason for the revocations. Default NO_LONGER_NEEDED. */
  readonly reason?: RevocationReason | null | undefined
}

/** Filters an audit log. All given conditions must match. */
export interface AuditFilter {
  /** Events with any of these actions, such as `apiKey.revoked`: at most 100. */
  readonly actions?: readonly string[] | null | undefined
  /** Events by the actor with this id. */
  readonly actorId?: string | null | undefined
  /** Events at or after this time. */
  readonly from?: DateTime | null | undefined
  /** Events about the object with this id. */
  readonly targetId?: string | null | undefined
  /** Events before this time. */
  readonly to?: DateTime | null | undefined
}

/** The amount that may be spent in a period. */
export interface BudgetInput {
  /** Percentages of the amount at which alerts are raised: at most 10, each from 1 to 100. Default: only 100. */
  readonly alertThresholds?: readonly number[] | null | undefined
  /** Behavior when the budget is spent. Defaults to REJECT. */
  readonly onLimit?: LimitAction | null | undefined
  /** Period. */
  readonly period: BudgetPeriod
  /** Amount in US dollars: more than 0, at most 999999999. */
  readonly usd: string
}

/** Input of `collaboratorAdd`. */
export interface CollaboratorAddInput {
  /**
   * E-mail address to invite, at most 254 characters. Always creates an invitation, so that the existence of an
   * account is not revealed.
   */
  readonly email?: string | null | undefined
  /** Id of a member of the organization: `mem_…`, `usr_…` or `svc_…`. Give either this or `email`. */
  readonly principalId?: string | null | undefined
  /** Id of the project, `prj_…`. */
  readonly projectId: string
  /** Role in the project. */
  readonly role: ProjectRole
}

/** Input of `collaboratorRemove`. */
export interface CollaboratorRemoveInput {
  /** Id of the membership, `col_…`. */
  readonly id: string
  /**
   * Ids of service accounts, `svc_…`, whose tokens keep working. Their tokens would otherwise end with this
   * change. Not permitted for your own removal or demotion. Requires OWNER or ADMIN. At most 100. Default: none.
   */
  readonly keepTokensOf?: readonly string[] | null | undefined
}

/** Input of `collaboratorRoleSet`. */
export interface CollaboratorRoleSetInput {
  /** Id of the membership, `col_…`. */
  readonly id: string
  /** New role. */
  readonly role: ProjectRole
}

/** Period, grouping and filter of cost analytics. */
export interface CostAnalyticsInput {
  /** Conditions that usage must match. Omitted: all usage. */
  readonly filter?: CostFilter | null | undefined
  /** Start of the period, rounded down to a full hour, day or month of `timeZone`. */
  readonly from: DateTime
  /** Length of a bucket. */
  readonly granularity?: Granularity | undefined
  /** Dimensions to group each bucket by. Default: none. */
  readonly groupBy?: readonly CostDimension[] | undefined
  /** Name of the tag to group by, such as `team`. Required if `groupBy` contains TAG, and not allowed otherwise. */
  readonly tagKey?: string | null | undefined
  /**
   * Time zone of hours, days and months: a name of the IANA database such as `Asia/Kolkata`, at most 64
   * characters. Default: `UTC`. A day on which clocks change has 23 or 25 hours. If days begin at a half or
   * quarter hour of UTC, the period must not begin before `Organization.sumsByHalfHourSince` or
   * `sumsByQuarterHourSince`.
   */
  readonly timeZone?: string | null | undefined
  /** End of the period, rounded up to a full hour, day or month of `timeZone`. */
  readonly to: DateTime
}

/**
 * Filters usage. Usage must match at least one entry of each given list. A list has at most 100 entries. An
 * empty list matches nothing.
 */
export interface CostFilter {
  /**
   * Usage of these end customers, at most 128 characters each. Give the names themselves, even if the
   * organization stores hashes of them.
   */
  readonly consumers?: readonly string[] | null | undefined
  /** Usage of these keys (`key_…`), legacy keys (`lgk_…`), or people using the playground (`usr_…`). */
  readonly credentialIds?: readonly string[] | null | undefined
  /** Usage of these line items. */
  readonly lineItems?: readonly LineItem[] | null | undefined
  /** Usage of these models, `mdl_…`. */
  readonly modelIds?: readonly string[] | null | undefined
  /** Usage of these projects, `prj_…`. */
  readonly projectIds?: readonly string[] | null | undefined
  /** Usage of keys that had one of these tags in the hour of the usage. */
  readonly tags?: readonly TagInput[] | null | undefined
  /** Usage of the playground by these people, and of keys they created, `usr_…`. */
  readonly userIds?: readonly string[] | null | undefined
  /** Usage for these workloads. */
  readonly workloads?: readonly Workload[] | null | undefined
}

/** Period and grouping of denied requests. */
export interface DenialsInput {
  /** Start of the period, rounded down to a full hour, day or month of `timeZone`. */
  readonly from: DateTime
  /** Length of a bucket. */
  readonly granularity?: Granularity | undefined
  /** Dimensions to group each bucket by. Default: by reason. */
  readonly groupBy?: readonly DenialDimension[] | undefined
  /**
   * Time zone of hours, days and months: a name of the IANA database such as `Asia/Kolkata`, at most 64
   * characters. Default: `UTC`. A day on which clocks change has 23 or 25 hours. If days begin at a half or
   * quarter hour of UTC, the period must not begin before `Organization.sumsByHalfHourSince` or
   * `sumsByQuarterHourSince`.
   */
  readonly timeZone?: string | null | undefined
  /** End of the period, rounded up to a full hour, day or month of `timeZone`. */
  readonly to: DateTime
}

/** The action, target and principal to explain. */
export interface ExplainInput {
  /** Action, such as `apiKey:revoke`. An unknown action returns BAD_REQUEST. */
  readonly action: string
  /** Id of the target: an organization, project, key or legacy key. */
  readonly on: string
  /**
   * Id of the principal: `usr_…` or `svc_…`. Default: the caller. To explain another principal, you must be the
   * Owner or an ADMIN of the target’s organization or project.
   */
  readonly principal?: string | null | undefined
}

/** Input of `gatewayAcknowledge`. */
export interface GatewayAcknowledgeInput {
  /** UUID of the gateway’s process. */
  readonly connectionId: string
  /** Cursor of the last applied change. Omitted: only changes from now on. */
  readonly cursor?: string | null | undefined
  /** Requests that the gateway denied. They are counted in the current hour. */
  readonly denials?: GatewayDenialsInput | null | undefined
  /** Whether the process is shutting down. The server then no longer waits for its acknowledgements. */
  readonly leaving?: boolean | null | undefined
  /** The `useId` of each credential that was allowed since the last call, at most 5000, without duplicates. */
  readonly used?: readonly string[] | null | undefined
}

/** Denied requests of a credential, for one reason. */
export interface GatewayDenialInput {
  /** Number of denied requests, 1 to 1000000000. */
  readonly count: number
  /** Id of the credential, from `GatewayCredential.credentialId`. */
  readonly credentialId: string
  /** Organization of the credential, `org_…`. */
  readonly organizationId: string
  /** Project of the credential, `prj_…`. */
  readonly projectId: string
  /** Reason for the denials. */
  readonly reason: DenialReason
}

/** Requests that the gateway denied since its last batch. */
export interface GatewayDenialsInput {
  /** UUID of the batch. A batch that is sent repeatedly is counted once. */
  readonly batchId: string
  /** Counts, at most 5000. Unknown credentials are ignored. */
  readonly counts: readonly GatewayDenialInput[]
}

/**
 * Secrets, resources and models to look up. Secrets are given by their hashes, so that no secret leaves the
 * gateway.
 */
export interface GatewayLookUpInput {
  /**
   * Whether the gateway enforces `GatewayCredential.origins`. If false, secrets that are restricted to origins
   * are omitted, so the gateway denies them. Default: false.
   */
  readonly checksOrigins?: boolean | null | undefined
  /** Slugs of models; at most 500. */
  readonly models?: readonly string[] | null | undefined
  /** Resources, `res_…`; at most 500. */
  readonly resourceIds?: readonly string[] | null | undefined
  /** SHA-256 of secrets, as 64 hexadecimal digits in lower case; at most 500. */
  readonly secretHashes?: readonly string[] | null | undefined
}

/** Input of `invitationAccept`. */
export interface InvitationAcceptInput {
  /** Token of the invitation, which follows `#token=` in the link. */
  readonly token: string
}

/** Input of `invitationCancel`. */
export interface InvitationCancelInput {
  /** Id of the invitation, `inv_…`. */
  readonly id: string
}

/**
 * Reports the use of a lease of a limit, and requests more. The first report opens the lease. Amounts are US
 * dollars, requests or tokens.
 */
export interface LeaseExchangeInput {
  /** Kind of the limit. Requests a minute are exchanged in `rates` instead. */
  readonly kind?: LimitKind | null | undefined
  /** UUID chosen by the gateway. */
  readonly leaseId: string
  /** Minimum amount that must be left. If less is left, nothing is granted. */
  readonly least: string
  /** Amount that waiting requests need. If it is 0, nothing is requested. */
  readonly need: string
  /** Period of the budget, if `kind` is not given. */
  readonly period?: BudgetPeriod | null | undefined
  /** Total amount returned since the lease was opened. */
  readonly returned: string
  /**
   * Owner of the limit: an organization (`org_…`), a project (`prj_…`) or a key (`key_…`). For a consumer of a
   * project: the id of the project, a slash and the consumer. For a tag, a child token or a rate by model: the
   * `scopeId` of the limit. At most 1000 characters.
   */
  readonly scopeId: string
  /** Total amount reserved for requests since the lease was opened. */
  readonly used: string
  /** Expected need. Beyond `need`, at most 1% of the remaining amount is granted. */
  readonly want: string
  /**
   * Ignored. The server opens a lease in the window that is current by its clock.
   * @deprecated Ignored. Read the end of the window from `ExchangedLease.resetsAt`. Removal not before
   * 2027-12-01.
   */
  readonly windowStart?: DateTime | null | undefined
}

/** Input of `legacyKeyImport`. */
export interface LegacyKeyImportInput {
  /** Id of the organization, `org_…`. */
  readonly organizationId: string
  /** Secret of the key: 16 to 512 characters. It is stored encrypted, so that the Owner can copy it later. */
  readonly secret: string
}

/** Input of `legacyKeyRegenerate`. */
export interface LegacyKeyRegenerateInput {
  /** Id of the organization, `org_…`. */
  readonly organizationId: string
}

/** Input of `legacyKeyReveal`. */
export interface LegacyKeyRevealInput {
  /** Id of the organization, `org_…`. */
  readonly organizationId: string
}

/** Input of `limitLeasesExchange`. */
export interface LimitLeasesExchangeInput {
  /** UUID of the gateway’s process, which owns the leases. */
  readonly connectionId: string
  /** Leases of budgets and rates, at most 1000. */
  readonly leases: readonly LeaseExchangeInput[]
  /** Rates in requests a minute, at most 1000. */
  readonly rates: readonly RateExchangeInput[]
}

/** Input of `memberInvite`. */
export interface MemberInviteInput {
  /** E-mail address to invite, at most 254 characters. Only this address can accept the invitation. */
  readonly email: string
  /** Id of the organization, `org_…`. */
  readonly organizationId: string
  /** Project roles to grant in addition, at most 50. */
  readonly projects?: readonly ProjectGrantInput[] | null | undefined
  /** Role to grant: ADMIN or MEMBER. */
  readonly role: OrganizationRole
}

/** Input of `memberRemove`. */
export interface MemberRemoveInput {
  /** Id of the membership, `mem_…`. */
  readonly id: string
  /**
   * Ids of service accounts, `svc_…`, whose tokens keep working. Their tokens would otherwise end with this
   * change. Not permitted for your own removal or demotion. Requires OWNER or ADMIN. At most 100. Default: none.
   */
  readonly keepTokensOf?: readonly string[] | null | undefined
}

/** Input of `memberRoleSet`. */
export interface MemberRoleSetInput {
  /** Id of the membership, `mem_…`. */
  readonly id: string
  /**
   * Ids of service accounts, `svc_…`, whose tokens keep working. Their tokens would otherwise end with this
   * change. Not permitted for your own removal or demotion. Requires OWNER or ADMIN. At most 100. Default: none.
   */
  readonly keepTokensOf?: readonly string[] | null | undefined
  /** New role: ADMIN or MEMBER. */
  readonly role: OrganizationRole
}

/** Input of `organizationCreate`. */
export interface OrganizationCreateInput {
  /** Name of the default project, at most 100 characters. Default: "Default project". */
  readonly defaultProjectName?: string | null | undefined
  /** Name of the organization: 1 to 100 characters. */
  readonly name: string
}

/** Input of `organizationDelete`. */
export interface OrganizationDeleteInput {
  /** Maximum time to wait for gateways to apply the pause, in seconds: 0 to 10. Omitted: does not wait. */
  readonly awaitGatewaysSeconds?: number | null | undefined
  /** Id of the organization, `org_…`. */
  readonly id: string
  /**
   * Current name of the organization. It confirms the deletion: another name returns ValidationError. 1 to 100
   * characters.
   */
  readonly name: string
}

/** Input of `organizationDeletionCancel`. */
export interface OrganizationDeletionCancelInput {
  /** Id of the organization, `org_…`. */
  readonly id: string
}

/** Input of `organizationKeyPolicySet`. */
export interface OrganizationKeyPolicySetInput {
  /** Networks from which keys may be used: IP addresses or CIDR ranges, at most 100. Null or empty: any. */
  readonly allowedIps?: readonly string[] | null | undefined
  /** Kind of principal that may create and import keys. Null: ANYONE. */
  readonly creators?: KeyCreators | null | undefined
  /** Longest lifetime of a key, in seconds: 60 to 2147483647. Null: unrestricted. */
  readonly maxLifetimeSeconds?: number | null | undefined
  /** Highest limits that a key may have, replaced as a whole. Null: no maximum. */
  readonly maximumLimits?: UsageLimitsInput | null | undefined
  /** Models that keys may use: ids, slugs, or slug prefixes that end with `*`, at most 100. Null or empty: any. */
  readonly models?: readonly string[] | null | undefined
  /** The organization, `org_…`. */
  readonly organizationId: string
  /** Whether keys require an expiration. Null: no. */
  readonly requiresExpiration?: boolean | null | undefined
  /** Days after which a secret is due for rotation: 1 to 3650. Null: never. */
  readonly rotateEveryDays?: number | null | undefined
  /** Action taken on the keys of anyone who leaves the organization. Null: KEEP. */
  readonly whenCreatorLeaves?: CreatorLeaves | null | undefined
  /** Workloads that keys may use. Null or empty: any. */
  readonly workloads?: readonly Workload[] | null | undefined
}

/** Input of `organizationPause`. */
export interface OrganizationPauseInput {
  /** Maximum time to wait for gateways to apply the pause, in seconds: 0 to 10. Omitted: does not wait. */
  readonly awaitGatewaysSeconds?: number | null | undefined
  /** Id of the organization, `org_…`. */
  readonly id: string
  /**
   * End of the pause, in the future. Replaces the end of an earlier pause. Omitted or null: the pause has no
   * end.
   */
  readonly until?: DateTime | null | undefined
}

/** Input of `organizationResume`. */
export interface OrganizationResumeInput {
  /** Id of the organization, `org_…`. */
  readonly id: string
}

/** Input of `organizationTagLimitsSet`. */
export interface OrganizationTagLimitsSetInput {
  /**
   * Budgets that replace the current ones, at most one for each period. Null or empty removes all. Omitted:
   * unchanged.
   */
  readonly budgets?: readonly BudgetInput[] | null | undefined
  /** Maximum number of concurrent requests, 1 to 1000000. Null removes it. Omitted: unchanged. */
  readonly maxConcurrent?: number | null | undefined
  /** The organization, `org_…`. */
  readonly organizationId: string
  /**
   * Rates that replace the current ones, at most one for each unit, period and model. Null or empty removes all.
   * Omitted: unchanged, unless `requestsPerMinute` changes the rate in requests a minute.
   */
  readonly rates?: readonly RateInput[] | null | undefined
  /** Maximum number of requests a minute, 1 to 10000000. Null removes it. Omitted: unchanged. */
  readonly requestsPerMinute?: number | null | undefined
  /** Tag of the keys. */
  readonly tag: TagInput
}

/** Input of `organizationUpdate`. */
export interface OrganizationUpdateInput {
  /**
   * Whether to store the consumers of usage as hashes, salted for this organization. Usage that is already
   * recorded keeps its consumer names. Omitted: unchanged.
   */
  readonly hashConsumers?: boolean | null | undefined
  /** Id of the organization, `org_…`. */
  readonly id: string
  /** New name: 1 to 100 characters. Omitted: unchanged. */
  readonly name?: string | null | undefined
  /**
   * Whether people who sign in with a password need a second factor. People without a second factor lose their
   * roles until they set one up. Returns InvalidStateError if you have no second factor yourself. Omitted:
   * unchanged.
   */
  readonly requireSecondFactor?: boolean | null | undefined
  /**
   * Time zone of the organization: a name of the IANA database such as `Asia/Kolkata`, at most 64 characters. If
   * its days begin at a half or quarter hour of UTC, usage is summed by half or quarter hours from the next hour
   * on. Current budget periods keep their end. Later periods follow the new time zone. Omitted: unchanged.
   */
  readonly timeZone?: string | null | undefined
}

/** Input of `organizationUsageLimitsSet`. */
export interface OrganizationUsageLimitsSetInput {
  /**
   * Budgets that replace the current ones, at most one for each period. Null or empty removes all. Omitted:
   * unchanged.
   */
  readonly budgets?: readonly BudgetInput[] | null | undefined
  /** Maximum number of concurrent requests, 1 to 1000000. Null removes it. Omitted: unchanged. */
  readonly maxConcurrent?: number | null | undefined
  /** The organization, `org_…`. */
  readonly organizationId: string
  /**
   * Rates that replace the current ones, at most one for each unit, period and model. Null or empty removes all.
   * Omitted: unchanged, unless `requestsPerMinute` changes the rate in requests a minute.
   */
  readonly rates?: readonly RateInput[] | null | undefined
  /** Maximum number of requests a minute, 1 to 10000000. Null removes it. Omitted: unchanged. */
  readonly requestsPerMinute?: number | null | undefined
}

/** Input of `ownershipTransferAccept`. */
export interface OwnershipTransferAcceptInput {
  /** Id of the organization, `org_…`. */
  readonly organizationId: string
}

/** Input of `ownershipTransferCancel`. */
export interface OwnershipTransferCancelInput {
  /** Id of the organization, `org_…`. */
  readonly organizationId: string
}

/** Input of `ownershipTransferOffer`. */
export interface OwnershipTransferOfferInput {
  /** Id of the recipient’s membership, `mem_…`. The recipient must be a person. */
  readonly memberId: string
  /** Id of the organization, `org_…`. */
  readonly organizationId: string
}

/** Input of `playgroundTokenCreate`. */
export interface PlaygroundTokenCreateInput {
  /** Id of the organization that pays, `org_…`. */
  readonly organizationId: string
  /**
   * Id of the project to charge, `prj_…`. You must be allowed to use it. Default: the default project for
   * members of the organization, or else your only project there.
   */
  readonly projectId?: string | null | undefined
}

/** Input of `projectArchive`. */
export interface ProjectArchiveInput {
  /** Id of the project, `prj_…`. */
  readonly id: string
}

/** Input of `projectConsumerLimitsSet`. */
export interface ProjectConsumerLimitsSetInput {
  /**
   * Budgets that replace the current ones, at most one for each period. Null or empty removes all. Omitted:
   * unchanged.
   */
  readonly budgets?: readonly BudgetInput[] | null | undefined
  /**
   * Any id of your own, such as `customer-42`: 1 to 128 characters, without control characters. Omitted: each
   * consumer without its own.
   */
  readonly consumer?: string | null | undefined
  /** Maximum number of concurrent requests, 1 to 1000000. Null removes it. Omitted: unchanged. */
  readonly maxConcurrent?: number | null | undefined
  /** The project, `prj_…`. */
  readonly projectId: string
  /**
   * Rates that replace the current ones, at most one for each unit, period and model. Null or empty removes all.
   * Omitted: unchanged, unless `requestsPerMinute` changes the rate in requests a minute.
   */
  readonly rates?: readonly RateInput[] | null | undefined
  /** Maximum number of requests a minute, 1 to 10000000. Null removes it. Omitted: unchanged. */
  readonly requestsPerMinute?: number | null | undefined
}

/** Input of `projectCreate`. */
export interface ProjectCreateInput {
  /** Purpose of the project: at most 1,000 characters. */
  readonly description?: string | null | undefined
  /** Name of the project: 1 to 100 characters. */
  readonly name: string
  /** Id of the organization, `org_…`. */
  readonly organizationId: string
}

/** Input of `projectDelete`. */
export interface ProjectDeleteInput {
  /** Id of the archived project, `prj_…`. */
  readonly id: string
  /**
   * Current name of the project. It confirms the deletion: another name returns ValidationError. 1 to 100
   * characters.
   */
  readonly name: string
}

/** A project role to grant with an invitation. */
export interface ProjectGrantInput {
  /** Id of a project in the same organization, `prj_…`. */
  readonly projectId: string
  /** Role in the project. */
  readonly role: ProjectRole
}

/** Input of `projectKeyPolicySet`. */
export interface ProjectKeyPolicySetInput {
  /** Networks from which keys may be used: IP addresses or CIDR ranges, at most 100. Null or empty: any. */
  readonly allowedIps?: readonly string[] | null | undefined
  /** Kind of principal that may create and import keys. Null: ANYONE. */
  readonly creators?: KeyCreators | null | undefined
  /** Limits of a new key created without limits, replaced as a whole. Null: none. */
  readonly defaultLimits?: UsageLimitsInput | null | undefined
  /** Action taken when a key is reported as leaked. Null: REVOKE. */
  readonly leakedKeyAction?: LeakedKeyAction | null | undefined
  /** Longest lifetime of a key, in seconds: 60 to 2147483647. Null: unrestricted. */
  readonly maxLifetimeSeconds?: number | null | undefined
  /** Highest limits that a key may have, replaced as a whole. Null: no maximum. */
  readonly maximumLimits?: UsageLimitsInput | null | undefined
  /** Models that keys may use: ids, slugs, or slug prefixes that end with `*`, at most 100. Null or empty: any. */
  readonly models?: readonly string[] | null | undefined
  /** The project, `prj_…`. */
  readonly projectId: string
  /** Whether keys require an expiration. Null: no. */
  readonly requiresExpiration?: boolean | null | undefined
  /** Days after which a secret is due for rotation: 1 to 3650. Null: never. */
  readonly rotateEveryDays?: number | null | undefined
  /** Workloads that keys may use. Null or empty: any. */
  readonly workloads?: readonly Workload[] | null | undefined
}

/** Input of `projectPause`. */
export interface ProjectPauseInput {
  /** Maximum time to wait for gateways to apply the pause, in seconds: 0 to 10. Omitted: does not wait. */
  readonly awaitGatewaysSeconds?: number | null | undefined
  /** Id of the project, `prj_…`. */
  readonly id: string
  /**
   * End of the pause, in the future. Replaces the end of an earlier pause. Omitted or null: the pause has no
   * end.
   */
  readonly until?: DateTime | null | undefined
}

/** Input of `projectRestore`. */
export interface ProjectRestoreInput {
  /** Id of the project, `prj_…`. */
  readonly id: string
}

/** Input of `projectResume`. */
export interface ProjectResumeInput {
  /** Id of the project, `prj_…`. */
  readonly id: string
}

/** Input of `projectUpdate`. */
export interface ProjectUpdateInput {
  /** New description: at most 1,000 characters. Empty clears it. */
  readonly description?: string | null | undefined
  /** Id of the project, `prj_…`. */
  readonly id: string
  /** New name: 1 to 100 characters. */
  readonly name?: string | null | undefined
}

/** Input of `projectUsageLimitsSet`. */
export interface ProjectUsageLimitsSetInput {
  /**
   * Budgets that replace the current ones, at most one for each period. Null or empty removes all. Omitted:
   * unchanged.
   */
  readonly budgets?: readonly BudgetInput[] | null | undefined
  /** Maximum number of concurrent requests, 1 to 1000000. Null removes it. Omitted: unchanged. */
  readonly maxConcurrent?: number | null | undefined
  /** The project, `prj_…`. */
  readonly projectId: string
  /**
   * Rates that replace the current ones, at most one for each unit, period and model. Null or empty removes all.
   * Omitted: unchanged, unless `requestsPerMinute` changes the rate in requests a minute.
   */
  readonly rates?: readonly RateInput[] | null | undefined
  /** Maximum number of requests a minute, 1 to 10000000. Null removes it. Omitted: unchanged. */
  readonly requestsPerMinute?: number | null | undefined
}

/** Returns unused requests of a rate, and requests more. */
export interface RateExchangeInput {
  /** Number of unused requests to return from an earlier exchange. At most 10000000. */
  readonly back: number
  /** Number of requests that are waiting now. At most 10000000. */
  readonly need: number
  /**
   * Owner of the limit: an organization (`org_…`), a project (`prj_…`) or a key (`key_…`). For a consumer of a
   * project: the id of the project, a slash and the consumer. For a tag, a child token or a rate by model: the
   * `scopeId` of the limit. At most 1000 characters.
   */
  readonly scopeId: string
  /**
   * Number of requests expected soon. Beyond `need`, at most 1% of the remaining rate is granted. At most
   * 10000000.
   */
  readonly want: number
}

/** The requests or tokens that may be used in a period. */
export interface RateInput {
  /** Maximum in each period, from 1 to 1000000000000; at most 10000000 requests a minute. */
  readonly max: string
  /**
   * Model whose requests are counted: its id (`mdl_…`), its slug, or a slug prefix that ends with `*`, such as
   * `meta/*`; at most 200 characters. Null: all requests are counted. At most 20 rates of an organization,
   * project or key have a model; other owners have no such rates.
   */
  readonly model?: string | null | undefined
  /** Period. */
  readonly per: RatePeriod
  /** Unit. */
  readonly unit: RateUnit
}

/** Input of `resourceRegister`. */
export interface ResourceRegisterInput {
  /** Kind of the resource. */
  readonly kind: ResourceKind
  /** Name: 1 to 100 characters, unique among the project’s resources of the same kind. */
  readonly name: string
  /** Id of the project, `prj_…`. */
  readonly projectId: string
}

/** Input of `resourceRemove`. */
export interface ResourceRemoveInput {
  /** Id of the resource, `res_…`. */
  readonly id: string
}

/** Input of `serviceAccountCreate`. */
export interface ServiceAccountCreateInput {
  /** Expiration time of the token, in the future. Omitted or null: the token does not expire. */
  readonly expiresAt?: DateTime | null | undefined
  /** Lifetime of the token in seconds, counted by the database’s clock. Give this or `expiresAt`, not both. */
  readonly expiresInSeconds?: number | null | undefined
  /** Name: 1 to 100 characters, unique among the organization’s service accounts. */
  readonly name: string
  /** Id of the organization, `org_…`. */
  readonly organizationId: string
  /** Role to grant: ADMIN or MEMBER, not higher than your own. */
  readonly role: OrganizationRole
}

/** Input of `serviceAccountRemove`. */
export interface ServiceAccountRemoveInput {
  /** Id of the service account, `svc_…`. */
  readonly id: string
  /**
   * Ids of service accounts, `svc_…`, whose tokens keep working. Their tokens would otherwise end with this
   * change. Not permitted for your own removal or demotion. Requires OWNER or ADMIN. At most 100. Default: none.
   */
  readonly keepTokensOf?: readonly string[] | null | undefined
}

/** Input of `serviceAccountTokenRotate`. */
export interface ServiceAccountTokenRotateInput {
  /** Expiration time of the token, in the future. Omitted or null: the token does not expire. */
  readonly expiresAt?: DateTime | null | undefined
  /** Lifetime of the token in seconds, counted by the database’s clock. Give this or `expiresAt`, not both. */
  readonly expiresInSeconds?: number | null | undefined
  /** Id of the service account, `svc_…`. */
  readonly id: string
  /** Seconds for which the old token keeps working, 0 to 604800 (7 days). Default: 0. */
  readonly overlapSeconds?: number | null | undefined
}

/** Matches keys with a tag. */
export interface TagFilter {
  /** Name of the tag. */
  readonly key: string
  /** Value of the tag. Omitted: any value. */
  readonly value?: string | null | undefined
}

/** A key-value pair of metadata on a key. */
export interface TagInput {
  /** Name of the tag: 1 to 64 letters, digits and `. _ / -`. */
  readonly key: string
  /** Value of the tag: at most 256 characters. May be empty. */
  readonly value: string
}

/** A claim that a workload’s token must carry. */
export interface TrustConditionInput {
  /** Name of the claim, at most 100 characters. */
  readonly claim: string
  /**
   * Value of the claim, at most 300 characters. `*` matches any characters. It must not be the first character
   * and may occur at most 5 times.
   */
  readonly pattern: string
}

/** Input of `trustCreate`. */
export interface TrustCreateInput {
  /** Required `aud` of tokens, at most 300 characters. Default: the URL of this instance. */
  readonly audience?: string | null | undefined
  /**
   * Conditions on the claims of tokens, 1 to 10. One must be on a claim that names the workload or its owner:
   * `sub`, `repository`, `repository_id`, `repository_owner`, `repository_owner_id`, `project_path`,
   * `project_id`, `namespace_path` or `namespace_id`.
   */
  readonly conditions: readonly TrustConditionInput[]
  /**
   * URL of the issuer, equal to the `iss` of its tokens: https, at most 500 characters. Its discovery document
   * must be on the public internet.
   */
  readonly issuer: string
  /** Name: 1 to 100 characters. */
  readonly name: string
  /** Id of the project, `prj_…`. */
  readonly projectId: string
  /** Id of a service account that is a collaborator of the project, `svc_…`. */
  readonly serviceAccountId: string
}

/** Input of `trustDelete`. */
export interface TrustDeleteInput {
  /** Id of the trust, `tru_…`. */
  readonly id: string
}

/** Input of `trustUpdate`. */
export interface TrustUpdateInput {
  /**
   * Conditions on the claims of tokens, 1 to 10. One must be on a claim that names the workload or its owner:
   * `sub`, `repository`, `repository_id`, `repository_owner`, `repository_owner_id`, `project_path`,
   * `project_id`, `namespace_path` or `namespace_id`. Omitted: unchanged.
   */
  readonly conditions?: readonly TrustConditionInput[] | null | undefined
  /** Whether tokens are exchanged. Omitted: unchanged. */
  readonly enabled?: boolean | null | undefined
  /** Id of the trust, `tru_…`. */
  readonly id: string
}

/** Input of `usageAdjust`. */
export interface UsageAdjustInput {
  /**
   * Id of the adjustment, such as a UUID, unique in the organization: 1 to 128 printable ASCII characters
   * without spaces.
   */
  readonly adjustmentId: string
  /**
   * Amount in US dollars, from -999999999.999999999 to 999999999.999999999, and not 0. Negative credits the key,
   * positive charges it.
   */
  readonly amount: string
  /** Id of the key, `key_…`. It may be revoked or expired. */
  readonly apiKeyId: string
  /**
   * End customer of the usage to adjust, required if the event has one. Any id of your own, such as
   * `customer-42`: 1 to 128 characters, without control characters. Omitted: none.
   */
  readonly consumer?: string | null | undefined
  /**
   * Id of the usage event to adjust, at most 128 characters. A credit is then at most the cost of the event.
   * Omitted: `hour` and `workload` are required.
   */
  readonly eventId?: string | null | undefined
  /** A time in the hour to adjust, at most 400 days ago. Not allowed with `eventId`. */
  readonly hour?: DateTime | null | undefined
  /**
   * Slug of the model of the usage to adjust, at most 200 characters. Not allowed with `eventId`. Omitted: usage
   * without a model.
   */
  readonly model?: string | null | undefined
  /** Reason, for the audit log: 1 to 500 characters. */
  readonly reason: string
  /** Workload of the usage to adjust. Not allowed with `eventId`. */
  readonly workload?: Workload | null | undefined
}

/** A metered request. */
export interface UsageEventInput {
  /**
   * Seconds between the request and the sending of the event, at most 30 days. Ignored if `occurredAt` is given.
   * Default: 0.
   */
  readonly ageSeconds?: number | null | undefined
  /**
   * End customer of the request. Any id of your own, such as `customer-42`: 1 to 128 characters, without control
   * characters. Omitted: none.
   */
  readonly consumer?: string | null | undefined
  /**
   * Cost in US dollars. Default: the price of `units` at the time of the request. A given cost is assigned to
   * the line item of `units` if there is exactly one, or else to OTHER.
   */
  readonly cost?: string | null | undefined
  /**
   * Credential that the usage is attributed to, as returned by verification: `key_…`, `lgk_…`, or `usr_…` for
   * the playground.
   */
  readonly credentialId: string
  /**
   * Id of the event, such as a UUID, unique in the instance: 1 to 128 printable ASCII characters without spaces.
   * Repeated events are recorded once.
   */
  readonly eventId: string
  /** Slug of the model that was called. Omitted: no model. */
  readonly model?: string | null | undefined
  /**
   * Time of the request: at most 30 days ago, and at most 5 minutes in the future. Default: the server’s time,
   * minus `ageSeconds`.
   */
  readonly occurredAt?: DateTime | null | undefined
  /**
   * Id of the organization that pays for playground usage, `org_…`. Required with `usr_…` and not allowed
   * otherwise.
   */
  readonly organizationId?: string | null | undefined
  /**
   * Id of the project that pays for playground usage, `prj_…`: `projectId` of the decision. Allowed only with
   * `usr_…`. Default: the organization’s default project.
   */
  readonly projectId?: string | null | undefined
  /** Token of the reservation that the event settles, `rsv_…`. */
  readonly reservation?: string | null | undefined
  /** Tier that served the request, which decides its prices. Default: STANDARD. */
  readonly serviceTier?: ServiceTier | null | undefined
  /** Quantities used, each line item at most once. Omitted: none. */
  readonly units?: readonly UsageUnitInput[] | null | undefined
  /** Workload of the request. */
  readonly workload: Workload
}

/** Period and granularity of a key’s usage. */
export interface UsageInput {
  /** Start of the period, rounded down to a full hour, day or month of `timeZone`. */
  readonly from: DateTime
  /** Length of a bucket. */
  readonly granularity?: Granularity | undefined
  /**
   * Time zone of hours, days and months: a name of the IANA database such as `Asia/Kolkata`, at most 64
   * characters. Default: `UTC`. A day on which clocks change has 23 or 25 hours. If days begin at a half or
   * quarter hour of UTC, the period must not begin before `Organization.sumsByHalfHourSince` or
   * `sumsByQuarterHourSince`.
   */
  readonly timeZone?: string | null | undefined
  /** End of the period, rounded up to a full hour, day or month of `timeZone`. */
  readonly to: DateTime
}

/** Limits of a key. */
export interface UsageLimitsInput {
  /** Budgets, at most one for each period. Null or empty: none. */
  readonly budgets?: readonly BudgetInput[] | null | undefined
  /** Maximum number of concurrent requests, 1 to 1000000. Null removes it. */
  readonly maxConcurrent?: number | null | undefined
  /** Rates, at most one for each unit, period and model. Null or empty removes all. */
  readonly rates?: readonly RateInput[] | null | undefined
  /** Maximum number of requests a minute, 1 to 10000000. Null: no limit. */
  readonly requestsPerMinute?: number | null | undefined
}

/** Input of `usageRecord`. */
export interface UsageRecordInput {
  /** Events to record, at most 1000. */
  readonly events: readonly UsageEventInput[]
  /**
   * Tokens of reservations to release because their requests failed, `rsv_…`: at most 1000. Reservations that
   * are already settled or released are ignored.
   */
  readonly released?: readonly string[] | null | undefined
}

/** Quantity of a line item used by a request. */
export interface UsageUnitInput {
  /** Line item that was used. */
  readonly lineItem: LineItem
  /** Quantity of tokens, images, seconds or sessions: 0 to 1000000000000. */
  readonly quantity: string
}

/** Input of `userErase`. */
export interface UserEraseInput {
  /** The address of your account, as a confirmation: at most 254 characters. */
  readonly email: string
}

/** Input of `userNoticesSet`. */
export interface UserNoticesSetInput {
  /** Whether to mail notices, at most once a day. */
  readonly byMail: boolean
}

/** Input of `webhookCreate`. */
export interface WebhookCreateInput {
  /** Purpose of the webhook: at most 200 characters. */
  readonly description?: string | null | undefined
  /** Subscribed events. Empty subscribes to all, including future ones. Default: all. */
  readonly events?: readonly WebhookEvent[] | null | undefined
  /** Id of the organization, `org_…`. */
  readonly organizationId: string
  /**
   * HTTPS URL of a public host, at most 2000 characters, without a user name or password. With
   * `KEYWARD_WEBHOOK_PRIVATE_TARGETS=allow` on the server, also `http://` and hosts that are not public.
   */
  readonly url: string
}

/** Input of `webhookDeliveriesResend`. */
export interface WebhookDeliveriesResendInput {
  /** Earliest time of the events. Messages are retained for 30 days. */
  readonly since: DateTime
  /** Id of the webhook, `whk_…`. */
  readonly webhookId: string
}

/** Input of `webhookDeliveryResend`. */
export interface WebhookDeliveryResendInput {
  /** Id of the message, `msg_…`. */
  readonly id: string
}

/** Input of `webhookRemove`. */
export interface WebhookRemoveInput {
  /** Id of the webhook, `whk_…`. */
  readonly id: string
}

/** Input of `webhookSecretRotate`. */
export interface WebhookSecretRotateInput {
  /** Id of the webhook, `whk_…`. */
  readonly id: string
  /**
   * Overlap during which both secrets sign, in seconds: 0 to 604800. Default 86400. If there is a third, older
   * secret, it stops signing at once.
   */
  readonly overlapSeconds?: number | null | undefined
}

/** Input of `webhookTest`. */
export interface WebhookTestInput {
  /** Id of the webhook, `whk_…`. */
  readonly id: string
}

/** Input of `webhookUpdate`. */
export interface WebhookUpdateInput {
  /** Purpose of the webhook: at most 200 characters. Empty clears it. Omitted: unchanged. */
  readonly description?: string | null | undefined
  /** Whether messages are sent. Omitted: unchanged. */
  readonly enabled?: boolean | null | undefined
  /** Subscribed events. Empty subscribes to all, including future ones. Omitted: unchanged. */
  readonly events?: readonly WebhookEvent[] | null | undefined
  /** Id of the webhook, `whk_…`. */
  readonly id: string
  /**
   * HTTPS URL of a public host, at most 2000 characters, without a user name or password. With
   * `KEYWARD_WEBHOOK_PRIVATE_TARGETS=allow` on the server, also `http://` and hosts that are not public.
   * Omitted: unchanged.
   */
  readonly url?: string | null | undefined
}

/** Authenticated caller of a request. */
export type Actor =
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'ApiKey'
      /** Permanent id, `key_…`. Rotation does not change it. */
      readonly id: string
      /** Name, unique among the project’s live keys. A live key is neither revoked nor expired. */
      readonly name: string
      /** Current status. */
      readonly status: ApiKeyStatus
      /** Expiration time. Null if the key never expires. */
      readonly expiresAt: DateTime | null
      /** Workloads that the key may be used for. Empty allows all. */
      readonly workloads: readonly Workload[]
      /**
       * CIDR networks from which the key may be used, both in this API and at gateways. Empty allows any
       * address.
       */
      readonly allowedIps: readonly string[]
      /** Project that owns the key. The key can access the resources of this project only. */
      readonly project: ProjectReference
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'Gateway'
      /** Permanent id, `gtw_…`. */
      readonly id: string
      /** Name given by the operator. */
      readonly name: string
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'LegacyKey'
      /** Permanent id, `lgk_…`. */
      readonly id: string
      /** First characters of the secret, for display. */
      readonly start: string
      /** Human-readable deprecation notice with the recommended alternative. */
      readonly deprecationNotice: string
      /** Default project of the organization. The key can access the resources of this project only. */
      readonly project: ProjectReference
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'ServiceAccount'
      /** Permanent id, `svc_…`. */
      readonly id: string
      /** Name, unique among the organization’s service accounts. */
      readonly name: string
      /**
       * Role in the organization: ADMIN or MEMBER. Visible to members. External collaborators get null and a
       * FORBIDDEN error.
       */
      readonly role: OrganizationRole | null
      /** Organization of the service account. */
      readonly organization: OrganizationReference
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'User'
      /** Permanent id, `usr_…`. */
      readonly id: string
      /** Display name chosen by the person. */
      readonly name: string
      /** E-mail address. Null unless this is you, or you administer an organization or project of this person. */
      readonly email: string | null
      /** URL of the profile picture. Null if none is set. */
      readonly imageUrl: string | null
    }

/** A credential of a project. Its id and history are permanent. Its secret is shown once and can be rotated. */
export interface ApiKey {
  /** Permanent id, `key_…`. Rotation does not change it. */
  readonly id: string
  /** Name, unique among the project’s live keys. A live key is neither revoked nor expired. */
  readonly name: string
  /** Current status. */
  readonly status: ApiKeyStatus
  /** First characters of the current secret, for display. Empty if unknown. */
  readonly start: string
  /** Creation time. */
  readonly createdAt: DateTime
  /**
   * Creator. Null after the creator was deleted; `createdByName` remains. Keys that call the API get null and a
   * FORBIDDEN error.
   */
  readonly createdBy: Principal | null
  /** Name of the creator at the time of creation. */
  readonly createdByName: string
  /** Expiration time. Null if the key never expires. */
  readonly expiresAt: DateTime | null
  /** Time of last use, accurate to a few seconds. Null if never used. */
  readonly lastUsedAt: DateTime | null
  /** Start of the pause. Null unless paused. */
  readonly pausedAt: DateTime | null
  /** End of the pause. Null if the pause has no end, or if there is no pause. */
  readonly pausedUntil: DateTime | null
  /** Revocation time. Null unless revoked. */
  readonly revokedAt: DateTime | null
  /**
   * Person or service account that revoked the key. Null if the key is not revoked, or if that principal was
   * deleted. Keys that call the API get null and a FORBIDDEN error.
   */
  readonly revokedBy: Principal | null
  /** Reason for the revocation. Null unless revoked. */
  readonly revocationReason: RevocationReason | null
  /**
   * Time of the first leak report since the current secret was created, or else of the report on an earlier
   * secret. Null if no leak was reported.
   */
  readonly leakedAt: DateTime | null
  /** Whether the key was imported from another system by its hash. */
  readonly imported: boolean
  /** Workloads that the key may be used for. Empty allows all. */
  readonly workloads: readonly Workload[]
  /**
   * Slugs of the models that the key may use. A trailing `*` matches any suffix, as in `meta/*`. Empty allows
   * all.
   */
  readonly models: readonly string[]
  /** CIDR networks from which the key may be used, both in this API and at gateways. Empty allows any address. */
  readonly allowedIps: readonly string[]
  /** Tags, sorted by name. */
  readonly tags: readonly Tag[]
  /** Current rotation. Null if no rotation is in progress. */
  readonly rotation: ApiKeyRotation | null
  /**
   * Secret versions, newest first, at most 20. The list always includes the working versions, of which there are
   * at most two.
   */
  readonly secretVersions: readonly ApiKeySecretVersion[]
  /** Recommendations for this key. Empty once it is revoked. */
  readonly advice: readonly ApiKeyAdvice[]
  /** Project that owns the key. The key can access the resources of this project only. */
  readonly project: ProjectReference
}

/** A change to a key. */
export interface ApiKeyChange {
  /** Position of the change. Pass it as `after` to resume from here. */
  readonly cursor: string
  /** Kind of change. */
  readonly kind: ApiKeyChangeKind
  /** Time of the change. */
  readonly at: DateTime
  /** Current state of the key. Null if you may not see it. */
  readonly apiKey: ApiKey | null
}

/** A page of keys. */
export interface ApiKeyCounts {
  /** Number of keys visible to you, at most 10000. */
  readonly totalCount: number
  /** Whether more than 10000 items match, so that `totalCount` is incomplete. */
  readonly totalCountCapped: boolean
  /** Number of keys with each status, regardless of the filter’s `statuses` condition. */
  readonly countsByStatus: readonly ({
    /** Status of the keys. */
    readonly status: ApiKeyStatus
    /** Number of these keys that are visible to you, at most 10000. */
    readonly count: number
    /** Whether `count` is incomplete because there are more than 10000. */
    readonly countCapped: boolean
  })[]
  /**
   * Number of keys with each recommendation, regardless of the filter’s `advice` condition. A key can have
   * several recommendations.
   */
  readonly countsByAdvice: readonly ({
    /** Recommendation for the keys. */
    readonly advice: ApiKeyAdvice
    /** Number of these keys that are visible to you, at most 10000. */
    readonly count: number
    /** Whether `count` is incomplete because there are more than 10000. */
    readonly countCapped: boolean
  })[]
}

/** A credential of a project. Its id and history are permanent. Its secret is shown once and can be rotated. */
export interface ApiKeyDenials {
  /** Permanent id, `key_…`. Rotation does not change it. */
  readonly id: string
  /**
   * Denied requests over time by reason, across all secrets of the key. Returns BAD_REQUEST if the period is
   * longer than 31 days by HOUR, 400 days by DAY or 60 months by MONTH. Also returns BAD_REQUEST for more than
   * 1000 groups in a bucket or 10000 groups in total. Visible to the key itself and the project’s collaborators,
   * except external ones. Others get null and a FORBIDDEN error.
   */
  readonly denials: DenialSeries | null
}

/** Outcome of one row of an import: either `apiKey` or `error` is set. */
export interface ApiKeyImportOutcome {
  /** Index of the row, starting at 0. */
  readonly row: number
  /** The imported key. Null if the row was rejected. */
  readonly apiKey: ApiKey | null
  /** Reason for rejecting the row. Null if it was imported. */
  readonly error: Problem | null
}

/** A credential of a project. Its id and history are permanent. Its secret is shown once and can be rotated. */
export interface ApiKeyLimits {
  /** Limits of the key itself. The limits of its project and organization apply, too. */
  readonly limits: UsageLimits
  /**
   * State of each budget of the key. Visible to the key itself and the project’s collaborators, except external
   * ones. Others get null and a FORBIDDEN error.
   */
  readonly budgetStatus: readonly BudgetStatus[] | null
  /**
   * State of each rate of the key. Visible to the key itself and the project’s collaborators, except external
   * ones. Others get null and a FORBIDDEN error.
   */
  readonly rateStatus: readonly RateStatus[] | null
  /**
   * State of the key’s concurrency limit. Null if it has none. Visible to the key itself and the project’s
   * collaborators, except external ones. Others get null and a FORBIDDEN error.
   */
  readonly concurrencyStatus: ConcurrencyStatus | null
}

/** A credential of a project. Its id and history are permanent. Its secret is shown once and can be rotated. */
export interface ApiKeyPolicyViolations {
  /**
   * Rules of the key policies that this key violates. Empty for revoked and expired keys. Visible to the
   * project’s collaborators, except external ones. Others get null and a FORBIDDEN error.
   */
  readonly policyViolations: readonly PolicyViolation[] | null
}

/** A credential of a project. Its id and history are permanent. Its secret is shown once and can be rotated. */
export interface ApiKeyReference {
  /** Permanent id, `key_…`. Rotation does not change it. */
  readonly id: string
  /** Name, unique among the project’s live keys. A live key is neither revoked nor expired. */
  readonly name: string
}

/** Outcome for one key: either `apiKey` or `error` is set. */
export interface ApiKeyRevokeOutcome {
  /** Id of the key, as it was given. */
  readonly id: string
  /** The revoked key. Null if it was not revoked. */
  readonly apiKey: ApiKey | null
  /** Reason for not revoking the key. Null if it is revoked. */
  readonly error: Problem | null
}

/** A rotation in progress. Two secrets work until the older one stops working. */
export interface ApiKeyRotation {
  /** Creation time of the new secret. */
  readonly startedAt: DateTime
  /** Time at which the old secret stops working. */
  readonly previousRetiresAt: DateTime
  /** Time of last use of the old secret. Null if never used. */
  readonly previousLastUsedAt: DateTime | null
  /** Whether the new secret is in use, and the old one has not been used for an hour. */
  readonly safeToFinish: boolean
}

/** A current or former secret of a key. Only its hash is stored. */
export interface ApiKeySecretVersion {
  /** Version number, starting at 1. */
  readonly version: number
  /** First characters of the secret, for display. Empty if unknown. */
  readonly start: string
  /** Creation time. */
  readonly createdAt: DateTime
  /** Time of first use, accurate to a few seconds. Null if never used. */
  readonly firstUsedAt: DateTime | null
  /** Time of last use, accurate to a few seconds. Null if never used. */
  readonly lastUsedAt: DateTime | null
  /** Time at which the secret stops working. Null unless this is the old secret of a rotation in progress. */
  readonly retiresAt: DateTime | null
  /** Time at which the secret stopped working. Null while it works. */
  readonly retiredAt: DateTime | null
}

/** A credential of a project. Its id and history are permanent. Its secret is shown once and can be rotated. */
export interface ApiKeyUsage {
  /** Permanent id, `key_…`. Rotation does not change it. */
  readonly id: string
  /**
   * Usage and cost over time, across all secrets of the key. Returns BAD_REQUEST if the period is longer than 31
   * days by HOUR, 400 days by DAY or 60 months by MONTH. Also returns BAD_REQUEST for more than 1000 groups in a
   * bucket or 10000 groups in total. Visible to the key itself and the project’s collaborators, except external
   * ones. Others get null and a FORBIDDEN error.
   */
  readonly usage: UsageSeries | null
}

/** A credential of a project. Its id and history are permanent. Its secret is shown once and can be rotated. */
export interface ApiKeyUsageAdjustments {
  /** Permanent id, `key_…`. Rotation does not change it. */
  readonly id: string
  /**
   * Adjustments of the key’s costs, newest first. Visible to the key itself and the project’s collaborators,
   * except external ones. Others get null and a FORBIDDEN error.
   */
  readonly usageAdjustments: {
    /** Items of this page. */
    readonly nodes: readonly UsageAdjustment[]
    /** Position of this page in the list. */
    readonly pageInfo: {
      /** Whether more items follow this page. Always true if the page was requested with `before`. */
      readonly hasNextPage: boolean
      /** Cursor of the last item, for `after`. Null if the page is empty. */
      readonly endCursor: string | null
    }
  } | null
}

/** Decision about a request. */
export type ApiKeyVerification =
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'ApiKeyAllowed'
      /**
       * Credential that usage is attributed to: the key (`key_…`), the legacy key (`lgk_…`), or the person who
       * uses the playground (`usr_…`).
       */
      readonly credentialId: string
      /** Kind of credential that the secret belongs to. */
      readonly kind: CredentialKind
      /** Name of the key; `Playground` for a playground token. */
      readonly name: string
      /** Version of the secret, starting at 1. Always 1 for a playground token. */
      readonly secretVersion: number
      /**
       * Project that usage is attributed to. A key can access resources of this project only. A playground token
       * can access resources of all projects of the organization that its user may use.
       */
      readonly projectId: string
      /** Organization that pays. */
      readonly organizationId: string
      /** Expiration of the key. Null if it never expires. */
      readonly expiresAt: DateTime | null
      /**
       * Token of the amount reserved from budgets, `rsv_…`. Pass it to `usageRecord` with the actual cost. Until
       * then, for at most 24 hours, the amount counts as spent. Null if nothing was reserved.
       */
      readonly reservation: string | null
      /**
       * Limits that applied to the request. Empty if the secret was only verified. If a limit denied the
       * request, this limit comes first.
       */
      readonly limits: readonly LimitState[]
      /** Warnings for the owner of the key. */
      readonly warnings: readonly VerificationWarning[]
      /** Every change committed before this time is considered. */
      readonly asOf: DateTime
      /** Maximum age of `asOf`, in seconds, including the grace period during outages. */
      readonly maxStalenessSeconds: number
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'ApiKeyDenied'
      /** Id of the credential that the secret belongs to. Null if the secret is unknown. */
      readonly deniedCredentialId: string | null
      /** Reason, for programs. */
      readonly reason: DenialReason
      /** Reason, for people. */
      readonly message: string
      /** HTTP status for the caller: 401, 403, 429 or 503. */
      readonly httpStatus: number
      /** Seconds until a retry may succeed. Null if waiting does not help. */
      readonly retryAfterSeconds: number | null
      /**
       * Limits that applied to the request. Empty if the secret was only verified. If a limit denied the
       * request, this limit comes first.
       */
      readonly limits: readonly LimitState[]
      /** Every change committed before this time is considered. */
      readonly asOf: DateTime
    }

/** The actor of a change, as recorded at the time of the change. */
export interface AuditActor {
  /** Kind of actor. */
  readonly kind: AuditActorKind
  /** Id of the actor, which may since have been deleted. Null for actors without an id. */
  readonly id: string | null
  /** Name of the actor at the time of the change, or `Erased person`. Null for actors without a name. */
  readonly name: string | null
}

/** A detail of a change. */
export interface AuditDetail {
  /** Name of the detail, such as `expiresAtBefore`. */
  readonly name: string
  /** Value as text; lists are joined with a comma and a space. Null if there was no value. */
  readonly value: string | null
}

/**
 * Record of a change, written in the same transaction. Events of an organization form a hash chain and are
 * immutable.
 */
export interface AuditEvent {
  /** Permanent id, `aud_…`. */
  readonly id: string
  /** Position in the organization’s chain, starting at 1 without gaps. */
  readonly sequence: string
  /** Time of the change by the database’s clock. */
  readonly at: DateTime
  /** Name of the change, such as `apiKey.revoked`. */
  readonly action: string
  /** Actor that made the change. */
  readonly actor: AuditActor
  /** Object that was changed. */
  readonly target: AuditTarget
  /** Further details, such as values before and after. Secrets are never included. */
  readonly details: readonly AuditDetail[]
  /** Id of the request that made the change, as in its response. Null if no request was involved. */
  readonly requestId: string | null
  /** SHA-256 of the previous event’s hash and this event, in hexadecimal. */
  readonly hash: string
}

/** The changed object, as recorded at the time of the change. */
export interface AuditTarget {
  /** GraphQL type of the object, such as `ApiKey`. */
  readonly type: string
  /** Id of the object, which may since have been deleted. */
  readonly id: string
  /** Name of the object at the time of the change, or `Erased person`. Null for objects without a name. */
  readonly name: string | null
}

/** The amount that may be spent in a period. */
export interface Budget {
  /** Period. */
  readonly period: BudgetPeriod
  /** Amount in US dollars. */
  readonly usd: string
  /** Behavior when the budget is spent. */
  readonly onLimit: LimitAction
  /** Percentages of the amount at which alerts are raised, in ascending order. An alert at 100 is always raised. */
  readonly alertThresholds: readonly number[]
}

/** State of a budget in its current period. */
export interface BudgetStatus {
  /** Period of the budget. */
  readonly period: BudgetPeriod
  /** Amount of the budget, in US dollars. */
  readonly usd: string
  /** Amount spent, in US dollars. */
  readonly spent: string
  /** Amount reserved for running requests or leased to gateways, in US dollars. */
  readonly reserved: string
  /** Amount left, in US dollars. Never less than 0. */
  readonly remaining: string
  /**
   * Amount by which the actual costs of requests exceeded their reservations, in US dollars. Included in
   * `spent`.
   */
  readonly debt: string
  /** Start of the current period, by the time zone of the organization. */
  readonly windowStart: DateTime
  /** End of the current period and start of the next, by the time zone of the organization. Null for TOTAL. */
  readonly resetsAt: DateTime | null
}

/** An isolated workspace of an organization, with its own keys, collaborators and resources. */
export interface ChangePosition {
  /**
   * Cursor for `apiKeyChanges(after:)`. The stream then continues exactly from the state that this request
   * reads. Visible to anyone who can list the keys. Others get null and a FORBIDDEN error.
   */
  readonly changeCursor: string | null
}

/**
 * Membership of a person or service account in a project. Access through an organization role is not listed as a
 * collaborator.
 */
export interface Collaborator {
  /** Id of the membership, `col_…`. */
  readonly id: string
  /** Role in the project. */
  readonly role: ProjectRole
  /** Whether the collaborator is not a member of the organization. */
  readonly external: boolean
  /** Time at which the collaborator was added. */
  readonly addedAt: DateTime
  /** Person or service account that added or invited the collaborator. Null once that principal is deleted. */
  readonly addedBy: Principal | null
  /** Person or service account that is the collaborator. */
  readonly principal: Principal
  /** Project of the membership. */
  readonly project: ProjectReference
}

/** State of a concurrency limit. */
export interface ConcurrencyStatus {
  /** Maximum number of concurrent requests. */
  readonly max: number
  /** Number of running requests, plus slots that servers and gateways have leased for a few seconds. */
  readonly used: number
  /** Number of further requests that may start now. Never less than 0. */
  readonly remaining: number
}

/** The limits of one consumer of a project, and their state. */
export interface ConsumerLimits {
  /** End customer, as named in the argument. Lists contain its hash instead if the organization hashes consumers. */
  readonly consumer: string
  /** Whether the consumer has no limits of its own, so that the project’s default limits for consumers apply. */
  readonly inherited: boolean
  /** Limits. */
  readonly limits: UsageLimits
  /** State of each budget. */
  readonly budgetStatus: readonly BudgetStatus[]
  /** State of each rate. */
  readonly rateStatus: readonly RateStatus[]
  /** State of the concurrency limit. Null if there is none. */
  readonly concurrencyStatus: ConcurrencyStatus | null
}

/**
 * Cost of usage over time. It includes all events recorded before `asOf`, counted in the hour in which they
 * occurred.
 */
export interface CostAnalytics {
  /** One bucket for every hour, day or month of the period, in order and without gaps. */
  readonly buckets: readonly CostBucket[]
  /** Total cost in US dollars, exact. */
  readonly total: string
  /** Total number of requests. When filtering by line item, a request counts once per matching line item. */
  readonly totalRequests: string
  /** Currency of all costs: `USD`. */
  readonly currency: string
  /** Time at which the data was read. */
  readonly asOf: DateTime
}

/** Usage of one hour, day or month. */
export interface CostBucket {
  /** Start of the bucket, inclusive. */
  readonly start: DateTime
  /** End of the bucket, exclusive. */
  readonly end: DateTime
  /** Groups of usage, most expensive first, at most 1000. Empty if there was no usage. */
  readonly groups: readonly CostGroup[]
}

/** Credential that usage is attributed to. Rotation, expiration and revocation do not change it. */
export interface CostCredential {
  /** Kind of credential. */
  readonly kind: CredentialKind
  /** Id of the key (`key_…`), the legacy key (`lgk_…`), or the person using the playground (`usr_…`). */
  readonly id: string
  /** Name of the key. `Legacy key` or `Playground` for other kinds. */
  readonly name: string
}

/** Usage within a bucket that shares the values of the grouping dimensions. Other dimensions are null. */
export interface CostGroup {
  /** Project of the usage. Null unless grouped by PROJECT. */
  readonly project: ProjectReference | null
  /** Credential of the usage. Null unless grouped by CREDENTIAL. */
  readonly credential: CostCredential | null
  /**
   * Id of the person who created the key or used the playground, `usr_…`. That person may since have been
   * deleted. Null unless grouped by USER. Also null for keys created by service accounts.
   */
  readonly userId: string | null
  /** Person who created the key or used the playground. Null if `userId` is null or the person was deleted. */
  readonly user: User | null
  /** Workload of the requests. Null unless grouped by WORKLOAD. */
  readonly workload: Workload | null
  /**
   * Model that was called. Null unless grouped by MODEL. Also null if no model was named, or if you may not see
   * it.
   */
  readonly model: ModelReference | null
  /** Line item that was used. Null unless grouped by LINE_ITEM. */
  readonly lineItem: LineItem | null
  /**
   * End customer of the requests: the name in their events, or its hash. Null unless grouped by CONSUMER. Also
   * null without a consumer, and in the group of other consumers.
   */
  readonly consumer: string | null
  /**
   * Whether the group combines the consumers beyond the first 1000 of a project in an hour. False unless grouped
   * by CONSUMER.
   */
  readonly isOtherConsumers: boolean
  /**
   * Value of the tag `tagKey` in the hour of the usage. May be empty. Null unless grouped by TAG. Also null for
   * keys without the tag, and for other kinds of credential.
   */
  readonly tagValue: string | null
  /** Number of requests. When grouping or filtering by line item, a request counts once per matching line item. */
  readonly requests: string
  /** Quantity used, in `unit`. Null unless grouped by LINE_ITEM. */
  readonly quantity: string | null
  /** Unit of `quantity`. Null unless grouped by LINE_ITEM. Also null for the line item OTHER. */
  readonly unit: UsageUnit | null
  /** Cost in US dollars, exact. */
  readonly cost: string
}

/** Number of objects that a deletion deletes, by type. The audit log and the hourly sums of usage are kept. */
export interface DeletionContents {
  /** Projects, including archived ones. 0 when a project is deleted. */
  readonly projects: number
  /** Number of keys that are not revoked. Revoked keys are deleted, too, but are not counted. */
  readonly apiKeys: number
  /** Members who are people. 0 when a project is deleted. */
  readonly members: number
  /** Roles of people and service accounts in projects. */
  readonly collaborators: number
  /** Service accounts. 0 when a project is deleted. */
  readonly serviceAccounts: number
  /** Registered resources. */
  readonly resources: number
  /** Models that are not public. */
  readonly models: number
  /** Webhooks. 0 when a project is deleted. */
  readonly webhooks: number
}

/** Denied requests of one hour, day or month. */
export interface DenialBucket {
  /** Start of the bucket, inclusive. */
  readonly start: DateTime
  /** End of the bucket, exclusive. */
  readonly end: DateTime
  /** Groups of denied requests, most frequent first, at most 1000. Empty if no request was denied. */
  readonly groups: readonly DenialGroup[]
}

/** Denied requests within a bucket that share the values of the grouping dimensions. Other dimensions are null. */
export interface DenialGroup {
  /** Reason for the denials. Null unless grouped by REASON. */
  readonly reason: DenialReason | null
  /** Project of the credential. Null unless grouped by PROJECT. */
  readonly project: ProjectReference | null
  /** Credential of the requests. Null unless grouped by CREDENTIAL. */
  readonly credential: CostCredential | null
  /** Number of denied requests. */
  readonly denials: string
}

/**
 * Denied requests over time. A denied request is counted within a few seconds. Counts are kept for 400 days.
 * Requests with unknown secrets belong to no organization and are not included.
 */
export interface DenialSeries {
  /** One bucket for every hour, day or month of the period, in order and without gaps. */
  readonly buckets: readonly DenialBucket[]
  /** Total number of denied requests. */
  readonly total: string
  /** Time at which the data was read. */
  readonly asOf: DateTime
}

/** The result for one lease. Amounts are US dollars, requests or tokens. */
export interface ExchangedLease {
  /** Id of the lease. */
  readonly leaseId: string
  /** Amount granted now. */
  readonly granted: string
  /** Total amount granted since the lease was opened, including grants whose response was lost. */
  readonly taken: string
  /** Amount of the limit that is still available to all servers and gateways. */
  readonly remaining: string
  /**
   * Unused amount that other servers and gateways have leased. If it is above 0 and less than `need` was
   * granted, try again soon.
   */
  readonly idleWithOthers: string
  /** End of the lease’s window. Open a new lease after this time. Null for TOTAL and CONCURRENCY. */
  readonly resetsAt: DateTime | null
}

/** The result for one rate, in requests. */
export interface ExchangedRate {
  /** Owner of the rate. */
  readonly scopeId: string
  /** Requests granted now. */
  readonly granted: number
  /** Requests that are still available to all servers and gateways. */
  readonly remaining: number
  /** Requests a minute. */
  readonly requestsPerMinute: number
}

/** Decision on an action, with the role or state that decides it. */
export interface Explanation {
  /** Action in question. */
  readonly action: string
  /** Whether the principal’s role and the target’s state permit the action. Input validation is not considered. */
  readonly allowed: boolean
  /** Basis of the decision. */
  readonly decidedBy: ExplanationReason
  /** Role that permits the action. Null if none does. */
  readonly role: string | null
  /** All roles that permit the action. */
  readonly allowedRoles: readonly string[]
  /** Human-readable explanation. */
  readonly message: string
}

/** All data that a gateway needs to decide about a secret. */
export interface GatewayCredential {
  /** Hash of the secret, as given in `secretHashes`. */
  readonly secretHash: string
  /**
   * Names of the objects that this row depends on. When `GatewaySync.subjects` contains one of them, the row is
   * outdated.
   */
  readonly subjects: readonly string[]
  /** Kind of credential that the secret belongs to. */
  readonly kind: CredentialKind
  /** Credential that usage is attributed to: `key_…`, `lgk_…`, or `usr_…` for a playground token. */
  readonly credentialId: string
  /** Name of the key. */
  readonly name: string
  /** Project that usage is attributed to. */
  readonly projectId: string
  /** Organization that pays. */
  readonly organizationId: string
  /** Version of the secret, starting at 1. */
  readonly secretVersion: number
  /** Time at which this secret stops working after a rotation. Null for the newest secret. */
  readonly retiresAt: DateTime | null
  /** Expiration of the key. Null if it never expires. */
  readonly expiresAt: DateTime | null
  /** Whether the key is revoked. */
  readonly revoked: boolean
  /** Whether the key, its project or its organization is paused. `pausedUntil` is the end of the pause. */
  readonly paused: boolean
  /** End of the pause. Null if the pause has no end, or if there is no pause. */
  readonly pausedUntil: DateTime | null
  /** Whether the project of the key is archived. */
  readonly projectArchived: boolean
  /** Workloads that the key may be used for. Empty: all. */
  readonly workloads: readonly Workload[]
  /** Slugs of the models that the key may use. A trailing `*` matches any suffix. Empty: all. */
  readonly models: readonly string[]
  /** Networks from which the key may be used, in CIDR notation. Empty: all. */
  readonly allowedIps: readonly string[]
  /**
   * Values of the `Origin` header with which the secret may be used. Empty: any origin, and requests without the
   * header.
   */
  readonly origins: readonly string[]
  /** Limits that apply to a request with the secret. */
  readonly limits: readonly GatewayLimit[]
  /**
   * Value to report in `used` of `gatewayAcknowledge` after a request was allowed. Null for a playground token,
   * because its use is not recorded.
   */
  readonly useId: string | null
}

/** A limit that applies to the requests of a credential. Its owner is given by `scope`. */
export interface GatewayLimit {
  /** Owner of the limit. */
  readonly scope: LimitScope
  /**
   * Id of the owner, for lease exchanges. For `CONSUMER`, this is the id of the project: append a slash and the
   * consumer of the request.
   */
  readonly scopeId: string
  /** Name of the owner in `GatewaySync.recalls`. For `CONSUMER`, append a slash and the consumer of the request. */
  readonly subject: string
  /** Kind of limit. */
  readonly kind: LimitKind
  /**
   * Slug of the model whose requests are counted. A trailing `*` matches any suffix. Null: all requests are
   * counted.
   */
  readonly model: string | null
  /**
   * Amount in requests, tokens or US dollars. For `CONSUMER`, the highest limit of any consumer of the project.
   * Lease exchanges apply the limit of the consumer that the request names.
   */
  readonly limit: string
  /** Behavior when the limit has no room for a request. */
  readonly onLimit: LimitAction
}

/** A model by the slug that requests use. */
export interface GatewayModel {
  /** Slug of the model. */
  readonly slug: string
  /** Whether the model can be called. */
  readonly online: boolean
  /** Project of the model. Null if the model is public. */
  readonly projectId: string | null
  /**
   * Names of the objects that this row depends on. When `GatewaySync.subjects` contains one of them, the row is
   * outdated.
   */
  readonly subjects: readonly string[]
  /**
   * All prices. If several apply to a request, use the last of them. Prices for more input tokens come later in
   * the list. Prices of tiers other than STANDARD come last.
   */
  readonly prices: readonly GatewayPrice[]
}

/** The price of a model’s line item during a period. */
export interface GatewayPrice {
  /** Line item. */
  readonly lineItem: LineItem
  /** Price, in US dollars. */
  readonly usd: string
  /** Number of units that the price covers. */
  readonly unit: PriceUnit
  /** Time from which the price applies. */
  readonly effectiveFrom: DateTime
}

/** Whether a gateway process has applied a change. */
export interface GatewayReceipt {
  /** UUID of the gateway process. */
  readonly connectionId: string
  /** Id of the gateway, `gtw_…`. Null unless the operator shows gateways to tenants. */
  readonly gatewayId: string | null
  /** Name of the gateway. Null unless the operator shows gateways to tenants. */
  readonly gatewayName: string | null
  /**
   * Whether the process has applied the change. A process that stopped responding is listed until it can no
   * longer allow requests.
   */
  readonly acknowledged: boolean
}

/** A resource and its project. */
export interface GatewayResource {
  /** Id of the resource, `res_…`. */
  readonly resourceId: string
  /** Project of the resource. */
  readonly projectId: string
  /**
   * Names of the objects that this row depends on. When `GatewaySync.subjects` contains one of them, the row is
   * outdated.
   */
  readonly subjects: readonly string[]
}

/** Rows that were found. Unknown hashes, ids and slugs are omitted. */
export interface GatewaySnapshot {
  /** Credentials of the secrets, including revoked and expired ones. */
  readonly credentials: readonly GatewayCredential[]
  /**
   * Hashes of secrets whose credentials exist and cannot be read. Deny them with `UNAVAILABLE`, and do not cache
   * them.
   */
  readonly unreadable: readonly string[]
  /** Resources. */
  readonly resources: readonly GatewayResource[]
  /** Models, including offline ones. */
  readonly models: readonly GatewayModel[]
  /** Every change committed before this time is considered. */
  readonly asOf: DateTime
}

/** Changes that keep a gateway’s memory current. */
export interface GatewaySync {
  /**
   * Position of the last change in this message. Acknowledge it after applying the changes, and pass it as
   * `after` to continue.
   */
  readonly cursor: string
  /** Objects that changed. Every row whose `subjects` contain one of them is outdated. */
  readonly subjects: readonly string[]
  /**
   * Limits for which other servers or gateways are waiting, by `GatewayLimit.subject`. Return the unused amounts
   * that you have leased from them.
   */
  readonly recalls: readonly string[]
  /**
   * Every change committed before this time is considered. It does not advance while the database is
   * unreachable.
   */
  readonly asOf: DateTime
  /** Time of the database. Expirations follow this clock. */
  readonly now: DateTime
  /**
   * Seconds after `asOf` for which known credentials may still be decided while the server is unreachable. 0:
   * not at all.
   */
  readonly outageGraceSeconds: number
}

/** An e-mail invitation to an organization, or to a project as an external collaborator. */
export interface Invitation {
  /** Permanent id, `inv_…`. It differs from the token in the invitation link. */
  readonly id: string
  /** Invited e-mail address. Only this address can accept the invitation. */
  readonly email: string
  /** Current status. */
  readonly status: InvitationStatus
  /** Role granted in the organization. Null if the invitation is for an external collaborator. */
  readonly role: OrganizationRole | null
  /** Project roles granted by the invitation, limited to projects visible to you. */
  readonly projects: readonly ProjectGrant[]
  /** Time at which the invitation was sent. */
  readonly createdAt: DateTime
  /** Expiration time, 7 days after sending. */
  readonly expiresAt: DateTime
  /** Sender of the invitation. Null once the sender is deleted. */
  readonly invitedBy: Principal | null
  /** Organization that the invitation grants access to. */
  readonly organization: OrganizationReference
}

/**
 * An invitation as shown to the holder of its link. If the invitation is not OPEN, all fields except `status`
 * and `expiresAt` are null. The same applies while its organization is being deleted, or while the project of an
 * external collaborator is archived or deleted.
 */
export interface InvitationPreview {
  /** Name of the organization. Null if the invitation cannot be accepted. */
  readonly organizationName: string | null
  /** Name of the sender. Null once the sender is deleted, or if the invitation cannot be accepted. */
  readonly inviterName: string | null
  /**
   * Role granted in the organization. Null if the invitation is for an external collaborator, or cannot be
   * accepted.
   */
  readonly role: OrganizationRole | null
  /**
   * Project roles that the invitation grants, without projects that are archived or deleted. Null if the
   * invitation cannot be accepted.
   */
  readonly projects: readonly InvitationPreviewProject[] | null
  /**
   * First character and domain of the invited e-mail address, such as `a…@example.com`. Null if the invitation
   * cannot be accepted.
   */
  readonly emailHint: string | null
  /**
   * Whether the invitation was sent to your own e-mail address. Null unless a person is signed in and the
   * invitation can be accepted.
   */
  readonly isForViewer: boolean | null
  /** Current status. Only an OPEN invitation can be accepted. */
  readonly status: InvitationStatus
  /** Expiration time, 7 days after sending. */
  readonly expiresAt: DateTime
}

/** A project role that an invitation grants, for the holder of its link. */
export interface InvitationPreviewProject {
  /** Name of the project. */
  readonly name: string
  /** Role in the project. */
  readonly role: ProjectRole
}

/**
 * Rules for the keys of a project. They bind everyone, including ADMINs. The rules of its organization apply,
 * too. They apply when a key is created or changed. A new rule does not change existing keys.
 */
export interface KeyPolicy {
  /** Limits of a new key that is created without limits. */
  readonly defaultLimits: UsageLimits
  /**
   * Highest limits that a key may have. A new key without a limit gets the project’s default, or else the
   * maximum.
   */
  readonly maximumLimits: UsageLimits
  /**
   * Longest lifetime that a key may be given, in seconds. If set, new keys require an expiration. Null if
   * unrestricted.
   */
  readonly maxLifetimeSeconds: number | null
  /** Whether keys require an expiration. A maximum lifetime also requires an expiration, even if this is false. */
  readonly requiresExpiration: boolean
  /**
   * Days after which a secret is due for rotation. An older secret keeps working, and `apiKeysOutsidePolicy`
   * lists its key. Null if secrets are never due.
   */
  readonly rotateEveryDays: number | null
  /** Workloads that keys may use. A new key without workloads gets these. Empty: any. */
  readonly workloads: readonly Workload[]
  /**
   * Slugs of the models that keys may use. A trailing `*` matches any suffix. A new key without models gets
   * these. Empty: any.
   */
  readonly models: readonly string[]
  /** Networks from which keys may be used, in CIDR notation. A new key without networks gets these. Empty: any. */
  readonly allowedIps: readonly string[]
  /** Kind of principal that may create and import keys, if its role permits it. */
  readonly creators: KeyCreators
  /** Action taken when a key is reported as leaked. REVOKE by default. */
  readonly leakedKeyAction: LeakedKeyAction
  /** Key policy of the organization. It also applies to the keys of the project. */
  readonly organizationPolicy: OrganizationKeyPolicy
}

/**
 * A working token that a person or service account last saw, because they created or rotated it. Knowing a
 * service account’s token counts as having seen the tokens that the account created.
 */
export interface LastSeenToken {
  /**
   * Service account that the token belongs to. Null for a playground token. Also null for callers who are not
   * members of the organization.
   */
  readonly serviceAccount: {
    /** Permanent id, `svc_…`. */
    readonly id: string
    /** Name, unique among the organization’s service accounts. */
    readonly name: string
  } | null
  /** Whether this is the service account’s previous token, which works until `expiresAt`. */
  readonly isPrevious: boolean
  /** Project that a playground token charges. Null for other tokens, and if you may not read it. */
  readonly project: ProjectReference | null
  /** Time at which the token stops working. Null if it does not expire. */
  readonly expiresAt: DateTime | null
}

/**
 * A deprecated credential of an organization, bound to its default project. It can be regenerated, but not
 * scoped or revoked. Visible to the Owner.
 */
export interface LegacyKey {
  /** Permanent id, `lgk_…`. */
  readonly id: string
  /** First characters of the secret, for display. */
  readonly start: string
  /** Import time. */
  readonly createdAt: DateTime
  /** Time of the last regeneration. Null if never regenerated. */
  readonly regeneratedAt: DateTime | null
  /** Time of last use of the current secret, accurate to a few seconds. Null if never used. */
  readonly lastUsedAt: DateTime | null
  /** Human-readable deprecation notice with the recommended alternative. */
  readonly deprecationNotice: string
  /** Default project of the organization. The key can access the resources of this project only. */
  readonly project: ProjectReference
  /** Organization that owns the key. */
  readonly organization: OrganizationReference
}

/** A limit that applied to a request. */
export interface LimitState {
  /** Owner of the limit. */
  readonly scope: LimitScope
  /** Kind of limit. */
  readonly kind: LimitKind
  /**
   * Slug of the model whose requests are counted. A trailing `*` matches any suffix. Null: all requests are
   * counted.
   */
  readonly model: string | null
  /** Amount of the limit, in requests, tokens or US dollars. */
  readonly limit: string
  /**
   * Amount left, as last known to this server. Other servers may have spent some of it since. Null for a budget
   * that only alerts.
   */
  readonly remaining: string | null
  /**
   * Start of the next window. Budgets follow the time zone of the organization, rates the UTC clock. Null for
   * CONCURRENCY, TOTAL, and requests a minute, which refill continuously. Also null for a limit that was not
   * charged because another limit denied the request.
   */
  readonly resetsAt: DateTime | null
}

/** Membership of a person or service account in an organization. */
export interface Member {
  /** Id of the membership, `mem_…`. */
  readonly id: string
  /** Role in the organization. */
  readonly role: OrganizationRole
  /** Time at which the member joined. */
  readonly joinedAt: DateTime
  /** Person or service account that is the member. */
  readonly principal: Principal
  /** Organization of the membership. */
  readonly organization: OrganizationReference
}

/** Membership of a person or service account in an organization. */
export interface MemberLastSeenTokens {
  /** Id of the membership, `mem_…`. */
  readonly id: string
  /**
   * Working tokens that the member last saw. Removing the member ends these tokens. Visible to the Owner and
   * ADMINs. Others get null and a FORBIDDEN error.
   */
  readonly lastSeenTokens: readonly LastSeenToken[] | null
}

/** Membership of a person or service account in an organization. */
export interface MemberSecondFactor {
  /** Id of the membership, `mem_…`. */
  readonly id: string
  /** Role in the organization. */
  readonly role: OrganizationRole
  /**
   * Whether sign-in requires a second factor: a code of an authenticator app, or a passkey. Null for service
   * accounts and for people who sign in without a password. Visible to the organization’s Owner and ADMINs.
   * Others get null and a FORBIDDEN error.
   */
  readonly hasSecondFactor: boolean | null
  /** Person or service account that is the member. */
  readonly principal: Principal
}

/** A callable model in the catalogue, either public or owned by a project. */
export interface Model {
  /** Permanent id, `mdl_…`. */
  readonly id: string
  /** Unique name that requests use to call the model. */
  readonly slug: string
  /** Human-readable name. */
  readonly displayName: string
  /** Workload that the model serves. */
  readonly workload: Workload
  /** Current availability. */
  readonly status: ModelStatus
  /**
   * Project that owns the model. Null for public models and for callers that may not see the project, such as
   * gateways.
   */
  readonly project: ProjectReference | null
  /** Current and announced prices, sorted by line item, tier, number of input tokens and time. */
  readonly prices: readonly ModelPrice[]
}

/**
 * Price of a model’s line item during a period. If several prices apply, a price of the request’s tier takes
 * precedence over STANDARD. Among the remaining prices, the one with the highest `aboveInputTokens` applies.
 */
export interface ModelPrice {
  /** Line item that the price applies to. */
  readonly lineItem: LineItem
  /** Price in US dollars, exact. */
  readonly usd: string
  /** Number of units that the price covers. */
  readonly unit: PriceUnit
  /** Service tier that the price applies to. */
  readonly serviceTier: ServiceTier
  /**
   * The price applies only to requests with more input tokens than this, and then to all of their tokens. Cached
   * tokens, cache writes and audio are counted, too. Null: it applies to every request.
   */
  readonly aboveInputTokens: string | null
  /** Time from which the price applies, inclusive. In the future for an announced price. */
  readonly effectiveFrom: DateTime
  /** Time at which the price ends or the next price starts, exclusive. Null if neither is known. */
  readonly effectiveUntil: DateTime | null
}

/** A callable model in the catalogue, either public or owned by a project. */
export interface ModelReference {
  /** Permanent id, `mdl_…`. */
  readonly id: string
  /** Unique name that requests use to call the model. */
  readonly slug: string
  /** Human-readable name. */
  readonly displayName: string
}

/** An object with a globally unique id. */
export type NodeReference =
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'ApiKey'
      /** Permanent id, `key_…`. Rotation does not change it. */
      readonly id: string
      /** Name, unique among the project’s live keys. A live key is neither revoked nor expired. */
      readonly name: string
      /** Project that owns the key. The key can access the resources of this project only. */
      readonly project: ProjectReference
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'AuditEvent'
      /** Permanent id, `aud_…`. */
      readonly id: string
      /** Name of the change, such as `apiKey.revoked`. */
      readonly action: string
      /** Time of the change by the database’s clock. */
      readonly at: DateTime
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'Collaborator'
      /** Id of the membership, `col_…`. */
      readonly id: string
      /** Person or service account that is the collaborator. */
      readonly principal: Principal
      /** Project of the membership. */
      readonly project: ProjectReference
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'Gateway'
      /** Permanent id, `gtw_…`. */
      readonly id: string
      /** Name given by the operator. */
      readonly name: string
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'Invitation'
      /** Permanent id, `inv_…`. It differs from the token in the invitation link. */
      readonly id: string
      /** Organization that the invitation grants access to. */
      readonly organization: OrganizationReference
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'LegacyKey'
      /** Permanent id, `lgk_…`. */
      readonly id: string
      /** Default project of the organization. The key can access the resources of this project only. */
      readonly project: ProjectReference
      /** Organization that owns the key. */
      readonly organization: OrganizationReference
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'Member'
      /** Id of the membership, `mem_…`. */
      readonly id: string
      /** Person or service account that is the member. */
      readonly principal: Principal
      /** Organization of the membership. */
      readonly organization: OrganizationReference
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'Model'
      /** Permanent id, `mdl_…`. */
      readonly id: string
      /** Unique name that requests use to call the model. */
      readonly slug: string
      /** Human-readable name. */
      readonly displayName: string
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'Organization'
      /** Permanent id, `org_…`. */
      readonly id: string
      /** Name of the organization. */
      readonly name: string
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'OwnershipOffer'
      /** Permanent id, `own_…`. */
      readonly id: string
      /** Organization whose ownership is offered. */
      readonly organization: OrganizationReference
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'PlaygroundModel'
      /** Permanent id of the model in your playground, `pgm_…`. */
      readonly id: string
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'Project'
      /** Permanent id, `prj_…`. */
      readonly id: string
      /** Name of the project. */
      readonly name: string
      /** Organization that owns the project. */
      readonly organization: OrganizationReference
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'Resource'
      /** Permanent id, `res_…`. */
      readonly id: string
      /** Name, unique among the project’s resources of the same kind. */
      readonly name: string
      /** Kind of the resource. */
      readonly kind: ResourceKind
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'ServiceAccount'
      /** Permanent id, `svc_…`. */
      readonly id: string
      /** Name, unique among the organization’s service accounts. */
      readonly name: string
      /** Organization of the service account. */
      readonly organization: OrganizationReference
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'Trust'
      /** Permanent id, `tru_…`. `POST /token` takes it as `audience`. */
      readonly id: string
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'UsageAdjustment'
      /** Permanent id, `adj_…`. */
      readonly id: string
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'User'
      /** Permanent id, `usr_…`. */
      readonly id: string
      /** Display name chosen by the person. */
      readonly name: string
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'Webhook'
      /** Permanent id, `whk_…`. */
      readonly id: string
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'WebhookDelivery'
      /** Permanent id, `msg_…`: the `webhook-id` header of every attempt. */
      readonly id: string
    }

/** A person. Visible to themselves and to those who share an organization or project with them. */
export interface NoticeSettings {
  /** Permanent id, `usr_…`. */
  readonly id: string
  /**
   * Whether you are mailed notices, at most once a day. They concern keys that need attention, budget alerts,
   * and failing webhooks. Null unless this is you.
   */
  readonly noticesByMail: boolean | null
}

/** The paying account, with one Owner, members, projects, an audit log and possibly a legacy key. */
export interface Organization {
  /** Permanent id, `org_…`. */
  readonly id: string
  /** Name of the organization. */
  readonly name: string
  /** Creation time. */
  readonly createdAt: DateTime
  /**
   * Start of the pause. Null unless paused. Keys, the legacy key and playground tokens of a paused organization
   * do not work; people and service accounts keep their rights.
   */
  readonly pausedAt: DateTime | null
  /** End of the pause. Null if the pause has no end, or if there is no pause. */
  readonly pausedUntil: DateTime | null
  /** Whether consumers of usage are stored as hashes, salted for this organization. */
  readonly hashConsumers: boolean
  /**
   * Whether people who sign in with a password need a second factor. People without a second factor have no role
   * in the organization until they set one up.
   */
  readonly requireSecondFactor: boolean
  /** Time zone of the organization, a name of the IANA database: `UTC` if none was set. */
  readonly timeZone: string
  /**
   * Start of the half-hourly sums of usage and denied requests. Time zones whose days begin at half past an hour
   * of UTC need these sums. Null if the organization never had such a time zone.
   */
  readonly sumsByHalfHourSince: DateTime | null
  /**
   * Start of the quarter-hourly sums of usage and denied requests. Time zones whose days begin at a quarter to
   * or past an hour of UTC need these sums. Null if the organization never had such a time zone.
   */
  readonly sumsByQuarterHourSince: DateTime | null
  /**
   * Time at which the organization is deleted. Null unless `organizationDelete` scheduled it. Until then it is
   * paused.
   */
  readonly deletesAt: DateTime | null
  /** Your role in the organization. Null for external collaborators and keys. */
  readonly viewerRole: OrganizationRole | null
  /**
   * Owner of the organization. Visible to members. External collaborators and keys get null and a FORBIDDEN
   * error.
   */
  readonly owner: User | null
  /** Default project of the organization. Null if you may not see it. */
  readonly defaultProject: ProjectReference | null
}

/** The paying account, with one Owner, members, projects, an audit log and possibly a legacy key. */
export interface OrganizationChangePosition {
  /**
   * Cursor for `apiKeyChanges(after:)`. The stream then continues exactly from the state that this request
   * reads. Use it with lists of keys of all projects.
   */
  readonly changeCursor: string
}

/**
 * Rules for the keys of all projects of an organization. They bind everyone, including the Owner. Policies of
 * projects can only be stricter. They apply when a key is created or changed. A new rule does not change
 * existing keys.
 */
export interface OrganizationKeyPolicy {
  /**
   * Highest limits that a key may have. A new key without a limit gets the project’s default, or else the
   * maximum.
   */
  readonly maximumLimits: UsageLimits
  /**
   * Longest lifetime that a key may be given, in seconds. If set, new keys require an expiration. Null if
   * unrestricted.
   */
  readonly maxLifetimeSeconds: number | null
  /** Whether keys require an expiration. A maximum lifetime also requires an expiration, even if this is false. */
  readonly requiresExpiration: boolean
  /**
   * Days after which a secret is due for rotation. An older secret keeps working, and `apiKeysOutsidePolicy`
   * lists its key. Null if secrets are never due.
   */
  readonly rotateEveryDays: number | null
  /** Workloads that keys may use. A new key without workloads gets these. Empty: any. */
  readonly workloads: readonly Workload[]
  /**
   * Slugs of the models that keys may use. A trailing `*` matches any suffix. A new key without models gets
   * these. Empty: any.
   */
  readonly models: readonly string[]
  /** Networks from which keys may be used, in CIDR notation. A new key without networks gets these. Empty: any. */
  readonly allowedIps: readonly string[]
  /** Kind of principal that may create and import keys, if its role permits it. */
  readonly creators: KeyCreators
  /** Action taken on the keys of anyone who leaves the organization. KEEP by default. */
  readonly whenCreatorLeaves: CreatorLeaves
}

/** The paying account, with one Owner, members, projects, an audit log and possibly a legacy key. */
export interface OrganizationReference {
  /** Permanent id, `org_…`. */
  readonly id: string
  /** Name of the organization. */
  readonly name: string
}

/** The paying account, with one Owner, members, projects, an audit log and possibly a legacy key. */
export interface OrganizationTagKeys {
  /** Permanent id, `org_…`. */
  readonly id: string
  /**
   * Names of the tags that keys have or had, sorted, at most 200. Each can be the `tagKey` of `costAnalytics`.
   * Visible to the Owner and ADMINs. Others get null and a FORBIDDEN error.
   */
  readonly tagKeys: readonly string[] | null
}

/** An Owner’s offer to transfer an organization to another member. Visible to the Owner and the recipient. */
export interface OwnershipOffer {
  /** Permanent id, `own_…`. */
  readonly id: string
  /** Time of the offer. */
  readonly createdAt: DateTime
  /** Expiration time, 7 days after the offer. */
  readonly expiresAt: DateTime
  /** Time of acceptance. Null until accepted. */
  readonly acceptedAt: DateTime | null
  /** Recipient of the offer. */
  readonly member: Member
  /** Organization whose ownership is offered. */
  readonly organization: OrganizationReference
}

/** A model you can call, with the projects and keys that give access to it. */
export interface PlaygroundModel {
  /** Permanent id of the model in your playground, `pgm_…`. */
  readonly id: string
  /** The callable model. */
  readonly model: Model
  /**
   * Your projects that can call the model, oldest first, at most 100. Archived and paused projects are not
   * included.
   */
  readonly projects: readonly ProjectReference[]
  /** Live keys of your projects that can call the model, newest first, at most 100. */
  readonly apiKeys: readonly ApiKeyReference[]
}

/** A rule of a key policy that a key violates. */
export interface PolicyViolation {
  /** The violated rule. */
  readonly rule: KeyRule
  /** Human-readable rule, with the policy that contains it. */
  readonly message: string
}

/** A person or service account that can hold roles. */
export type Principal =
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'ServiceAccount'
      /** Permanent id, `svc_…`. */
      readonly id: string
      /** Name, unique among the organization’s service accounts. */
      readonly name: string
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'User'
      /** Permanent id, `usr_…`. */
      readonly id: string
      /** Display name chosen by the person. */
      readonly name: string
      /** E-mail address. Null unless this is you, or you administer an organization or project of this person. */
      readonly email: string | null
      /** URL of the profile picture. Null if none is set. */
      readonly imageUrl: string | null
    }

/** An error that the caller can act on. Mutations return it as data. */
export type Problem =
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'ConflictError'
      /** Machine-readable kind of error. */
      readonly code: ErrorCode
      /** Human-readable description of the error and the way to fix it. */
      readonly message: string
      /**
       * Mutations that can remove the cause, such as `apiKeyRotationFinish`, in the order to try them. Empty if
       * no mutation can.
       */
      readonly resolvedBy: readonly string[]
      /** Last part of `path`, such as `name`. Null if the conflict is not about one value. */
      readonly field: string | null
      /**
       * Path of the value in the input, outermost first: `["rows", "3", "name"]`. Empty if the conflict is not
       * about one value.
       */
      readonly path: readonly string[]
      /**
       * Object that already has the value. Null if there is no such object, if you may not see it, or if the
       * value is a secret.
       */
      readonly holder: {
        /** Id of the object, for `node`. */
        readonly id: string
        /**
         * Name of the object. For a collaborator, the name of the person or service account. Null for legacy
         * keys.
         */
        readonly name: string | null
      } | null
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'ForbiddenError'
      /** Machine-readable kind of error. */
      readonly code: ErrorCode
      /** Human-readable description of the error and the way to fix it. */
      readonly message: string
      /**
       * Mutations that can remove the cause, such as `apiKeyRotationFinish`, in the order to try them. Empty if
       * no mutation can.
       */
      readonly resolvedBy: readonly string[]
      /** Denied action, as listed in the authorization policy. */
      readonly action: string
      /** Roles that permit the action. */
      readonly allowedRoles: readonly string[]
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'InvalidStateError' | 'NotFoundError'
      /** Machine-readable kind of error. */
      readonly code: ErrorCode
      /** Human-readable description of the error and the way to fix it. */
      readonly message: string
      /**
       * Mutations that can remove the cause, such as `apiKeyRotationFinish`, in the order to try them. Empty if
       * no mutation can.
       */
      readonly resolvedBy: readonly string[]
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'LimitExceededError'
      /** Machine-readable kind of error. */
      readonly code: ErrorCode
      /** Human-readable description of the error and the way to fix it. */
      readonly message: string
      /**
       * Mutations that can remove the cause, such as `apiKeyRotationFinish`, in the order to try them. Empty if
       * no mutation can.
       */
      readonly resolvedBy: readonly string[]
      /** Maximum number of such objects. */
      readonly limit: number
    }
  | {
      /** Which of the types it is. The list may grow. */
      readonly __typename: 'ValidationError'
      /** Machine-readable kind of error. */
      readonly code: ErrorCode
      /** Human-readable description of the error and the way to fix it. */
      readonly message: string
      /**
       * Mutations that can remove the cause, such as `apiKeyRotationFinish`, in the order to try them. Empty if
       * no mutation can.
       */
      readonly resolvedBy: readonly string[]
      /** All problems found in the input. */
      readonly issues: readonly ValidationIssue[]
    }

/** An isolated workspace of an organization, with its own keys, collaborators and resources. */
export interface Project {
  /** Permanent id, `prj_…`. */
  readonly id: string
  /** Name of the project. */
  readonly name: string
  /**
   * Purpose of the project. Null if not set. Visible to anyone who can read the project. Others get null and a
   * FORBIDDEN error.
   */
  readonly description: string | null
  /** Whether this is the organization’s default project. Every organization has one, and it cannot be archived. */
  readonly isDefault: boolean
  /** Creation time. */
  readonly createdAt: DateTime
  /** Archival time. Null unless archived. Keys of an archived project do not work. */
  readonly archivedAt: DateTime | null
  /** Start of the pause. Null unless paused. Keys of a paused project do not work. */
  readonly pausedAt: DateTime | null
  /** End of the pause. Null if the pause has no end, or if there is no pause. */
  readonly pausedUntil: DateTime | null
  /**
   * Your effective role in the project, including the role that follows from your organization role. Null if you
   * have none, and for keys.
   */
  readonly viewerRole: ProjectRole | null
  /** Organization that owns the project. */
  readonly organization: OrganizationReference
}

/** A project role granted by an invitation. */
export interface ProjectGrant {
  /** Role in the project. */
  readonly role: ProjectRole
  /** Project in which the role is granted. */
  readonly project: ProjectReference
}

/** An isolated workspace of an organization, with its own keys, collaborators and resources. */
export interface ProjectReference {
  /** Permanent id, `prj_…`. */
  readonly id: string
  /** Name of the project. */
  readonly name: string
}

/** An isolated workspace of an organization, with its own keys, collaborators and resources. */
export interface ProjectTagKeys {
  /** Permanent id, `prj_…`. */
  readonly id: string
  /**
   * Names of the tags that keys have or had, sorted, at most 200. Each can be the `tagKey` of `costAnalytics`.
   * Visible to anyone with a role in the project, except external collaborators. Others get null and a FORBIDDEN
   * error.
   */
  readonly tagKeys: readonly string[] | null
}

/** The requests or tokens that may be used in a period. */
export interface Rate {
  /** Unit. */
  readonly unit: RateUnit
  /** Period. */
  readonly per: RatePeriod
  /** Maximum in each period. */
  readonly max: string
  /**
   * Slug of the model whose requests are counted. A trailing `*` matches any suffix, as in `meta/*`. Null: all
   * requests are counted.
   */
  readonly model: string | null
}

/** State of a rate in its current period. */
export interface RateStatus {
  /** Unit of the rate. */
  readonly unit: RateUnit
  /** Period of the rate. */
  readonly per: RatePeriod
  /** Maximum in each period. */
  readonly max: string
  /**
   * Slug of the model whose requests are counted. A trailing `*` matches any suffix, as in `meta/*`. Null: all
   * requests are counted.
   */
  readonly model: string | null
  /** Amount used in the current period. */
  readonly used: string
  /** Amount reserved for running requests or leased to gateways. */
  readonly reserved: string
  /** Amount left. Never less than 0. */
  readonly remaining: string
  /** Amount by which the actual usage of requests exceeded their reservations. Included in `used`. */
  readonly debt: string
  /** Start of the next period. Null for requests a minute, which refill constantly. */
  readonly resetsAt: DateTime | null
}

/** A rejected usage event. Nothing is recorded, and its reservation stays open. */
export interface RejectedUsageEvent {
  /** Index of the event in the input, starting at 0. */
  readonly index: number
  /** Id of the event. Null if the given id is invalid. */
  readonly eventId: string | null
  /** Invalid field of the event, such as `units.0.quantity`. Null if the reason does not concern a single field. */
  readonly field: string | null
  /** Machine-readable reason. */
  readonly code: UsageRejection
  /** Human-readable reason. */
  readonly message: string
}

/** An object owned by a project, such as a file or an endpoint. Only keys of that project can access it. */
export interface Resource {
  /** Permanent id, `res_…`. */
  readonly id: string
  /** Kind of the resource. */
  readonly kind: ResourceKind
  /** Name, unique among the project’s resources of the same kind. */
  readonly name: string
  /** Registration time. */
  readonly createdAt: DateTime
  /** Project that owns the resource. Null for gateways, which cannot see projects. */
  readonly project: ProjectReference | null
}

/** A non-human member of an organization, for automation. It authenticates with its own token. */
export interface ServiceAccount {
  /** Permanent id, `svc_…`. */
  readonly id: string
  /** Name, unique among the organization’s service accounts. */
  readonly name: string
  /**
   * Role in the organization: ADMIN or MEMBER. Visible to members. External collaborators get null and a
   * FORBIDDEN error.
   */
  readonly role: OrganizationRole | null
  /**
   * First characters of the token, for display. Visible to members. External collaborators get null and a
   * FORBIDDEN error.
   */
  readonly tokenStart: string | null
  /**
   * Expiration time of the token. Null if it does not expire. Visible to members. External collaborators get
   * null and a FORBIDDEN error.
   */
  readonly tokenExpiresAt: DateTime | null
  /**
   * Time at which the token was ended because the person who last saw it lost the right to see it. Null while
   * the token works. A rotation resets this to null. Visible to members. External collaborators get null and a
   * FORBIDDEN error.
   */
  readonly tokenEndedAt: DateTime | null
  /**
   * Time at which the previous token stops working. Null unless a rotation is in its overlap. Visible to
   * members. External collaborators get null and a FORBIDDEN error.
   */
  readonly previousRetiresAt: DateTime | null
  /**
   * Person who last saw the token because they created or rotated it, directly or with another service account’s
   * token. Null if unknown or deleted. Visible to the Owner and ADMINs. Others get null and a FORBIDDEN error.
   */
  readonly tokenSeenBy: Principal | null
  /** Creation time. */
  readonly createdAt: DateTime
  /** Creator of the service account. Null once the creator is deleted. */
  readonly createdBy: Principal | null
  /**
   * Time of last use of the token, accurate to a few seconds. Null if never used. Visible to members. External
   * collaborators get null and a FORBIDDEN error.
   */
  readonly lastUsedAt: DateTime | null
  /** Organization of the service account. */
  readonly organization: OrganizationReference
}

/** A key-value pair of metadata on a key. */
export interface Tag {
  /** Name of the tag. */
  readonly key: string
  /** Value of the tag. May be empty. */
  readonly value: string
}

/** The limits that all keys with a tag share in an organization, and their state. */
export interface TagLimits {
  /** Key of the tag. */
  readonly key: string
  /** Value of the tag. */
  readonly value: string
  /** Limits. */
  readonly limits: UsageLimits
  /** State of each budget. */
  readonly budgetStatus: readonly BudgetStatus[]
  /** State of each rate. */
  readonly rateStatus: readonly RateStatus[]
  /** State of the concurrency limit. Null if there is none. */
  readonly concurrencyStatus: ConcurrencyStatus | null
}

/**
 * Lets workloads of an OpenID Connect issuer act as a service account in a project, without a stored secret.
 * Visible to the Owner, ADMINs, and ADMINs of the project.
 */
export interface Trust {
  /** Permanent id, `tru_…`. `POST /token` takes it as `audience`. */
  readonly id: string
  /** Name of the trust. */
  readonly name: string
  /** URL of the issuer, equal to the `iss` of its tokens. */
  readonly issuer: string
  /** Required `aud` of tokens. */
  readonly audience: string
  /** Conditions on the claims of tokens. A token has to meet all of them. */
  readonly conditions: readonly ({
    /** Name of the claim, such as `sub` or `repository`. */
    readonly claim: string
    /** Value of the claim. `*` matches any characters. Every other character matches itself. */
    readonly pattern: string
  })[]
  /** Whether tokens are exchanged. */
  readonly enabled: boolean
  /** Service account as which the tokens act. Its role in the project decides their rights. */
  readonly serviceAccount: {
    /** Permanent id, `svc_…`. */
    readonly id: string
    /** Name, unique among the organization’s service accounts. */
    readonly name: string
  }
  /** Creation time. */
  readonly createdAt: DateTime
  /** Name of the creator at the time of creation. */
  readonly createdByName: string
  /** Time of the last exchange. Null if there was none. */
  readonly lastUsedAt: DateTime | null
  /** Time of the last denial, recorded at most once a minute. Null if there was none. */
  readonly lastDeniedAt: DateTime | null
  /** Reason of the last denial. Null if there was none. */
  readonly lastDenial: TrustDenial | null
}

/**
 * An adjustment of the costs of a key. Costs show it as the line item ADJUSTMENT. Visible to the key itself and
 * the project’s collaborators, except external ones.
 */
export interface UsageAdjustment {
  /** Permanent id, `adj_…`. */
  readonly id: string
  /** Id that the caller chose, unique in the organization. */
  readonly adjustmentId: string
  /** Amount in US dollars, exact. Negative credits the key. */
  readonly amount: string
  /** Reason. */
  readonly reason: string
  /** Start of the adjusted hour. */
  readonly hour: DateTime
  /** Workload of the adjusted usage. */
  readonly workload: Workload
  /** Model of the adjusted usage. Null if there was none, or if you may not see it. */
  readonly model: {
    /** Permanent id, `mdl_…`. */
    readonly id: string
    /** Unique name that requests use to call the model. */
    readonly slug: string
  } | null
  /**
   * End customer of the adjusted usage, as shown in costs. Null if the usage has no consumer, or if costs
   * combine it with other consumers.
   */
  readonly consumer: string | null
  /** Id of the adjusted usage event. Null if none was named. */
  readonly eventId: string | null
  /** Creation time. */
  readonly createdAt: DateTime
  /** Name of the creator at the time of creation. */
  readonly createdByName: string
}

/** Usage of a key in one hour, day or month. */
export interface UsageBucket {
  /** Start of the bucket, inclusive. */
  readonly start: DateTime
  /** End of the bucket, exclusive. */
  readonly end: DateTime
  /** Number of requests. */
  readonly requests: string
  /** Cost in US dollars, exact. */
  readonly cost: string
  /** Usage by line item, most expensive first. Empty if there was no usage. */
  readonly lineItems: readonly UsageLine[]
}

/**
 * Limits of an organization, project, key, tag or consumer. A request is allowed only if every limit that
 * applies to it has room.
 */
export interface UsageLimits {
  /** Maximum number of requests a minute. `rates` also contains this rate. Null if there is no such rate. */
  readonly requestsPerMinute: number | null
  /** Rates, at most one for each unit, period and model. Empty if there are none. */
  readonly rates: readonly Rate[]
  /** Budgets, at most one for each period. Empty if there are none. */
  readonly budgets: readonly Budget[]
  /** Maximum number of concurrent requests. Null if unlimited. */
  readonly maxConcurrent: number | null
}

/** Usage of one line item. */
export interface UsageLine {
  /** Line item that was used. */
  readonly lineItem: LineItem
  /** Number of requests that used the line item. */
  readonly requests: string
  /** Quantity used, in `unit`. */
  readonly quantity: string
  /** Unit of `quantity`. Null for OTHER. */
  readonly unit: UsageUnit | null
  /** Cost in US dollars, exact. */
  readonly cost: string
}

/** Usage of a key over time. */
export interface UsageSeries {
  /** One bucket for every hour, day or month of the period, in order and without gaps. */
  readonly buckets: readonly UsageBucket[]
  /** Total cost in US dollars, exact. */
  readonly total: string
  /** Total number of requests. */
  readonly totalRequests: string
  /** Currency of all costs: `USD`. */
  readonly currency: string
  /** Time at which the data was read. */
  readonly asOf: DateTime
}

/** A person. Visible to themselves and to those who share an organization or project with them. */
export interface User {
  /** Permanent id, `usr_…`. */
  readonly id: string
  /** Display name chosen by the person. */
  readonly name: string
  /** E-mail address. Null unless this is you, or you administer an organization or project of this person. */
  readonly email: string | null
  /** URL of the profile picture. Null if none is set. */
  readonly imageUrl: string | null
}

/** One problem with an input. */
export interface ValidationIssue {
  /** Path of the value in the input, outermost first: `["rows", "3", "name"]`. */
  readonly path: readonly string[]
  /** Human-readable rule that the value violates. */
  readonly message: string
}

/** The caller and the organizations and projects it can access. */
export interface Viewer {
  /** Kind of caller. */
  readonly kind: ActorKind
  /** The caller. Null for anonymous requests. */
  readonly actor: Actor | null
  /**
   * Organizations in which you have a role that is withheld until you turn on a second factor, oldest first, at
   * most 100. Empty for all callers except people.
   */
  readonly secondFactorRequiredBy: readonly ({
    /** Id of the organization, `org_…`. */
    readonly organizationId: string
    /** Name of the organization. */
    readonly organizationName: string
  })[]
}

/**
 * An endpoint that receives an organization’s events as signed messages in the Standard Webhooks format. Visible
 * to the Owner and ADMINs.
 */
export interface Webhook {
  /** Permanent id, `whk_…`. */
  readonly id: string
  /** URL that receives the messages. */
  readonly url: string
  /** Purpose of the webhook. Null if not set. */
  readonly description: string | null
  /** Subscribed events. Empty subscribes to all, including future ones. */
  readonly events: readonly WebhookEvent[]
  /** Whether messages are sent. A 410 (Gone) response from the receiver disables the webhook. */
  readonly enabled: boolean
  /** Creation time. */
  readonly createdAt: DateTime
  /** Name of the creator at the time of creation. */
  readonly createdByName: string
  /** Time of the last successful delivery. Null if none succeeded. */
  readonly lastSuccessAt: DateTime | null
  /** Time of the last failed attempt. Null if none failed. */
  readonly lastFailureAt: DateTime | null
  /** Error of the last failed attempt. Null if none failed. */
  readonly lastFailure: string | null
}

/**
 * An endpoint that receives an organization’s events as signed messages in the Standard Webhooks format. Visible
 * to the Owner and ADMINs.
 */
export interface WebhookDeliveries {
  /** Permanent id, `whk_…`. */
  readonly id: string
  /** Messages to this webhook, newest first, retained for 30 days. */
  readonly deliveries: {
    /** Items of this page. */
    readonly nodes: readonly WebhookDelivery[]
    /** Position of this page in the list. */
    readonly pageInfo: {
      /** Whether more items follow this page. Always true if the page was requested with `before`. */
      readonly hasNextPage: boolean
      /** Cursor of the last item, for `after`. Null if the page is empty. */
      readonly endCursor: string | null
    }
  }
}

/** A message to a webhook and its delivery state. Visible to the Owner and ADMINs. */
export interface WebhookDelivery {
  /** Permanent id, `msg_…`: the `webhook-id` header of every attempt. */
  readonly id: string
  /**
   * The same as `id`.
   * @deprecated Use `id`. Removal not before 2027-12-01.
   */
  readonly messageId: string
  /** Event the message reports. */
  readonly event: WebhookEvent
  /** State of the message. */
  readonly status: WebhookDeliveryStatus
  /** Time of the event. */
  readonly createdAt: DateTime
  /** Number of attempts started, including one interrupted by a server crash. */
  readonly attempts: number
  /**
   * Time of the next attempt. During an attempt, the time of the retry in case the attempt is interrupted. Null
   * once delivered or failed.
   */
  readonly nextAttemptAt: DateTime | null
  /** Time at which the receiver answered with a status from 200 to 299. Null until then. */
  readonly deliveredAt: DateTime | null
  /** Time at which delivery failed: after the last attempt, or when the webhook was disabled. Null otherwise. */
  readonly givenUpAt: DateTime | null
  /** HTTP status of the last attempt. Null if it got no response. */
  readonly lastStatus: number | null
  /** Error of the last attempt. Null if it succeeded or none was made. */
  readonly lastError: string | null
}

/** A message to a webhook and its delivery state. Visible to the Owner and ADMINs. */
export type WebhookDeliveryWithBody = WebhookDelivery & {
  /**
   * JSON body of the message as it would be sent now, without the names of erased people. Null if the message
   * was deleted in the meantime.
   */
  readonly body: string | null
  /** Webhook that receives the message. */
  readonly webhook: {
    /** Permanent id, `whk_…`. */
    readonly id: string
  }
}

/** The created key with its secret. */
export interface ApiKeyCreatePayload {
  /** The key after the change. */
  readonly apiKey: ApiKey
  /** Secret, `kw_proj_…`. Returned only once; only its hash is stored. */
  readonly secret: string
}

/** The created token. */
export interface ApiKeyTokenCreatePayload {
  /** Token, `kw_tmp_…`. Returned only once; only its hash is stored. */
  readonly token: string
  /** Expiration time. The token stops working earlier if its key or its secret stops working. */
  readonly expiresAt: DateTime
}

/** The paused key. */
export interface ApiKeyPausePayload {
  /** The key after the change. */
  readonly apiKey: ApiKey
  /**
   * Gateway processes that may have the key in memory. When all of them have acknowledged the change, the key is
   * denied everywhere. Gateway modules older than the pause feature acknowledge a pause but still allow the key.
   * Null if `awaitGatewaysSeconds` was omitted.
   */
  readonly gateways: readonly GatewayReceipt[] | null
}

/** The revoked key. */
export interface ApiKeyRevokePayload {
  /** The key after the change. */
  readonly apiKey: ApiKey
  /**
   * Gateway processes that may have the key in memory. When all of them have acknowledged the change, the key is
   * denied everywhere. Gateway modules older than the pause feature acknowledge a pause but still allow the key.
   * Null if `awaitGatewaysSeconds` was omitted.
   */
  readonly gateways: readonly GatewayReceipt[] | null
}

/** Outcome of every key. */
export interface ApiKeysRevokePayload {
  /** One outcome per key, in the order of `ids`. With `filter` or `advice`, oldest key first. */
  readonly outcomes: readonly ApiKeyRevokeOutcome[]
  /**
   * Whether more keys match the filter. Repeat the mutation until `hasMore` is false. Always false if `ids` are
   * given.
   */
  readonly hasMore: boolean
  /**
   * Gateway processes that may have the key in memory. When all of them have acknowledged the change, the key is
   * denied everywhere. Gateway modules older than the pause feature acknowledge a pause but still allow the key.
   * Null if `awaitGatewaysSeconds` was omitted.
   */
  readonly gateways: readonly GatewayReceipt[] | null
}

/** The key with its new secret. */
export interface ApiKeyRotatePayload {
  /** The key after the change. */
  readonly apiKey: ApiKey
  /** Secret, `kw_proj_…`. Returned only once; only its hash is stored. */
  readonly secret: string
}

/** The added collaborator or the created invitation. */
export interface CollaboratorAddPayload {
  /** The added collaborator. Null if an e-mail address was invited. */
  readonly collaborator: Collaborator | null
  /** The created invitation. Null if a principal was added by id. */
  readonly invitation: Invitation | null
  /** Link for accepting the invitation, returned only once. Null if a principal was added by id. */
  readonly acceptUrl: string | null
  /**
   * Whether the server mails the link. False if mail is not configured, or after 5 mails to the address, 100 by
   * you or 300 by the organization in a day. If false, send the link yourself. Null if a principal was added by
   * id.
   */
  readonly mailed: boolean | null
  /** Project of the membership. */
  readonly project: Project
}

/** The project after the removal. */
export interface CollaboratorRemovePayload {
  /** Project of the removed collaborator. Null if you can no longer see it. */
  readonly project: Project | null
  /**
   * Tokens ended by this call: each was last shown to a person or account that can no longer see it. Empty if
   * the call repeats an earlier one.
   */
  readonly endedTokens: readonly LastSeenToken[]
  /**
   * Tokens that keep working because `keepTokensOf` names their service accounts. Empty if the call repeats an
   * earlier one.
   */
  readonly keptTokens: readonly LastSeenToken[]
}

/** The organization and projects that you now have access to. */
export interface InvitationAcceptPayload {
  /** Organization of the invitation. */
  readonly organization: Organization
  /** Projects in which the invitation granted you a role, without archived ones. */
  readonly projects: readonly Project[]
}

/** The legacy key with its new secret. */
export interface LegacyKeyRegeneratePayload {
  /** The legacy key. */
  readonly legacyKey: LegacyKey
  /** Secret of the legacy key. */
  readonly secret: string
}

/** The legacy key with its secret. */
export interface LegacyKeyRevealPayload {
  /** The legacy key. */
  readonly legacyKey: LegacyKey
  /** Secret of the legacy key. */
  readonly secret: string
}

/** The results of the exchange. */
export interface LimitLeasesExchangePayload {
  /** One result for each lease of an existing limit. */
  readonly leases: readonly ExchangedLease[]
  /** One result for each existing rate. */
  readonly rates: readonly ExchangedRate[]
}

/** The created invitation with its link. */
export interface MemberInvitePayload {
  /** The created invitation. */
  readonly invitation: Invitation
  /** Link for accepting the invitation. Returned only once. */
  readonly acceptUrl: string
  /**
   * Whether the server mails the link. False if mail is not configured, or after 5 mails to the address, 100 by
   * you or 300 by the organization in a day. If false, send the link yourself.
   */
  readonly mailed: boolean
}

/** The organization after the removal. */
export interface MemberRemovePayload {
  /** Organization of the removed member. Null if you removed yourself. */
  readonly organization: Organization | null
  /**
   * Tokens ended by this call: each was last shown to a person or account that can no longer see it. Empty if
   * the call repeats an earlier one.
   */
  readonly endedTokens: readonly LastSeenToken[]
  /**
   * Tokens that keep working because `keepTokensOf` names their service accounts. Empty if the call repeats an
   * earlier one.
   */
  readonly keptTokens: readonly LastSeenToken[]
}

/** The member with the new role. */
export interface MemberRoleSetPayload {
  /** The member after the change. */
  readonly member: Member
  /**
   * Tokens ended by this call: each was last shown to a person or account that can no longer see it. Empty if
   * the call repeats an earlier one.
   */
  readonly endedTokens: readonly LastSeenToken[]
  /**
   * Tokens that keep working because `keepTokensOf` names their service accounts. Empty if the call repeats an
   * earlier one.
   */
  readonly keptTokens: readonly LastSeenToken[]
}

/** The organization with the time of its deletion. */
export interface OrganizationDeletePayload {
  /** The organization after the change. */
  readonly organization: Organization
  /**
   * Gateway processes that may have the key in memory. When all of them have acknowledged the change, the key is
   * denied everywhere. Gateway modules older than the pause feature acknowledge a pause but still allow the key.
   * Null if `awaitGatewaysSeconds` was omitted.
   */
  readonly gateways: readonly GatewayReceipt[] | null
}

/** The paused organization. */
export interface OrganizationPausePayload {
  /** The organization after the change. */
  readonly organization: Organization
  /**
   * Gateway processes that may have the key in memory. When all of them have acknowledged the change, the key is
   * denied everywhere. Gateway modules older than the pause feature acknowledge a pause but still allow the key.
   * Null if `awaitGatewaysSeconds` was omitted.
   */
  readonly gateways: readonly GatewayReceipt[] | null
}

/** The created token. */
export interface PlaygroundTokenCreatePayload {
  /** Token, `kw_play_…`. Returned only once; only its hash is stored. */
  readonly token: string
  /** Expiration time. The token stops working earlier if you may no longer use the project. */
  readonly expiresAt: DateTime
  /** Organization that pays. */
  readonly organization: OrganizationReference
  /** Project that is charged and whose limits apply. */
  readonly project: ProjectReference
}

/** The paused project. */
export interface ProjectPausePayload {
  /** The project after the change. */
  readonly project: Project
  /**
   * Gateway processes that may have the key in memory. When all of them have acknowledged the change, the key is
   * denied everywhere. Gateway modules older than the pause feature acknowledge a pause but still allow the key.
   * Null if `awaitGatewaysSeconds` was omitted.
   */
  readonly gateways: readonly GatewayReceipt[] | null
}

/** The created service account with its token. */
export interface ServiceAccountCreatePayload {
  /** The service account after the change. */
  readonly serviceAccount: ServiceAccount
  /** Token, `kw_svc_…`. Returned only once; only its hash is stored. */
  readonly token: string
}

/** The organization after the removal. */
export interface ServiceAccountRemovePayload {
  /** Organization of the removed service account. Null if the account removed itself. */
  readonly organization: Organization | null
  /**
   * Tokens ended by this call: each was last shown to a person or account that can no longer see it. Empty if
   * the call repeats an earlier one.
   */
  readonly endedTokens: readonly LastSeenToken[]
  /**
   * Tokens that keep working because `keepTokensOf` names their service accounts. Empty if the call repeats an
   * earlier one.
   */
  readonly keptTokens: readonly LastSeenToken[]
}

/** The service account with its new token. */
export interface ServiceAccountTokenRotatePayload {
  /** The service account after the change. */
  readonly serviceAccount: ServiceAccount
  /** Token, `kw_svc_…`. Returned only once; only its hash is stored. */
  readonly token: string
}

/** Outcome of the events. */
export interface UsageRecordPayload {
  /** Number of newly recorded events. */
  readonly recorded: number
  /** Number of events that were already recorded with the same content. No action is needed. */
  readonly duplicates: number
  /** Rejected events, in input order. */
  readonly rejected: readonly RejectedUsageEvent[]
  /** Time of recording. */
  readonly asOf: DateTime
}

/** Numbers of objects that ended with the account. */
export interface UserErasePayload {
  /** Your former id, `usr_…`. It remains in audit logs and usage, but no longer leads to your name. */
  readonly userId: string
  /** Number of organizations in which you had a role. */
  readonly organizations: number
  /** Number of sessions that ended, this one included. */
  readonly sessions: number
  /** Number of service-account and playground tokens that you knew and that stopped working. */
  readonly tokensEnded: number
  /** Number of your keys that key policies paused. */
  readonly keysPaused: number
}

/** The created webhook with its signing secret. */
export interface WebhookCreatePayload {
  /** The webhook after the change. */
  readonly webhook: Webhook
  /** Signing secret, `whsec_…`, with which the receiver verifies messages. Returned only once. */
  readonly secret: string
}

/** The number of messages that will be sent again. */
export interface WebhookDeliveriesResendPayload {
  /** The webhook after the change. */
  readonly webhook: {
    /** Permanent id, `whk_…`. */
    readonly id: string
  }
  /** Number of messages sent again, at most 1000. */
  readonly resentCount: number
  /** Whether more failed messages remain. Repeat the mutation for them. */
  readonly hasMore: boolean
}

/** The webhook with its new signing secret. */
export interface WebhookSecretRotatePayload {
  /** The webhook after the change. */
  readonly webhook: Webhook
  /** Signing secret, `whsec_…`, with which the receiver verifies messages. Returned only once. */
  readonly secret: string
}

/** Parameters of `apiKeys.changes`. */
export interface ApiKeysChangesParams {
  /** The project, `prj_…`. */
  readonly projectId: string
}

/** Parameters of `apiKeys.changesOfOrganization`. */
export interface ApiKeysChangesOfOrganizationParams {
  /** The organization, `org_…`. */
  readonly organizationId: string
}

/** Parameters of `apiKeys.list`. */
export interface ApiKeysListParams {
  /** The project, `prj_…`. */
  readonly projectId: string
  /** Conditions that keys must match. */
  readonly filter?: ApiKeyFilter | null | undefined
  /** Sort order. Default: newest first. */
  readonly orderBy?: ApiKeyOrder | null | undefined
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** Parameters of `apiKeys.listOfOrganization`. */
export interface ApiKeysListOfOrganizationParams {
  /** The organization, `org_…`. */
  readonly organizationId: string
  /** Conditions that keys must match. */
  readonly filter?: ApiKeyFilter | null | undefined
  /** Sort order. Default: newest first. */
  readonly orderBy?: ApiKeyOrder | null | undefined
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** Parameters of `apiKeys.listOutsidePolicy`. */
export interface ApiKeysListOutsidePolicyParams {
  /** The organization, `org_…`. */
  readonly organizationId: string
  /** Keys that violate any of these rules. Null: all rules. */
  readonly rules?: readonly KeyRule[] | null | undefined
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** Parameters of `auditLog.list`. */
export interface AuditLogListParams {
  /** The organization, `org_…`. */
  readonly organizationId: string
  /** Conditions that events must match. */
  readonly filter?: AuditFilter | null | undefined
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** Parameters of `auditLog.listOfProject`. */
export interface AuditLogListOfProjectParams {
  /** The project, `prj_…`. */
  readonly projectId: string
  /** Conditions that events must match. */
  readonly filter?: AuditFilter | null | undefined
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** Parameters of `collaborators.list`. */
export interface CollaboratorsListParams {
  /** The project, `prj_…`. */
  readonly projectId: string
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** Parameters of `gateway.sync`. */
export interface GatewaySyncParams {
  /** UUID of the gateway’s process. */
  readonly connectionId: string
}

/** Parameters of `invitations.list`. */
export interface InvitationsListParams {
  /** The organization, `org_…`. */
  readonly organizationId: string
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** Parameters of `invitations.listOfProject`. */
export interface InvitationsListOfProjectParams {
  /** The project, `prj_…`. */
  readonly projectId: string
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** Parameters of `members.list`. */
export interface MembersListParams {
  /** The organization, `org_…`. */
  readonly organizationId: string
  /**
   * Members whose `hasSecondFactor` has this value. Only the Owner and ADMINs may use it; others get a FORBIDDEN
   * error. Omitted: all.
   */
  readonly hasSecondFactor?: boolean | null | undefined
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** Parameters of `members.listSecondFactors`. */
export interface MembersListSecondFactorsParams {
  /** The organization, `org_…`. */
  readonly organizationId: string
  /**
   * Members whose `hasSecondFactor` has this value. Only the Owner and ADMINs may use it; others get a FORBIDDEN
   * error. Omitted: all.
   */
  readonly hasSecondFactor?: boolean | null | undefined
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** Parameters of `models.list`. */
export interface ModelsListParams {
  /** Models for this workload. Omitted: all. */
  readonly workload?: Workload | null | undefined
  /** Models with this status. Omitted: all. */
  readonly status?: ModelStatus | null | undefined
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** Parameters of `models.listOfProject`. */
export interface ModelsListOfProjectParams {
  /** The project, `prj_…`. */
  readonly projectId: string
  /** Models for this workload. Omitted: all. */
  readonly workload?: Workload | null | undefined
  /** Models with this status. Omitted: all. */
  readonly status?: ModelStatus | null | undefined
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** Parameters of `organizations.list`. */
export interface OrganizationsListParams {
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** Parameters of `organizations.listPeopleWithoutSecondFactor`. */
export interface OrganizationsListPeopleWithoutSecondFactorParams {
  /** The organization, `org_…`. */
  readonly organizationId: string
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** Parameters of `playground.apiKeys`. */
export interface PlaygroundApiKeysParams {
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** Parameters of `playground.models`. */
export interface PlaygroundModelsParams {
  /** Models for this workload. Omitted: all. */
  readonly workload?: Workload | null | undefined
  /** Models with this status. Null: all. */
  readonly status?: ModelStatus | null | undefined
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** Parameters of `projects.list`. */
export interface ProjectsListParams {
  /** The organization, `org_…`. */
  readonly organizationId: string
  /** Whether to include archived projects. */
  readonly includeArchived?: boolean | null | undefined
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** Parameters of `resources.list`. */
export interface ResourcesListParams {
  /** The project, `prj_…`. */
  readonly projectId: string
  /** Resources of this kind. Omitted: all. */
  readonly kind?: ResourceKind | null | undefined
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** Parameters of `serviceAccounts.list`. */
export interface ServiceAccountsListParams {
  /** The organization, `org_…`. */
  readonly organizationId: string
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** Parameters of `trusts.list`. */
export interface TrustsListParams {
  /** The project, `prj_…`. */
  readonly projectId: string
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** Parameters of `viewer.apiKeys`. */
export interface ViewerApiKeysParams {
  /** Conditions that keys must match. */
  readonly filter?: ApiKeyFilter | null | undefined
  /** Sort order. Default: newest first. */
  readonly orderBy?: ApiKeyOrder | null | undefined
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** Parameters of `viewer.projects`. */
export interface ViewerProjectsParams {
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}

/** Parameters of `webhooks.list`. */
export interface WebhooksListParams {
  /** The organization, `org_…`. */
  readonly organizationId: string
  /** Items in one page, 1 to 100. Default: 25. */
  readonly pageSize?: number | null | undefined
  /** Whether to count all items. If false, `totalCount` of the page is null. */
  readonly totalCount?: boolean | null | undefined
}
