/** Statements of jobs and feeds, which run at any time and belong to no request. */
export const BACKGROUND =
  /change_event|change_clock|webhook_delivery|limit_counter|clock_timestamp|last_used_at = greatest|notice_job|audit_sink|denialsJumped|rotate_every_days|"deletes_at" <= |SELECT DISTINCT o\.time_zone/
