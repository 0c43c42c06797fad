import type { LimitKind } from '@keyward/prisma/generated/prisma/client'
import { windowOf } from '../limit/ledger/window.ts'

/** A budget of which a threshold was reached that nobody was told of yet, or which was raised above one. */
export interface Due {
  scope_id: string
  kind: Exclude<LimitKind, 'REQUESTS_PER_MINUTE'>
  window_start: Date
}

/** So many are found at a time. */
export const FOUND_AT_ONCE = 1_000

/**
 * Budgets whose highest threshold that is reached is another one than was last told of. Reaching the budget itself counts
 * as a threshold of 100. The counters are found by their primary key: of the scopes that are asked for, in the windows
 * of now ($1 to $4).
 */
const due = (scopes: string): string => `
  SELECT c.scope_id, c.kind::text AS kind, c.window_start
    FROM usage_limit u JOIN limit_counter c ON c.scope_id = u.scope_id AND c.kind = u.kind
   WHERE ${scopes} u.kind <> 'REQUESTS_PER_MINUTE'
     AND c.window_start = CASE u.kind WHEN 'DAY' THEN $1::timestamptz WHEN 'WEEK' THEN $2::timestamptz
                                      WHEN 'MONTH' THEN $3::timestamptz ELSE $4::timestamptz END
     AND c.alerted_percent <> coalesce((SELECT max(t) FROM unnest(u.thresholds || 100) AS t WHERE t <= c.spent * 100 / u.amount), 0)
   LIMIT ${FOUND_AT_ONCE}`

/** Among the scopes of $5. */
export const DUE_AMONG = due('u.scope_id = ANY($5::uuid[]) AND')

/** Among all of them, which reads them all. */
export const DUE_ANYWHERE = due('')

/** The windows that a moment is in, as both statements take them. */
export const windowsAt = (now: Date): Date[] =>
  (['DAY', 'WEEK', 'MONTH', 'TOTAL'] as const).map((period) => windowOf(period, now).start)
