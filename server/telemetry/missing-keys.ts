import type { Database } from '@keyward/prisma/database'
import { isUnavailable } from '@keyward/prisma/errors'
import type { SealingKey } from '@keyward/schema/core/sealing'
import { countSealed } from '@keyward/schema/sealed-value/values'
import { SEALED_KINDS } from '../identity/sealed-kinds.ts'
import type { Log } from './log.ts'

/** Warns about each missing key-encryption key, with the number of values that it would open. */
export async function warnOfMissingKeys(database: Database, keys: readonly SealingKey[], log: Log): Promise<void> {
  try {
    for (const { key, isMissing, counts } of await countSealed(database, SEALED_KINDS, keys)) {
      if (isMissing) log.warn('a key-encryption key is missing', { key, ...counts })
    }
  } catch (error) {
    // The server may stop before the count is complete.
    if (!isUnavailable(error)) log.error('the sealed values were not counted', error)
  }
}
