import { targetOf as keyTarget } from '../api-key/access.ts'
import { builder } from '../graphql/builder.ts'
import { guardField } from '../graphql/guard.ts'
import { targetOf as organizationTarget } from '../organization/access.ts'
import { targetOf as projectTarget } from '../project/access.ts'
import { Project } from '../project/graph.ts'
import { MAX_GROUPS_OF_BUCKET } from '../usage/analytics.ts'
import { FROM, GRANULARITY, REFUSED, seriesComplexity, TIME_ZONE, TO } from '../usage/arguments.ts'
import { projectAt } from '../usage/dimensions.ts'
import { CostCredential } from '../usage/graph.ts'
import { UsageInput } from '../usage/key-usage.ts'
import { DenialReasonEnum } from '../verification/graph.ts'
import { analyzeDenials, type DenialGroup, type DenialSeries } from './analytics.ts'
import type { DenialDimension } from './question.ts'
import { DENIALS_KEPT_DAYS } from './retention.ts'

const DenialDimensionEnum = builder.enumType('DenialDimension', {
  description: 'Dimension to group denied requests by. More values may be added.',
  values: {
    REASON: { description: 'Reason for the denial.' },
    PROJECT: { description: 'Project of the credential.' },
    CREDENTIAL: { description: 'Key, legacy key, or person using the playground.' },
  } satisfies Record<DenialDimension, object>,
})

const DenialGroupRef = builder.objectRef<DenialGroup>('DenialGroup').implement({
  description:
    'Denied requests within a bucket that share the values of the grouping dimensions. Other dimensions are null.',
  fields: (t) => ({
    reason: t.expose('reason', {
      type: DenialReasonEnum,
      nullable: true,
      description: 'Reason for the denials. Null unless grouped by REASON.',
    }),
    project: t.field({
      type: Project,
      nullable: true,
      description: 'Project of the credential. Null unless grouped by PROJECT.',
      resolve: ({ projectId }, _args, context, info) => projectAt(context, info, projectId),
    }),
    credential: t.expose('credential', {
      type: CostCredential,
      nullable: true,
      description: 'Credential of the requests. Null unless grouped by CREDENTIAL.',
    }),
    denials: t.expose('denials', { type: 'BigInt', description: 'Number of denied requests.' }),
  }),
})

const DenialBucket = builder.objectRef<DenialSeries['buckets'][number]>('DenialBucket').implement({
  description: 'Denied requests of one hour, day or month.',
  fields: (t) => ({
    start: t.expose('start', { type: 'DateTime', description: 'Start of the bucket, inclusive.' }),
    end: t.expose('end', { type: 'DateTime', description: 'End of the bucket, exclusive.' }),
    groups: t.expose('groups', {
      type: [DenialGroupRef],
      description: `Groups of denied requests, most frequent first, at most ${MAX_GROUPS_OF_BUCKET}. Empty if no request was denied.`,
    }),
  }),
})

const DenialSeriesRef = builder.objectRef<DenialSeries>('DenialSeries').implement({
  description: `Denied requests over time. A denied request is counted within a few seconds. Counts are kept for ${DENIALS_KEPT_DAYS} days. Requests with unknown secrets belong to no organization and are not included.`,
  fields: (t) => ({
    buckets: t.expose('buckets', {
      type: [DenialBucket],
      description: 'One bucket for every hour, day or month of the period, in order and without gaps.',
      complexity: { field: 1, multiplier: 1 },
    }),
    total: t.expose('total', { type: 'BigInt', description: 'Total number of denied requests.' }),
    asOf: t.expose('asOf', { type: 'DateTime', description: 'Time at which the data was read.' }),
  }),
})

const DenialsInput = builder.inputType('DenialsInput', {
  description: 'Period and grouping of denied requests.',
  fields: (t) => ({
    from: t.field(FROM),
    to: t.field(TO),
    granularity: t.field(GRANULARITY),
    timeZone: t.field(TIME_ZONE),
    groupBy: t.field({
      type: [DenialDimensionEnum],
      required: true,
      defaultValue: ['REASON'],
      description: 'Dimensions to group each bucket by. Default: by reason.',
    }),
  }),
})

builder.prismaObjectField('Organization', 'denials', (t) =>
  t.field({
    type: DenialSeriesRef,
    nullable: true,
    description: `Denied requests of the organization’s credentials over time. ${REFUSED} Visible to the Owner and ADMINs. Others get null and a FORBIDDEN error.`,
    ...guardField('usage:readOrganization', organizationTarget),
    args: { input: t.arg({ type: DenialsInput, required: true, description: 'Period and grouping.' }) },
    complexity: seriesComplexity,
    resolve: ({ id }, { input }, context) =>
      analyzeDenials(context, { kind: 'ORGANIZATION', id, organizationId: id }, input),
  }),
)

builder.prismaObjectField('Project', 'denials', (t) =>
  t.field({
    type: DenialSeriesRef,
    nullable: true,
    description: `Denied requests of the project’s credentials over time. ${REFUSED} Visible to anyone with a role in the project, except external collaborators. Others get null and a FORBIDDEN error.`,
    ...guardField('usage:readProject', projectTarget),
    args: { input: t.arg({ type: DenialsInput, required: true, description: 'Period and grouping.' }) },
    complexity: seriesComplexity,
    resolve: ({ id, organizationId }, { input }, context) =>
      analyzeDenials(context, { kind: 'PROJECT', id, organizationId }, input),
  }),
)

builder.prismaObjectField('ApiKey', 'denials', (t) =>
  t.field({
    type: DenialSeriesRef,
    nullable: true,
    description: `Denied requests over time by reason, across all secrets of the key. ${REFUSED} Visible to the key itself and the project’s collaborators, except external ones. Others get null and a FORBIDDEN error.`,
    ...guardField('apiKey:readUsage', keyTarget),
    args: { input: t.arg({ type: UsageInput, required: true, description: 'Period and granularity.' }) },
    complexity: seriesComplexity,
    resolve: ({ id, organizationId }, { input }, context) =>
      analyzeDenials(context, { kind: 'CREDENTIAL', id, organizationId }, { ...input, groupBy: ['REASON'] }),
  }),
)
