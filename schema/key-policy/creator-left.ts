import type { UnitOfWork } from '../write/unit-of-work.ts'
import { findKeysToPause } from './sql.ts'

/**
 * Pauses the keys of a person or service account that has left an organization, if its key policy says so. Returns how
 * many.
 */
export async function pauseKeysOf(
  unit: UnitOfWork,
  organizationId: string,
  holder: { userId: string | null; serviceAccountId: string | null },
): Promise<number> {
  const keys = await findKeysToPause(unit.tx, organizationId, holder, unit.now)
  await unit.tx.apiKey.updateMany({
    where: { id: { in: keys.map(({ id }) => id) } },
    data: { pausedAt: unit.now, pausedUntil: null },
  })
  for (const { id, name, projectId } of keys) {
    const target = { organizationId, projectId, targetType: 'ApiKey', targetId: id, targetName: name }
    unit.audit({ ...target, action: 'apiKey.paused', details: { reason: 'creatorLeft', until: null } })
    unit.publish({ organizationId, projectId, kind: 'API_KEY_PAUSED', subjectId: id })
  }
  return keys.length
}
