import { type CredentialKind, describeLimits } from '@keyward/engine/decide'
import type { LimitKind, LimitScope } from '@keyward/engine/lease/balance'
import { REASONS, type Reason, type Warning } from '@keyward/engine/reasons'
import { WorkloadEnum } from '../api-key/enums.ts'
import { RequestError } from '../core/errors.ts'
import { INSTANCE } from '../core/policy.ts'
import { builder } from '../graphql/builder.ts'
import { UsageUnitInput } from '../usage/mutations.ts'
import { dateOf } from './credential.ts'
import { authorizeRequest, verifyRequest } from './input.ts'
import type { Allowed, Denied } from './verifier.ts'

const MAX_INPUTS = 100

export const CredentialKindEnum = builder.enumType('CredentialKind', {
  description: 'What a secret belongs to. The list may grow.',
  values: {
    API_KEY: { description: 'A key of a project.' },
    LEGACY_KEY: { description: 'The legacy key of an organization.' },
    PLAYGROUND: { description: 'A person who uses the playground, by a token of a few minutes.' },
  } satisfies Record<CredentialKind, object>,
})

const RejectionReasonEnum = builder.enumType('RejectionReason', {
  description: 'Why a secret is refused. The list may grow.',
  values: Object.fromEntries(
    Object.entries(REASONS).map(([reason, { message }]) => [reason, { description: message }]),
  ) as Record<Reason, { description: string }>,
})

const WarningEnum = builder.enumType('VerificationWarning', {
  description: 'What the owner of an accepted key should know. The list may grow.',
  values: {
    LEGACY_KEY_DEPRECATED: { description: 'It is a legacy key. Project-scoped keys should take its place.' },
    EXPIRES_SOON: { description: 'It expires within 24 hours.' },
    SECRET_RETIRES_SOON: { description: 'It was rotated, and this is the old secret: it stops when the overlap ends.' },
    BUDGET_NEARLY_SPENT: { description: 'Less than a tenth of a budget is left.' },
    SERVED_DURING_OUTAGE: { description: 'The database is away: the answer is from what was known at `asOf`.' },
  } satisfies Record<Warning, object>,
})

export const LimitScopeEnum = builder.enumType('LimitScope', {
  description: 'What a limit belongs to.',
  values: {
    API_KEY: { description: 'The key itself.' },
    PROJECT: { description: 'The project of the key.' },
    ORGANIZATION: { description: 'The organization of the key.' },
  } satisfies Record<LimitScope, object>,
})

export const LimitKindEnum = builder.enumType('LimitKind', {
  description: 'What is limited.',
  values: {
    REQUESTS_PER_MINUTE: { description: 'The rate of requests.' },
    DAY: { description: 'What is spent on a day of the UTC calendar.' },
    WEEK: { description: 'What is spent from Monday to Monday, UTC.' },
    MONTH: { description: 'What is spent in a month of the UTC calendar.' },
    TOTAL: { description: 'What is spent in all.' },
  } satisfies Record<LimitKind, object>,
})

const LimitStateRef = builder.objectRef<ReturnType<typeof describeLimits>[number]>('LimitState').implement({
  description: 'A limit that a request had to fit into.',
  fields: (t) => ({
    scope: t.expose('scope', { type: LimitScopeEnum, description: 'Owner of the limit.' }),
    kind: t.expose('kind', { type: LimitKindEnum, description: 'Rate or budget.' }),
    limit: t.expose('limit', { type: 'Decimal', description: 'Requests a minute, or US dollars.' }),
    remaining: t.expose('remaining', {
      type: 'Decimal',
      nullable: true,
      description:
        'Amount left when this server last heard of it. Other servers may have spent some of it since. Null for a budget that only alerts.',
    }),
    resetsAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Start of the next window of a budget. Null for a rate, which refills constantly, and for TOTAL.',
      resolve: ({ resetsAt }) => (resetsAt === null ? null : new Date(resetsAt)),
    }),
  }),
})

