import { MAX_MODELS } from '@keyward/engine/models'
import { gatewaysField } from '../gateway/receipts.ts'
import { MAX_AWAITED_SECONDS } from '../gateway/sync/service.ts'
import { builder } from '../graphql/builder.ts'
import { asValue, ErrorInterface } from '../graphql/error/graph.ts'
import { mutation } from '../graphql/mutation.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { UsageLimitsInput } from '../limit/settings/graph.ts'
import { IDEMPOTENCY_KEY } from '../write/idempotency/field.ts'
import { ApiKeyAdviceEnum, RevocationReasonEnum, WorkloadEnum } from './enums.ts'
import { ApiKeyFilterInput } from './filter-input.ts'
import { ApiKey } from './graph.ts'
import { type ImportOutcome, importApiKeys, MAX_ROWS, MAX_START } from './import.ts'
import { MAX_EXPIRES_IN_SECONDS, MAX_IPS, MAX_TAGS } from './input.ts'
import { keyPayload, loadKey } from './payload.ts'
import { type Revoked, revokeApiKey } from './revoke.ts'
import { MAX_REVOKED, type RevokedMany, type RevokeOutcome, revokeApiKeys } from './revoke-many.ts'
import { DEFAULT_OVERLAP_SECONDS, finishRotation, MAX_OVERLAP_SECONDS, rotateApiKey, undoRotation } from './rotation.ts'
import { createApiKey, type IssuedSecret, setApiKeyExpiration, setApiKeyScopes, updateApiKey } from './service.ts'

const secretPayload = (t: FieldsOf<IssuedSecret>) => ({
  apiKey: t.prismaField({
    type: ApiKey,
    description: 'The key after the change.',
    resolve: (query, { apiKeyId }, _args, context) => loadKey(query, apiKeyId, context),
  }),
  secret: t.exposeString('secret', {
    description: 'Secret, `kw_proj_…`. Returned only once; only its hash is stored.',
  }),
})

const ID = { required: true, description: 'Id of the key, `key_…`.' } as const

export const TagInput = builder.inputType('TagInput', {
  description: 'A key-value pair of metadata on a key.',
  fields: (t) => ({
    key: t.string({ required: true, description: 'Name of the tag: 1 to 64 letters, digits and `. _ / -`.' }),
    value: t.string({ required: true, description: 'Value of the tag: at most 256 characters. May be empty.' }),
  }),
})

const NAME = 'Name: 1 to 100 characters, unique among the project’s keys that are neither revoked nor expired.'
const EXPIRES_AT =
  'Expiration time, in the future. Omitted or null: the key never expires, if the project’s key policy permits it.'
const EXPIRES_IN_SECONDS = `Lifetime in seconds from now, by the server’s clock: 1 to ${MAX_EXPIRES_IN_SECONDS}. Give this or \`expiresAt\`.`
const WORKLOADS = 'Workloads to restrict the key to. Omitted or empty: all.'
const MODELS = `Models that the key may use: at most ${MAX_MODELS} ids, slugs, or slug prefixes that end with \`*\`, such as \`meta/*\`. Omitted or empty: all that the project’s key policy permits.`
const ALLOWED_IPS = `IP addresses or CIDR networks to restrict the key to, at most ${MAX_IPS}. Omitted or empty: any address.`

mutation('apiKeyCreate', {
  description: 'Creates a key in a project and returns its secret once. Requires a role in the project.',
  input: (t) => ({
    projectId: t.id({ required: true, description: 'Id of the project, `prj_…`.' }),
    name: t.string({ required: true, description: NAME }),
    expiresAt: t.field({ type: 'DateTime', description: EXPIRES_AT }),
    expiresInSeconds: t.int({ description: EXPIRES_IN_SECONDS }),
    workloads: t.field({ type: [WorkloadEnum], description: WORKLOADS }),
    models: t.stringList({ description: MODELS }),
    allowedIps: t.stringList({ description: ALLOWED_IPS }),
    tags: t.field({ type: [TagInput], description: `Tags, at most ${MAX_TAGS}.` }),
    limits: t.field({
      type: UsageLimitsInput,
      description:
        'Limits, within the maximum of the project’s key policy. Omitted: the policy’s default limits. Requires ADMIN in the project.',
    }),
    idempotencyKey: t.string(IDEMPOTENCY_KEY),
  }),
  payloadDescription: 'The created key with its secret.',
  payload: secretPayload,
  errors: ['CONFLICT', 'INVALID_STATE', 'LIMIT_EXCEEDED'],
  resolve: (input, context) => createApiKey(context, input),
})

