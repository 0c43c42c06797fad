import { z } from 'zod'
import { chainHash, GENESIS, type HashedEvent } from '../write/audit/chain.ts'
import { fromHex } from './passphrase.ts'
import type { Row } from './tables.ts'

const text = z.string()
const optional = text.nullable()
const event = z.object({
  id: text,
  organization_id: text,
  sequence: text,
  at: text.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?\+00:00$/),
  action: text,
  actor_kind: text,
  actor_id: optional,
  actor_name: optional,
  target_type: text,
  target_id: text,
  target_name: optional,
  project_id: optional,
  details: z.record(text, z.union([text, z.number().int(), z.boolean(), z.null(), z.array(text)])),
  request_id: optional,
  previous_hash: text,
  hash: text,
})

/** The time in the form that is hashed: with six digits of the second. */
function hashedTime(at: string): string {
  const [whole = '', fraction = ''] = at.replace('+00:00', '').split('.')
  return `${whole}.${fraction.padEnd(6, '0')}Z`
}

/** Checks an audit log from its first event on. */
export class ChainReader {
  #sequence = 0n
  #hash: Uint8Array = GENESIS

  /** Whether the event is the next one of the chain. */
  isNext(row: Row): boolean {
    const { data } = event.safeParse(row)
    if (!data) return false
    const hashed: HashedEvent = {
      id: data.id,
      organizationId: data.organization_id,
      sequence: data.sequence,
      at: hashedTime(data.at),
      action: data.action,
      actorKind: data.actor_kind,
      actorId: data.actor_id,
      actorName: data.actor_name,
      targetType: data.target_type,
      targetId: data.target_id,
      targetName: data.target_name,
      projectId: data.project_id,
      details: data.details,
      requestId: data.request_id,
    }
    const previous = this.#hash
    this.#sequence += 1n
    this.#hash = chainHash(previous, hashed)
    return (
      data.sequence === this.#sequence.toString() &&
      fromHex(data.previous_hash).equals(previous) &&
      fromHex(data.hash).equals(this.#hash)
    )
  }

  /** Whether the log ends where its head says. */
  isHead({ sequence, hash }: Row): boolean {
    return sequence === this.#sequence.toString() && fromHex(hash).equals(this.#hash)
  }
}
