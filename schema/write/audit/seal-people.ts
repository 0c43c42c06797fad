import type { Transaction } from '@keyward/prisma/database'
import type { SealingKey } from '../../core/sealing.ts'
import type { Details, HashedEvent } from './chain.ts'
import { keysFor, type PersonKeys, placeName } from './person-keys.ts'
import { Personal, type Place } from './personal.ts'
import { ERASED, sealText } from './sealed-text.ts'

/** Details of an event that may name people. */
export type GivenDetails = { [name: string]: Details[string] | Personal }

/** An event for the audit log. */
export interface AuditEntry {
  organizationId: string
  action: string
  targetType: string
  targetId: string
  targetName?: string | Personal | null
  projectId?: string | null
  details?: GivenDetails
}

/** The actor of a change. */
export interface Author {
  kind: string
  id: string | null
  name: string | Personal | null
}

/**
 * An event with its actor, in the form in which the audit log and webhook messages store it: without any person's name
 * in plain text.
 */
export type SealedEntry = Omit<HashedEvent, 'id' | 'sequence' | 'at' | 'requestId'>

/**
 * Seals the names and addresses in events under the keys of their people.
 * @param erased Ids of subjects that the transaction erases. Their names are not written at all, not even sealed.
 */
export async function sealPeople(
  tx: Transaction,
  keys: readonly SealingKey[],
  by: Author,
  entries: readonly AuditEntry[],
  erased: ReadonlySet<string>,
): Promise<SealedEntry[]> {
  const places = entries.flatMap(({ organizationId, targetName, details }) =>
    [by.name, targetName, ...Object.values(details ?? {})].flatMap((value): Place[] =>
      value instanceof Personal && !erased.has(value.subject.id) ? [{ organizationId, subject: value.subject }] : [],
    ),
  )
  const personKeys = await keysFor(tx, keys, places)
  return entries.map((entry) => sealEntry(personKeys, by, entry))
}

function sealEntry(keys: PersonKeys, by: Author, entry: AuditEntry): SealedEntry {
  const { organizationId } = entry
  const seal = ({ text, subject }: Personal): string => {
    const key = keys.get(placeName({ organizationId, subject }))
    return key ? sealText(key, text) : ERASED
  }
  const sealed = <T>(value: T | Personal): T | string => (value instanceof Personal ? seal(value) : value)
  return {
    organizationId,
    action: entry.action,
    actorKind: by.kind,
    actorId: by.id,
    actorName: sealed(by.name),
    targetType: entry.targetType,
    targetId: entry.targetId,
    targetName: sealed(entry.targetName ?? null),
    projectId: entry.projectId ?? null,
    details: Object.fromEntries(Object.entries(entry.details ?? {}).map(([name, value]) => [name, sealed(value)])),
  }
}
