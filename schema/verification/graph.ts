import { type CredentialKind, describeLimits } from '@keyward/engine/decide'
import type { LimitScope } from '@keyward/engine/lease/balance'
import { RATE_KINDS, type RateKind, readRateKind } from '@keyward/engine/lease/kind'
import type { BudgetPeriod } from '@keyward/engine/lease/window'
import { REASONS, type Warning } from '@keyward/engine/reasons'
import { WorkloadEnum } from '../api-key/enums.ts'
import type { Actor } from '../core/actor.ts'
import { RequestError } from '../core/errors.ts'
import { INSTANCE } from '../core/policy.ts'
import { gatewaySource } from '../credential/unknown-secrets.ts'
import { builder } from '../graphql/builder.ts'
import { ServiceTierEnum } from '../model/graph.ts'
import { TOKEN_MINUTES } from '../playground/service.ts'
import { CONSUMER } from '../usage/consumers/consumer.ts'
import { UsageUnitInput } from '../usage/mutations.ts'
import { dateOf } from './credential.ts'
import { type Allowed, type DenialReason, type Denied, SERVER_REASONS, type VerifyRequest } from './decision.ts'
import { authorizeRequest, verifyRequest } from './input.ts'

const MAX_INPUTS = 100

export const CredentialKindEnum = builder.enumType('CredentialKind', {
  description: 'Kind of credential. The list may grow.',
  values: {
    API_KEY: { description: 'A key of a project.' },
    LEGACY_KEY: { description: 'The legacy key of an organization.' },
    PLAYGROUND: { description: `A playground token of a person, valid for ${TOKEN_MINUTES} minutes.` },
  } satisfies Record<CredentialKind, object>,
})

export const DenialReasonEnum = builder.enumType('DenialReason', {
  description: 'Reason for a denial. The list may grow.',
  values: Object.fromEntries(
    Object.entries({ ...REASONS, ...SERVER_REASONS }).map(([reason, [, message]]) => [
      reason,
      { description: message },
    ]),
  ) as Record<DenialReason, { description: string }>,
})

const WarningEnum = builder.enumType('VerificationWarning', {
  description: 'Warning for the owner of an allowed key. The list may grow.',
  values: {
    LEGACY_KEY_DEPRECATED: { description: 'The key is a legacy key. Use project keys instead.' },
    EXPIRES_SOON: { description: 'The key or its child token expires within 24 hours.' },
    SECRET_RETIRES_SOON: {
      description: 'The key was rotated, and this is the old secret. It stops working when the overlap ends.',
    },
    BUDGET_NEARLY_SPENT: { description: 'Less than a tenth of a budget is left.' },
    SERVED_DURING_OUTAGE: { description: 'The database is unreachable. The decision uses what was known at `asOf`.' },
  } satisfies Record<Warning, object>,
})

export const LimitScopeEnum = builder.enumType('LimitScope', {
  description: 'Owner of a limit.',
  values: {
    API_KEY: { description: 'The key itself.' },
    PROJECT: { description: 'The project of the key.' },
    ORGANIZATION: { description: 'The organization of the key.' },
    TAG: { description: 'All keys of the organization that share a tag with the key.' },
    CONSUMER: { description: 'The consumer of the key’s project that the request names.' },
    CHILD_TOKEN: { description: 'The child token that was sent in place of a secret of the key.' },
  } satisfies Record<LimitScope, object>,
})

const UNIT_WORDS = {
  REQUESTS: 'Requests',
  TOKENS: 'Input and output tokens',
  INPUT_TOKENS: 'Input tokens',
  OUTPUT_TOKENS: 'Output tokens',
} as const

const PERIOD_WORDS = { MINUTE: 'a minute', HOUR: 'an hour', DAY: 'a day' } as const

const rateKindValues = Object.fromEntries(
  RATE_KINDS.map((kind) => {
    const { unit, per } = readRateKind(kind)
    return [kind, { description: `${UNIT_WORDS[unit]} ${PERIOD_WORDS[per]}.` }]
  }),
) as Record<RateKind, { description: string }>

export const LimitKindEnum = builder.enumType('LimitKind', {
  description: 'Kind of limit: a rate, a budget or concurrency.',
  values: {
    ...rateKindValues,
    DAY: { description: 'Budget for a day, in the time zone of the organization.' },
    WEEK: { description: 'Budget from Monday to Monday, in the time zone of the organization.' },
    MONTH: { description: 'Budget for a month, in the time zone of the organization.' },
    TOTAL: { description: 'Budget without an end.' },
    CONCURRENCY: { description: 'Concurrent requests.' },
  } satisfies Record<BudgetPeriod | 'CONCURRENCY', object> & typeof rateKindValues,
})

