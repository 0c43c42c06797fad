import { countTokens } from '@keyward/engine/lease/kind'
import type { Reservation } from '@keyward/engine/lease/reservation'
import type { Transaction } from '@keyward/prisma/database'
import type { LineItem } from '@keyward/prisma/generated/prisma/enums'
import { mapInTurns } from '@keyward/prisma/pace'
import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import { ForbiddenError } from '../core/errors.ts'
import { parse } from '../core/input.ts'
import { INSTANCE, rolesFor } from '../core/policy.ts'
import { InvalidRow } from '../core/rows.ts'
import { type Charge, settleUsage } from '../limit/ledger/charge.ts'
import { releaseOf } from '../limit/ledger/release.ts'
import { findModels, type PricedModel } from './catalogue.ts'
import { boundConsumers } from './consumers/bound.ts'
import { hashConsumer } from './consumers/hash.ts'
import { addToConsumerSums } from './consumers/sql.ts'
import { linesByPrice, linesOfGiven } from './cost.ts'
import { COST_BOUND, type GivenEvent, LATEST_DAYS, MAX_EVENTS, readEvent, released } from './event.ts'
import { hourOf, type Metered, type Payer } from './metered.ts'
import { lacksMonth, monthOf } from './months/months.ts'
import { lockMonth } from './months/sql.ts'
import { sumStart } from './parts.ts'
import { findPayers } from './payer.ts'
import { addToSums, findHashes, insertEvents, type KeptSettings, keepOrganizations } from './sql.ts'

const DAY_MS = 86_400_000
/** How far a gateway's clock may be ahead of the database's clock. */
const AHEAD_MS = 5 * 60_000
/** Number of events that are read in one turn of the event loop. */
const TURN_EVENTS = 100

/** Why an event is rejected. */
export const REFUSALS = {
  INVALID: 'The event is invalid. `message` says what to change.',
  UNKNOWN_CREDENTIAL:
    'No key, legacy key or playground user of the organization has this id. Revoked and expired keys are accepted.',
  UNKNOWN_MODEL: 'The model does not exist or belongs to another project.',
  TOO_OLD: `The event is more than ${LATEST_DAYS} days old.`,
  IN_THE_FUTURE: 'The event is more than five minutes in the future.',
  NO_PRICE: 'The cost is omitted, and some units had no price at that time, neither for their tier nor for STANDARD.',
  CONFLICT: 'An event with this id but different content was already recorded.',
} as const

export type UsageRefusal = keyof typeof REFUSALS

/** A rejected event. Nothing is written for it. */
export interface RejectedEvent {
  index: number
  /** Null if the given id is invalid. */
  eventId: string | null
  /** The invalid field. Null if the reason does not concern a single field. */
  field: string | null
  code: UsageRefusal
  message: string
}

/** The result of one call. */
export interface RecordedUsage {
  recorded: number
  duplicates: number
  rejected: RejectedEvent[]
  asOf: Date
}

interface Refused {
  code: UsageRefusal
  message: string
  field: string | null
}

/** The field that each kind of rejection concerns. */
const FIELDS: Partial<Record<UsageRefusal, string>> = {
  UNKNOWN_CREDENTIAL: 'credentialId',
  UNKNOWN_MODEL: 'model',
  TOO_OLD: 'occurredAt',
  IN_THE_FUTURE: 'occurredAt',
  NO_PRICE: 'units',
  CONFLICT: 'eventId',
}

const refuse = (code: UsageRefusal, message: string = REFUSALS[code], field = FIELDS[code] ?? null): Refused => ({
  code,
  message,
  field,
})

/** One event of the current call: as it was read, with its attribution if it can be recorded. */
interface Row {
  index: number
  event: GivenEvent
  outcome: Metered | Refused
}

const isMetered = (outcome: Metered | Refused): outcome is Metered => 'payer' in outcome

export const usageRecordInput = z.object({
  events: z.array(z.unknown()).max(MAX_EVENTS, { error: `At most ${MAX_EVENTS} at a time.` }),
  released,
})

/**
 * Records usage events, each once by its id, and settles their reservations. Events are recorded or rejected
 * individually. All recorded events are recorded in one transaction.
 */
