import { CHANGES_KEPT_DAYS } from '../../core/quotas.ts'
import type { ChangeFeed } from './feed.ts'
import type { Point, PointProblem } from './history-sql.ts'

/** The reason why a stream cannot resume from a cursor. */
export type CursorProblem = { problem: string }

/*
 * A cursor is a decimal number that contains the position, the time of the change in milliseconds, and 48 bits of the
 * history's id. Within a history, cursors grow, so gateway modules can compare them.
 */
const AT_DIGITS = 13
const HISTORY_DIGITS = 15
const CURSOR = new RegExp(`^(\\d{1,18})(\\d{${AT_DIGITS}})(\\d{${HISTORY_DIGITS}})$`)

const historyDigits = (history: string): string =>
  Number.parseInt(history.replaceAll('-', '').slice(0, 12), 16).toString().padStart(HISTORY_DIGITS, '0')

/** The cursor of a point. */
export const encodeCursor = ({ position, at, history }: Point): string =>
  `${position}${at.toString().padStart(AT_DIGITS, '0')}${historyDigits(history)}`

const READ_AGAIN = 'Read the list again and resume from its `Project.changeCursor`, or omit the cursor.'

const PROBLEMS: Readonly<Record<PointProblem, string>> = {
  TOO_OLD: `is too old: changes are retained for ${CHANGES_KEPT_DAYS} days. ${READ_AGAIN}`,
  OTHER_HISTORY: `is from before the database was restored or failed over. ${READ_AGAIN}`,
  DIVERGED: `refers to a change that the database does not have. ${READ_AGAIN}`,
}

/**
 * Reads the cursor of a change, and checks that the database continues from it. Without one, returns the newest point.
 * @param isWitness Whether the owner of the cursor is trusted, so that a change which the database lacks proves another
 * history.
 */
export async function readCursor(
  after: string | null | undefined,
  changes: ChangeFeed,
  { isWitness = false } = {},
): Promise<{ point: Point } | CursorProblem> {
  if (after == null) return { point: await changes.newest() }
  if (!/^\d{1,60}$/.test(after)) return { problem: 'must be the cursor of a change.' }
  const [, position, at, digits] = CURSOR.exec(after) ?? []
  // Earlier versions wrote only the position.
  if (position === undefined) return { problem: PROBLEMS.OTHER_HISTORY }
  let { history } = changes.point
  // Another process may know about a newer history.
  if (digits !== historyDigits(history)) history = (await changes.newest()).history
  if (digits !== historyDigits(history)) return { problem: PROBLEMS.OTHER_HISTORY }
  const point = { history, position: BigInt(position), at: Number(at) }
  const problem = await changes.check(point, isWitness)
  return problem === null ? { point } : { problem: PROBLEMS[problem] }
}
