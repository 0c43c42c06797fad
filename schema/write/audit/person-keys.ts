import { randomBytes } from 'node:crypto'
import type { Transaction } from '@keyward/prisma/database'
import { newId } from '../../core/ids.ts'
import { open, type SealingKey, seal } from '../../core/sealing.ts'
import { inBatches } from '../batches.ts'
import type { Place } from './personal.ts'
import { personKeyBinding } from './sealed-text.ts'
import { findPersonKeys, lockSubjects, type PersonKeyRow } from './sql.ts'

/** Keys of people by `placeName`. Null for erased people. */
export type PersonKeys = ReadonlyMap<string, SealingKey | null>

export const placeName = ({ organizationId, subject }: Place): string => `${organizationId} ${subject.id}`

/** Opens the key of a person. Null if its key-encryption key is missing or has changed. */
function tryOpen(keys: readonly SealingKey[], { id, organization_id: organizationId, sealed }: PersonKeyRow) {
  try {
    return sealed && { id, key: open(keys, sealed, personKeyBinding({ id, organizationId })) }
  } catch {
    return null
  }
}

/** The newest key that can be opened. Null for erased people. Undefined if a new key is needed. */
function usable(keys: readonly SealingKey[], rows: readonly PersonKeyRow[]): SealingKey | null | undefined {
  if (rows.some(({ sealed }) => sealed === null)) return null
  for (const row of rows) {
    const key = tryOpen(keys, row)
    if (key) return key
  }
  return undefined
}

/**
 * Finds the keys for sealing, and creates missing ones. A key that cannot be opened gets a successor, so that a lost
 * key-encryption key does not block changes.
 */
export async function keysFor(
  tx: Transaction,
  keys: readonly SealingKey[],
  places: readonly Place[],
): Promise<PersonKeys> {
  const wanted = new Map(places.map((place) => [placeName(place), place]))
  const found = new Map<string, SealingKey | null>()
  const read = async () => {
    const rows = await findPersonKeys(tx, [...wanted.values()])
    for (const [name, { organizationId, subject }] of wanted) {
      const own = rows.filter((row) => row.organization_id === organizationId && row.subject_id === subject.id)
      const key = usable(keys, own)
      if (key === undefined) continue
      found.set(name, key)
      wanted.delete(name)
    }
  }
  if (wanted.size > 0) await read()
  if (wanted.size === 0) return found
  // An erasure may have committed in the meantime. The key that it destroyed must not be created again.
  await lockSubjects(
    tx,
    [...wanted.values()].map(({ subject }) => subject.id),
  )
  await read()
  const made = [...wanted].map(([name, { organizationId, subject }]) => {
    const key = { id: newId(), key: new Uint8Array(randomBytes(32)) }
    found.set(name, key)
    return { ...sealedRow(keys, key, organizationId), subjectId: subject.id, userId: subject.userId }
  })
  await inBatches(made, (data) => tx.personKey.createMany({ data }))
  return found
}

function sealedRow([first]: readonly SealingKey[], { id, key }: SealingKey, organizationId: string) {
  if (!first) throw new Error('No key-encryption key is configured')
  return { id, organizationId, sealed: seal(first, key, personKeyBinding({ id, organizationId })) }
}
