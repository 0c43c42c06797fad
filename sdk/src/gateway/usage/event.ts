import { formatUsd, readEstimate } from '@keyward/engine/money'
import type { UsageEventInput, UsageUnitInput } from '../../generated/types.ts'
import type { PendingEvent } from './spool.ts'
import type { Usage } from './usage.ts'

const MAX_AGE_SECONDS = 2_500_000

/** The event in its wire format: its age replaces the time at which it was accepted. */
export function sendable({ takenAt, ...event }: PendingEvent, now: number): UsageEventInput {
  const seconds = Math.min(Math.floor((now - (takenAt ?? now)) / 1_000), MAX_AGE_SECONDS)
  return seconds > 0 ? { ...event, ageSeconds: seconds } : event
}

/**
 * Fields that an event may have, with the format of each. Enums are not checked, because the server may know newer
 * values.
 */
export const FORMS: Record<keyof Omit<UsageEventInput, 'units' | 'cost' | 'ageSeconds'>, RegExp> = {
  eventId: /^[!-~]{1,128}$/,
  credentialId: /^(key|lgk|usr)_/,
  organizationId: /^org_/,
  projectId: /^prj_/,
  workload: /^[A-Z_]+$/,
  model: /^.{1,200}$/,
  occurredAt: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/,
  reservation: /^rsv_/,
  consumer: /^.{1,128}$/,
  serviceTier: /^[A-Z_]+$/,
}

/** Throws a TypeError that names a field and its value. Strings are not quoted, because they may be secrets. */
function invalid(field: string, rule: string, value: unknown): never {
  throw new TypeError(
    `\`${field}\` has to be ${rule}. Found: ${typeof value === 'string' ? `a string of ${value.length}` : value}.`,
  )
}

/**
 * Returns the value as a string. Throws a TypeError unless it has the format. Objects are rejected, because their
 * string form is not their value.
 */
export function match(field: string, form: RegExp, value: unknown): string {
  const text = typeof value === 'object' ? '' : String(value)
  return form.test(text) ? text : invalid(field, `of the form ${form}`, value)
}

/** Parses quantities: whole numbers up to 10^12, with each line item at most once. */
export function readUnits(field: string, units: unknown): UsageUnitInput[] {
  if (!Array.isArray(units)) return invalid(field, 'a list', units)
  const items = new Set<unknown>()
  return units.map((unit, index) => {
    const { lineItem, quantity } = unit ?? {}
    const at = `${field}.${index}.`
    match(`${at}lineItem`, FORMS.workload, lineItem)
    if (items.has(lineItem)) invalid(`${at}lineItem`, 'named once', lineItem)
    items.add(lineItem)
    return { lineItem, quantity: `${BigInt(match(`${at}quantity`, /^(\d{1,12}|10{12})$/, quantity))}` }
  })
}

/** Parses an amount in US dollars, rounded half up to nine decimals. */
export const readAmount = (field: string, value: unknown): bigint =>
  (typeof value === 'string' ? readEstimate(value) : null) ?? invalid(field, 'a decimal string up to 999999999', value)

/**
 * Builds the event as a copy, so that later changes to the input have no effect.
 * @throws {TypeError} The server would reject the event. The message names the field and its value.
 */
export function eventOf({ answer, units, cost, ...rest }: Usage, now: number): PendingEvent {
  const event: Record<string, unknown> = {
    ...(answer?.kind === 'PLAYGROUND' ? { organizationId: answer.organizationId, projectId: answer.projectId } : {}),
    ...(answer?.reservation ? { reservation: answer.reservation } : {}),
    credentialId: answer?.credentialId,
    workload: undefined,
    eventId: crypto.randomUUID(),
  }
  for (const [name, value] of Object.entries(rest)) if (value != null) event[name] = value
  for (const [name, value] of Object.entries(event)) {
    const form = FORMS[name as keyof typeof FORMS]
    if (!form) throw new TypeError(`\`${name}\` is not a usage field.`)
    event[name] = match(name, form, value)
  }
  if (units != null) event.units = readUnits('units', units)
  if (cost != null) event.cost = formatUsd(readAmount('cost', cost))
  if (!event.occurredAt) event.takenAt = now
  return event as unknown as PendingEvent
}
