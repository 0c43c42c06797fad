import type { Collaborator } from '@keyward/prisma/generated/prisma/client'
import { type Holder, type NamedHolder, nameHolder, ofHolder } from '../user/holder.ts'
import type { Details } from '../write/audit/chain.ts'
import type { ChangeUnit } from '../write/unit-of-work.ts'

/** Audits what became of a project role, in the log of its project too, and tells whoever follows. */
export function recordCollaborator(
  unit: ChangeUnit,
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
  unit.announce({
    organizationId,
    projectId,
    kind: 'MEMBERSHIP_CHANGED',
    subjectId: row.userId ?? row.serviceAccountId ?? id,
  })
}

/** Takes all project roles in an organization from somebody, each with its event; answers how many there were. */
export async function removeCollaborators(unit: ChangeUnit, organizationId: string, holder: Holder): Promise<number> {
  const where = { organizationId, ...ofHolder(holder) }
  const rows = await unit.tx.collaborator.findMany({ where, orderBy: { id: 'asc' } })
  if (rows.length === 0) return 0
  const named = await nameHolder(unit.tx, holder)
  await unit.tx.collaborator.deleteMany({ where: { id: { in: rows.map(({ id }) => id) } } })
  for (const row of rows) recordCollaborator(unit, row, named, 'collaborator.removed', { role: row.role })
  return rows.length
}
