import { hash } from 'node:crypto'
import { formatUsd, parseUsd, readUsd } from '@keyward/engine/money'
import type { ApiKey } from '@keyward/prisma/generated/prisma/client'
import { Workload } from '@keyward/prisma/generated/prisma/enums'
import { z } from 'zod'
import { changeKey } from '../../api-key/access.ts'
import { record } from '../../api-key/record.ts'
import type { Caller } from '../../core/caller.ts'
import { ConflictError, ValidationError } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import { parse, text } from '../../core/input.ts'
import { settleUsage } from '../../limit/ledger/charge.ts'
import { lockAuditHead } from '../../write/audit/sql.ts'
import type { UnitOfWork } from '../../write/unit-of-work.ts'
import { findModels } from '../catalogue.ts'
import { boundConsumers } from '../consumers/bound.ts'
import { consumer, OTHERS } from '../consumers/consumer.ts'
import { hashConsumer } from '../consumers/hash.ts'
import { addToConsumerSums } from '../consumers/sql.ts'
import { COST_BOUND, MAX_EVENT_ID } from '../event.ts'
import { hourOf, type Metered } from '../metered.ts'
import { sumStart } from '../parts.ts'
import { addToSums } from '../sql.ts'
import { findCosts, findEvent, keepOrganization, type Place, sumOfConsumers, sumOfEvent } from './sql.ts'

/** Maximum age of the adjusted usage. */
export const MAX_AGE_DAYS = 400
export const MAX_REASON = 500
const MAX_SLUG = 200
const DAY_MS = 86_400_000

const id = text(MAX_EVENT_ID).regex(/^[\x21-\x7e]{1,128}$/, {
  error: `Must be 1 to ${MAX_EVENT_ID} printable ASCII characters without spaces, such as a UUID.`,
})

const amount = z.string().transform((value, context) => {
  const nanos = readUsd(value)
  if (nanos !== null && nanos !== 0n && nanos < COST_BOUND && -nanos < COST_BOUND) return nanos
  context.addIssue({
    code: 'custom',
    message: 'Must be from -999999999.999999999 to 999999999.999999999 US dollars, and not 0.',
  })
  return z.NEVER
})

export const usageAdjustInput = z.object({
  adjustmentId: id,
  apiKeyId: z.string(),
  amount,
  reason: text(MAX_REASON).refine((value) => value.trim() !== '', { error: 'Must not be blank.' }),
  eventId: id.nullish(),
  hour: z.date().nullish(),
  workload: z.enum(Workload).nullish(),
  model: text(MAX_SLUG).nullish(),
  consumer: consumer.nullish(),
})

type Given = z.output<typeof usageAdjustInput>

/** The usage that is adjusted. */
interface Adjusted {
  place: Place
  /** Start of the hour, or of the part of the hour, in which the event is counted. */
  start: Date
  /** The name of the consumer in the hourly sums, and its name in limits. */
  consumer: { stored: string; given: string } | null
  /** The adjusted usage was recorded at this time or later. */
  since: Date
  /** Maximum credit, in nano-dollars. */
  charged: bigint
}

/**
 * Adjusts the costs of a key, once for the caller's id. Credits the amount to the key's budgets, or charges them with
 * it.
 */
