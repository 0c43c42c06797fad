import { encodeId } from '../../core/ids.ts'
import { canonical, type Details } from '../../write/audit/chain.ts'
import { sealedUnder } from '../../write/audit/sealed-text.ts'
import { publicActorId, publicDetail, publicTargetId } from '../public-ids.ts'
import { eventOf } from '../walk.ts'
import type { DueRow } from './sql.ts'

/**
 * Returns a text, but null for the sealed name of a person: the receiver has no key, and an erasure must reach the name
 * there, too.
 */
const unsealed = <Value>(value: Value): Value | null =>
  typeof value === 'string' && sealedUnder(value) !== null ? null : value

const readable = (details: Details) =>
  Object.fromEntries(Object.entries(details).map(([name, value]) => [name, publicDetail(name, unsealed(value))]))

/**
 * One event as the receiver gets it, as a line of JSON. `canonical` is the text that the hash covers, so that the chain
 * can be verified without the database. The other members repeat it for reading, with public ids. A damaged row has no
 * canonical form. It is sent as it is stored, so that it does not delay other rows and the receiver can see it.
 */
export function lineOf(row: DueRow): string {
  const event = eventOf(row.organization_id, row)
  return JSON.stringify({
    id: encodeId('AuditEvent', row.id),
    organizationId: encodeId('Organization', row.organization_id),
    sequence: row.sequence,
    at: row.at,
    action: row.action,
    actor: {
      kind: row.actor_kind,
      id: publicActorId(row.actor_kind, row.actor_id),
      name: unsealed(row.actor_name),
    },
    target: {
      type: row.target_type,
      id: publicTargetId(row.target_type, row.target_id),
      name: unsealed(row.target_name),
    },
    projectId: row.project_id && encodeId('Project', row.project_id),
    details: event ? readable(event.details) : row.details,
    requestId: row.request_id,
    previousHash: row.previous_hash.toString('hex'),
    hash: row.hash.toString('hex'),
    canonical: event && canonical(event),
  })
}
