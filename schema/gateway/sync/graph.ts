import { formatAmount } from '@keyward/engine/decide'
import type { Limit } from '@keyward/engine/lease/balance'
import { formatUsd } from '@keyward/engine/money'
import { WorkloadEnum } from '../../api-key/enums.ts'
import { RequestError, unauthenticated } from '../../core/errors.ts'
import { encodeId } from '../../core/ids.ts'
import { INSTANCE } from '../../core/policy.ts'
import { builder } from '../../graphql/builder.ts'
import { mutation } from '../../graphql/mutation.ts'
import type { FieldsOf } from '../../graphql/types.ts'
import { LimitActionEnum } from '../../limit/settings/graph.ts'
import { LineItemEnum, PriceUnitEnum } from '../../model/graph.ts'
import { unitOf } from '../../model/prices.ts'
import type { PricedModel } from '../../usage/catalogue.ts'
import { dateOf, type KeyRecord, subjectsOf } from '../../verification/credential.ts'
import { CredentialKindEnum, LimitKindEnum, LimitScopeEnum } from '../../verification/graph.ts'
import type { ResourceRecord } from '../../verification/sql.ts'
import { outageGraceOf } from '../../verification/verifier.ts'
import { leavable } from '../../write/leavable.ts'
import { readCursor } from '../../write/outbox/cursor.ts'
import { type Found, lookUp, MAX_LOOKED_UP, useIdOf } from './look-up.ts'
import { acknowledge, MAX_USED, noteVerifier } from './service.ts'
import { type Message, sync } from './sync.ts'

const SUBJECTS =
  'What it is about, as `VerifierSync.subjects` names what changed: once one of them is named there, this is no longer right.'

const SCOPE_IDS = { API_KEY: 'ApiKey', PROJECT: 'Project', ORGANIZATION: 'Organization' } as const

const VerifierLimit = builder.objectRef<Limit>('VerifierLimit').implement({
  description: 'A limit above a credential.',
  fields: (t) => ({
    scope: t.expose('scope', { type: LimitScopeEnum, description: 'What it belongs to.' }),
    scopeId: t.id({
      description: 'The id of that, as leases are exchanged by.',
      resolve: ({ scope, scopeId }) => encodeId(SCOPE_IDS[scope], scopeId),
    }),
    subject: t.string({
      description: 'What `VerifierSync.recalls` names it by.',
      resolve: ({ subject }) => subject,
    }),
    kind: t.expose('kind', { type: LimitKindEnum, description: 'What it limits.' }),
    limit: t.field({
      type: 'Decimal',
      description: 'Requests a minute, or US dollars.',
      resolve: (limit) => formatAmount(limit, limit.amount),
    }),
    onLimit: t.field({
      type: LimitActionEnum,
      description: 'Whether a request that does not fit is denied.',
      resolve: ({ isEnforced }) => (isEnforced ? 'REJECT' : 'ALERT'),
    }),
  }),
})

const VerifierCredential = builder
  .objectRef<{ secretHash: string; record: KeyRecord }>('VerifierCredential')
  .implement({
    description: 'Everything that deciding about a secret takes.',
    fields: (t) => ({
      secretHash: t.exposeString('secretHash', { description: 'The hash that was asked about.' }),
      subjects: t.stringList({ description: SUBJECTS, resolve: ({ record }) => subjectsOf(record) }),
      kind: t.field({
        type: CredentialKindEnum,
        description: 'What the secret belongs to.',
        resolve: ({ record }) => record.kind,
      }),
      credentialId: t.id({
        description: 'What usage is attributed to: `key_…`, `lgk_…`, or `usr_…` for a playground token.',
        resolve: ({ record }) => record.ids.credential,
      }),
      name: t.string({ description: 'The name of the key.', resolve: ({ record }) => record.name }),
      projectId: t.id({
        description: 'The project that usage is attributed to.',
        resolve: ({ record }) => record.ids.project,
      }),
      organizationId: t.id({
        description: 'The organization that pays.',
        resolve: ({ record }) => record.ids.organization,
      }),
      secretVersion: t.int({
        description: 'Which secret of the key it is, counted from 1.',
        resolve: ({ record }) => record.version,
      }),
      retiresAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When this secret stops, after a rotation; null: it is the newest one.',
        resolve: ({ record }) => dateOf(record.retiresAt),
      }),
      expiresAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the key expires; null: never.',
        resolve: ({ record }) => dateOf(record.expiresAt),
      }),
      revoked: t.boolean({ description: 'Whether the key is revoked.', resolve: ({ record }) => record.isRevoked }),
      projectArchived: t.boolean({
        description: 'Whether its project is archived.',
        resolve: ({ record }) => record.isArchived,
      }),
      workloads: t.field({
        type: [WorkloadEnum],
        description: 'What it may be used for; empty: everything.',
        resolve: ({ record }) => [...record.workloads],
      }),
      allowedIps: t.stringList({
        description: 'The networks that it may be used from, as CIDR; empty: all.',
        resolve: ({ record }) => [...record.allowedIps],
      }),
      limits: t.field({
        type: [VerifierLimit],
        description: 'The limits that a request has to fit into.',
        complexity: { field: 1, multiplier: 5 },
        resolve: ({ record }) => [...record.limits],
      }),
      useId: t.string({
        nullable: true,
        description:
          'What to tell, by `verifierAcknowledge`, when it was let pass; null for playground tokens, whose use is shown nowhere.',
        resolve: ({ record }) => useIdOf(record),
      }),
    }),
  })