const AS_OF = 'Time up to which every committed change is considered.'

const LIMITS = {
  description: 'The limits that it had to fit into; empty where only the secret was verified.',
  complexity: { field: 1, multiplier: 5 },
}

const AcceptedRef = builder.objectRef<Allowed>('ApiKeyAccepted').implement({
  description: 'The secret may do what was asked.',
  fields: (t) => ({
    kind: t.field({
      type: CredentialKindEnum,
      description: 'Owner of the secret.',
      resolve: ({ record }) => record.kind,
    }),
    credentialId: t.id({
      description:
        'What usage is attributed to: the id of the key (`key_…`), of the legacy key (`lgk_…`), or of the person who uses the playground (`usr_…`).',
      resolve: ({ record }) => record.ids.credential,
    }),
    name: t.string({
      description: 'Name of the key; `Playground` for a playground token.',
      resolve: ({ record }) => record.name,
    }),
    projectId: t.id({
      description:
        'The project that usage is attributed to. A key reaches its resources and no other’s; a playground token belongs to the default project, and reaches what is in any project of the organization that its person may use.',
      resolve: ({ record }) => record.ids.project,
    }),
    organizationId: t.id({
      description: 'The organization that pays.',
      resolve: ({ record }) => record.ids.organization,
    }),
    secretVersion: t.int({
      description: 'Version of the secret, counted from 1. 1 for a playground token.',
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
        'What was set aside of budgets for this request, `rsv_…`, to be given back with what it did cost (`usageRecord`); null where nothing was. It counts as spent until then, for 24 hours at most.',
    }),
    limits: t.field({ type: [LimitStateRef], ...LIMITS, resolve: ({ limits }) => describeLimits(limits) }),
    warnings: t.expose('warnings', { type: [WarningEnum], description: 'What the owner of the key should know.' }),
    asOf: t.field({ type: 'DateTime', description: AS_OF, resolve: ({ asOf }) => new Date(asOf) }),
    maxStalenessSeconds: t.exposeInt('maxStalenessSeconds', {
      description: 'How old `asOf` can be at most, in seconds: what an outage is bridged with.',
    }),
  }),
})

const RejectedRef = builder.objectRef<Denied>('ApiKeyRejected').implement({
  description: 'The secret may not do what was asked.',
  fields: (t) => ({
    reason: t.expose('reason', { type: RejectionReasonEnum, description: 'Why, for programs.' }),
    message: t.exposeString('message', { description: 'Why, for people.' }),
    httpStatus: t.exposeInt('httpStatus', { description: 'What a gateway answers its caller: 401, 403, 429 or 503.' }),
    retryAfterSeconds: t.exposeInt('retryAfterSeconds', {
      nullable: true,
      description: 'After how many seconds to try again; null where that does not help.',
    }),
    limits: t.field({ type: [LimitStateRef], ...LIMITS, resolve: ({ limits }) => describeLimits(limits) }),
    rejectedCredentialId: t.id({
      nullable: true,
      description: 'As `credentialId`; null where the secret is nobody’s.',
      resolve: ({ record }) => record?.ids.credential ?? null,
    }),
    asOf: t.field({ type: 'DateTime', description: AS_OF, resolve: ({ asOf }) => new Date(asOf) }),
  }),
})

const VerificationUnion = builder.unionType('ApiKeyVerification', {
  description: 'Whether a secret may do what was asked.',
  types: [AcceptedRef, RejectedRef],
  resolveType: (answer) => (answer.allowed ? 'ApiKeyAccepted' : 'ApiKeyRejected'),
})

const SECRET = 'The secret that the caller presents. It is neither logged nor stored.'

