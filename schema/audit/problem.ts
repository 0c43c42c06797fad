/** A kind of damage to an audit log. */
export type AuditDamage =
  /** A row's content no longer matches its hash. */
  | 'EDITED'
  /** A row, or the end of the log, is missing. */
  | 'REMOVED'
  /** A row stands where another one was written. */
  | 'REORDERED'
  /** A row was replaced by one that is valid by itself, but is not the one that was continued from or signed. */
  | 'REWRITTEN'
  /** The row that says where the chain ends was lost or set back. */
  | 'HEAD'
  /** No head of the log was signed, though its first event is old: lines of the heads file were removed. */
  | 'UNSIGNED'

/** The first event of an organization that does not fit. */
export interface AuditProblem {
  organizationId: string
  what: AuditDamage
  sequence: bigint
  /** The UUID of the row; null when there is none. */
  eventId: string | null
  /** Description of the damage, to follow "event 17". */
  message: string
}
