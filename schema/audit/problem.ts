/** A kind of damage to an audit log. */
export type AuditDamage =
  /** The row's content does not match its hash. */
  | 'EDITED'
  /** A row, or the end of the log, is missing. */
  | 'REMOVED'
  /** A row is at the position where another one was written. */
  | 'REORDERED'
  /**
   * A row was replaced. The new row is valid by itself, but is not the row that the next row or a signed head refers
   * to.
   */
  | 'REWRITTEN'
  /** The row that stores the end of the chain was lost or set back. */
  | 'HEAD'
  /** No head of the log was signed, although its first event is old: lines of the heads file were removed. */
  | 'UNSIGNED'

/** The first event of an organization that fails the verification. */
export interface AuditProblem {
  organizationId: string
  what: AuditDamage
  sequence: bigint
  /** The UUID of the row. Null if there is no row. */
  eventId: string | null
  /** Description of the damage, to be appended to "event 17". */
  message: string
}
