import type { Database } from '@keyward/prisma/database'

interface ApiKeyRow {
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
}

/** Finds a key by the hash of one of its secrets. */
export const findApiKey = (database: Database, hash: Uint8Array) =>
  database.sql<ApiKeyRow>(
    `SELECT s.id AS secret_id, s.version, s.retires_at, k.id, k.name, k.organization_id, k.project_id, k.expires_at,
            k.revoked_at, p.archived_at, k.allowed_ips
       FROM api_key_secret s JOIN api_key k ON k.id = s.api_key_id JOIN project p ON p.id = k.project_id
      WHERE s.hash = $1`,
    [hash],
  )

/** Finds a legacy key by the hash of its secret. */
export const findLegacyKey = (database: Database, hash: Uint8Array) =>
  database.sql<{ id: string; organization_id: string; project_id: string }>(
    'SELECT id, organization_id, project_id FROM legacy_key WHERE hash = $1',
    [hash],
  )

/** Finds a service account by the hash of its token. */
export const findServiceAccount = (database: Database, hash: Uint8Array) =>
  database.sql<{ id: string; name: string; organization_id: string }>(
    'SELECT id, name, organization_id FROM service_account WHERE token_hash = $1',
    [hash],
  )
