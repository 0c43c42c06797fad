import { formatAmount } from '@keyward/engine/decide'
import type { Limit } from '@keyward/engine/lease/balance'
import { formatUsd } from '@keyward/engine/money'
import { WorkloadEnum } from '../../api-key/enums.ts'
import { encodeId } from '../../core/ids.ts'
import { INSTANCE } from '../../core/policy.ts'
import { builder } from '../../graphql/builder.ts'
import { readModel } from '../../limit/part.ts'
import { LimitActionEnum } from '../../limit/settings/graph.ts'
import { LineItemEnum, PriceUnitEnum, ServiceTierEnum } from '../../model/graph.ts'
import { unitOf } from '../../model/prices.ts'
import type { PricedModel } from '../../usage/catalogue.ts'
import { dateOf, type KeyRecord, subjectsOf } from '../../verification/credential.ts'
import { CredentialKindEnum, LimitKindEnum, LimitScopeEnum } from '../../verification/graph.ts'
import type { ResourceRecord } from '../../verification/sql.ts'
import { type Found, lookUp, MAX_LOOKED_UP, useIdOf } from './look-up.ts'

const SUBJECTS =
  'Names of the objects that this row depends on. When `GatewaySync.subjects` contains one of them, the row is outdated.'

const OWNERS = {
  API_KEY: 'ApiKey',
  PROJECT: 'Project',
  ORGANIZATION: 'Organization',
  TAG: 'Organization',
  CONSUMER: 'Project',
  CHILD_TOKEN: 'ApiKey',
} as const

/** The public id of a scope. For the limits of each consumer, the gateway appends the consumer of the request. */
function publicScopeId({ scope, scopeId }: Limit): string {
  const ofModel = readModel(scopeId)
  const whole = ofModel?.scopeId ?? scopeId
  // The name of a part consists of its kind, its owner and its own name.
  const [ownerId = '', ...name] = whole.includes('/') ? whole.split('/').slice(1) : [whole]
  const suffix = ofModel ? `~${encodeURIComponent(ofModel.model)}` : ''
  return [encodeId(OWNERS[scope], ownerId) + suffix, ...name].join('/')
}

const GatewayLimit = builder.objectRef<Limit>('GatewayLimit').implement({
  description: 'A limit that applies to the requests of a credential. Its owner is given by `scope`.',
  fields: (t) => ({
    scope: t.expose('scope', { type: LimitScopeEnum, description: 'Owner of the limit.' }),
    scopeId: t.id({
      description:
        'Id of the owner, for lease exchanges. For `CONSUMER`, this is the id of the project: append a slash and the consumer of the request.',
      resolve: publicScopeId,
    }),
    subject: t.string({
      description:
        'Name of the owner in `GatewaySync.recalls`. For `CONSUMER`, append a slash and the consumer of the request.',
      resolve: ({ subject }) => subject,
    }),
    kind: t.expose('kind', { type: LimitKindEnum, description: 'Kind of limit.' }),
    model: t.string({
      nullable: true,
      description:
        'Slug of the model whose requests are counted. A trailing `*` matches any suffix. Null: all requests are counted.',
      resolve: ({ model }) => model ?? null,
    }),
    limit: t.field({
      type: 'Decimal',
      description:
        'Amount in requests, tokens or US dollars. For `CONSUMER`, the highest limit of any consumer of the project. Lease exchanges apply the limit of the consumer that the request names.',
      resolve: (limit) => formatAmount(limit, limit.amount),
    }),
    onLimit: t.field({
      type: LimitActionEnum,
      description: 'Behavior when the limit has no room for a request.',
      resolve: ({ isEnforced }) => (isEnforced ? 'REJECT' : 'ALERT'),
    }),
  }),
})