const VerifierResource = builder.objectRef<ResourceRecord>('VerifierResource').implement({
  description: 'Where a resource lives.',
  fields: (t) => ({
    resourceId: t.id({ description: 'The resource, `res_…`.', resolve: ({ id }) => encodeId('Resource', id) }),
    projectId: t.id({ description: 'Its project.', resolve: ({ projectId }) => encodeId('Project', projectId) }),
    subjects: t.stringList({ description: SUBJECTS, resolve: ({ id }) => [id] }),
  }),
})

const VerifierPrice = builder.objectRef<PricedModel['prices'][number]>('VerifierPrice').implement({
  description: 'What a line item of a model costs from a moment on.',
  fields: (t) => ({
    lineItem: t.expose('lineItem', { type: LineItemEnum, description: 'What is paid for.' }),
    usd: t.field({
      type: 'Decimal',
      description: 'The price, in US dollars.',
      resolve: ({ nanos }) => formatUsd(nanos),
    }),
    unit: t.field({
      type: PriceUnitEnum,
      description: 'How many of it the price is for.',
      resolve: ({ lineItem }) => unitOf(lineItem),
    }),
    effectiveFrom: t.field({ type: 'DateTime', description: 'From when on.', resolve: ({ from }) => from }),
  }),
})

const VerifierModel = builder.objectRef<{ slug: string; model: PricedModel }>('VerifierModel').implement({
  description: 'A model as requests call it.',
  fields: (t) => ({
    slug: t.exposeString('slug', { description: 'What it is called by.' }),
    online: t.boolean({ description: 'Whether it can be called.', resolve: ({ model }) => model.online }),
    projectId: t.id({
      nullable: true,
      description: 'The project that it belongs to; null: it is public.',
      resolve: ({ model: { projectId } }) => (projectId === null ? null : encodeId('Project', projectId)),
    }),
    prices: t.field({
      type: [VerifierPrice],
      description: 'Every price that it ever had, newest first.',
      complexity: { field: 1, multiplier: 5 },
      resolve: ({ model }) => [...model.prices],
    }),
    subjects: t.stringList({ description: SUBJECTS, resolve: ({ model }) => [model.id] }),
  }),
})

/** Each is found once at most: what was asked about is counted by the question. */
const FOUND = { complexity: { field: 1, multiplier: 1 } }

const Knowledge = builder.objectRef<Found>('VerifierKnowledge').implement({
  description: 'What the database said. Nothing is said of what is not there.',
  fields: (t) => ({
    credentials: t.expose('credentials', {
      type: [VerifierCredential],
      description: 'The secrets that there are, revoked and expired ones too.',
      ...FOUND,
    }),
    resources: t.expose('resources', {
      type: [VerifierResource],
      description: 'The resources that there are.',
      ...FOUND,
    }),
    models: t.expose('models', {
      type: [VerifierModel],
      description: 'The models that there are, also offline.',
      ...FOUND,
    }),
    asOf: t.expose('asOf', { type: 'DateTime', description: 'Everything committed by then is considered.' }),
  }),
})

const SyncRef = builder.objectRef<Message>('VerifierSync').implement({
  description: 'What an in-process verifier needs to stay right.',
  fields: (t) => ({
    cursor: t.string({
      description: 'Up to where changes are considered: to go on from, and to be acknowledged once they are applied.',
      resolve: ({ position }) => position.toString(),
    }),
    subjects: t.exposeStringList('subjects', {
      description: 'What changed: whatever names one of them among its own subjects is no longer right.',
    }),
    recalls: t.exposeStringList('recalls', {
      description:
        'Limits that others wait for, by `VerifierLimit.subject`: what is leased of them and not used should go back.',
    }),
    asOf: t.expose('asOf', {
      type: 'DateTime',
      description: 'Everything committed by then is considered. It stands still while the database is away.',
    }),
    now: t.expose('now', { type: 'DateTime', description: 'The database’s time: expirations are by this clock.' }),
    outageGraceSeconds: t.int({
      description:
        'For how long after `asOf` known credentials may be answered for while nothing newer is to be had, in seconds; 0: not at all.',
      resolve: (_message, _args, { runtime }) => outageGraceOf(runtime.settings),
    }),
  }),
})

