import type { Caller } from '../../core/caller.ts'
import { RequestError } from '../../core/errors.ts'
import { decodeId } from '../../core/ids.ts'
import { gatewaySource } from '../../credential/unknown-secrets.ts'
import { findModels, type PricedModel } from '../../usage/catalogue.ts'
import type { KeyRecord } from '../../verification/credential.ts'
import { findRecords } from '../../verification/playground.ts'
import { findResources, type ResourceRecord } from '../../verification/sql.ts'

/** Maximum number of items of each kind per look-up call. */
export const MAX_LOOKED_UP = 500

/** The secrets (by their hashes), resources and models to look up. */
export interface LookUp {
  secretHashes: readonly string[]
  resourceIds: readonly string[]
  models: readonly string[]
}

/** Database rows as of `asOf`. Rows that were not found are omitted. */
export interface Found {
  credentials: { secretHash: string; record: KeyRecord }[]
  /** Hashes of secrets whose credentials exist, but cannot be read. */
  unreadable: string[]
  resources: ResourceRecord[]
  models: { slug: string; model: PricedModel }[]
  asOf: Date
}

/** The id by which gateways report the use of a credential. Null if its use is not recorded. */
export const useIdOf = ({ kind, useId }: KeyRecord): string | null =>
  kind === 'PLAYGROUND' ? null : `${kind === 'API_KEY' ? 'secret' : 'legacy'}:${useId}`

/**
 * Reads the data of decisions directly from the database. A row that a gateway knows to be outdated must never come from
 * another process's cache.
 */
export async function lookUp(
  { runtime: { database, settings, unknownSecrets }, access: { actor } }: Pick<Caller, 'runtime' | 'access'>,
  asked: LookUp,
): Promise<Found> {
  for (const [name, list] of Object.entries(asked)) {
    if (list.length > MAX_LOOKED_UP) {
      throw new RequestError('BAD_REQUEST', `\`${name}\` may have at most ${MAX_LOOKED_UP} entries.`)
    }
  }
  const { secretHashes, resourceIds, models } = asked
  if (!secretHashes.every((hash) => /^[0-9a-f]{64}$/.test(hash))) {
    throw new RequestError(
      'BAD_REQUEST',
      '`secretHashes` must be SHA-256 hashes of 64 hexadecimal digits in lower case.',
    )
  }
  const asOf = database.clock.now()
  const uuids = resourceIds.map((id) => decodeId('Resource', id)).filter((id) => id !== null)
  // A look-up waits with all of its secrets. It is never denied because of one of them.
  const sources =
    actor.kind === 'GATEWAY' ? gatewaySource(actor.id, null).map((each) => ({ ...each, waiting: Infinity })) : []
  const presences = await Promise.all(secretHashes.map((hash) => unknownSecrets.check(hash, sources)))
  const possible = secretHashes.filter((_hash, index) => presences[index] === 'POSSIBLE')
  const [records, resources, priced] = await Promise.all([
    findRecords(database, possible, settings.onUnreadable),
    findResources(database, uuids),
    findModels(database, models),
  ]).catch((error: unknown) => {
    for (const hash of possible) unknownSecrets.forget(hash, sources)
    throw error
  })
  // A secret whose credential cannot be read is not unknown: it works again after its row is restored.
  for (const hash of possible) unknownSecrets.note(hash, records.has(hash), sources)
  // After an error, gateways would decide about other keys from memory.
  return {
    credentials: [...records].flatMap(([secretHash, record]) => (record ? [{ secretHash, record }] : [])),
    unreadable: [...records].flatMap(([secretHash, record]) => (record ? [] : [secretHash])),
    resources: [...resources.values()],
    models: [...priced].map(([slug, model]) => ({ slug, model })),
    asOf,
  }
}
