import { formatUsd } from '@keyward/engine/money'
import type { CredentialKind } from '@keyward/prisma/generated/prisma/enums'
import { WorkloadEnum } from '../api-key/enums.ts'
import { ApiKey } from '../api-key/graph.ts'
import { TagInput } from '../api-key/mutations.ts'
import { encodeId } from '../core/ids.ts'
import { builder } from '../graphql/builder.ts'
import { guardField } from '../graphql/guard.ts'
import { LineItemEnum, Model } from '../model/graph.ts'
import { targetOf as organizationTarget } from '../organization/access.ts'
import { targetOf as projectTarget } from '../project/access.ts'
import { Project } from '../project/graph.ts'
import { User } from '../user/graph.ts'
import { credentialId } from '../verification/credential.ts'
import { CredentialKindEnum } from '../verification/graph.ts'
import { type Analytics, analyze, type CostGroup, MAX_GROUPS_OF_BUCKET, requestsOfGroup } from './analytics.ts'
import { FROM, GRANULARITY, REFUSED, seriesComplexity, TIME_ZONE, TO } from './arguments.ts'
import { MAX_CONSUMER, MAX_CONSUMERS, OTHERS } from './consumers/consumer.ts'
import { nameOfKind } from './credential.ts'
import { apiKeyAt, keyNameOf, modelAt, projectAt, userAt } from './dimensions.ts'
import { UsageUnitEnum, usageUnitOf } from './enums.ts'
import { type Dimension, MAX_FILTER } from './question.ts'

const CostDimensionEnum = builder.enumType('CostDimension', {
  description: 'Dimension to group costs by. More values may be added.',
  values: {
    PROJECT: { description: 'Project of the credential.' },
    CREDENTIAL: { description: 'Key, legacy key, or person using the playground.' },
    USER: { description: 'Person who created the key or used the playground.' },
    WORKLOAD: { description: 'Workload of the requests.' },
    MODEL: { description: 'Model that was called.' },
    LINE_ITEM: { description: 'Line item that was used.' },
    CONSUMER: { description: 'End customer of the requests, as gateways reported it.' },
    TAG: { description: 'Value that the key had of the tag `tagKey`, in the hour of the usage.' },
  } satisfies Record<Dimension, object>,
})

interface Credential {
  kind: CredentialKind
  id: string
}

export const CostCredential = builder.objectRef<Credential>('CostCredential').implement({
  description: 'Credential that usage is attributed to. Rotation, expiration and revocation do not change it.',
  fields: (t) => ({
    kind: t.expose('kind', { type: CredentialKindEnum, description: 'Kind of credential.' }),
    id: t.id({
      description: 'Id of the key (`key_…`), the legacy key (`lgk_…`), or the person using the playground (`usr_…`).',
      resolve: ({ kind, id }) => credentialId(kind, id),
    }),
    name: t.string({
      description: 'Name of the key. `Legacy key` or `Playground` for other kinds.',
      resolve: async ({ kind, id }, _args, context) =>
        kind === 'API_KEY' ? ((await keyNameOf(context, id)) ?? '') : nameOfKind(kind),
    }),
    apiKey: t.field({
      type: ApiKey,
      nullable: true,
      description: 'The key. Null for other kinds of credential, and if you may not see it.',
      resolve: ({ kind, id }, _args, context, info) => apiKeyAt(context, info, kind === 'API_KEY' ? id : null),
    }),
  }),
})

