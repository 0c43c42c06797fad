import type { Database } from '@keyward/prisma/database'
import { decodeAnyId, decodeId } from '../core/ids.ts'
import type { Payer } from './metered.ts'
import { findPayerRows } from './sql.ts'

/** The payer, as named in an event. A person is named together with the organization of the playground. */
export interface Named {
  credentialId: string
  organizationId?: string | null | undefined
  /** The project that a playground token charges. Without it, the default project. */
  projectId?: string | null | undefined
}

const keyOf = ({ credentialId, organizationId, projectId }: Named): string =>
  `${credentialId} ${organizationId ?? ''} ${projectId ?? ''}`

/** Finds the payers of events in one statement. */
export async function findPayers(
  database: Database,
  named: readonly Named[],
): Promise<(named: Named) => Payer | undefined> {
  const distinct = new Map(named.map((each) => [keyOf(each), each]))
  const keys = { ApiKey: [] as string[], LegacyKey: [] as string[] }
  const people: { user: string; organization: string; project: string | null }[] = []
  const uuids = new Map<string, string>()
  for (const [key, { credentialId, organizationId, projectId }] of distinct) {
    const decoded = decodeAnyId(credentialId)
    if (decoded?.type === 'ApiKey' || decoded?.type === 'LegacyKey') {
      keys[decoded.type].push(decoded.uuid)
      uuids.set(key, decoded.uuid)
    }
    const organization = organizationId == null ? null : decodeId('Organization', organizationId)
    const project = projectId == null ? null : decodeId('Project', projectId)
    if (decoded?.type !== 'User' || organization === null || (projectId != null && project === null)) continue
    people.push({ user: decoded.uuid, organization, project })
    uuids.set(key, `${decoded.uuid} ${organization} ${project ?? ''}`)
  }
  const rows = await findPayerRows(database, keys, people)
  const payers = new Map(
    rows.map(
      ({
        kind,
        id,
        organization_id: organizationId,
        project_id: projectId,
        user_id: userId,
        asked_project_id: asked,
      }) => [
        kind === 'PLAYGROUND' ? `${id} ${organizationId} ${asked ?? ''}` : id,
        { kind, id, organizationId, projectId, userId } satisfies Payer,
      ],
    ),
  )
  return (each) => payers.get(uuids.get(keyOf(each)) ?? '')
}
