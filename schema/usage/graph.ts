import type { CredentialKind } from '@keyward/prisma/generated/prisma/enums'
import { WorkloadEnum } from '../api-key/enums.ts'
import { ApiKey } from '../api-key/graph.ts'
import { encodeId } from '../core/ids.ts'
import { builder } from '../graphql/builder.ts'
import { guardField } from '../graphql/guard.ts'
import { LineItemEnum, Model } from '../model/graph.ts'
import { formatUsd } from '../money.ts'
import { targetOf as organizationTarget } from '../organization/access.ts'
import { targetOf as projectTarget } from '../project/access.ts'
import { Project } from '../project/graph.ts'
import { User } from '../user/graph.ts'
import { credentialId } from '../verification/answer.ts'
import { CredentialKindEnum } from '../verification/graph.ts'
import { type Analytics, analyze, type CostGroup, requestsOfGroup } from './analytics.ts'
import { FROM, GRANULARITY, REFUSED, seriesComplexity, TO } from './arguments.ts'
import { nameOfKind } from './credential.ts'
import { apiKeyAt, keyNameOf, modelAt, projectAt, userAt } from './dimensions.ts'
import { UsageUnitEnum, usageUnitOf } from './enums.ts'
import type { Dimension } from './question.ts'

const CostDimensionEnum = builder.enumType('CostDimension', {
  description: 'What costs can be told apart by. The list may grow.',
  values: {
    PROJECT: { description: 'The project of the credential.' },
    CREDENTIAL: { description: 'The key, the legacy key, or the person who used the playground.' },
    USER: { description: 'Who created the key, or used the playground.' },
    WORKLOAD: { description: 'What requests were for.' },
    MODEL: { description: 'The model that was called.' },
    LINE_ITEM: { description: 'What was used.' },
  } satisfies Record<Dimension, object>,
})

interface Credential {
  kind: CredentialKind
  id: string
}

const CostCredential = builder.objectRef<Credential>('CostCredential').implement({
  description: 'What usage is attributed to. It stays when the credential is rotated, expires or is revoked.',
  fields: (t) => ({
    kind: t.expose('kind', { type: CredentialKindEnum, description: 'What it is.' }),
    id: t.id({
      description: 'The id of the key (`key_…`), the legacy key (`lgk_…`), or the person of the playground (`usr_…`).',
      resolve: ({ kind, id }) => credentialId(kind, id),
    }),
    name: t.string({
      description: 'The name of the key; `Legacy key` or `Playground` for the others.',
      resolve: async ({ kind, id }, _args, context) =>
        kind === 'API_KEY' ? ((await keyNameOf(context, id)) ?? '') : nameOfKind(kind),
    }),
    apiKey: t.field({
      type: ApiKey,
      nullable: true,
      description: 'The key; null where it is no key.',
      resolve: ({ kind, id }, _args, context, info) => apiKeyAt(context, info, kind === 'API_KEY' ? id : null),
    }),
  }),
})

const CostGroupRef = builder.objectRef<CostGroup>('CostGroup').implement({
  description: 'The usage of a bucket that has some things in common. What was not grouped by is null.',
  fields: (t) => ({
    project: t.field({
      type: Project,
      nullable: true,
      description: 'The project; null where it was not grouped by.',
      resolve: ({ sum }, _args, context, info) => projectAt(context, info, sum.projectId),
    }),
    credential: t.field({
      type: CostCredential,
      nullable: true,
      description: 'The credential; null where it was not grouped by.',
      resolve: ({ sum: { credentialKind, credentialId } }) =>
        credentialKind && credentialId ? { kind: credentialKind, id: credentialId } : null,
    }),
    userId: t.id({
      nullable: true,
      description:
        'The id of who created the key or used the playground, `usr_…`, which may lead to nothing any more; null where it was not grouped by, and where it was no person.',
      resolve: ({ sum: { userId } }) => (userId ? encodeId('User', userId) : null),
    }),
    user: t.field({
      type: User,
      nullable: true,
      description: 'Who created the key or used the playground; null as `userId` is, and once they are gone.',
      resolve: ({ sum }, _args, context, info) => userAt(context, info, sum.userId),
    }),
    workload: t.field({
      type: WorkloadEnum,
      nullable: true,
      description: 'What requests were for; null where it was not grouped by.',
      resolve: ({ sum }) => sum.workload,
    }),
    model: t.field({
      type: Model,
      nullable: true,
      description: 'The model; null where it was not grouped by, where none was named, and where you may not see it.',
      resolve: ({ sum }, _args, context, info) => modelAt(context, info, sum.modelId),
    }),
    lineItem: t.field({
      type: LineItemEnum,
      nullable: true,
      description: 'What was used; null where it was not grouped by.',
      resolve: ({ sum }) => sum.lineItem,
    }),
    requests: t.field({
      type: 'BigInt',
      description:
        'How many requests there were. Where line items are grouped by or filtered for, a request counts for each of those that it has.',
      resolve: requestsOfGroup,
    }),
    quantity: t.field({
      type: 'BigInt',
      nullable: true,
      description: 'How much was used, in `unit`; null where it was not grouped by line item.',
      resolve: ({ sum }) => (sum.lineItem ? sum.quantity : null),
    }),
    unit: t.field({
      type: UsageUnitEnum,
      nullable: true,
      description: 'What `quantity` counts; null where it was not grouped by line item, and for OTHER.',
      resolve: ({ sum }) => (sum.lineItem ? usageUnitOf(sum.lineItem) : null),
    }),
    cost: t.field({
      type: 'Decimal',
      description: 'What it cost, in US dollars, exact.',
      resolve: ({ sum }) => formatUsd(sum.nanos),
    }),
  }),
})