const GatewayCredential = builder.objectRef<{ secretHash: string; record: KeyRecord }>('GatewayCredential').implement({
  description: 'All data that a gateway needs to decide about a secret.',
  fields: (t) => ({
    secretHash: t.exposeString('secretHash', { description: 'Hash of the secret, as given in `secretHashes`.' }),
    subjects: t.stringList({ description: SUBJECTS, resolve: ({ record }) => subjectsOf(record) }),
    kind: t.field({
      type: CredentialKindEnum,
      description: 'Kind of credential that the secret belongs to.',
      resolve: ({ record }) => record.kind,
    }),
    credentialId: t.id({
      description: 'Credential that usage is attributed to: `key_…`, `lgk_…`, or `usr_…` for a playground token.',
      resolve: ({ record }) => record.ids.credential,
    }),
    name: t.string({ description: 'Name of the key.', resolve: ({ record }) => record.name }),
    projectId: t.id({
      description: 'Project that usage is attributed to.',
      resolve: ({ record }) => record.ids.project,
    }),
    organizationId: t.id({
      description: 'Organization that pays.',
      resolve: ({ record }) => record.ids.organization,
    }),
    secretVersion: t.int({
      description: 'Version of the secret, starting at 1.',
      resolve: ({ record }) => record.version,
    }),
    retiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Time at which this secret stops working after a rotation. Null for the newest secret.',
      resolve: ({ record }) => dateOf(record.retiresAt),
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Expiration of the key. Null if it never expires.',
      resolve: ({ record }) => dateOf(record.expiresAt),
    }),
    revoked: t.boolean({ description: 'Whether the key is revoked.', resolve: ({ record }) => record.isRevoked }),
    paused: t.boolean({
      description: 'Whether the key, its project or its organization is paused. `pausedUntil` is the end of the pause.',
      resolve: ({ record }) => record.pausedUntil !== Number.NEGATIVE_INFINITY,
    }),
    pausedUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'End of the pause. Null if the pause has no end, or if there is no pause.',
      resolve: ({ record }) => dateOf(record.pausedUntil),
    }),
    projectArchived: t.boolean({
      description: 'Whether the project of the key is archived.',
      resolve: ({ record }) => record.isArchived,
    }),
    workloads: t.field({
      type: [WorkloadEnum],
      description: 'Workloads that the key may be used for. Empty: all.',
      resolve: ({ record }) => [...record.workloads],
    }),
    models: t.stringList({
      description: 'Slugs of the models that the key may use. A trailing `*` matches any suffix. Empty: all.',
      resolve: ({ record }) => [...record.models],
    }),
    allowedIps: t.stringList({
      description: 'Networks from which the key may be used, in CIDR notation. Empty: all.',
      resolve: ({ record }) => [...record.allowedIps],
    }),
    origins: t.stringList({
      description:
        'Values of the `Origin` header with which the secret may be used. Empty: any origin, and requests without the header.',
      resolve: ({ record }) => [...record.origins],
    }),
    limits: t.field({
      type: [GatewayLimit],
      description: 'Limits that apply to a request with the secret.',
      complexity: { field: 1, multiplier: 5 },
      args: {
        byModel: t.arg.boolean({
          description:
            'Whether the list includes rates that count only the requests for `GatewayLimit.model`. Default: false.',
        }),
      },
      resolve: ({ record }, { byModel }) => record.limits.filter(({ model }) => byModel || !model),
    }),
    useId: t.string({
      nullable: true,
      description:
        'Value to report in `used` of `gatewayAcknowledge` after a request was allowed. Null for a playground token, because its use is not recorded.',
      resolve: ({ record }) => useIdOf(record),
    }),
  }),
})

const GatewayResource = builder.objectRef<ResourceRecord>('GatewayResource').implement({
  description: 'A resource and its project.',
  fields: (t) => ({
    resourceId: t.id({ description: 'Id of the resource, `res_…`.', resolve: ({ id }) => encodeId('Resource', id) }),
    projectId: t.id({
      description: 'Project of the resource.',
      resolve: ({ projectId }) => encodeId('Project', projectId),
    }),
    subjects: t.stringList({ description: SUBJECTS, resolve: ({ id }) => [id] }),
  }),
})

const GatewayPrice = builder.objectRef<PricedModel['prices'][number]>('GatewayPrice').implement({
  description: 'The price of a model’s line item during a period.',
  fields: (t) => ({
    lineItem: t.expose('lineItem', { type: LineItemEnum, description: 'Line item.' }),
    usd: t.field({
      type: 'Decimal',
      description: 'Price, in US dollars.',
      resolve: ({ nanos }) => formatUsd(nanos),
    }),
    unit: t.field({
      type: PriceUnitEnum,
      description: 'Number of units that the price covers.',
      resolve: ({ lineItem }) => unitOf(lineItem),
    }),
    serviceTier: t.expose('serviceTier', {
      type: ServiceTierEnum,
      description: 'Service tier that the price applies to.',
    }),
    aboveInputTokens: t.expose('aboveInputTokens', {
      type: 'BigInt',
      description:
        'The price applies only to requests with more input tokens than this. 0: it applies to all requests.',
    }),
    effectiveFrom: t.expose('effectiveFrom', { type: 'DateTime', description: 'Time from which the price applies.' }),
    effectiveUntil: t.expose('effectiveUntil', {
      type: 'DateTime',
      nullable: true,
      description: 'Time at which the price ends or the next price starts. Null if neither is known.',
    }),
  }),
})

