import type { Caller } from '../../core/caller.ts'
import { RequestError } from '../../core/errors.ts'
import { decodeId } from '../../core/ids.ts'
import { findModels, type PricedModel } from '../../usage/catalogue.ts'
import type { KeyRecord } from '../../verification/credential.ts'
import { findRecords, findResources, type ResourceRecord } from '../../verification/sql.ts'

/** Of each kind, in one call. */
export const MAX_LOOKED_UP = 500

/** Secrets, by their hashes, resources and models to look up. */
export interface LookUp {
  secretHashes: readonly string[]
  resourceIds: readonly string[]
  models: readonly string[]
}

/** Rows of the database at a time. Missing rows are left out. */
export interface Found {
  credentials: { secretHash: string; record: KeyRecord }[]
  resources: ResourceRecord[]
  models: { slug: string; model: PricedModel }[]
  asOf: Date
}

/** By which a verifier tells that a credential was used; null where that is shown nowhere. */
export const useIdOf = ({ kind, useId }: KeyRecord): string | null =>
  kind === 'PLAYGROUND' ? null : `${kind === 'API_KEY' ? 'secret' : 'legacy'}:${useId}`

/**
 * Reads what verifiers decide by, straight from the database: what a verifier has heard of as changed is never answered
 * from another process's memory.
 */
export async function lookUp({ runtime: { database } }: Pick<Caller, 'runtime'>, asked: LookUp): Promise<Found> {
  for (const [name, list] of Object.entries(asked)) {
    if (list.length > MAX_LOOKED_UP) {
      throw new RequestError('BAD_REQUEST', `\`${name}\` may have at most ${MAX_LOOKED_UP} entries.`)
    }
  }
  const { secretHashes, resourceIds, models } = asked
  if (!secretHashes.every((hash) => /^[0-9a-f]{64}$/.test(hash))) {
    throw new RequestError('BAD_REQUEST', '`secretHashes` are SHA-256, as 64 hexadecimal digits in lower case.')
  }
  const asOf = database.clock.now()
  const uuids = resourceIds.map((id) => decodeId('Resource', id)).filter((id) => id !== null)
  const [records, resources, priced] = await Promise.all([
    findRecords(database, secretHashes),
    findResources(database, uuids),
    findModels(database, models),
  ])
  return {
    credentials: [...records].map(([secretHash, record]) => ({ secretHash, record })),
    resources: [...resources.values()],
    models: [...priced].map(([slug, model]) => ({ slug, model })),
    asOf,
  }
}