const CostGroupRef = builder.objectRef<CostGroup>('CostGroup').implement({
  description: 'Usage within a bucket that shares the values of the grouping dimensions. Other dimensions are null.',
  fields: (t) => ({
    project: t.field({
      type: Project,
      nullable: true,
      description: 'Project of the usage. Null unless grouped by PROJECT.',
      resolve: ({ sum }, _args, context, info) => projectAt(context, info, sum.projectId),
    }),
    credential: t.field({
      type: CostCredential,
      nullable: true,
      description: 'Credential of the usage. Null unless grouped by CREDENTIAL.',
      resolve: ({ sum: { credentialKind, credentialId } }) =>
        credentialKind && credentialId ? { kind: credentialKind, id: credentialId } : null,
    }),
    userId: t.id({
      nullable: true,
      description:
        'Id of the person who created the key or used the playground, `usr_…`. That person may since have been deleted. Null unless grouped by USER. Also null for keys created by service accounts.',
      resolve: ({ sum: { userId } }) => (userId ? encodeId('User', userId) : null),
    }),
    user: t.field({
      type: User,
      nullable: true,
      description:
        'Person who created the key or used the playground. Null if `userId` is null or the person was deleted.',
      resolve: ({ sum }, _args, context, info) => userAt(context, info, sum.userId),
    }),
    workload: t.field({
      type: WorkloadEnum,
      nullable: true,
      description: 'Workload of the requests. Null unless grouped by WORKLOAD.',
      resolve: ({ sum }) => sum.workload,
    }),
    model: t.field({
      type: Model,
      nullable: true,
      description:
        'Model that was called. Null unless grouped by MODEL. Also null if no model was named, or if you may not see it.',
      resolve: ({ sum }, _args, context, info) => modelAt(context, info, sum.modelId),
    }),
    lineItem: t.field({
      type: LineItemEnum,
      nullable: true,
      description: 'Line item that was used. Null unless grouped by LINE_ITEM.',
      resolve: ({ sum }) => sum.lineItem,
    }),
    consumer: t.string({
      nullable: true,
      description:
        'End customer of the requests: the name in their events, or its hash. Null unless grouped by CONSUMER. Also null without a consumer, and in the group of other consumers.',
      resolve: ({ sum }) => sum.consumer || null,
    }),
    isOtherConsumers: t.boolean({
      description: `Whether the group combines the consumers beyond the first ${MAX_CONSUMERS} of a project in an hour. False unless grouped by CONSUMER.`,
      resolve: ({ sum }) => sum.consumer === OTHERS,
    }),
    tagValue: t.string({
      nullable: true,
      description:
        'Value of the tag `tagKey` in the hour of the usage. May be empty. Null unless grouped by TAG. Also null for keys without the tag, and for other kinds of credential.',
      resolve: ({ sum }) => sum.tagValue,
    }),
    requests: t.field({
      type: 'BigInt',
      description:
        'Number of requests. When grouping or filtering by line item, a request counts once per matching line item.',
      resolve: requestsOfGroup,
    }),
    quantity: t.field({
      type: 'BigInt',
      nullable: true,
      description: 'Quantity used, in `unit`. Null unless grouped by LINE_ITEM.',
      resolve: ({ sum }) => (sum.lineItem ? sum.quantity : null),
    }),
    unit: t.field({
      type: UsageUnitEnum,
      nullable: true,
      description: 'Unit of `quantity`. Null unless grouped by LINE_ITEM. Also null for the line item OTHER.',
      resolve: ({ sum }) => (sum.lineItem ? usageUnitOf(sum.lineItem) : null),
    }),
    cost: t.field({
      type: 'Decimal',
      description: 'Cost in US dollars, exact.',
      resolve: ({ sum }) => formatUsd(sum.nanos),
    }),
  }),
})

const CostBucket = builder.objectRef<Analytics['buckets'][number]>('CostBucket').implement({
  description: 'Usage of one hour, day or month.',
  fields: (t) => ({
    start: t.expose('start', { type: 'DateTime', description: 'Start of the bucket, inclusive.' }),
    end: t.expose('end', { type: 'DateTime', description: 'End of the bucket, exclusive.' }),
    groups: t.expose('groups', {
      type: [CostGroupRef],
      description: `Groups of usage, most expensive first, at most ${MAX_GROUPS_OF_BUCKET}. Empty if there was no usage.`,
    }),
  }),
})