const LimitStateRef = builder.objectRef<ReturnType<typeof describeLimits>[number]>('LimitState').implement({
  description: 'A limit that applied to a request.',
  fields: (t) => ({
    scope: t.expose('scope', { type: LimitScopeEnum, description: 'Owner of the limit.' }),
    kind: t.expose('kind', { type: LimitKindEnum, description: 'Kind of limit.' }),
    model: t.exposeString('model', {
      nullable: true,
      description:
        'Slug of the model whose requests are counted. A trailing `*` matches any suffix. Null: all requests are counted.',
    }),
    limit: t.expose('limit', {
      type: 'Decimal',
      description: 'Amount of the limit, in requests, tokens or US dollars.',
    }),
    remaining: t.expose('remaining', {
      type: 'Decimal',
      nullable: true,
      description:
        'Amount left, as last known to this server. Other servers may have spent some of it since. Null for a budget that only alerts.',
    }),
    resetsAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'Start of the next window. Budgets follow the time zone of the organization, rates the UTC clock. Null for CONCURRENCY, TOTAL, and requests a minute, which refill continuously. Also null for a limit that was not charged because another limit denied the request.',
      resolve: ({ resetsAt }) => (resetsAt === null ? null : new Date(resetsAt)),
    }),
  }),
})

const AS_OF = 'Every change committed before this time is considered.'

const LIMITS = {
  description:
    'Limits that applied to the request. Empty if the secret was only verified. If a limit denied the request, this limit comes first.',
  complexity: { field: 1, multiplier: 5 },
}

const AcceptedRef = builder.objectRef<Allowed>('ApiKeyAllowed').implement({
  description: 'The request is allowed.',
  fields: (t) => ({
    kind: t.field({
      type: CredentialKindEnum,
      description: 'Kind of credential that the secret belongs to.',
      resolve: ({ record }) => record.kind,
    }),
    credentialId: t.id({
      description:
        'Credential that usage is attributed to: the key (`key_…`), the legacy key (`lgk_…`), or the person who uses the playground (`usr_…`).',
      resolve: ({ record }) => record.ids.credential,
    }),
    name: t.string({
      description: 'Name of the key; `Playground` for a playground token.',
      resolve: ({ record }) => record.name,
    }),
    projectId: t.id({
      description:
        'Project that usage is attributed to. A key can access resources of this project only. A playground token can access resources of all projects of the organization that its user may use.',
      resolve: ({ record }) => record.ids.project,
    }),
    organizationId: t.id({
      description: 'Organization that pays.',
      resolve: ({ record }) => record.ids.organization,
    }),
    secretVersion: t.int({
      description: 'Version of the secret, starting at 1. Always 1 for a playground token.',
      resolve: ({ record }) => record.version,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Expiration of the key. Null if it never expires.',
      resolve: ({ record }) => dateOf(record.expiresAt),
    }),
    reservation: t.exposeString('reservation', {
      nullable: true,
      description:
        'Token of the amount reserved from budgets, `rsv_…`. Pass it to `usageRecord` with the actual cost. Until then, for at most 24 hours, the amount counts as spent. Null if nothing was reserved.',
    }),
    limits: t.field({ type: [LimitStateRef], ...LIMITS, resolve: ({ limits }) => describeLimits(limits) }),
    warnings: t.expose('warnings', { type: [WarningEnum], description: 'Warnings for the owner of the key.' }),
    asOf: t.field({ type: 'DateTime', description: AS_OF, resolve: ({ asOf }) => new Date(asOf) }),
    maxStalenessSeconds: t.exposeInt('maxStalenessSeconds', {
      description: 'Maximum age of `asOf`, in seconds, including the grace period during outages.',
    }),
  }),
})

const RejectedRef = builder.objectRef<Denied>('ApiKeyDenied').implement({
  description: 'The request is denied.',
  fields: (t) => ({
    reason: t.expose('reason', { type: DenialReasonEnum, description: 'Reason, for programs.' }),
    message: t.exposeString('message', { description: 'Reason, for people.' }),
    httpStatus: t.exposeInt('httpStatus', { description: 'HTTP status for the caller: 401, 403, 429 or 503.' }),
    retryAfterSeconds: t.exposeInt('retryAfterSeconds', {
      nullable: true,
      description: 'Seconds until a retry may succeed. Null if waiting does not help.',
    }),
    limits: t.field({ type: [LimitStateRef], ...LIMITS, resolve: ({ limits }) => describeLimits(limits) }),
    deniedCredentialId: t.id({
      nullable: true,
      description: 'Id of the credential that the secret belongs to. Null if the secret is unknown.',
      resolve: ({ record }) => record?.ids.credential ?? null,
    }),
    asOf: t.field({ type: 'DateTime', description: AS_OF, resolve: ({ asOf }) => new Date(asOf) }),
  }),
})

const VerificationUnion = builder.unionType('ApiKeyVerification', {
  description: 'Decision about a request.',
  types: [AcceptedRef, RejectedRef],
  resolveType: (answer) => (answer.allowed ? 'ApiKeyAllowed' : 'ApiKeyDenied'),
})

const SECRET = 'Secret that the caller presents. It is neither logged nor stored.'

const ORIGIN =
  '`Origin` header of the request, as the client sent it. If omitted, a token that is restricted to origins is denied.'