const VerifyInput = builder.inputType('ApiKeyVerifyInput', {
  description:
    'May this secret do this, here, now? What is not given is not checked, but for what the key is limited to.',
  fields: (t) => ({
    secret: t.string({
      required: true,
      description: SECRET,
    }),
    workload: t.field({ type: WorkloadEnum, description: 'What the request is for.' }),
    model: t.string({ description: 'The slug of the model that it calls.' }),
    resourceId: t.id({ description: 'A resource that it names, `res_…`.' }),
    clientIp: t.string({ description: 'The address that it comes from, IPv4 or IPv6.' }),
  }),
})

const AuthorizeInput = builder.inputType('ApiKeyAuthorizeInput', {
  description: 'May this secret do this, here, now, and does it fit into the limits?',
  fields: (t) => ({
    secret: t.string({ required: true, description: SECRET }),
    workload: t.field({ type: WorkloadEnum, description: 'What the request is for.' }),
    model: t.string({ description: 'The slug of the model that it calls.' }),
    resourceId: t.id({ description: 'A resource that it names, `res_…`.' }),
    clientIp: t.string({ description: 'The address that it comes from, IPv4 or IPv6.' }),
    estimatedCost: t.field({
      type: 'Decimal',
      description:
        'What it costs at most, in US dollars: set aside of every budget above the key. Neither this nor units given: only budgets that are spent refuse it.',
    }),
    estimatedUnits: t.field({
      type: [UsageUnitInput],
      description:
        'What it uses at most, each line item once: its cost is estimated by the present prices of `model`. Not looked at where `estimatedCost` is given.',
    }),
  }),
})

function checkCount(inputs: readonly object[]): void {
  if (inputs.length > MAX_INPUTS)
    throw new RequestError('BAD_REQUEST', `\`inputs\` may have at most ${MAX_INPUTS} entries.`)
}

builder.queryField('apiKeysVerify', (t) =>
  t.field({
    type: [VerificationUnion],
    description:
      'Verifies up to 100 secrets, in order. Reads only: nothing is taken from any limit. For gateways; FORBIDDEN to others.',
    authScopes: (_root, _args, { access }) => access.can('apiKey:verify', INSTANCE),
    extensions: { action: 'apiKey:verify' },
    args: { inputs: t.arg({ type: [VerifyInput], required: true, description: 'The questions, at most 100.' }) },
    complexity: (args) => ({ field: 1, multiplier: Math.max(1, args.inputs.length) }),
    resolve: (_root, { inputs }, { runtime }) => {
      checkCount(inputs)
      return Promise.all(
        inputs.map((input) => {
          const parsed = verifyRequest.safeParse(input)
          if (!parsed.success)
            throw new RequestError('BAD_REQUEST', 'A secret, model, resource or address is too long.')
          return runtime.verifier.verify(parsed.data)
        }),
      )
    },
  }),
)

builder.mutationField('apiKeysAuthorize', (t) =>
  t.field({
    type: [VerificationUnion],
    description:
      'Verifies up to 100 secrets, in order, and takes a request and its estimated cost of every limit above each key: of all of them or of none. For gateways; FORBIDDEN to others.',
    authScopes: (_root, _args, { access }) => access.can('apiKey:authorize', INSTANCE),
    extensions: { action: 'apiKey:authorize' },
    args: { inputs: t.arg({ type: [AuthorizeInput], required: true, description: 'The questions, at most 100.' }) },
    complexity: (args) => ({ field: 1, multiplier: Math.max(1, args.inputs.length) }),
    resolve: (_root, { inputs }, { runtime }) => {
      checkCount(inputs)
      const parsed = inputs.map((input) => authorizeRequest.safeParse(input))
      if (parsed.some(({ success }) => !success)) {
        throw new RequestError(
          'BAD_REQUEST',
          'A secret, model, resource or address is too long, or an estimate is not from 0 to 999999999 US dollars, or names a line item twice.',
        )
      }
      return Promise.all(
        parsed.map(({ data }) => data && runtime.verifier.authorize(data)).filter((each) => each !== undefined),
      )
    },
  }),
)
