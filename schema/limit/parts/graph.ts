import { createContextCache } from '@pothos/core'
import { TagInput } from '../../api-key/mutations.ts'
import { RequestError } from '../../core/errors.ts'
import { grouped } from '../../core/grouped.ts'
import { Loader } from '../../core/loader.ts'
import { builder } from '../../graphql/builder.ts'
import type { GraphContext } from '../../graphql/context.ts'
import { guardField } from '../../graphql/guard.ts'
import { mutation } from '../../graphql/mutation.ts'
import type { FieldsOf } from '../../graphql/types.ts'
import { targetOf as organizationTarget } from '../../organization/access.ts'
import { Organization, organizationPayload } from '../../organization/graph.ts'
import { targetOf as projectTarget } from '../../project/access.ts'
import { Project, projectPayload } from '../../project/graph.ts'
import { CONSUMER, consumer } from '../../usage/consumers/consumer.ts'
import { tagOfName, uuidOfEachConsumer, uuidOfPart } from '../part.ts'
import {
  BUDGETS,
  BudgetInput,
  BudgetStatus,
  CONCURRENT,
  OF_EACH_PERIOD,
  RATES,
  REQUESTS_PER_MINUTE,
  UsageLimits,
} from '../settings/graph.ts'
import { ConcurrencyStatus, OF_EACH_KIND, RateInput, RateStatus } from '../settings/rate-graph.ts'
import type { LimitedScope } from '../settings/sql.ts'
import { MAX_PARTS, MAX_TAG_KEYS, setConsumerLimits, setTagLimits } from './service.ts'
import { findLimitedConsumers, findLimitedTags, findWithLimits, type PartRow } from './sql.ts'

const batched = <Row>(read: (context: GraphContext, ids: readonly string[]) => Promise<(id: string) => Row>) =>
  createContextCache(
    (context: GraphContext) =>
      new Loader<string, Row>(context.runtime.database, async (ids) => ids.map(await read(context, ids)), {
        cache: false,
      }),
  )

function ofOwner(rows: readonly PartRow[]): (id: string) => PartRow[] {
  const rowsOf = grouped(rows, ({ owner_id }) => owner_id)
  return (id) => rowsOf.get(id) ?? []
}

const consumersOf = batched(async ({ runtime }, ids) => ofOwner(await findLimitedConsumers(runtime.database, ids)))
const tagsOf = batched(async ({ runtime }, ids) => ofOwner(await findLimitedTags(runtime.database, ids)))
const hasLimits = batched(async ({ runtime }, ids) => {
  const found = await findWithLimits(runtime.database, ids)
  return (id) => found.has(id)
})

/** The fields that show limits and their state. Each is loaded in one batch for all parts. */
const statusFields = (t: FieldsOf<LimitedScope>) => ({
  limits: t.field({
    type: UsageLimits,
    description: 'Limits.',
    resolve: ({ limitsOf }, _args, { limits }) => limits.settings.load(limitsOf),
  }),
  budgetStatus: t.field({
    type: [BudgetStatus],
    complexity: OF_EACH_PERIOD,
    description: 'State of each budget.',
    resolve: (scope, _args, { limits }) => limits.states.load(scope),
  }),
  rateStatus: t.field({
    type: [RateStatus],
    complexity: OF_EACH_KIND,
    description: 'State of each rate.',
    resolve: (scope, _args, { limits }) => limits.rates.load(scope),
  }),
  concurrencyStatus: t.field({
    type: ConcurrencyStatus,
    nullable: true,
    description: 'State of the concurrency limit. Null if there is none.',
    resolve: async (scope, _args, { limits }) => (await limits.concurrency.load(scope))[0] ?? null,
  }),
})

interface ConsumerLimits extends LimitedScope {
  consumer: string
}

const ConsumerLimitsRef = builder.objectRef<ConsumerLimits>('ConsumerLimits').implement({
  description: 'The limits of one consumer of a project, and their state.',
  fields: (t) => ({
    consumer: t.exposeString('consumer', {
      description:
        'End customer, as named in the argument. Lists contain its hash instead if the organization hashes consumers.',
    }),
    inherited: t.boolean({
      description:
        'Whether the consumer has no limits of its own, so that the project’s default limits for consumers apply.',
      resolve: ({ scopeId, limitsOf }) => scopeId !== limitsOf,
    }),
    ...statusFields(t),
  }),
})

const TagLimitsRef = builder.objectRef<LimitedScope & { name: string }>('TagLimits').implement({
  description: 'The limits that all keys with a tag share in an organization, and their state.',
  fields: (t) => ({
    key: t.string({ description: 'Key of the tag.', resolve: ({ name }) => tagOfName(name).key }),
    value: t.string({ description: 'Value of the tag.', resolve: ({ name }) => tagOfName(name).value }),
    ...statusFields(t),
  }),
})

