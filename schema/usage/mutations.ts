import { WorkloadEnum } from '../api-key/enums.ts'
import { rowsMarkedBy, rowsOf } from '../core/rows.ts'
import { builder } from '../graphql/builder.ts'
import { mutation } from '../graphql/mutation.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { LineItemEnum, ServiceTierEnum } from '../model/graph.ts'
import { CONSUMER } from './consumers/consumer.ts'
import { LATEST_DAYS, MAX_EVENT_ID, MAX_EVENTS, MAX_QUANTITY } from './event.ts'
import { REFUSALS, type RecordedUsage, type RejectedEvent, recordUsage, type UsageRefusal } from './record.ts'

const UsageRejectionEnum = builder.enumType('UsageRejection', {
  description: 'Reason for rejecting a usage event. More values may be added.',
  values: Object.fromEntries(Object.entries(REFUSALS).map(([code, description]) => [code, { description }])) as Record<
    UsageRefusal,
    { description: string }
  >,
})

const RejectedEventRef = builder.objectRef<RejectedEvent>('RejectedUsageEvent').implement({
  description: 'A rejected usage event. Nothing is recorded, and its reservation stays open.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Index of the event in the input, starting at 0.' }),
    eventId: t.exposeString('eventId', {
      nullable: true,
      description: 'Id of the event. Null if the given id is invalid.',
    }),
    field: t.exposeString('field', {
      nullable: true,
      description:
        'Invalid field of the event, such as `units.0.quantity`. Null if the reason does not concern a single field.',
    }),
    code: t.expose('code', { type: UsageRejectionEnum, description: 'Machine-readable reason.' }),
    message: t.exposeString('message', { description: 'Human-readable reason.' }),
  }),
})

export const UsageUnitInput = builder.inputType('UsageUnitInput', {
  description: 'Quantity of a line item used by a request.',
  fields: (t) => ({
    lineItem: t.field({ type: LineItemEnum, required: true, description: 'Line item that was used.' }),
    quantity: t.field({
      type: 'BigInt',
      required: true,
      description: `Quantity of tokens, images, seconds or sessions: 0 to ${MAX_QUANTITY}.`,
    }),
  }),
})

const UsageEventInput = builder.inputType('UsageEventInput', {
  description: 'A metered request.',
  fields: (t) => ({
    eventId: t.string({
      required: true,
      description: `Id of the event, such as a UUID, unique in the instance: 1 to ${MAX_EVENT_ID} printable ASCII characters without spaces. Repeated events are recorded once.`,
    }),
    credentialId: t.id({
      required: true,
      description:
        'Credential that the usage is attributed to, as returned by verification: `key_…`, `lgk_…`, or `usr_…` for the playground.',
    }),
    organizationId: t.id({
      description:
        'Id of the organization that pays for playground usage, `org_…`. Required with `usr_…` and not allowed otherwise.',
    }),
    projectId: t.id({
      description:
        'Id of the project that pays for playground usage, `prj_…`: `projectId` of the decision. Allowed only with `usr_…`. Default: the organization’s default project.',
    }),
    workload: t.field({ type: WorkloadEnum, required: true, description: 'Workload of the request.' }),
    model: t.string({ description: 'Slug of the model that was called. Omitted: no model.' }),
    occurredAt: t.field({
      type: 'DateTime',
      description: `Time of the request: at most ${LATEST_DAYS} days ago, and at most 5 minutes in the future. Default: the server’s time, minus \`ageSeconds\`.`,
    }),
    ageSeconds: t.int({
      description: `Seconds between the request and the sending of the event, at most ${LATEST_DAYS} days. Ignored if \`occurredAt\` is given. Default: 0.`,
    }),
    units: t.field({
      type: [UsageUnitInput],
      description: 'Quantities used, each line item at most once. Omitted: none.',
    }),
    cost: t.field({
      type: 'Decimal',
      description:
        'Cost in US dollars. Default: the price of `units` at the time of the request. A given cost is assigned to the line item of `units` if there is exactly one, or else to OTHER.',
    }),
    reservation: t.string({
      description: 'Token of the reservation that the event settles, `rsv_…`.',
    }),
    consumer: t.string({ description: `End customer of the request. ${CONSUMER}` }),
    serviceTier: t.field({
      type: ServiceTierEnum,
      description: 'Tier that served the request, which decides its prices. Default: STANDARD.',
    }),
  }),
})

mutation('usageRecord', {
  description:
    'Records metered requests and charges them to the budgets of their credentials. Each event is recorded once, even if it is sent repeatedly. Events may arrive in any order. Invalid events are rejected individually. If the input is a variable, this includes events with values of the wrong type. Requires a gateway token.',
  input: (t) => ({
    events: t.field({
      type: [UsageEventInput],
      required: true,
      ...rowsMarkedBy('eventId'),
      description: `Events to record, at most ${MAX_EVENTS}.`,
    }),
    released: t.stringList({
      description: `Tokens of reservations to release because their requests failed, \`rsv_…\`: at most ${MAX_EVENTS}. Reservations that are already settled or released are ignored.`,
    }),
  }),
  payloadDescription: 'Outcome of the events.',
  payload: (t: FieldsOf<RecordedUsage>) => ({
    recorded: t.exposeInt('recorded', { description: 'Number of newly recorded events.' }),
    duplicates: t.exposeInt('duplicates', {
      description: 'Number of events that were already recorded with the same content. No action is needed.',
    }),
    rejected: t.expose('rejected', {
      type: [RejectedEventRef],
      description: 'Rejected events, in input order.',
      // All events may be rejected. The number of events is not known here, because the server has already read them.
      complexity: { field: 1, multiplier: MAX_EVENTS },
    }),
    asOf: t.expose('asOf', { type: 'DateTime', description: 'Time of recording.' }),
  }),
  resolve: (input, context) => recordUsage(context, { ...input, events: rowsOf(context, 'eventId', input.events) }),
})