const VerifyInput = builder.inputType('ApiKeyVerifyInput', {
  description:
    'A request to verify. A key restricted by workload, model or address is denied if the request omits that value.',
  fields: (t) => ({
    secret: t.string({
      required: true,
      description: SECRET,
    }),
    workload: t.field({ type: WorkloadEnum, description: 'Workload of the request.' }),
    model: t.string({ description: 'Slug of the requested model.' }),
    resourceId: t.id({ description: 'Requested resource, `res_…`.' }),
    clientIp: t.string({ description: 'Address of the client, IPv4 or IPv6.' }),
    origin: t.string({ description: ORIGIN }),
  }),
})

const AuthorizeInput = builder.inputType('ApiKeyAuthorizeInput', {
  description: 'A request to authorize. The request is verified and charged to the limits of its key.',
  fields: (t) => ({
    secret: t.string({ required: true, description: SECRET }),
    workload: t.field({ type: WorkloadEnum, description: 'Workload of the request.' }),
    model: t.string({ description: 'Slug of the requested model.' }),
    resourceId: t.id({ description: 'Requested resource, `res_…`.' }),
    clientIp: t.string({ description: 'Address of the client, IPv4 or IPv6.' }),
    origin: t.string({ description: ORIGIN }),
    estimatedCost: t.field({
      type: 'Decimal',
      description:
        'Highest possible cost of the request, in US dollars. It is reserved from every budget of the key. Without `estimatedCost` and `estimatedUnits`, a budget denies the request only if it is fully spent.',
    }),
    estimatedUnits: t.field({
      type: [UsageUnitInput],
      description:
        'Highest possible usage, each line item at most once. Its tokens are reserved from every token rate. Unless `estimatedCost` is given, the cost is estimated from the current prices of `model`.',
    }),
    consumer: t.string({
      description: `End customer of the request, as in \`usageRecord\`. The request is also charged to the limits of this consumer. ${CONSUMER}`,
    }),
    serviceTier: t.field({
      type: ServiceTierEnum,
      description: 'Service tier of the request. `estimatedUnits` are priced for this tier. Default: STANDARD.',
    }),
  }),
})

const sourceOf =
  (actor: Actor, { clientIp }: VerifyRequest) =>
  () =>
    actor.kind === 'GATEWAY' ? gatewaySource(actor.id, clientIp) : []

function checkCount(inputs: readonly object[]): void {
  if (inputs.length > MAX_INPUTS)
    throw new RequestError('BAD_REQUEST', `\`inputs\` may have at most ${MAX_INPUTS} entries.`)
}

builder.queryField('apiKeysVerify', (t) =>
  t.field({
    type: [VerificationUnion],
    description:
      'Verifies up to 100 secrets, in order, without charging limits. Available to gateways only; others get a FORBIDDEN error.',
    authScopes: (_root, _args, { access }) => access.can('apiKey:verify', INSTANCE),
    extensions: { action: 'apiKey:verify' },
    args: { inputs: t.arg({ type: [VerifyInput], required: true, description: 'Requests, at most 100.' }) },
    complexity: (args) => ({ field: 1, multiplier: Math.max(1, args.inputs.length) }),
    resolve: (_root, { inputs }, { runtime, access: { actor } }) => {
      checkCount(inputs)
      return Promise.all(
        inputs.map((input) => {
          const parsed = verifyRequest.safeParse(input)
          if (!parsed.success)
            throw new RequestError('BAD_REQUEST', 'A secret, model, resource or address is too long.')
          return runtime.verifier.verify(parsed.data, sourceOf(actor, parsed.data))
        }),
      )
    },
  }),
)

builder.mutationField('apiKeysAuthorize', (t) =>
  t.field({
    type: [VerificationUnion],
    description:
      'Verifies up to 100 secrets, in order, and charges each request and its estimated cost either to all limits of its key or to none. Available to gateways only; others get a FORBIDDEN error.',
    authScopes: (_root, _args, { access }) => access.can('apiKey:authorize', INSTANCE),
    extensions: { action: 'apiKey:authorize' },
    args: { inputs: t.arg({ type: [AuthorizeInput], required: true, description: 'Requests, at most 100.' }) },
    complexity: (args) => ({ field: 1, multiplier: Math.max(1, args.inputs.length) }),
    resolve: (_root, { inputs }, { runtime, access: { actor }, noteReservation }) => {
      checkCount(inputs)
      const parsed = inputs.map((input) => authorizeRequest.safeParse(input))
      const requests = parsed.flatMap(({ data }) => data ?? [])
      if (requests.length < parsed.length) {
        throw new RequestError(
          'BAD_REQUEST',
          'A secret, model, resource or address is too long, or an estimate is not from 0 to 999999999 US dollars, or names a line item twice.',
        )
      }
      return Promise.all(
        requests.map(async (request) => {
          const decision = await runtime.verifier.authorize(request, sourceOf(actor, request))
          if (decision.allowed && decision.reservation) noteReservation(decision.reservation)
          return decision
        }),
      )
    },
  }),
)
