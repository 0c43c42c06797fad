import { type Database, NOT_AWAITED, type Transaction } from '@keyward/prisma/database'
import type { Workload } from '@keyward/prisma/generated/prisma/enums'
import { isPausedSql } from '../pause/sql.ts'
import { liveTrustSql } from '../trust/live-sql.ts'

/** A key, and the version of its secret. */
export interface ApiKeyRow {
  secret_id: string
  version: number
  retires_at: Date | null
  id: string
  name: string
  organization_id: string
  project_id: string
  expires_at: Date | null
  revoked_at: Date | null
  archived_at: Date | null
  allowed_ips: string[]
  models: string[]
  workloads: Workload[]
  paused: boolean
}

/** Finds a key by the hash of one of its secrets. */
export const findApiKey = (database: Database, hash: Uint8Array) =>
  database.sql<ApiKeyRow>(
    `SELECT s.id AS secret_id, s.version, s.retires_at, k.id, k.name, k.organization_id, k.project_id, k.expires_at,
            k.revoked_at, p.archived_at, k.allowed_ips, k.models, k.workloads::text[] AS workloads,
            ${isPausedSql('k', '$2')} OR ${isPausedSql('p', '$2')} OR ${isPausedSql('o', '$2')} AS paused
       FROM api_key_secret s JOIN api_key k ON k.id = s.api_key_id JOIN project p ON p.id = k.project_id
            JOIN organization o ON o.id = k.organization_id
      WHERE s.hash = $1`,
    [hash, database.clock.now()],
  )

/** Finds a legacy key that is not paused by the hash of its secret. */
export const findLegacyKey = (database: Database, hash: Uint8Array) =>
  database.sql<{ id: string; organization_id: string; project_id: string }>(
    `SELECT l.id, l.organization_id, l.project_id
       FROM legacy_key l JOIN project p ON p.id = l.project_id JOIN organization o ON o.id = l.organization_id
      WHERE l.hash = $1 AND NOT (${isPausedSql('p', '$2')} OR ${isPausedSql('o', '$2')})`,
    [hash, database.clock.now()],
  )

interface ServiceAccountRow {
  id: string
  name: string
  organization_id: string
  /** When the token stops working. Null: never. */
  ends_at: Date | null
  seen_by: string | null
  /** The project of a trust's token. Null for the account's own tokens. */
  only_project_id: string | null
}

/**
 * Finds a service account by the hash of its token, of the one before its last rotation, or of a token of a trust. A
 * token of a trust works only while the trust, the project and the account's role in it exist and are not paused.
 */
export const findServiceAccount = (database: Database, hash: Uint8Array) =>
  database.sql<ServiceAccountRow>(
    `SELECT id, name, organization_id, token_expires_at AS ends_at, token_seen_by_user_id AS seen_by,
            NULL::uuid AS only_project_id
       FROM service_account WHERE token_hash = $1
     UNION ALL
     SELECT id, name, organization_id, coalesce(previous_retires_at, '-infinity'), previous_seen_by_user_id, NULL
       FROM service_account WHERE previous_token_hash = $1
     UNION ALL
     SELECT a.id, a.name, a.organization_id, k.expires_at, NULL, t.project_id
       FROM trust_token k JOIN trust t ON t.id = k.trust_id ${liveTrustSql('$2')}
      WHERE k.hash = $1`,
    [hash, database.clock.now()],
  )

const USED_HASHES = `
  WITH given AS (SELECT decode(hex, 'hex') AS hash FROM unnest($1::text[]) AS t(hex))
  SELECT hash FROM given JOIN api_key_secret USING (hash)
  UNION ALL SELECT hash FROM given JOIN legacy_key USING (hash)
  UNION ALL SELECT hash FROM given JOIN playground_token USING (hash)
  UNION ALL SELECT hash FROM given JOIN child_token USING (hash)
  UNION ALL SELECT hash FROM given JOIN trust_token USING (hash)
  UNION ALL SELECT hash FROM given JOIN service_account ON token_hash = hash
  UNION ALL SELECT hash FROM given JOIN service_account ON previous_token_hash = hash
  UNION ALL SELECT hash FROM given JOIN gateway ON token_hash = hash
  UNION ALL SELECT hash FROM given JOIN invitation ON token_hash = hash`