mutation('apiKeyUpdate', {
  description: 'Renames a key or replaces its tags. Omitted fields stay unchanged. Requires a role in the project.',
  input: (t) => ({
    id: t.id(ID),
    name: t.string({ description: NAME }),
    tags: t.field({ type: [TagInput], description: `Tags that replace the current ones, at most ${MAX_TAGS}.` }),
  }),
  payloadDescription: 'The changed key.',
  payload: keyPayload,
  errors: ['CONFLICT', 'INVALID_STATE'],
  resolve: (input, context) => updateApiKey(context, input),
})

mutation('apiKeyScopesSet', {
  description:
    'Restricts a key to workloads, models and networks. Omitted fields stay unchanged. Requires ADMIN in the project.',
  input: (t) => ({
    id: t.id(ID),
    workloads: t.field({ type: [WorkloadEnum], description: 'Workloads to restrict the key to. Empty: all.' }),
    models: t.stringList({
      description: `Models that the key may use: at most ${MAX_MODELS} ids, slugs, or slug prefixes that end with \`*\`, such as \`meta/*\`. Empty: all, if the project’s key policy permits it.`,
    }),
    allowedIps: t.stringList({
      description: `IP addresses or CIDR networks to restrict the key to, at most ${MAX_IPS}. Empty: any address.`,
    }),
  }),
  payloadDescription: 'The changed key.',
  payload: keyPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => setApiKeyScopes(context, input),
})

mutation('apiKeyExpirationSet', {
  description:
    'Sets or clears a key’s expiration. A later expiration reactivates an expired key, unless another key has taken its name. Requires a role in the project.',
  input: (t) => ({
    id: t.id(ID),
    expiresAt: t.field({
      type: 'DateTime',
      description:
        'Expiration time, in the future. Null removes the expiration. Required unless `expiresInSeconds` is given, so that an omitted value cannot remove the expiration by accident.',
    }),
    expiresInSeconds: t.int({ description: EXPIRES_IN_SECONDS }),
  }),
  payloadDescription: 'The changed key.',
  payload: keyPayload,
  errors: ['CONFLICT', 'INVALID_STATE', 'LIMIT_EXCEEDED'],
  resolve: (input, context) => setApiKeyExpiration(context, input),
})

mutation('apiKeyRotate', {
  description:
    'Rotates a key’s secret and returns the new one once. The old secret works until the overlap ends or the key expires. Requires a role in the project.',
  input: (t) => ({
    id: t.id(ID),
    overlapSeconds: t.int({
      description: `Overlap during which both secrets work, in seconds: 0 to ${MAX_OVERLAP_SECONDS}. 0 retires the old secret at once. Default ${DEFAULT_OVERLAP_SECONDS}.`,
    }),
    currentVersion: t.int({
      description: 'Expected version of the current secret. Returns ConflictError if another version is current.',
    }),
    idempotencyKey: t.string(IDEMPOTENCY_KEY),
  }),
  payloadDescription: 'The key with its new secret.',
  payload: secretPayload,
  errors: ['CONFLICT', 'INVALID_STATE'],
  resolve: (input, context) => rotateApiKey(context, input),
})

mutation('apiKeyRotationFinish', {
  description:
    'Ends a rotation’s overlap now, so that only the new secret works. Finishing a finished rotation changes nothing and succeeds. Requires a role in the project.',
  input: (t) => ({ id: t.id(ID) }),
  payloadDescription: 'The key after the rotation.',
  payload: keyPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => finishRotation(context, input),
})

