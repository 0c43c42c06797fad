import { isPausedSql } from '../pause/sql.ts'

/**
 * SQL: joins an enabled trust `t` to its service account `a`, whose role in the project still exists. Returns no row
 * while the trust, the project or the organization is paused, or if the project is archived.
 */
export const liveTrustSql = (now: string): string => `
  JOIN service_account a ON a.id = t.service_account_id
  JOIN collaborator c ON c.project_id = t.project_id AND c.service_account_id = a.id
  JOIN project p ON p.id = t.project_id AND p.archived_at IS NULL AND NOT ${isPausedSql('p', now)}
  JOIN organization o ON o.id = t.organization_id AND NOT ${isPausedSql('o', now)} AND t.enabled`
