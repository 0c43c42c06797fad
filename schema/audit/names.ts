import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import { RequestError } from '../core/errors.ts'
import type { GraphContext } from '../graphql/context.ts'
import { type Opener, readOpeners } from '../write/audit/open-names.ts'
import { sealedUnder } from '../write/audit/sealed-text.ts'

/** The keys of people of a request, by one statement. */
const openersOf = createContextCache(
  ({ runtime: { database, settings } }: GraphContext) =>
    new DataLoader<string, Opener>((ids) => readOpeners(database, settings.encryptionKeys, ids)),
)

/** Opens a name for the caller of a request who may see it. */
export async function openName(context: GraphContext, text: string): Promise<string> {
  const id = sealedUnder(text)
  if (id === null) return text
  const opener = await openersOf(context).load(id)
  if (opener === null) throw new RequestError('INTERNAL', 'The server lacks the key-encryption key of this name.')
  return opener(text)
}