export async function recordUsage(caller: Caller, input: unknown): Promise<RecordedUsage> {
  const { access, runtime } = caller
  const { actor } = access
  if (actor.kind !== 'GATEWAY' || !access.can('usage:record', INSTANCE)) {
    throw new ForbiddenError('usage:record', rolesFor('usage:record'))
  }
  const given = parse(usageRecordInput, input)
  const now = runtime.database.clock.now()
  const rejected: RejectedEvent[] = []
  const read: { index: number; event: GivenEvent }[] = []
  const events = await mapInTurns(given.events, TURN_EVENTS, readEvent)
  for (const [index, event] of events.entries()) {
    if ('hash' in event) read.push({ index, event })
    else rejected.push({ index, eventId: idOf(given.events[index]), ...refuse('INVALID', event.message, event.field) })
  }
  const rows = await complete(caller, read, now)
  const recorded = await write(caller, { gatewayId: actor.id, now }, rows, given.released)
  let duplicates = 0
  for (const { index, event, outcome } of rows) {
    const stored = recorded.hashes.get(event.eventId)
    // The first event with its id in this call, which has just been recorded.
    if (recorded.first.get(event.eventId) === index) continue
    if (stored === event.hash) duplicates += 1
    else if (!isMetered(outcome)) rejected.push({ index, eventId: event.eventId, ...outcome })
    else rejected.push({ index, eventId: event.eventId, ...refuse('CONFLICT') })
  }
  rejected.sort((a, b) => a.index - b.index)
  return { recorded: recorded.first.size, duplicates, rejected, asOf: now }
}

function idOf(given: unknown): string | null {
  if (given instanceof InvalidRow) return idOf(given.given)
  if (typeof given !== 'object' || given === null || !('eventId' in given)) return null
  const { eventId } = given
  return typeof eventId === 'string' && /^[\x21-\x7e]{1,128}$/.test(eventId) ? eventId : null
}

/** Attributes and prices events. Reads only immutable data, so it can run before the transaction. */
async function complete(
  { runtime: { database } }: Caller,
  read: { index: number; event: GivenEvent }[],
  now: Date,
): Promise<Row[]> {
  if (read.length === 0) return []
  const slugs = new Set(read.map(({ event }) => event.model).filter((slug) => typeof slug === 'string'))
  const [payerOf, models] = await Promise.all([
    findPayers(
      database,
      read.map(({ event }) => event),
    ),
    findModels(database, [...slugs]),
  ])
  return read.map(({ index, event }) => {
    const model = event.model == null ? null : (models.get(event.model) ?? 'UNKNOWN')
    return { index, event, outcome: meter(event, payerOf(event), model, now) }
  })
}

/** The reason why some units have no price, and what to do. */
const noPrice = (model: string | null, unpriced: readonly LineItem[]): string =>
  model === null
    ? 'The event names no model, so its units have no price. Give `model` or `cost`.'
    : `\`${model}\` had no price for ${unpriced.join(', ')} at that time. Load one, or give \`cost\`.`

function meter(
  event: GivenEvent,
  payer: Payer | undefined,
  model: PricedModel | null | 'UNKNOWN',
  now: Date,
): Metered | Refused {
  const { eventId: id, hash, workload, units, cost, reservation, consumer, serviceTier: tier } = event
  const occurredAt = event.occurredAt ?? new Date(now.getTime() - event.ageSeconds * 1000)
  const isPerson = event.credentialId.startsWith('usr_')
  if (isPerson !== (event.organizationId != null)) {
    return refuse(
      'INVALID',
      '`organizationId`: Required if `credentialId` is a person (`usr_…`), and not allowed otherwise.',
      'organizationId',
    )
  }
  if (event.projectId != null && !isPerson) {
    return refuse('INVALID', '`projectId`: Allowed only if `credentialId` is a person (`usr_…`).', 'projectId')
  }
  if (occurredAt.getTime() < now.getTime() - LATEST_DAYS * DAY_MS) return refuse('TOO_OLD')
  if (occurredAt.getTime() > now.getTime() + AHEAD_MS) return refuse('IN_THE_FUTURE')
  if (!payer) return refuse('UNKNOWN_CREDENTIAL')
  if (model === 'UNKNOWN' || model?.isOpenTo(payer) === false) return refuse('UNKNOWN_MODEL')
  const request = { tier, input: countTokens(units).input, at: occurredAt }
  const { lines, unpriced } =
    cost === null
      ? linesByPrice(units, (lineItem) => model?.priceOf(lineItem, request) ?? null)
      : { lines: linesOfGiven(units, cost), unpriced: [] }
  if (unpriced.length > 0)
    return refuse('NO_PRICE', noPrice(event.model ?? null, unpriced), event.model == null ? 'model' : 'units')
  const nanos = lines.reduce((sum, line) => sum + line.nanos, 0n)
  if (nanos >= COST_BOUND) return refuse('INVALID', '`units`: They cost a billion US dollars or more.', 'units')
  const modelId = model?.id ?? null
  return {
    id,
    hash,
    payer,
    workload,
    modelId,
    model: event.model ?? null,
    occurredAt,
    hour: hourOf(occurredAt),
    tier,
    lines,
    nanos,
    reservation,
    consumer,
  }
}

