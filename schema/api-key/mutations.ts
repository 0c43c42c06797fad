import { encodeId } from '../core/ids.ts'
import { MAX_AWAITED_SECONDS, type VerifierReceipt } from '../gateway/sync/service.ts'
import { builder } from '../graphql/builder.ts'
import { asValue, ErrorInterface } from '../graphql/error/graph.ts'
import { mutation } from '../graphql/mutation.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { UsageLimitsInput } from '../limit/settings/graph.ts'
import { IDEMPOTENCY_KEY } from '../write/idempotency/field.ts'
import { RevocationReasonEnum, WorkloadEnum } from './enums.ts'
import { ApiKey } from './graph.ts'
import { type ImportOutcome, importApiKeys, MAX_ROWS } from './import.ts'
import { keyPayload, loadKey } from './payload.ts'
import { type Revoked, revokeApiKey } from './revoke.ts'
import { finishRotation, rotateApiKey, undoRotation } from './rotation.ts'
import { createApiKey, type IssuedSecret, setApiKeyExpiration, setApiKeyScopes, updateApiKey } from './service.ts'

const VerifierReceiptRef = builder.objectRef<VerifierReceipt>('VerifierReceipt').implement({
  description: 'Whether an in-process verifier of a gateway has heard of a change.',
  fields: (t) => ({
    verifierId: t.exposeString('verifierId', { description: 'A UUID: a process of the gateway.' }),
    gatewayId: t.id({
      description: 'The gateway, `gtw_…`.',
      resolve: ({ gatewayId }) => encodeId('Gateway', gatewayId),
    }),
    gatewayName: t.exposeString('gatewayName', { description: 'What the operator calls the gateway.' }),
    acknowledged: t.exposeBoolean('acknowledged', {
      description:
        'Whether it has. One that is gone without a word is waited for too, for as long as it could still answer.',
    }),
  }),
})

const secretPayload = (t: FieldsOf<IssuedSecret>) => ({
  apiKey: t.prismaField({
    type: ApiKey,
    description: 'The key as it is now.',
    resolve: (query, { apiKeyId }, _args, context) => loadKey(query, apiKeyId, context),
  }),
  secret: t.exposeString('secret', { description: 'The secret, `kw_proj_…`. Shown this once; only its hash is kept.' }),
})

const ID = { required: true, description: 'The key, `key_…`.' } as const

const TagInput = builder.inputType('TagInput', {
  description: 'Metadata of a key.',
  fields: (t) => ({
    key: t.string({ required: true, description: 'Letters, digits and . _ / -, at most 64.' }),
    value: t.string({ required: true, description: 'At most 256 characters; may be empty.' }),
  }),
})

const NAME = 'What it is for: 1 to 100 characters, unique among the live keys of its project.'
const EXPIRES_AT =
  'When it expires, in the future; null or not given: never, which the key policy of the project may not allow.'
const WORKLOADS = 'What it may be used for; empty or not given: everything.'
const ALLOWED_IPS =
  'From where it may be used, as IP addresses or CIDR networks, at most 100; empty or not given: anywhere.'

mutation('apiKeyCreate', {
  description: 'Creates a key in a project and shows its secret, once. For everyone with a role in the project.',
  input: (t) => ({
    projectId: t.id({ required: true, description: 'The project, `prj_…`.' }),
    name: t.string({ required: true, description: NAME }),
    expiresAt: t.field({ type: 'DateTime', description: EXPIRES_AT }),
    workloads: t.field({ type: [WorkloadEnum], description: WORKLOADS }),
    allowedIps: t.stringList({ description: ALLOWED_IPS }),
    tags: t.field({ type: [TagInput], description: 'Metadata, at most 20.' }),
    limits: t.field({
      type: UsageLimitsInput,
      description:
        'What it may use, within the project’s key policy; what is not given is as the policy says for new keys. For the project’s ADMINs: FORBIDDEN to others.',
    }),
    idempotencyKey: t.string(IDEMPOTENCY_KEY),
  }),
  payloadDescription: 'The key that was created, with its secret.',
  payload: secretPayload,
  errors: ['CONFLICT', 'INVALID_STATE', 'LIMIT_EXCEEDED'],
  resolve: (input, context) => createApiKey(context, input),
})

mutation('apiKeyUpdate', {
  description: 'Renames a key or replaces its tags; what is not given stays. For everyone with a role in the project.',
  input: (t) => ({
    id: t.id(ID),
    name: t.string({ description: NAME }),
    tags: t.field({ type: [TagInput], description: 'All its tags from now on, at most 20.' }),
  }),
  payloadDescription: 'The key that was changed.',
  payload: keyPayload,
  errors: ['CONFLICT', 'INVALID_STATE'],
  resolve: (input, context) => updateApiKey(context, input),
})

mutation('apiKeyScopesSet', {
  description: 'Sets what a key may be used for and from where; what is not given stays. For the project’s ADMINs.',
  input: (t) => ({
    id: t.id(ID),
    workloads: t.field({ type: [WorkloadEnum], description: 'What it may be used for; empty: everything.' }),
    allowedIps: t.stringList({
      description: 'From where, as IP addresses or CIDR networks, at most 100; empty: anywhere.',
    }),
  }),
  payloadDescription: 'The key that was changed.',
  payload: keyPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => setApiKeyScopes(context, input),
})