mutation('apiKeyRotationUndo', {
  description:
    'Undoes a rotation during its overlap: the new secret stops working and the old one keeps working. Repeating the call changes nothing and succeeds. Requires a role in the project.',
  input: (t) => ({ id: t.id(ID) }),
  payloadDescription: 'The key with its previous secret.',
  payload: keyPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => undoRotation(context, input),
})

mutation('apiKeyRevoke', {
  description:
    'Revokes a key permanently. Servers and gateways reject it as soon as they receive the change; `awaitGatewaysSeconds` waits for gateways. Its record and history remain. Revoking a revoked key changes nothing and succeeds. Requires a role in the project.',
  input: (t) => ({
    id: t.id(ID),
    reason: t.field({
      type: RevocationReasonEnum,
      description: 'Reason for the revocation. Default NO_LONGER_NEEDED.',
    }),
    awaitGatewaysSeconds: t.int({
      description: `Maximum time to wait for gateways to apply the revocation, in seconds: 0 to ${MAX_AWAITED_SECONDS}. Omitted: does not wait.`,
    }),
  }),
  payloadDescription: 'The revoked key.',
  payload: (t: FieldsOf<Revoked>) => ({
    ...keyPayload(t),
    ...gatewaysField(t),
  }),
  errors: ['INVALID_STATE'],
  resolve: (input, context) => revokeApiKey(context, input),
})

const RevokeOutcomeRef = builder.objectRef<RevokeOutcome>('ApiKeyRevokeOutcome').implement({
  description: 'Outcome for one key: either `apiKey` or `error` is set.',
  fields: (t) => ({
    id: t.id({ description: 'Id of the key, as it was given.', resolve: ({ id }) => id }),
    apiKey: t.prismaField({
      type: ApiKey,
      nullable: true,
      description: 'The revoked key. Null if it was not revoked.',
      resolve: (query, outcome, _args, context) =>
        'apiKeyId' in outcome ? loadKey(query, outcome.apiKeyId, context) : null,
    }),
    error: t.field({
      type: ErrorInterface,
      nullable: true,
      description: 'Reason for not revoking the key. Null if it is revoked.',
      resolve: (outcome) => ('error' in outcome ? asValue(outcome.error) : null),
    }),
  }),
})

mutation('apiKeysRevoke', {
  description: `Revokes up to ${MAX_REVOKED} keys permanently. Give their \`ids\`, or select keys of a project or organization by \`filter\` and \`advice\`. Keys that are already revoked stay unchanged, so the call can be repeated. Requires a role in the project of each key.`,
  input: (t) => ({
    ids: t.idList({ description: `Ids of the keys, \`key_…\`, at most ${MAX_REVOKED}. Each has its own outcome.` }),
    projectId: t.id({ description: 'Id of the project whose matching keys are revoked, `prj_…`.' }),
    organizationId: t.id({
      description:
        'Id of the organization whose matching keys are revoked, `org_…`. Only keys that you may revoke match.',
    }),
    filter: t.field({
      type: ApiKeyFilterInput,
      description: 'Conditions that keys must match. An empty filter matches every key that is not revoked.',
    }),
    advice: t.field({
      type: ApiKeyAdviceEnum,
      description: 'Recommendation that keys must have, such as CREATOR_GONE. ROTATION_SAFE_TO_FINISH is invalid here.',
    }),
    reason: t.field({
      type: RevocationReasonEnum,
      description: 'Reason for the revocations. Default NO_LONGER_NEEDED.',
    }),
    awaitGatewaysSeconds: t.int({
      description: `Maximum time to wait for gateways to apply the revocations, in seconds: 0 to ${MAX_AWAITED_SECONDS}. Omitted: does not wait.`,
    }),
  }),
  payloadDescription: 'Outcome of every key.',
  payload: (t: FieldsOf<RevokedMany>) => ({
    outcomes: t.expose('outcomes', {
      type: [RevokeOutcomeRef],
      description: 'One outcome per key, in the order of `ids`. With `filter` or `advice`, oldest key first.',
      complexity: { field: 1, multiplier: 1 },
    }),
    hasMore: t.exposeBoolean('hasMore', {
      description: `Whether more keys match the filter. Repeat the mutation until \`hasMore\` is false. Always false if \`ids\` are given.`,
    }),
    ...gatewaysField(t),
  }),
  // As for an import, an outcome costs about half of the selection's maximum cost.
  rows: ({ ids }) => Math.ceil(Math.min(ids?.length ?? MAX_REVOKED, MAX_REVOKED) / 2),
  resolve: (input, context) => revokeApiKeys(context, input),
})