const LookUpInput = builder.inputType('VerifierLookUpInput', {
  description: 'What a verifier asks about: by the hashes of secrets, so that no secret leaves the gateway.',
  fields: (t) => ({
    secretHashes: t.stringList({
      description: `SHA-256 of secrets, as 64 hexadecimal digits in lower case; at most ${MAX_LOOKED_UP}.`,
    }),
    resourceIds: t.idList({ description: `Resources, \`res_…\`; at most ${MAX_LOOKED_UP}.` }),
    models: t.stringList({ description: `Slugs of models; at most ${MAX_LOOKED_UP}.` }),
  }),
})

builder.queryField('verifierLookUp', (t) =>
  t.field({
    type: Knowledge,
    description:
      'What a verifier decides by, for secrets, resources and models, in one call. For gateways; FORBIDDEN to others.',
    authScopes: (_root, _args, { access }) => access.can('verifier:sync', INSTANCE),
    extensions: { action: 'verifier:sync' },
    args: { input: t.arg({ type: LookUpInput, required: true, description: 'What is asked about.' }) },
    complexity: ({ input }) => ({
      field: 1,
      multiplier: Math.max(1, ...Object.values(input).map((list) => list?.length ?? 0)),
    }),
    resolve: (_root, { input: { secretHashes, resourceIds, models } }, context) =>
      lookUp(context, { secretHashes: secretHashes ?? [], resourceIds: resourceIds ?? [], models: models ?? [] }),
  }),
)

mutation('verifierAcknowledge', {
  description:
    'Tells up to which change an in-process verifier knows everything, and which credentials it let pass; answers what came after that. To be called whenever something was applied, and every few seconds: a verifier that says nothing counts as gone after a while. For gateways.',
  input: (t) => ({
    verifierId: t.string({ required: true, description: 'A UUID of the verifier’s process.' }),
    cursor: t.string({ description: 'The last cursor whose changes were applied; from now on if not given.' }),
    used: t.stringList({
      description: `The \`useId\` of credentials that were let pass since the last call, each once; at most ${MAX_USED}.`,
    }),
    leaving: t.boolean({ description: 'Whether the verifier stops: nobody waits for it any more.' }),
  }),
  payloadDescription: 'What the verifier does not know yet.',
  payload: (t: FieldsOf<{ sync: Message }>) => ({
    sync: t.expose('sync', { type: SyncRef, description: 'What came after the cursor.' }),
  }),
  resolve: (input, context) => acknowledge(context, input),
})

builder.subscriptionField('verifierSync', (t) =>
  t.field({
    type: SyncRef,
    description:
      'What changes, for in-process verifiers: at once, and at least once a second. It ends when the gateway is removed or its token rotated. For gateways.',
    args: {
      verifierId: t.arg.string({ required: true, description: 'A UUID of the verifier’s process.' }),
      after: t.arg.string({
        description: 'The last cursor whose changes were applied, at most 30 days old; from now on if not given.',
      }),
    },
    subscribe: async (_root, { verifierId, after }, context) => {
      const { access, runtime } = context
      const { actor } = access
      if (actor.kind === 'ANONYMOUS') throw unauthenticated()
      if (actor.kind !== 'GATEWAY' || !access.can('verifier:sync', INSTANCE)) {
        throw new RequestError('FORBIDDEN', 'This is for gateways.')
      }
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(verifierId)) {
        throw new RequestError('BAD_REQUEST', '`verifierId` is a UUID.')
      }
      const read = await readCursor(after, runtime.changes)
      if ('problem' in read) throw new RequestError('BAD_REQUEST', `\`after\` ${read.problem}`)
      const gatewayId = actor.id
      if (!(await noteVerifier(runtime.database, { verifierId, gatewayId, position: read.position }))) {
        throw new RequestError('BAD_REQUEST', '`verifierId` is of another gateway.')
      }
      const end = runtime.verifierStreams.begin(actor)
      return leavable((signal) => sync(context, { verifierId, gatewayId, after: read.position }, signal), end)
    },
    resolve: (message) => message,
  }),
)
