import type { Database } from '@keyward/prisma/database'
import type { CredentialKind } from '@keyward/prisma/generated/prisma/enums'
import { decodeAnyId, decodeId } from '../core/ids.ts'

/** What usage is attributed to. Ids are UUIDs. */
export interface Payer {
  kind: CredentialKind
  /** The key, the legacy key, or the person who uses the playground. */
  id: string
  organizationId: string
  projectId: string
  /** Who created the key, or uses the playground; null where that is nobody who is known. */
  userId: string | null
}

interface Row {
  kind: CredentialKind
  id: string
  organization_id: string
  project_id: string
  user_id: string | null
}

// Revoked and expired keys are among them: the request was made while they were good. People who left count by the
// audit event of the token that they used the playground with.
const STATEMENT = `
  SELECT 'API_KEY' AS kind, id, organization_id, project_id, created_by_user_id AS user_id
    FROM api_key WHERE id = ANY($1::uuid[])
  UNION ALL
  SELECT 'LEGACY_KEY', id, organization_id, project_id, NULL FROM legacy_key WHERE id = ANY($2::uuid[])
  UNION ALL
  SELECT 'PLAYGROUND', t.user_id, t.organization_id, p.id, t.user_id
    FROM unnest($3::uuid[], $4::uuid[]) AS t(user_id, organization_id)
    JOIN project p ON p.organization_id = t.organization_id AND p.is_default
   WHERE EXISTS (SELECT FROM member m WHERE m.organization_id = t.organization_id AND m.user_id = t.user_id)
      OR EXISTS (SELECT FROM collaborator c WHERE c.organization_id = t.organization_id AND c.user_id = t.user_id)
      OR EXISTS (SELECT FROM audit_event e WHERE e.organization_id = t.organization_id AND e.target_id = t.user_id
                   AND e.action = 'playground.tokenCreated')`

/** What an event names as its payer: people are named with the organization whose playground they used. */
export interface Named {
  credentialId: string
  organizationId?: string | null | undefined
}

const keyOf = ({ credentialId, organizationId }: Named): string => `${credentialId} ${organizationId ?? ''}`

/** Finds the payers that events name, in one statement. */
export async function findPayers(
  database: Database,
  named: readonly Named[],
): Promise<(named: Named) => Payer | undefined> {
  const distinct = new Map(named.map((each) => [keyOf(each), each]))
  const keys = { ApiKey: [] as string[], LegacyKey: [] as string[] }
  const people: { user: string; organization: string }[] = []
  const uuids = new Map<string, string>()
  for (const [key, { credentialId, organizationId }] of distinct) {
    const decoded = decodeAnyId(credentialId)
    if (decoded?.type === 'ApiKey' || decoded?.type === 'LegacyKey') {
      keys[decoded.type].push(decoded.uuid)
      uuids.set(key, decoded.uuid)
    }
    const organization = organizationId == null ? null : decodeId('Organization', organizationId)
    if (decoded?.type !== 'User' || organization === null) continue
    people.push({ user: decoded.uuid, organization })
    uuids.set(key, `${decoded.uuid} ${organization}`)
  }
  const rows = await database.sql<Row>(STATEMENT, [
    keys.ApiKey,
    keys.LegacyKey,
    people.map(({ user }) => user),
    people.map(({ organization }) => organization),
  ])
  const payers = new Map(
    rows.map(({ kind, id, organization_id: organizationId, project_id: projectId, user_id: userId }) => [
      kind === 'PLAYGROUND' ? `${id} ${organizationId}` : id,
      { kind, id, organizationId, projectId, userId } satisfies Payer,
    ]),
  )
  return (each) => payers.get(uuids.get(keyOf(each)) ?? '')
}
