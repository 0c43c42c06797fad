import { WorkloadEnum } from '../api-key/enums.ts'
import { builder } from '../graphql/builder.ts'
import { mutation } from '../graphql/mutation.ts'
import type { FieldsOf } from '../graphql/types.ts'
import { LineItemEnum } from '../model/graph.ts'
import { MAX_EVENTS } from './event.ts'
import { REFUSALS, type RecordedUsage, type RejectedEvent, recordUsage, type UsageRefusal } from './record.ts'

const UsageRejectionEnum = builder.enumType('UsageRejection', {
  description: 'Why a usage event is refused. The list may grow.',
  values: Object.fromEntries(Object.entries(REFUSALS).map(([code, description]) => [code, { description }])) as Record<
    UsageRefusal,
    { description: string }
  >,
})

const RejectedEventRef = builder.objectRef<RejectedEvent>('RejectedUsageEvent').implement({
  description: 'A usage event that was refused. Nothing of it is written; what it holds by a reservation stays held.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Its place among the events of the call, from 0.' }),
    eventId: t.exposeString('eventId', {
      nullable: true,
      description: 'Its id; null where what was given cannot be one.',
    }),
    code: t.expose('code', { type: UsageRejectionEnum, description: 'Why, for programs.' }),
    message: t.exposeString('message', { description: 'Why, for people.' }),
  }),
})

export const UsageUnitInput = builder.inputType('UsageUnitInput', {
  description: 'How much of something a request used.',
  fields: (t) => ({
    lineItem: t.field({ type: LineItemEnum, required: true, description: 'What was used.' }),
    quantity: t.field({
      type: 'BigInt',
      required: true,
      description: 'How much of it: tokens, images, seconds or sessions; from 0 to 10¹².',
    }),
  }),
})

const UsageEventInput = builder.inputType('UsageEventInput', {
  description: 'One metered request.',
  fields: (t) => ({
    eventId: t.string({
      required: true,
      description:
        'What the event is known by, on the whole instance: 1 to 128 printable ASCII characters without spaces; a UUID of your own is best. An event is recorded once, however often it is sent.',
    }),
    credentialId: t.id({
      required: true,
      description:
        'What the usage is attributed to, as verifying told (`credentialId`): a key (`key_…`), a legacy key (`lgk_…`), or a person who uses the playground (`usr_…`).',
    }),
    organizationId: t.id({
      description: 'The organization whose playground it is, `org_…`; goes with `usr_…`, and with no other.',
    }),
    workload: t.field({ type: WorkloadEnum, required: true, description: 'What the request was for.' }),
    model: t.string({ description: 'The slug of the model that it called; none if not given.' }),
    occurredAt: t.field({
      type: 'DateTime',
      required: true,
      description: 'When it happened: at most 30 days ago, and at most five minutes ahead.',
    }),
    units: t.field({ type: [UsageUnitInput], description: 'What it used, each line item once; nothing if not given.' }),
    cost: t.field({
      type: 'Decimal',
      description:
        'What it cost, in US dollars. If not given, what its units cost by the prices that its model had then. A given cost is that of its one line item, or of OTHER where it has none or several.',
    }),
    reservation: t.string({
      description: 'The token of the reservation that was made for it, `rsv_…`, which it settles.',
    }),
  }),
})

mutation('usageRecord', {
  description: `Records metered requests, at most ${MAX_EVENTS} in a call, and charges them to the budgets above their credentials. Each is recorded once by its id, in whatever order and however often it is sent; what cannot be recorded is refused event by event, and the others are recorded. For gateways.`,
  input: (t) => ({
    events: t.field({ type: [UsageEventInput], required: true, description: `The events, at most ${MAX_EVENTS}.` }),
    released: t.stringList({
      description: `Tokens of reservations (\`rsv_…\`) whose requests came to nothing, so that they are let go; at most ${MAX_EVENTS}. One that was settled or let go before is passed over.`,
    }),
  }),
  payloadDescription: 'What became of the events.',
  payload: (t: FieldsOf<RecordedUsage>) => ({
    recorded: t.exposeInt('recorded', { description: 'How many events are new.' }),
    duplicates: t.exposeInt('duplicates', {
      description: 'How many were recorded before, saying the same: nothing is to be done about them.',
    }),
    rejected: t.expose('rejected', {
      type: [RejectedEventRef],
      description: 'Those that were refused, in the order of the call.',
      complexity: { field: 1, multiplier: 1 },
    }),
    asOf: t.expose('asOf', { type: 'DateTime', description: 'When they were recorded.' }),
  }),
  // More events than may be sent are refused as that, and not as too costly.
  rows: ({ events }) => Math.min(events.length, MAX_EVENTS),
  resolve: (input, context) => recordUsage(context, input),
})