const CostAnalytics = builder.objectRef<Analytics>('CostAnalytics').implement({
  description:
    'Cost of usage over time. It includes all events recorded before `asOf`, counted in the hour in which they occurred.',
  fields: (t) => ({
    buckets: t.expose('buckets', {
      type: [CostBucket],
      description: 'One bucket for every hour, day or month of the period, in order and without gaps.',
      complexity: { field: 1, multiplier: 1 },
    }),
    total: t.expose('total', { type: 'Decimal', description: 'Total cost in US dollars, exact.' }),
    totalRequests: t.expose('totalRequests', {
      type: 'BigInt',
      description:
        'Total number of requests. When filtering by line item, a request counts once per matching line item.',
    }),
    currency: t.string({ description: 'Currency of all costs: `USD`.', resolve: () => 'USD' }),
    asOf: t.expose('asOf', { type: 'DateTime', description: 'Time at which the data was read.' }),
  }),
})

const CostFilterInput = builder.inputType('CostFilter', {
  description: `Filters usage. Usage must match at least one entry of each given list. A list has at most ${MAX_FILTER} entries. An empty list matches nothing.`,
  fields: (t) => ({
    projectIds: t.idList({ description: 'Usage of these projects, `prj_…`.' }),
    credentialIds: t.idList({
      description: 'Usage of these keys (`key_…`), legacy keys (`lgk_…`), or people using the playground (`usr_…`).',
    }),
    userIds: t.idList({ description: 'Usage of the playground by these people, and of keys they created, `usr_…`.' }),
    workloads: t.field({ type: [WorkloadEnum], description: 'Usage for these workloads.' }),
    modelIds: t.idList({ description: 'Usage of these models, `mdl_…`.' }),
    lineItems: t.field({ type: [LineItemEnum], description: 'Usage of these line items.' }),
    consumers: t.stringList({
      description: `Usage of these end customers, at most ${MAX_CONSUMER} characters each. Give the names themselves, even if the organization stores hashes of them.`,
    }),
    tags: t.field({
      type: [TagInput],
      description: 'Usage of keys that had one of these tags in the hour of the usage.',
    }),
  }),
})

const CostAnalyticsInput = builder.inputType('CostAnalyticsInput', {
  description: 'Period, grouping and filter of cost analytics.',
  fields: (t) => ({
    from: t.field(FROM),
    to: t.field(TO),
    granularity: t.field(GRANULARITY),
    timeZone: t.field(TIME_ZONE),
    groupBy: t.field({
      type: [CostDimensionEnum],
      required: true,
      defaultValue: [],
      description: 'Dimensions to group each bucket by. Default: none.',
    }),
    tagKey: t.string({
      description:
        'Name of the tag to group by, such as `team`. Required if `groupBy` contains TAG, and not allowed otherwise.',
    }),
    filter: t.field({ type: CostFilterInput, description: 'Conditions that usage must match. Omitted: all usage.' }),
  }),
})

builder.prismaObjectField('Organization', 'costAnalytics', (t) =>
  t.field({
    type: CostAnalytics,
    nullable: true,
    description: `Cost of the organization’s usage over time. ${REFUSED} Visible to the Owner and ADMINs. Others get null and a FORBIDDEN error.`,
    ...guardField('usage:readOrganization', organizationTarget),
    args: { input: t.arg({ type: CostAnalyticsInput, required: true, description: 'Period, grouping and filter.' }) },
    complexity: seriesComplexity,
    resolve: ({ id }, { input }, context) => analyze(context, { kind: 'ORGANIZATION', id, organizationId: id }, input),
  }),
)

builder.prismaObjectField('Project', 'costAnalytics', (t) =>
  t.field({
    type: CostAnalytics,
    nullable: true,
    description: `Cost of the project’s usage over time. ${REFUSED} Visible to anyone with a role in the project, except external collaborators. Others get null and a FORBIDDEN error.`,
    ...guardField('usage:readProject', projectTarget),
    args: { input: t.arg({ type: CostAnalyticsInput, required: true, description: 'Period, grouping and filter.' }) },
    complexity: seriesComplexity,
    resolve: ({ id, organizationId }, { input }, context) =>
      analyze(context, { kind: 'PROJECT', id, organizationId }, input),
  }),
)