interface Written {
  /** The position in the call of each new event. */
  first: Map<string, number>
  /** Content hashes of already recorded events that have an id of this call. */
  hashes: Map<string, string>
}

async function write(
  { runtime: { alerts, database, leases, usageMonths }, untimed }: Caller,
  origin: { gatewayId: string; now: Date },
  rows: readonly Row[],
  toRelease: readonly Reservation[],
): Promise<Written> {
  const candidates = new Map<string, { index: number; metered: Metered }>()
  for (const { index, outcome } of rows) {
    if (isMetered(outcome) && !candidates.has(outcome.id)) candidates.set(outcome.id, { index, metered: outcome })
  }
  const metered = [...candidates.values()].map((candidate) => candidate.metered)
  if (rows.length === 0 && toRelease.length === 0) return { first: new Map(), hashes: new Map() }
  const month = monthOf(origin.now)
  if (metered.length > 0) await usageMonths.ensure(month)
  let charged: string[] = []
  const record = async (tx: Transaction): Promise<Written> => {
    const fresh: Metered[] = []
    const first = new Map<string, number>()
    const hashes = new Map<string, string>()
    if (metered.length > 0) {
      await lockMonth(tx, month)
      const settings = await keepOrganizations(
        tx,
        metered.map(({ payer }) => payer.organizationId),
      )
      const stored = metered.map((event) => asStored(event, settings))
      const inserted = await insertEvents(tx, { ...origin, month }, stored)
      for (const event of stored) {
        if (!inserted.has(event.id)) continue
        fresh.push(event)
        first.set(event.id, candidates.get(event.id)?.index ?? 0)
        hashes.set(event.id, event.hash)
      }
    }
    const known = [...new Set(rows.map(({ event }) => event.eventId).filter((id) => !hashes.has(id)))]
    for (const [id, hash] of await findHashes(tx, known)) hashes.set(id, hash)
    if (fresh.length > 0) await addToSums(tx, fresh)
    if (fresh.some(({ consumer }) => consumer !== null)) await addToConsumerSums(tx, await boundConsumers(tx, fresh))
    // Limits use the names of consumers in events, not their stored form.
    const given = fresh.flatMap(({ id }) => candidates.get(id)?.metered ?? [])
    const charges = [...given.map(chargeOf), ...toRelease.map((reservation) => releaseOf(origin.now, reservation))]
    if (charges.length > 0) charged = await settleUsage(tx, origin.now, charges)
    return { first, hashes }
  }
  const written = await untimed(async () => {
    try {
      return await database.transaction(record)
    } catch (error) {
      if (!lacksMonth(error)) throw error
      usageMonths.forget(month)
      await usageMonths.ensure(month)
      return database.transaction(record)
    }
  })
  leases.settled(charged)
  // Alerts are raised outside of the transaction, so that it does not wait for them.
  alerts.charged(charged)
  return written
}

/**
 * The event in the form in which its organization stores it: with a plain or hashed consumer, and summed by the hour or
 * a part of it.
 */
function asStored(event: Metered, settings: ReadonlyMap<string, KeptSettings>): Metered {
  const kept = settings.get(event.payer.organizationId)
  if (!kept) return event
  const { consumer } = event
  return {
    ...event,
    hour: sumStart(event.occurredAt, kept.parts).toISOString(),
    consumer: kept.salt && consumer !== null ? hashConsumer(kept.salt, consumer) : consumer,
  }
}

const chargeOf = ({ payer, occurredAt, lines, nanos, reservation, consumer, model }: Metered): Charge => ({
  organizationId: payer.organizationId,
  projectId: payer.projectId,
  apiKeyId: payer.kind === 'API_KEY' ? payer.id : null,
  consumer,
  model,
  occurredAt,
  used: { nanos, ...countTokens(lines) },
  reservation,
})
