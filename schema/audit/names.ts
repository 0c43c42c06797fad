import { createContextCache } from '@pothos/core'
import { Loader } from '../core/loader.ts'
import type { GraphContext } from '../graphql/context.ts'
import { type Opener, readOpeners } from '../write/audit/open-names.ts'
import { sealedUnder } from '../write/audit/sealed-text.ts'

/** Loads the name keys of all people in a request by one statement. */
const openersOf = createContextCache(
  ({ runtime: { database, settings } }: GraphContext) =>
    new Loader<string, Opener>(database, (ids) => readOpeners(database, settings.encryptionKeys, ids)),
)

/**
 * Opens a name for the caller of a request who may see it. Null if the server lacks its key-encryption key: `doctor` names
 * the missing key, and the rest of the log stays readable.
 */
export async function openName(context: GraphContext, text: string): Promise<string | null> {
  const id = sealedUnder(text)
  if (id === null) return text
  const opener = await openersOf(context).load(id)
  return opener?.(text) ?? null
}
