import type { Database, Transaction } from '@keyward/prisma/database'

/** The jobs of notices. Their rows in `notice_job` store the progress for all processes of an instance. */
export type JobName = 'KEYS' | 'DENIALS' | 'MAIL'

/** Locks a job that is due, unless another process has it. */
export const lockDueJob = (tx: Transaction, name: JobName, now: Date) =>
  tx.$queryRaw<{ after: string | null; due_at: Date }[]>`
    SELECT after, due_at FROM notice_job WHERE name = ${name} AND due_at <= ${now} FOR UPDATE SKIP LOCKED`

/**
 * Returns the last id of the next batch of keys, and whether more keys can follow. Returns nothing after the last key.
 */
export const findKeyBatch = (tx: Transaction, after: string, size: number) =>
  tx.$queryRaw<{ last: string; full: boolean }[]>`
    SELECT last, (SELECT count(*) FROM (SELECT FROM api_key WHERE id > ${after}::uuid LIMIT ${size}) AS counted) = ${size} AS full
      FROM (SELECT id AS last FROM api_key WHERE id > ${after}::uuid ORDER BY id LIMIT ${size}) AS batch
     ORDER BY last DESC LIMIT 1`

/** A key to check for notices. */
export interface CandidateRow {
  id: string
  organization_id: string
  /** The stricter rule of the policies of its project and organization. */
  rotate_every_days: number | null
}

/** Returns the live keys of a batch that expire, are unused, are in a rotation or must be rotated. */
export const findCandidates = (
  database: Database,
  {
    after,
    last,
    now,
    expiresBefore,
    unusedSince,
    unusedBefore,
  }: Record<'after' | 'last', string> & Record<'now' | 'expiresBefore' | 'unusedSince' | 'unusedBefore', Date>,
) =>
  database.prisma.$queryRaw<CandidateRow[]>`
    SELECT k.id, k.organization_id, least(p.rotate_every_days, o.rotate_every_days) AS rotate_every_days
      FROM api_key k JOIN project j ON j.id = k.project_id AND j.archived_at IS NULL
           LEFT JOIN key_policy p ON p.scope_id = k.project_id
           LEFT JOIN key_policy o ON o.scope_id = k.organization_id
     WHERE k.id > ${after}::uuid AND k.id <= ${last}::uuid
       AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ${now})
       AND (k.expires_at <= ${expiresBefore}
            OR coalesce(k.last_used_at, k.created_at) BETWEEN ${unusedSince} AND ${unusedBefore}
            OR p.rotate_every_days IS NOT NULL OR o.rotate_every_days IS NOT NULL
            OR EXISTS (SELECT FROM api_key_secret s WHERE s.api_key_id = k.id AND s.retires_at > ${now}))
     ORDER BY k.organization_id, k.id`

/** An hour in which the denials of a key jumped. */
export interface JumpRow {
  id: string
  name: string
  organization_id: string
  project_id: string
  hour: Date
  denials: string
  /** Mean of the key's denials in the preceding hours that had any. */
  usual: string
  /** The reasons as text, such as `REVOKED: 1200`, the most frequent first. */
  reasons: string[]
}

/**
 * Returns the keys whose denials in an hour exceeded the minimum and a multiple of their usual denials, each with the
 * first such hour since a time. Keys that recently raised a notice are left out.
 */
export const findDenialJumps = (
  database: Database,
  {
    since,
    floor,
    factor,
    usualDays,
    noticedSince,
    limit,
  }: Record<'since' | 'noticedSince', Date> & Record<'floor' | 'factor' | 'usualDays' | 'limit', number>,
) =>
  database.prisma.$queryRaw<JumpRow[]>`
    SELECT DISTINCT ON (k.organization_id, k.id) k.id, k.name, k.organization_id, k.project_id, d.hour,
           d.denials::text AS denials, u.usual::text AS usual,
           ARRAY(SELECT h.reason || ': ' || sum(h.denials) FROM denial_hourly h
                  WHERE h.credential_id = k.id AND h.hour >= d.hour AND h.hour < d.hour + interval '1 hour'
                  GROUP BY h.reason ORDER BY sum(h.denials) DESC, h.reason) AS reasons
      FROM (SELECT credential_id, date_trunc('hour', hour, 'UTC') AS hour, sum(denials) AS denials FROM denial_hourly
             WHERE hour >= ${since} AND credential_kind = 'API_KEY'
             GROUP BY 1, 2 HAVING sum(denials) >= ${floor}) AS d
           JOIN api_key k ON k.id = d.credential_id
           CROSS JOIN LATERAL (
             SELECT coalesce(sum(h.denials) / nullif(count(DISTINCT date_trunc('hour', h.hour, 'UTC')), 0), 0) AS usual FROM denial_hourly h
              WHERE h.credential_id = d.credential_id AND h.hour < d.hour
                AND h.hour >= d.hour - make_interval(days => ${usualDays}::int)) AS u
     WHERE d.denials > ${factor} * u.usual
       AND NOT EXISTS (SELECT FROM notice n
                        WHERE n.target_id = k.id AND n.action = 'apiKey.denialsJumped' AND n.at > ${noticedSince})
     ORDER BY k.organization_id, k.id, d.hour LIMIT ${limit}`

/** A person to mail notices to. */
export interface RecipientRow {
  id: string
  email: string
  mailed_at: Date | null
}

/**
 * Returns the next people who have mails turned on, of organizations with a notice since a time. Only verified
 * addresses are mailed: anybody can sign up with the address of another person.
 */
export const findRecipients = (tx: Transaction, after: string, since: Date, size: number) =>
  tx.$queryRaw<RecipientRow[]>`
    SELECT u.id, u.email, u.notices_mailed_at AS mailed_at FROM "user" u
     WHERE u.id > ${after}::uuid AND u.notices_by_mail AND u.email_verified
       AND EXISTS (SELECT FROM notice n WHERE n.at > ${since} AND n.organization_id IN (
                     SELECT m.organization_id FROM member m WHERE m.user_id = u.id
                      UNION ALL SELECT c.organization_id FROM collaborator c WHERE c.user_id = u.id))
     ORDER BY u.id LIMIT ${size}`

/** Deletes notices from before a time, in one batch, and returns their number. */
export const deleteNotices = (database: Database, before: Date, size: number) =>
  database.prisma.$executeRaw`
    DELETE FROM notice WHERE id IN (SELECT id FROM notice WHERE at < ${before} LIMIT ${size})`
