import { createHash } from 'node:crypto'

/** The hashed content of an audit event: everything except its own hash. Times are text with microseconds, in UTC. */
export interface HashedEvent {
  id: string
  organizationId: string
  sequence: string
  at: string
  action: string
  actorKind: string
  actorId: string | null
  actorName: string | null
  targetType: string
  targetId: string
  targetName: string | null
  projectId: string | null
  details: Details
  requestId: string | null
}

/** Details of an event in addition to action and target. Numbers are integers, so that each has one spelling. */
export type Detail = string | number | boolean | null | string[]
export type Details = { [name: string]: Detail }

const canonicalDetails = (details: Details): string =>
  JSON.stringify(Object.fromEntries(Object.entries(details).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))))

/**
 * The canonical form: a JSON array of the fields in this order. Its details are JSON text whose members are sorted by
 * UTF-16 code units. docs/audit.md describes the form, so that anyone can check a chain with other tools.
 */
export const canonical = (event: HashedEvent): string =>
  JSON.stringify([
    event.id,
    event.organizationId,
    event.sequence,
    event.at,
    event.action,
    event.actorKind,
    event.actorId,
    event.actorName,
    event.targetType,
    event.targetId,
    event.targetName,
    event.projectId,
    canonicalDetails(event.details),
    event.requestId,
  ])

/** The hash that precedes an organization's first event. */
export const GENESIS: Uint8Array<ArrayBuffer> = new Uint8Array(32)

/** The hash of an event: SHA-256 over the previous event's hash and the canonical form. */
export const chainHash = (previous: Uint8Array, event: HashedEvent): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(previous).update(canonical(event)).digest())
