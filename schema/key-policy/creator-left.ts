import { raiseNotices } from '../notice/raise.ts'
import type { UnitOfWork } from '../write/unit-of-work.ts'
import { findKeysOfLeaver } from './sql.ts'

/**
 * Pauses or flags the keys of a person or service account that has left an organization, if the organization's key
 * policy says so. Returns how many keys were paused.
 */
export async function actOnKeysOfLeaver(
  unit: UnitOfWork,
  organizationId: string,
  holder: { userId: string | null; serviceAccountId: string | null },
): Promise<number> {
  const keys = await findKeysOfLeaver(unit.tx, organizationId, holder, unit.now)
  const targetOf = ({ id, name, projectId }: { id: string; name: string; projectId: string }) => ({
    organizationId,
    projectId,
    targetType: 'ApiKey',
    targetId: id,
    targetName: name,
  })
  const leftAt = unit.now.toISOString()
  const flagged = keys.filter(({ action }) => action === 'FLAG')
  await raiseNotices(
    unit,
    flagged.map((key) => ({ ...targetOf(key), action: 'apiKey.creatorLeft', details: { leftAt }, about: leftAt })),
  )
  const paused = keys.filter(({ action }) => action === 'PAUSE')
  await unit.tx.apiKey.updateMany({
    where: { id: { in: paused.map(({ id }) => id) } },
    data: { pausedAt: unit.now, pausedUntil: null },
  })
  for (const key of paused) {
    const { id: subjectId, projectId } = key
    unit.audit({ ...targetOf(key), action: 'apiKey.paused', details: { reason: 'creatorLeft', until: null } })
    unit.publish({ organizationId, projectId, kind: 'API_KEY_PAUSED', subjectId })
  }
  return paused.length
}