mutation('apiKeyExpirationSet', {
  description:
    'Sets, moves or clears a key’s expiration. Moving it ahead revives an expired key. For everyone with a role in the project.',
  input: (t) => ({
    id: t.id(ID),
    expiresAt: t.field({
      type: 'DateTime',
      description:
        'When it expires, in the future; null: never. Has to be given, so that forgetting it clears nothing.',
    }),
  }),
  payloadDescription: 'The key that was changed.',
  payload: keyPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => setApiKeyExpiration(context, input),
})

mutation('apiKeyRotate', {
  description:
    'Gives a key a new secret and shows it, once. The old one answers until the overlap ends, never past the key’s own expiration. For everyone with a role in the project.',
  input: (t) => ({
    id: t.id(ID),
    overlapSeconds: t.int({
      description:
        'For how long both answer, in seconds: 0 (the old one stops at once) to 604800 (7 days); 86400 if not given.',
    }),
    currentVersion: t.int({
      description: 'The version of the secret that is to be replaced; a ConflictError when another one is current.',
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
    'Ends the overlap of a rotation now: only the new secret answers. For everyone with a role in the project.',
  input: (t) => ({ id: t.id(ID) }),
  payloadDescription: 'The key with one secret.',
  payload: keyPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => finishRotation(context, input),
})

mutation('apiKeyRotationUndo', {
  description:
    'Takes a rotation back while the old secret answers: the new one stops, the old one stays. For everyone with a role in the project.',
  input: (t) => ({ id: t.id(ID) }),
  payloadDescription: 'The key with its old secret.',
  payload: keyPayload,
  errors: ['INVALID_STATE'],
  resolve: (input, context) => undoRotation(context, input),
})

mutation('apiKeyRevoke', {
  description:
    'Revokes a key for good: it stops answering at once, everywhere. Its record and history stay; its name is free again. For everyone with a role in the project.',
  input: (t) => ({
    id: t.id(ID),
    reason: t.field({ type: RevocationReasonEnum, description: 'Why; NO_LONGER_NEEDED if not given.' }),
    awaitVerifiersSeconds: t.int({
      description: `For how many seconds to wait, at most, until every verifier of a gateway has heard of it; 0 to ${MAX_AWAITED_SECONDS}. The key is revoked in any case, and not waited for if not given.`,
    }),
  }),
  payloadDescription: 'The key that was revoked.',
  payload: (t: FieldsOf<Revoked>) => ({
    ...keyPayload(t),
    verifiers: t.expose('verifiers', {
      type: [VerifierReceiptRef],
      nullable: true,
      description:
        'The verifiers that may answer by what they know, and whether each has heard of the revocation: once all have, the key is refused everywhere. Null where `awaitVerifiersSeconds` was not given.',
    }),
  }),
  errors: ['INVALID_STATE'],
  resolve: (input, context) => revokeApiKey(context, input),
})

const ImportRow = builder.inputType('ApiKeyImportRow', {
  description: 'One key of another system.',
  fields: (t) => ({
    projectId: t.id({ description: 'The project, `prj_…`; the organization’s default project if not given.' }),
    name: t.string({ required: true, description: NAME }),
    sha256: t.string({ required: true, description: 'The SHA-256 of the whole secret, as 64 hexadecimal digits.' }),
    start: t.string({ description: 'The first characters of the secret, to recognize it by; at most 16.' }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was created there; now if not given.' }),
    expiresAt: t.field({ type: 'DateTime', description: EXPIRES_AT }),
    workloads: t.field({ type: [WorkloadEnum], description: WORKLOADS }),
    allowedIps: t.stringList({ description: ALLOWED_IPS }),
    tags: t.field({ type: [TagInput], description: 'Metadata, at most 20.' }),
  }),
})

const Outcome = builder.objectRef<ImportOutcome>('ApiKeyImportOutcome').implement({
  description: 'What became of one row of an import: either `apiKey` or `error` is set.',
  fields: (t) => ({
    row: t.exposeInt('row', { description: 'Which row, counted from 0.' }),
    apiKey: t.prismaField({
      type: ApiKey,
      nullable: true,
      description: 'The key that was imported; null where the row was refused.',
      resolve: (query, outcome, _args, context) =>
        'apiKeyId' in outcome ? loadKey(query, outcome.apiKeyId, context) : null,
    }),
    error: t.field({
      type: ErrorInterface,
      nullable: true,
      description: 'Why the row was refused; null where it was imported.',
      resolve: (outcome) => ('error' in outcome ? asValue(outcome.error) : null),
    }),
  }),
})

mutation('apiKeysImport', {
  description:
    'Imports keys of another system by the hash of their secrets, which keep working unchanged. Each row is imported or refused by itself; sending rows again imports nothing twice. For the Owner and ADMINs of the organization.',
  input: (t) => ({
    organizationId: t.id({ required: true, description: 'The organization, `org_…`.' }),
    rows: t.field({ type: [ImportRow], required: true, description: 'The keys, at most 1,000.' }),
  }),
  payloadDescription: 'What became of the rows.',
  payload: (t: FieldsOf<{ outcomes: ImportOutcome[] }>) => ({
    outcomes: t.expose('outcomes', {
      type: [Outcome],
      description: 'One for each row, in their order.',
      complexity: { field: 1, multiplier: 1 },
    }),
  }),
  // A row answers a key or an error, and a key that was just imported has one secret version: about half of what its
  // selection could stand for. More rows than may be sent are refused as that, and not as too costly.
  rows: ({ rows }) => Math.ceil(Math.min(rows.length, MAX_ROWS) / 2),
  resolve: (input, context) => importApiKeys(context, input),
})