const CostBucket = builder.objectRef<Analytics['buckets'][number]>('CostBucket').implement({
  description: 'An hour or a day of usage.',
  fields: (t) => ({
    start: t.expose('start', { type: 'DateTime', description: 'When it begins.' }),
    end: t.expose('end', { type: 'DateTime', description: 'When it ends; this moment is in the next one.' }),
    groups: t.expose('groups', {
      type: [CostGroupRef],
      description: 'What was used, the most expensive first, at most 1,000; empty where nothing was.',
    }),
  }),
})

const CostAnalytics = builder.objectRef<Analytics>('CostAnalytics').implement({
  description:
    'What usage cost over time. It counts all events that were recorded before `asOf`, late ones in the hour they happened.',
  fields: (t) => ({
    buckets: t.expose('buckets', {
      type: [CostBucket],
      description: 'Every hour or day that was asked for, in order and without gaps; at most 10,000 groups in all.',
      complexity: { field: 1, multiplier: 1 },
    }),
    total: t.expose('total', { type: 'Decimal', description: 'What all of it cost, in US dollars, exact.' }),
    totalRequests: t.expose('totalRequests', {
      type: 'BigInt',
      description:
        'How many requests there were in all. Where it is filtered by line items, a request counts for each of those that it has.',
    }),
    currency: t.string({ description: 'The currency of all costs: `USD`.', resolve: () => 'USD' }),
    asOf: t.expose('asOf', { type: 'DateTime', description: 'When this was read.' }),
  }),
})

const CostFilterInput = builder.inputType('CostFilter', {
  description:
    'Narrows usage; everything given has to hold. Of each list one entry has to fit: at most 100, and nothing fits an empty one. Ids of what is not yours find nothing.',
  fields: (t) => ({
    projectIds: t.idList({ description: 'Of these projects, `prj_…`.' }),
    credentialIds: t.idList({
      description: 'Of these keys (`key_…`), legacy keys (`lgk_…`), or people of the playground (`usr_…`).',
    }),
    userIds: t.idList({ description: 'Of keys that these people created, and of their playground; `usr_…`.' }),
    workloads: t.field({ type: [WorkloadEnum], description: 'For these.' }),
    modelIds: t.idList({ description: 'Of these models, `mdl_…`.' }),
    lineItems: t.field({ type: [LineItemEnum], description: 'Of these line items.' }),
  }),
})

const CostAnalyticsInput = builder.inputType('CostAnalyticsInput', {
  description: 'Which usage, and how it is told apart.',
  fields: (t) => ({
    from: t.field(FROM),
    to: t.field(TO),
    granularity: t.field(GRANULARITY),
    groupBy: t.field({
      type: [CostDimensionEnum],
      required: true,
      defaultValue: [],
      description: 'What to tell apart within a bucket; nothing if not given.',
    }),
    filter: t.field({ type: CostFilterInput, description: 'Which usage; all if not given.' }),
  }),
})

builder.prismaObjectField('Organization', 'costAnalytics', (t) =>
  t.field({
    type: CostAnalytics,
    nullable: true,
    description: `What its usage cost. ${REFUSED} For its Owner and ADMINs; null, with FORBIDDEN, to others.`,
    ...guardField('usage:readOrganization', organizationTarget),
    args: { input: t.arg({ type: CostAnalyticsInput, required: true, description: 'Which usage.' }) },
    complexity: seriesComplexity,
    resolve: ({ id }, { input }, context) => analyze(context, 'ORGANIZATION', id, input),
  }),
)

builder.prismaObjectField('Project', 'costAnalytics', (t) =>
  t.field({
    type: CostAnalytics,
    nullable: true,
    description: `What its usage cost. ${REFUSED} For those who have a role in the project, but not for external collaborators; null, with FORBIDDEN, to others.`,
    ...guardField('usage:readProject', projectTarget),
    args: { input: t.arg({ type: CostAnalyticsInput, required: true, description: 'Which usage.' }) },
    complexity: seriesComplexity,
    resolve: ({ id }, { input }, context) => analyze(context, 'PROJECT', id, input),
  }),
)