const PAGE = 25
/** `first` can return all parts at once, so there are no cursors. */
const FIRST = `Number of items, 1 to ${MAX_PARTS}; ${MAX_PARTS} returns all. Default ${PAGE}.`
const firstOf = ({ first }: { first?: number | null | undefined }): number => {
  const size = first ?? PAGE
  if (size >= 1 && size <= MAX_PARTS) return size
  throw new RequestError('BAD_REQUEST', `\`first\` must be from 1 to ${MAX_PARTS}.`)
}
const ofFirst = ({ first }: { first?: number | null | undefined }) => ({
  field: 1,
  multiplier: Math.max(1, first ?? PAGE),
})
const FOR_PROJECT =
  'Visible to the project’s collaborators, except external ones. Others get null and a FORBIDDEN error.'

builder.prismaObjectFields(Project, (t) => ({
  consumerLimits: t.field({
    type: UsageLimits,
    nullable: true,
    description: `Default limits for each consumer of the project that has no limits of its own. Each consumer’s requests are counted separately. ${FOR_PROJECT}`,
    ...guardField('project:readUsageLimits', projectTarget),
    resolve: ({ id }, _args, { limits }) => limits.settings.load(uuidOfEachConsumer(id)),
  }),
  consumer: t.field({
    type: ConsumerLimitsRef,
    nullable: true,
    description: `Limits of one consumer, and their state. Any name is valid, even one that no request has used. ${FOR_PROJECT}`,
    ...guardField('project:readUsageLimits', projectTarget),
    args: { name: t.arg.string({ required: true, description: CONSUMER.replace(' Omitted: none.', '') }) },
    resolve: async ({ id }, { name }, context) => {
      const { error } = consumer.safeParse(name)
      if (error) throw new RequestError('BAD_REQUEST', `\`name\`: ${error.issues[0]?.message}`)
      const scopeId = uuidOfPart({ kind: 'CONSUMER', ownerId: id, name })
      const isOwn = await hasLimits(context).load(scopeId)
      return { consumer: name, scopeId, limitsOf: isOwn ? scopeId : uuidOfEachConsumer(id) }
    },
  }),
  limitedConsumers: t.field({
    type: [ConsumerLimitsRef],
    nullable: true,
    complexity: ofFirst,
    description: `Consumers with limits of their own, sorted by name. ${FOR_PROJECT}`,
    ...guardField('project:readUsageLimits', projectTarget),
    args: { first: t.arg.int({ description: FIRST }) },
    resolve: async ({ id }, args, context) =>
      (await consumersOf(context).load(id)).slice(0, firstOf(args)).map(({ scope_id: scopeId, part: consumer }) => ({
        consumer,
        scopeId,
        limitsOf: scopeId,
      })),
  }),
}))

builder.prismaObjectFields(Organization, (t) => ({
  tagLimits: t.field({
    type: [TagLimitsRef],
    nullable: true,
    complexity: ofFirst,
    description:
      'Limits that all keys with a tag share, sorted by tag. Visible to the organization’s Owner and ADMINs. Others get null and a FORBIDDEN error.',
    ...guardField('organization:readUsageLimits', organizationTarget),
    args: { first: t.arg.int({ description: FIRST }) },
    resolve: async ({ id }, args, context) =>
      (await tagsOf(context).load(id)).slice(0, firstOf(args)).map(({ scope_id: scopeId, part: name }) => ({
        name,
        scopeId,
        limitsOf: scopeId,
      })),
  }),
}))

mutation('projectConsumerLimitsSet', {
  description:
    'Sets the limits of one consumer of a project, or the default limits of consumers that have no limits of their own. A consumer’s own limits replace all defaults. If they are removed, the defaults apply again. Budgets start at zero. Requires ADMIN in the project.',
  input: (t) => ({
    projectId: t.id({ required: true, description: 'The project, `prj_…`.' }),
    consumer: t.string({ description: CONSUMER.replace('Omitted: none.', 'Omitted: each consumer without its own.') }),
    requestsPerMinute: t.int({ description: REQUESTS_PER_MINUTE }),
    rates: t.field({ type: [RateInput], description: RATES }),
    budgets: t.field({ type: [BudgetInput], description: BUDGETS }),
    maxConcurrent: t.int({ description: CONCURRENT }),
  }),
  payloadDescription: 'The project whose limits were set.',
  payload: projectPayload,
  errors: ['INVALID_STATE', 'LIMIT_EXCEEDED'],
  resolve: (input, context) => setConsumerLimits(context, input),
})

mutation('organizationTagLimitsSet', {
  description: `Sets the limits that all keys with a tag share in an organization, such as the budget of a team. At most ${MAX_TAG_KEYS} different tag keys may have limits. Budgets start at zero. Requires OWNER or ADMIN.`,
  input: (t) => ({
    organizationId: t.id({ required: true, description: 'The organization, `org_…`.' }),
    tag: t.field({ type: TagInput, required: true, description: 'Tag of the keys.' }),
    requestsPerMinute: t.int({ description: REQUESTS_PER_MINUTE }),
    rates: t.field({ type: [RateInput], description: RATES }),
    budgets: t.field({ type: [BudgetInput], description: BUDGETS }),
    maxConcurrent: t.int({ description: CONCURRENT }),
  }),
  payloadDescription: 'The organization whose limits were set.',
  payload: organizationPayload,
  errors: ['LIMIT_EXCEEDED'],
  resolve: (input, context) => setTagLimits(context, input),
})