const GatewayModel = builder.objectRef<{ slug: string; model: PricedModel }>('GatewayModel').implement({
  description: 'A model by the slug that requests use.',
  fields: (t) => ({
    slug: t.exposeString('slug', { description: 'Slug of the model.' }),
    online: t.boolean({ description: 'Whether the model can be called.', resolve: ({ model }) => model.online }),
    projectId: t.id({
      nullable: true,
      description: 'Project of the model. Null if the model is public.',
      resolve: ({ model: { projectId } }) => (projectId === null ? null : encodeId('Project', projectId)),
    }),
    prices: t.field({
      type: [GatewayPrice],
      description:
        'All prices. If several apply to a request, use the last of them. Prices for more input tokens come later in the list. Prices of tiers other than STANDARD come last.',
      complexity: { field: 1, multiplier: 5 },
      resolve: ({ model }) => [...model.prices],
    }),
    subjects: t.stringList({ description: SUBJECTS, resolve: ({ model }) => [model.id] }),
  }),
})

/** Each row is returned at most once, and the number of requested rows is capped by the arguments. */
const FOUND = { complexity: { field: 1, multiplier: 1 } }

const Knowledge = builder.objectRef<Found>('GatewaySnapshot').implement({
  description: 'Rows that were found. Unknown hashes, ids and slugs are omitted.',
  fields: (t) => ({
    credentials: t.expose('credentials', {
      type: [GatewayCredential],
      description: 'Credentials of the secrets, including revoked and expired ones.',
      ...FOUND,
    }),
    unreadable: t.exposeStringList('unreadable', {
      description:
        'Hashes of secrets whose credentials exist and cannot be read. Deny them with `UNAVAILABLE`, and do not cache them.',
      ...FOUND,
    }),
    resources: t.expose('resources', {
      type: [GatewayResource],
      description: 'Resources.',
      ...FOUND,
    }),
    models: t.expose('models', {
      type: [GatewayModel],
      description: 'Models, including offline ones.',
      ...FOUND,
    }),
    asOf: t.expose('asOf', { type: 'DateTime', description: 'Every change committed before this time is considered.' }),
  }),
})

const LookUpInput = builder.inputType('GatewayLookUpInput', {
  description:
    'Secrets, resources and models to look up. Secrets are given by their hashes, so that no secret leaves the gateway.',
  fields: (t) => ({
    secretHashes: t.stringList({
      description: `SHA-256 of secrets, as 64 hexadecimal digits in lower case; at most ${MAX_LOOKED_UP}.`,
    }),
    resourceIds: t.idList({ description: `Resources, \`res_…\`; at most ${MAX_LOOKED_UP}.` }),
    models: t.stringList({ description: `Slugs of models; at most ${MAX_LOOKED_UP}.` }),
    checksOrigins: t.boolean({
      description:
        'Whether the gateway enforces `GatewayCredential.origins`. If false, secrets that are restricted to origins are omitted, so the gateway denies them. Default: false.',
    }),
  }),
})

builder.queryField('gatewayLookUp', (t) =>
  t.field({
    type: Knowledge,
    description:
      'Looks up secrets, resources and models for decisions. Available to gateways only; others get a FORBIDDEN error.',
    authScopes: (_root, _args, { access }) => access.can('gateway:sync', INSTANCE),
    extensions: { action: 'gateway:sync' },
    args: { input: t.arg({ type: LookUpInput, required: true, description: 'Secrets, resources and models.' }) },
    complexity: ({ input }) => ({
      field: 1,
      multiplier: Math.max(
        1,
        ...[input.secretHashes, input.resourceIds, input.models].map((list) => list?.length ?? 0),
      ),
    }),
    resolve: async (_root, { input: { secretHashes, resourceIds, models, checksOrigins } }, context) => {
      const names = { secretHashes: secretHashes ?? [], resourceIds: resourceIds ?? [], models: models ?? [] }
      const found = await lookUp(context, names)
      const credentials = found.credentials.filter(({ record }) => checksOrigins || record.origins.length === 0)
      return { ...found, credentials }
    },
  }),
)