const inHex = (rows: readonly { hash: Uint8Array }[]): Set<string> =>
  new Set(rows.map(({ hash }) => Buffer.from(hash).toString('hex')))

/**
 * Finds the hashes, in hexadecimal, that belong to a secret of any kind in any organization. A hash has exactly one
 * kind, so it must not be imported as another kind.
 */
export const findUsedHashes = async (tx: Transaction, hashes: readonly Uint8Array[]): Promise<Set<string>> =>
  inHex(await tx.$queryRawUnsafe<{ hash: Uint8Array }[]>(USED_HASHES, [...inHex(hashes.map((hash) => ({ hash })))]))

/** The same as above outside of transactions, for hashes in hexadecimal. */
export const findExistingHashes = async (database: Database, hashes: readonly string[]): Promise<Set<string>> =>
  inHex(await database.sql<{ hash: Uint8Array }>(USED_HASHES, [hashes]))

/** The number of the advisory lock of imports: `kwim` in ASCII. */
const IMPORTS = 0x6b77696d

/**
 * Locks imports of keys against imports of legacy keys, because no index spans both tables. Many imports of keys run at
 * the same time and share the lock.
 */
export const lockImports = (tx: Transaction, kind: 'API_KEY' | 'LEGACY_KEY') =>
  kind === 'API_KEY'
    ? tx.$executeRaw`SELECT pg_advisory_xact_lock_shared(${IMPORTS})`
    : tx.$executeRaw`SELECT pg_advisory_xact_lock(${IMPORTS})`

/** The table of a credential whose last use is recorded. */
export type UsedTable = 'api_key_secret' | 'legacy_key' | 'service_account' | 'gateway'

/** The rows to write. Milliseconds since 1970 are cheaper to send than times. */
const USED = `used AS (
  SELECT id, to_timestamp(ms / 1000.0) AS at FROM ${NOT_AWAITED}, unnest($1::uuid[], $2::bigint[]) AS t(id, ms))`

const LAST_USE_STATEMENTS: Record<UsedTable, string> = {
  api_key_secret: `
    WITH ${USED}, versions AS (
      UPDATE api_key_secret s
         SET first_used_at = coalesce(s.first_used_at, used.at), last_used_at = greatest(s.last_used_at, used.at)
        FROM used WHERE s.id = used.id RETURNING s.api_key_id, used.at)
    UPDATE api_key k SET last_used_at = greatest(k.last_used_at, v.at)
      FROM (SELECT api_key_id, max(at) AS at FROM versions GROUP BY api_key_id) v WHERE k.id = v.api_key_id`,
  legacy_key: `
    WITH ${USED}
    UPDATE legacy_key k SET last_used_at = greatest(k.last_used_at, used.at)
      FROM used WHERE k.id = used.id AND (k.regenerated_at IS NULL OR used.at > k.regenerated_at)`,
  service_account: `
    WITH ${USED}
    UPDATE service_account a SET last_used_at = greatest(a.last_used_at, used.at) FROM used WHERE a.id = used.id`,
  gateway: `
    WITH ${USED}
    UPDATE gateway g SET last_seen_at = greatest(g.last_seen_at, used.at) FROM used WHERE g.id = used.id`,
}

/** The tables of credentials. */
export const USED_TABLES = Object.keys(LAST_USE_STATEMENTS) as UsedTable[]

/** Writes the last uses of credentials of one table. Times are in milliseconds since 1970. */
export const writeLastUses = (database: Database, table: UsedTable, ids: string[], times: number[]) =>
  database.sql(LAST_USE_STATEMENTS[table], [ids, times])
