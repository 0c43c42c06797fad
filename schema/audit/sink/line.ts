import { encodeId } from '../../core/ids.ts'
import { canonical } from '../../write/audit/chain.ts'
import { sealedUnder } from '../../write/audit/sealed-text.ts'
import { publicActorId, publicDetail, publicTargetId } from '../public-ids.ts'
import { eventOf } from '../walk.ts'
import type { DueRow } from './sql.ts'

/** A text, unless it is the sealed name of a person: the receiver has no key, and an erasure must reach the name there too. */
const unsealed = <Value>(value: Value): Value | null =>
  typeof value === 'string' && sealedUnder(value) !== null ? null : value

/**
 * One event as the receiver gets it, as a line of JSON. `canonical` is the text that the hash covers, so that the chain can
 * be verified without the database. The other members repeat it for reading, with public ids.
 */
export function lineOf(row: DueRow): string {
  const event = eventOf(row.organization_id, row)
  if (!event) throw new Error(`The audit event ${row.id} has details that are not those of an event`)
  const { actorKind, actorId, targetType, targetId, projectId, details } = event
  return JSON.stringify({
    id: encodeId('AuditEvent', event.id),
    organizationId: encodeId('Organization', event.organizationId),
    sequence: event.sequence,
    at: event.at,
    action: event.action,
    actor: { kind: actorKind, id: publicActorId(actorKind, actorId), name: unsealed(event.actorName) },
    target: { type: targetType, id: publicTargetId(targetType, targetId), name: unsealed(event.targetName) },
    projectId: projectId && encodeId('Project', projectId),
    details: Object.fromEntries(
      Object.entries(details).map(([name, value]) => [name, publicDetail(name, unsealed(value))]),
    ),
    requestId: event.requestId,
    previousHash: row.previous_hash.toString('hex'),
    hash: row.hash.toString('hex'),
    canonical: canonical(event),
  })
}
