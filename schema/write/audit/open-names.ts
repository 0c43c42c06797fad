import type { Database } from '@keyward/prisma/database'
import { open, type SealingKey } from '../../core/sealing.ts'
import { ERASED, openText, personKeyBinding, sealedUnder } from './sealed-text.ts'
import { readPersonKeys } from './sql.ts'

/** Opens texts under one key. Null if the server lacks the key-encryption key. */
export type Opener = ((text: string) => string) | null

const asIs = (text: string): string => text
const erased = (): string => ERASED

/** Returns functions that open the texts of each key, in the order of the ids. */
export async function readOpeners(
  database: Database,
  keys: readonly SealingKey[],
  ids: readonly string[],
): Promise<Opener[]> {
  const rows = new Map((await readPersonKeys(database, ids)).map((row) => [row.id, row]))
  return ids.map((id) => {
    const row = rows.get(id)
    // The name of another object can look like a sealed text.
    if (!row) return asIs
    if (row.sealed === null) return erased
    try {
      const key = open(keys, row.sealed, personKeyBinding({ id, organizationId: row.organization_id }))
      return (text) => openText({ id, key }, text)
    } catch {
      return null
    }
  })
}

/** Opens the names in values that leave the instance. A name is null if the server lacks its key-encryption key. */
export async function openNames<T>(
  database: Database,
  keys: readonly SealingKey[],
  values: Readonly<Record<string, T>>,
): Promise<Record<string, T | string | null>> {
  const keyIdOf = (value: T) => (typeof value === 'string' ? sealedUnder(value) : null)
  const ids = [...new Set(Object.values(values).flatMap((value) => keyIdOf(value) ?? []))]
  if (ids.length === 0) return values
  const openers = await readOpeners(database, keys, ids)
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const id = keyIdOf(value)
      if (id === null || typeof value !== 'string') return [name, value]
      const opener = openers[ids.indexOf(id)]
      return [name, opener ? opener(value) : null]
    }),
  )
}
