import type { Database } from '@keyward/prisma/database'

/** A leaked credential, and the version of its secret. */
export interface LeakedRow {
  hash: Buffer
  kind: 'API_KEY' | 'LEGACY_KEY' | 'SERVICE_ACCOUNT' | 'PLAYGROUND' | 'GATEWAY' | 'CHILD_TOKEN'
  id: string
  name: string
  organization_id: string | null
  version: number
}

/** Finds the credentials of secrets, by their hashes. */
export const findLeaked = (database: Database, hashes: Uint8Array[]) =>
  database.sql<LeakedRow>(
    `SELECT s.hash, 'API_KEY' AS kind, k.id, k.name, k.organization_id, s.version
      FROM api_key_secret s JOIN api_key k ON k.id = s.api_key_id WHERE s.hash = ANY($1::bytea[])
    UNION ALL
    SELECT t.hash, 'CHILD_TOKEN', k.id, k.name, k.organization_id, s.version FROM child_token t
      JOIN api_key_secret s ON s.id = t.secret_id JOIN api_key k ON k.id = s.api_key_id WHERE t.hash = ANY($1::bytea[])
    UNION ALL
    SELECT hash, 'LEGACY_KEY', id, 'Legacy key', organization_id, version FROM legacy_key WHERE hash = ANY($1::bytea[])
    UNION ALL
    SELECT token_hash, 'SERVICE_ACCOUNT', id, name, organization_id, 0 FROM service_account WHERE token_hash = ANY($1::bytea[])
    UNION ALL
    SELECT previous_token_hash, 'SERVICE_ACCOUNT', id, name, organization_id, 0
      FROM service_account WHERE previous_token_hash = ANY($1::bytea[]) AND previous_retires_at > now()
    UNION ALL
    SELECT t.hash, 'SERVICE_ACCOUNT', a.id, a.name, a.organization_id, 0 FROM trust_token t
      JOIN trust ON trust.id = t.trust_id JOIN service_account a ON a.id = trust.service_account_id
     WHERE t.hash = ANY($1::bytea[]) AND t.expires_at > now()
    UNION ALL
    SELECT t.hash, 'PLAYGROUND', t.user_id, u.name, t.organization_id, 0
      FROM playground_token t JOIN "user" u ON u.id = t.user_id WHERE t.hash = ANY($1::bytea[])
    UNION ALL
    SELECT token_hash, 'GATEWAY', id, name, NULL, 0 FROM gateway WHERE token_hash = ANY($1::bytea[])`,
    [hashes],
  )
