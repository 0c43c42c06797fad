/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** Kind of change to a key. More values may be added. */
export type ApiKeyChangeKind =
  /** The key was created or imported. */
  | 'API_KEY_CREATED'
  /** A secret of the key was reported as leaked. */
  | 'API_KEY_LEAKED'
  /** The key was paused, or the end of its pause was changed. */
  | 'API_KEY_PAUSED'
  /** The key was resumed. Nothing is sent when a pause reaches its end. */
  | 'API_KEY_RESUMED'
  /** The key was revoked. */
  | 'API_KEY_REVOKED'
  /** The key was given a new secret. */
  | 'API_KEY_ROTATED'
  /** The rotation ended: the old secret stopped working. */
  | 'API_KEY_ROTATION_FINISHED'
  /** The rotation was undone: the new secret stopped working. */
  | 'API_KEY_ROTATION_UNDONE'
  /** The key’s name, tags, scopes, limits or expiration changed. */
  | 'API_KEY_UPDATED'
  /** Spending reached an alert threshold of one of the key’s budgets. Sent only to those who may read its budgets. */
  | 'BUDGET_ALERT';

/** Input of `apiKeyCreate`. */
export type ApiKeyCreateInput = {
  /** IP addresses or CIDR networks to restrict the key to, at most 100. Omitted or empty: any address. */
  allowedIps?: Array<string> | null | undefined;
  /** Expiration time, in the future. Omitted or null: the key never expires, if the project’s key policy permits it. */
  expiresAt?: string | null | undefined;
  /** Lifetime in seconds from now, by the server’s clock: 1 to 2147483647. Give this or `expiresAt`. */
  expiresInSeconds?: number | null | undefined;
  /** Key for safe retries: 22 to 255 characters with at least 128 random bits. For 24 hours, repeating it with the same input returns the same result. A different input returns ConflictError. */
  idempotencyKey?: string | null | undefined;
  /** Limits, within the maximum of the project’s key policy. Omitted: the policy’s default limits. Requires ADMIN in the project. */
  limits?: UsageLimitsInput | null | undefined;
  /** Models that the key may use: at most 100 ids, slugs, or slug prefixes that end with `*`, such as `meta/*`. Omitted or empty: all that the project’s key policy permits. */
  models?: Array<string> | null | undefined;
  /** Name: 1 to 100 characters, unique among the project’s keys that are neither revoked nor expired. */
  name: string;
  /** Id of the project, `prj_…`. */
  projectId: string | number;
  /** Tags, at most 20. */
  tags?: Array<TagInput> | null | undefined;
  /** Workloads to restrict the key to. Omitted or empty: all. */
  workloads?: Array<Workload> | null | undefined;
};

/** Input of `apiKeyRevoke`. */
export type ApiKeyRevokeInput = {
  /** Maximum time to wait for gateways to apply the revocation, in seconds: 0 to 10. Omitted: does not wait. */
  awaitGatewaysSeconds?: number | null | undefined;
  /** Id of the key, `key_…`. */
  id: string | number;
  /** Reason for the revocation. Default NO_LONGER_NEEDED. */
  reason?: RevocationReason | null | undefined;
};

/** Input of `apiKeyRotate`. */
export type ApiKeyRotateInput = {
  /** Expected version of the current secret. Returns ConflictError if another version is current. */
  currentVersion?: number | null | undefined;
  /** Id of the key, `key_…`. */
  id: string | number;
  /** Key for safe retries: 22 to 255 characters with at least 128 random bits. For 24 hours, repeating it with the same input returns the same result. A different input returns ConflictError. */
  idempotencyKey?: string | null | undefined;
  /** Overlap during which both secrets work, in seconds: 0 to 604800. 0 retires the old secret at once. Default 86400. */
  overlapSeconds?: number | null | undefined;
};

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

