import type { Collaborator } from '@keyward/prisma/generated/prisma/client'
import { type Holder, type NamedHolder, nameHolder, ofHolder } from '../user/holder.ts'
import type { Details } from '../write/audit/chain.ts'
import type { UnitOfWork } from '../write/unit-of-work.ts'

/** Audits a change of a project role, in the project's log as well, and publishes it. */
export function recordCollaborator(
  unit: UnitOfWork,
  row: Collaborator,
  { targetName, details: whose }: NamedHolder,
  action: 'collaborator.added' | 'collaborator.roleSet' | 'collaborator.removed',
  details: Details,
): void {
  const { organizationId, projectId, id } = row
  unit.audit({
    organizationId,
    projectId,
    action,
    targetType: 'Collaborator',
    targetId: id,
    targetName,
    details: { ...details, ...whose },
  })
  unit.publish({
    organizationId,
    projectId,
    kind: 'MEMBERSHIP_CHANGED',
    subjectId: row.userId ?? row.serviceAccountId ?? id,
  })
}

/** Removes all project roles of a holder in an organization, each with its audit event. Returns their number. */
export async function removeCollaborators(unit: UnitOfWork, organizationId: string, holder: Holder): Promise<number> {
  const where = { organizationId, ...ofHolder(holder) }
  const rows = await unit.tx.collaborator.findMany({ where, orderBy: { id: 'asc' } })
  if (rows.length === 0) return 0
  const named = await nameHolder(unit.tx, holder)
  await unit.tx.collaborator.deleteMany({ where: { id: { in: rows.map(({ id }) => id) } } })
  for (const row of rows) recordCollaborator(unit, row, named, 'collaborator.removed', { role: row.role })
  return rows.length
}