const ImportRow = builder.inputType('ApiKeyImportRow', {
  description: 'A key of another system.',
  fields: (t) => ({
    projectId: t.id({ description: 'Id of the project, `prj_…`. Default: the organization’s default project.' }),
    name: t.string({ required: true, description: NAME }),
    sha256: t.string({
      required: true,
      description:
        'SHA-256 of the entire secret, as 64 hexadecimal digits. If any organization already has a secret with this hash, the row is rejected with ConflictError.',
    }),
    start: t.string({ description: `First characters of the secret, for display: at most ${MAX_START}.` }),
    createdAt: t.field({ type: 'DateTime', description: 'Creation time in the other system. Default: now.' }),
    expiresAt: t.field({ type: 'DateTime', description: EXPIRES_AT }),
    expiresInSeconds: t.int({ description: EXPIRES_IN_SECONDS }),
    workloads: t.field({ type: [WorkloadEnum], description: WORKLOADS }),
    models: t.stringList({ description: MODELS }),
    allowedIps: t.stringList({ description: ALLOWED_IPS }),
    tags: t.field({ type: [TagInput], description: `Tags, at most ${MAX_TAGS}.` }),
  }),
})

const Outcome = builder.objectRef<ImportOutcome>('ApiKeyImportOutcome').implement({
  description: 'Outcome of one row of an import: either `apiKey` or `error` is set.',
  fields: (t) => ({
    row: t.exposeInt('row', { description: 'Index of the row, starting at 0.' }),
    apiKey: t.prismaField({
      type: ApiKey,
      nullable: true,
      description: 'The imported key. Null if the row was rejected.',
      resolve: (query, outcome, _args, context) =>
        'apiKeyId' in outcome ? loadKey(query, outcome.apiKeyId, context) : null,
    }),
    error: t.field({
      type: ErrorInterface,
      nullable: true,
      description: 'Reason for rejecting the row. Null if it was imported.',
      resolve: (outcome) => ('error' in outcome ? asValue(outcome.error) : null),
    }),
  }),
})

mutation('apiKeysImport', {
  description:
    'Imports keys of another system by the hashes of their secrets. The secrets keep working. Each row succeeds or fails independently, and repeating a row is safe. Requires OWNER or ADMIN.',
  input: (t) => ({
    organizationId: t.id({ required: true, description: 'Id of the organization, `org_…`.' }),
    rows: t.field({ type: [ImportRow], required: true, description: `Keys to import, at most ${MAX_ROWS}.` }),
  }),
  payloadDescription: 'Outcome of every row.',
  payload: (t: FieldsOf<{ outcomes: ImportOutcome[] }>) => ({
    outcomes: t.expose('outcomes', {
      type: [Outcome],
      description: 'One outcome per row, in input order.',
      complexity: { field: 1, multiplier: 1 },
    }),
  }),
  // A row returns a key or an error, and an imported key has one secret version: about half of the selection's maximum
  // cost. Rows above the maximum add no cost, so that the error names the number of rows and not the cost.
  rows: ({ rows }) => Math.ceil(Math.min(rows.length, MAX_ROWS) / 2),
  resolve: (input, context) => importApiKeys(context, input),
})
