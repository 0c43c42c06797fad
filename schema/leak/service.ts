import { z } from 'zod'
import { changeKey } from '../api-key/access.ts'
import type { Caller } from '../core/caller.ts'
import { parse, textWithSecrets } from '../core/input.ts'
import { makerOf } from '../write/unit-of-work.ts'
import { actOnLeak } from './act.ts'

export const MAX_SOURCE = 100
export const MAX_URL = 2_000

const words = (max: number) =>
  // A report often quotes the leaked secret, which is removed.
  textWithSecrets(max)
    .transform((value) => value.normalize('NFC').trim() || null)
    .nullish()
    .transform((value) => value ?? null)

export const apiKeyReportLeakedInput = z.object({ id: z.string(), source: words(MAX_SOURCE), url: words(MAX_URL) })

/** Reports a key as leaked. The key policy of its project decides whether it is revoked or flagged. */
export async function reportLeakedKey(caller: Caller, input: unknown): Promise<{ apiKeyId: string }> {
  const { id, ...sighting } = parse(apiKeyReportLeakedInput, input)
  return changeKey(
    caller,
    id,
    'apiKey:reportLeaked',
    async (unit, key) => {
      await actOnLeak(unit, key, sighting, makerOf(caller.access.actor), null)
      return { apiKeyId: key.id }
    },
    { archived: true },
  )
}
