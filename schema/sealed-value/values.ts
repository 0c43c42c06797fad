import type { Database } from '@keyward/prisma/database'
import { keyIdOf, open, type SealingKey, seal } from '../core/sealing.ts'
import { legacyKeyBinding } from '../legacy-key/service.ts'
import { webhookBinding } from '../webhook/signing-secrets.ts'
import { personKeyBinding } from '../write/audit/sealed-text.ts'
import { eachRow } from './rows.ts'
import { countLegacyKeys, countPersonKeys, countWebhooks } from './sql.ts'

/** Values of one kind that are stored sealed under the key-encryption keys. */
export interface SealedKind {
  name: 'legacyKeys' | 'webhooks' | 'secondFactors' | 'personKeys'
  /** Counts the values by the id of the key that seals them. */
  countByKey(database: Database, keys: readonly SealingKey[]): Promise<{ key: string; count: number }[]>
  /**
   * Seals every value that is under another key again, under the first key. Values whose key is missing stay unchanged,
   * and so do values that change at the same time. Returns the number of values that were sealed again.
   */
  reseal(database: Database, keys: readonly SealingKey[]): Promise<number>
}

/** Seals data again under the first key. Null if it is already sealed under the first key, or if its own key is missing. */
function sealAgain(keys: readonly SealingKey[], sealed: Uint8Array, bound: string): Uint8Array<ArrayBuffer> | null {
  const [first] = keys
  const id = keyIdOf(sealed)
  if (!first || id === first.id || !keys.some((key) => key.id === id)) return null
  return seal(first, open(keys, sealed, bound), bound)
}

const LEGACY_KEYS: SealedKind = {
  name: 'legacyKeys',
  countByKey: countLegacyKeys,
  reseal: ({ prisma: { legacyKey } }, keys) =>
    eachRow(
      (page) =>
        legacyKey.findMany({ ...page, select: { id: true, organizationId: true, version: true, sealed: true } }),
      async ({ sealed: before, ...key }) => {
        const sealed = sealAgain(keys, before, legacyKeyBinding(key))
        return sealed
          ? (await legacyKey.updateMany({ where: { id: key.id, sealed: before }, data: { sealed } })).count
          : 0
      },
    ),
}

const WEBHOOKS: SealedKind = {
  name: 'webhooks',
  countByKey: countWebhooks,
  reseal: ({ prisma: { webhook } }, keys) =>
    eachRow(
      (page) => webhook.findMany({ ...page, select: { id: true, organizationId: true, sealedSecret: true } }),
      async ({ sealedSecret: before, ...row }) => {
        const sealedSecret = sealAgain(keys, before, webhookBinding(row))
        if (!sealedSecret) return 0
        const where = { id: row.id, sealedSecret: before }
        return (await webhook.updateMany({ where, data: { sealedSecret } })).count
      },
    ),
}

const PERSON_KEYS: SealedKind = {
  name: 'personKeys',
  countByKey: countPersonKeys,
  reseal: ({ prisma: { personKey } }, keys) =>
    eachRow(
      (page) => personKey.findMany({ ...page, select: { id: true, organizationId: true, sealed: true } }),
      async ({ sealed: before, ...row }) => {
        const sealed = before && sealAgain(keys, before, personKeyBinding(row))
        // A key that was destroyed in the meantime stays destroyed.
        return sealed
          ? (await personKey.updateMany({ where: { id: row.id, sealed: before }, data: { sealed } })).count
          : 0
      },
    ),
}

/** The sealed values of the graph. Second factors belong to the sign-in code. */
export const SEALED: readonly SealedKind[] = [LEGACY_KEYS, WEBHOOKS, PERSON_KEYS]

/** The number of values of each kind under one key. */
export type SealedCounts = Record<SealedKind['name'], number>

/** Counts sealed values by the id of the key that seals them, in the order of the keys. Missing keys come last. */
export async function countSealed(
  database: Database,
  kinds: readonly SealedKind[],
  keys: readonly SealingKey[],
): Promise<{ key: string; isMissing: boolean; counts: SealedCounts }[]> {
  const none = (): SealedCounts => ({ legacyKeys: 0, webhooks: 0, secondFactors: 0, personKeys: 0 })
  const byKey = new Map(keys.map(({ id }) => [id, none()]))
  for (const { name, countByKey } of kinds) {
    for (const { key, count } of await countByKey(database, keys)) {
      const counts = byKey.get(key) ?? none()
      counts[name] += count
      byKey.set(key, counts)
    }
  }
  return [...byKey].map(([key, counts]) => ({ key, counts, isMissing: keys.every(({ id }) => id !== key) }))
}
