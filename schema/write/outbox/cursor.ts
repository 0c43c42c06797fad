import { CHANGES_KEPT_DAYS } from '../../core/quotas.ts'
import type { ChangeFeed } from './feed.ts'

/** Why a cursor cannot be resumed from. */
export type CursorProblem = { problem: string }

/** Reads the cursor of a change. Without one, returns the newest position. */
export async function readCursor(
  after: string | null | undefined,
  changes: ChangeFeed,
): Promise<{ position: bigint } | CursorProblem> {
  if (after == null) return { position: await changes.newest() }
  if (!/^\d{1,18}$/.test(after)) return { problem: 'must be the cursor of a change.' }
  const position = BigInt(after)
  const oldest = await changes.oldest()
  if (oldest === null || position >= oldest - 1n) return { position }
  return {
    problem: `is too old: changes are retained for ${CHANGES_KEPT_DAYS} days. Read the list again and resume from its \`Project.changeCursor\`, or omit the cursor.`,
  }
}