/** The amount that may be spent in a period. */
export type BudgetInput = {
  /** Percentages of the amount at which alerts are raised: at most 10, each from 1 to 100. Default: only 100. */
  alertThresholds?: Array<number> | null | undefined;
  /** Behavior when the budget is spent. Defaults to REJECT. */
  onLimit?: LimitAction | null | undefined;
  /** Period. */
  period: BudgetPeriod;
  /** Amount in US dollars: more than 0, at most 999999999. */
  usd: string;
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

/** Behavior when a budget is spent. */
export type LimitAction =
  /** Requests are still allowed, and an alert is raised. */
  | 'ALERT'
  /** Requests are denied with BUDGET_EXCEEDED until the period ends. */
  | 'REJECT';

/** The requests or tokens that may be used in a period. */
export type RateInput = {
  /** Maximum in each period, from 1 to 1000000000000; at most 10000000 requests a minute. */
  max: string;
  /** Model whose requests are counted: its id (`mdl_…`), its slug, or a slug prefix that ends with `*`, such as `meta/*`; at most 200 characters. Null: all requests are counted. At most 20 rates of an organization, project or key have a model; other owners have no such rates. */
  model?: string | null | undefined;
  /** Period. */
  per: RatePeriod;
  /** Unit. */
  unit: RateUnit;
};

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

/** A key-value pair of metadata on a key. */
export type TagInput = {
  /** Name of the tag: 1 to 64 letters, digits and `. _ / -`. */
  key: string;
  /** Value of the tag: at most 256 characters. May be empty. */
  value: string;
};

/** Limits of a key. */
export type UsageLimitsInput = {
  /** Budgets, at most one for each period. Null or empty: none. */
  budgets?: Array<BudgetInput> | null | undefined;
  /** Maximum number of concurrent requests, 1 to 1000000. Null removes it. */
  maxConcurrent?: number | null | undefined;
  /** Rates, at most one for each unit, period and model. Null or empty removes all. */
  rates?: Array<RateInput> | null | undefined;
  /** Maximum number of requests a minute, 1 to 10000000. Null: no limit. */
  requestsPerMinute?: number | null | undefined;
};

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

export type ListedKeyFragment = { id: string, name: string, start: string, status: ApiKeyStatus, createdAt: string, createdByName: string, lastUsedAt: string | null };

export type KeysQueryVariables = Exact<{
  projectId: string | number;
  first: number;
  after?: string | null | undefined;
}>;


export type KeysQuery = { project: { id: string, changeCursor: string | null, apiKeys: { edges: Array<{ cursor: string, node: { id: string, name: string, start: string, status: ApiKeyStatus, createdAt: string, createdByName: string, lastUsedAt: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type KeyChangesSubscriptionVariables = Exact<{
  projectId: string | number;
  after?: string | null | undefined;
}>;


export type KeyChangesSubscription = { apiKeyChanges: { kind: ApiKeyChangeKind, apiKey: { id: string, name: string, start: string, status: ApiKeyStatus, createdAt: string, createdByName: string, lastUsedAt: string | null } | null } };

export type CreateKeyMutationVariables = Exact<{
  input: ApiKeyCreateInput;
}>;


export type CreateKeyMutation = { apiKeyCreate:
    | { secret: string, apiKey: { id: string, name: string, start: string, status: ApiKeyStatus, createdAt: string, createdByName: string, lastUsedAt: string | null } }
    | { message: string }
    | { message: string }
    | { message: string }
    | { message: string }
    | { message: string }
    | { message: string }
   };

export type RotateKeyMutationVariables = Exact<{
  input: ApiKeyRotateInput;
}>;


export type RotateKeyMutation = { apiKeyRotate:
    | { secret: string, apiKey: { id: string, name: string, start: string, status: ApiKeyStatus, createdAt: string, createdByName: string, lastUsedAt: string | null } }
    | { message: string }
    | { message: string }
    | { message: string }
    | { message: string }
    | { message: string }
   };

export type RevokeKeyMutationVariables = Exact<{
  input: ApiKeyRevokeInput;
}>;


export type RevokeKeyMutation = { apiKeyRevoke:
    | { apiKey: { id: string, name: string, start: string, status: ApiKeyStatus, createdAt: string, createdByName: string, lastUsedAt: string | null } }
    | { message: string }
    | { message: string }
    | { message: string }
    | { message: string }
   };

export const ListedKeyFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ListedKey"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ApiKey"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"start"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdByName"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}}]}}]} as unknown as DocumentNode<ListedKeyFragment, unknown>;
export const KeysDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Keys"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"projectId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"project"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"projectId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"changeCursor"}},{"kind":"Field","name":{"kind":"Name","value":"apiKeys"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ListedKey"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ListedKey"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ApiKey"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"start"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdByName"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}}]}}]} as unknown as DocumentNode<KeysQuery, KeysQueryVariables>;
export const KeyChangesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"KeyChanges"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"projectId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"apiKeyChanges"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"projectId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"projectId"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"apiKey"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ListedKey"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ListedKey"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ApiKey"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"start"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdByName"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}}]}}]} as unknown as DocumentNode<KeyChangesSubscription, KeyChangesSubscriptionVariables>;
export const CreateKeyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateKey"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ApiKeyCreateInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"apiKeyCreate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ApiKeyCreatePayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"apiKey"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ListedKey"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ListedKey"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ApiKey"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"start"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdByName"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}}]}}]} as unknown as DocumentNode<CreateKeyMutation, CreateKeyMutationVariables>;
export const RotateKeyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RotateKey"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ApiKeyRotateInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"apiKeyRotate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ApiKeyRotatePayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"apiKey"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ListedKey"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ListedKey"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ApiKey"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"start"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdByName"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}}]}}]} as unknown as DocumentNode<RotateKeyMutation, RotateKeyMutationVariables>;
export const RevokeKeyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RevokeKey"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ApiKeyRevokeInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"apiKeyRevoke"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ApiKeyRevokePayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"apiKey"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ListedKey"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ListedKey"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ApiKey"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"start"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdByName"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}}]}}]} as unknown as DocumentNode<RevokeKeyMutation, RevokeKeyMutationVariables>;