export async function adjustUsage(caller: Caller, input: unknown): Promise<{ adjustmentId: string }> {
  const given = parse(usageAdjustInput, input)
  if (given.eventId == null && (given.hour == null || given.workload == null)) {
    throw ValidationError.at(given.hour == null ? 'hour' : 'workload', 'Give `eventId`, or `hour` and `workload`.')
  }
  if (given.eventId != null && [given.hour, given.workload, given.model].some((each) => each != null)) {
    throw ValidationError.at('eventId', 'The event determines the hour, the workload and the model. Omit them.')
  }
  const { database, leases, alerts } = caller.runtime
  const model = given.model == null ? null : ((await findModels(database, [given.model])).get(given.model) ?? 'UNKNOWN')
  let charged: string[] = []
  const done = await changeKey(
    caller,
    given.apiKeyId,
    'usage:adjust',
    async (unit, key) => {
      const stored = await findStored(unit, key, given)
      if (stored) return stored
      const { id: apiKeyId, organizationId, projectId } = key
      const payer = { kind: 'API_KEY' as const, id: apiKeyId, organizationId, projectId, userId: key.createdByUserId }
      if (model === 'UNKNOWN' || model?.isOpenTo(payer) === false) {
        throw ValidationError.at('model', 'The model does not exist or belongs to another project.')
      }
      const adjusted = await findAdjusted(unit, key, given, model?.id ?? null)
      if (-given.amount > adjusted.charged) {
        throw ValidationError.at(
          'amount',
          `Must be at least -${formatUsd(adjusted.charged)}: no more than the key was charged for this usage, less earlier adjustments.`,
        )
      }
      const { place, consumer } = adjusted
      const metered: Metered = {
        id: given.adjustmentId,
        hash: hashOf(given),
        payer,
        workload: place.workload,
        modelId: place.modelId,
        // A credit does not change rates.
        model: null,
        occurredAt: place.hour,
        hour: adjusted.start.toISOString(),
        tier: 'STANDARD',
        lines: [{ lineItem: 'ADJUSTMENT', quantity: 0n, nanos: given.amount }],
        nanos: given.amount,
        reservation: null,
        consumer: consumer?.stored ?? null,
      }
      const adjustmentId = await insert(unit, caller, given, metered)
      // The audit log is locked before the counters. Every request waits for the counters, so they must not be locked
      // while this transaction waits for the log.
      await lockAuditHead(unit.tx, organizationId)
      await addToSums(unit.tx, [metered])
      if (consumer !== null) await addToConsumerSums(unit.tx, [metered])
      charged = await settleUsage(unit.tx, unit.now, [
        {
          organizationId,
          projectId,
          apiKeyId,
          consumer: consumer?.given ?? null,
          model: null,
          occurredAt: adjusted.start,
          used: { nanos: given.amount, input: 0n, output: 0n },
          reservation: null,
          adjustsSince: adjusted.since,
        },
      ])
      record(unit, key, 'API_KEY_UPDATED', 'usage.adjusted', {
        adjustmentId: given.adjustmentId,
        usd: formatUsd(given.amount),
        reason: given.reason,
        hour: place.hour.toISOString(),
        workload: place.workload,
        eventId: given.eventId ?? null,
      })
      return adjustmentId
    },
    { archived: true, revoked: true },
  )
  leases.settled(charged)
  alerts.charged(charged)
  return { adjustmentId: done }
}

const hashOf = ({ apiKeyId, amount, reason, eventId, hour, workload, model, consumer }: Given): string =>
  hash(
    'sha256',
    JSON.stringify([
      apiKeyId,
      amount.toString(),
      reason,
      eventId ?? null,
      hour ? hourOf(hour) : null,
      workload ?? null,
      model ?? null,
      consumer ?? null,
    ]),
  )

/** Finds the adjustment with the caller's id. Throws ConflictError if its content differs. */
async function findStored({ tx }: UnitOfWork, { organizationId }: ApiKey, given: Given): Promise<string | null> {
  const { adjustmentId } = given
  const row = await tx.usageAdjustment.findUnique({
    where: { organizationId_adjustmentId: { organizationId, adjustmentId } },
    select: { id: true, contentHash: true },
  })
  if (!row) return null
  if (Buffer.from(row.contentHash).toString('hex') === hashOf(given)) return row.id
  throw new ConflictError(
    'An adjustment with this id and other content exists. Choose another id for another adjustment.',
    ['adjustmentId'],
    { type: 'UsageAdjustment', organizationId, adjustmentId },
  )
}

async function insert(unit: UnitOfWork, { access }: Caller, given: Given, metered: Metered): Promise<string> {
  const id = newId()
  const { organizationId } = metered.payer
  unit.claim('usage_adjustment_organization_id_adjustment_id_key', {
    type: 'UsageAdjustment',
    organizationId,
    adjustmentId: given.adjustmentId,
  })
  await unit.tx.usageAdjustment.create({
    data: {
      id,
      organizationId,
      projectId: metered.payer.projectId,
      apiKeyId: metered.payer.id,
      adjustmentId: given.adjustmentId,
      contentHash: new Uint8Array(Buffer.from(metered.hash, 'hex')),
      hour: metered.occurredAt,
      workload: metered.workload,
      modelId: metered.modelId,
      consumer: metered.consumer,
      eventId: given.eventId ?? null,
      amount: formatUsd(given.amount),
      reason: given.reason,
      createdAt: unit.now,
      createdByName: 'name' in access.actor ? access.actor.name : access.actor.kind,
    },
  })
  return id
}

