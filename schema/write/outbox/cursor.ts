import { CHANGES_KEPT_DAYS } from '../../core/quotas.ts'
import type { ChangeFeed } from './feed.ts'

/** Why a cursor cannot be gone on from. */
export type CursorProblem = { problem: string }

/** Reads the cursor of a change that was seen; the newest change if none is given. */
export async function readCursor(
  after: string | null | undefined,
  changes: ChangeFeed,
): Promise<{ position: bigint } | CursorProblem> {
  if (after == null) return { position: await changes.newest() }
  if (!/^\d{1,18}$/.test(after)) return { problem: 'is the cursor of a change.' }
  const position = BigInt(after)
  const oldest = await changes.oldest()
  if (oldest === null || position >= oldest - 1n) return { position }
  return {
    problem: `is too old: changes are kept for ${CHANGES_KEPT_DAYS} days. Read anew what you follow (\`Project.changeCursor\` tells where a list of keys goes on), or begin from now on.`,
  }
}
