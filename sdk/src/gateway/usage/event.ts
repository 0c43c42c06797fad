import { formatUsd, roundUsd } from '@keyward/engine/money'
import type { UsageEventInput } from '../../generated/types.ts'
import type { PendingEvent } from './spool.ts'
import type { Usage } from './usage.ts'

const MAX_AGE_SECONDS = 2_500_000

/** The event as it is sent: its age replaces the time at which it was taken on. */
export function sendable({ takenAt, ...event }: PendingEvent, now: number): UsageEventInput {
  const seconds = Math.min(Math.floor((now - (takenAt ?? now)) / 1_000), MAX_AGE_SECONDS)
  return seconds > 0 ? { ...event, ageSeconds: seconds } : event
}

/** The fields that an event may have, with the form of each. The server refuses everything else. */
const FORMS: Record<keyof Omit<UsageEventInput, 'units' | 'cost' | 'ageSeconds'>, RegExp> = {
  eventId: /^[!-~]{1,128}$/,
  credentialId: /^(key|lgk|usr)_/,
  organizationId: /^org_/,
  projectId: /^prj_/,
  workload: /^(INFERENCE|CODE_INTERPRETER|FINE_TUNING|BATCH|FILES|ENDPOINTS|CLUSTERS|EVALUATIONS)$/,
  model: /^.{1,200}$/,
  occurredAt: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/,
  reservation: /^rsv_/,
}

const LINE_ITEM = /^((CACHED_)?INPUT_TOKENS|OUTPUT_TOKENS|IMAGES|SECONDS|SESSIONS|OTHER)$/

const MAX_QUANTITY = 1_000_000_000_000n
const MAX_COST = 10n ** 18n

/** Throws a TypeError that names a field and the shape of its value. Text is not quoted: it may be a secret. */
export function invalid(field: string, rule: string, value: unknown): never {
  const found =
    typeof value === 'string' ? `a string of ${value.length}` : typeof value === 'number' ? value : typeof value
  throw new TypeError(`\`${field}\` has to be ${rule}. Found: ${found}.`)
}

/** Reads a quantity, a whole number. */
export function readQuantity(field: string, value: unknown): bigint {
  const text = typeof value === 'object' ? '' : String(value)
  const quantity = /^\d{1,15}$/.test(text) ? BigInt(text) : -1n
  return quantity >= 0n && quantity <= MAX_QUANTITY ? quantity : invalid(field, 'a whole number from 0 to 10^12', value)
}

/** Reads a cost in US dollars, rounded half up to nine decimals. */
function readCost(value: unknown): string {
  const nanos = typeof value === 'string' ? roundUsd(value) : null
  return nanos !== null && nanos < MAX_COST
    ? formatUsd(nanos)
    : invalid('cost', 'a decimal string such as "0.02"', value)
}

/**
 * Builds the event as a copy, so that later changes of the input have no effect.
 * @throws {TypeError} The server would refuse the event. Names the field and its value.
 */
export function eventOf({ answer, units, cost, ...rest }: Usage, now: number): PendingEvent {
  const event: Record<string, unknown> = {
    ...(answer?.kind === 'PLAYGROUND' ? { organizationId: answer.organizationId, projectId: answer.projectId } : {}),
    ...(answer?.reservation ? { reservation: answer.reservation } : {}),
    ...(answer ? { credentialId: answer.credentialId } : {}),
    eventId: crypto.randomUUID(),
  }
  for (const [name, value] of Object.entries(rest)) if (value != null) event[name] = value
  if (!event.credentialId) throw new TypeError('Give `answer`, or `credentialId`.')
  if (!event.workload) invalid('workload', 'a workload', rest.workload)
  for (const [name, value] of Object.entries(event)) {
    const form = FORMS[name as keyof typeof FORMS]
    if (!form) throw new TypeError(`\`${name}\` is no field of usage.`)
    if (typeof value !== 'string' || !form.test(value)) invalid(name, `of the form ${form.source}`, value)
  }
  if (units) {
    const items = new Set<unknown>()
    event.units = units.map((unit, index) => {
      const { lineItem, quantity } = unit ?? {}
      if (!LINE_ITEM.test(lineItem) || items.has(lineItem)) {
        invalid(`units.${index}.lineItem`, 'a line item that is named once', lineItem)
      }
      items.add(lineItem)
      return { lineItem, quantity: String(readQuantity(`units.${index}.quantity`, quantity)) }
    })
  }
  if (cost != null) event.cost = readCost(cost)
  if (!event.occurredAt) event.takenAt = now
  return event as unknown as PendingEvent
}