/** The lower of two amounts, but not less than 0. */
function least(...amounts: bigint[]): bigint {
  const [lowest = 0n] = amounts.toSorted((a, b) => (a < b ? -1 : 1))
  return lowest > 0n ? lowest : 0n
}

async function findAdjusted(unit: UnitOfWork, key: ApiKey, given: Given, modelId: string | null): Promise<Adjusted> {
  const { tx } = unit
  const { id: apiKeyId, organizationId, projectId } = key
  // Locks the organization against new budgets, because a new budget must count all of its usage.
  const { salt, ...parts } = await keepOrganization(tx, organizationId)
  const event = given.eventId == null ? null : ((await findEvent(tx, apiKeyId, given.eventId)) ?? 'UNKNOWN')
  if (event === 'UNKNOWN') {
    throw ValidationError.at(
      'eventId',
      'No stored event of the key has this id. For an older event, give `hour` and `workload`.',
    )
  }
  const hour = new Date(hourOf(event?.occurred_at ?? given.hour ?? unit.now))
  const start = event ? sumStart(event.occurred_at, parts) : hour
  const age = unit.now.getTime() - hour.getTime()
  if (age < 0) throw ValidationError.at('hour', 'Must not be in the future.')
  if (age > MAX_AGE_DAYS * DAY_MS) throw ValidationError.at('hour', `Must be at most ${MAX_AGE_DAYS} days ago.`)
  const workload = event?.workload ?? given.workload
  if (workload == null) throw ValidationError.at('workload', 'Give `eventId`, or `hour` and `workload`.')
  const place: Place = {
    organizationId,
    projectId,
    apiKeyId,
    hour,
    workload,
    modelId: event ? event.model_id : modelId,
  }
  const names = given.consumer == null ? [] : [given.consumer, ...(salt ? [hashConsumer(salt, given.consumer)] : [])]
  if (event && event.consumer !== null && !names.includes(event.consumer)) {
    throw ValidationError.at('consumer', 'The event has a consumer. Give it as `consumer`.')
  }
  if (event && event.consumer === null && given.consumer != null) {
    throw ValidationError.at('consumer', 'The event has no consumer. Omit `consumer`.')
  }
  const { total, byConsumer } = await findCosts(tx, place, names)
  const since = event?.recorded_at ?? hour
  const ofEvent = event ? [parseUsd(event.cost) + (await sumOfEvent(tx, apiKeyId, given.eventId ?? ''))] : []
  if (given.consumer == null) {
    const unnamed = total - (await sumOfConsumers(tx, place))
    return { place, start, consumer: null, since, charged: least(unnamed, ...ofEvent) }
  }
  const found = names.find((name) => byConsumer.has(name)) ?? (event ? OTHERS : null)
  const stored = found ?? (await nameOf(unit, key, { place, start }, names.at(-1) ?? given.consumer))
  return {
    place,
    start,
    consumer: { stored, given: given.consumer },
    since,
    charged: least(total, found === null ? 0n : (byConsumer.get(found) ?? 0n), ...ofEvent),
  }
}

/** The stored name of a consumer for an hour whose sums do not yet contain it. */
async function nameOf(
  { tx }: UnitOfWork,
  key: ApiKey,
  { place, start }: Pick<Adjusted, 'place' | 'start'>,
  stored: string,
): Promise<string> {
  const { organizationId, projectId } = key
  const [bounded] = await boundConsumers(tx, [
    {
      id: '',
      hash: '',
      payer: { kind: 'API_KEY', id: key.id, organizationId, projectId, userId: null },
      workload: place.workload,
      modelId: place.modelId,
      model: null,
      occurredAt: place.hour,
      hour: start.toISOString(),
      tier: 'STANDARD',
      lines: [],
      nanos: 0n,
      reservation: null,
      consumer: stored,
    },
  ])
  return bounded?.consumer ?? OTHERS
}
