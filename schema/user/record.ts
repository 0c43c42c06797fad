import type { Details } from '../write/audit/chain.ts'
import { nameOf } from '../write/audit/personal.ts'
import type { UnitOfWork } from '../write/unit-of-work.ts'

/** An event of a person's account, which belongs to no organization. */
export interface AccountEvent {
  action: `user.${string}`
  details?: Details
}

/** Records an event of a person's account in the audit log of each organization in which they have a role. */
export async function recordAccountEvent(
  unit: UnitOfWork,
  user: { id: string; name: string },
  event: AccountEvent,
): Promise<void> {
  const where = { userId: user.id }
  const select = { organizationId: true }
  const members = await unit.tx.member.findMany({ where, select })
  const collaborators = await unit.tx.collaborator.findMany({ where, select, distinct: ['organizationId'] })
  for (const organizationId of new Set([...members, ...collaborators].map((row) => row.organizationId))) {
    unit.audit({ organizationId, targetType: 'User', targetId: user.id, targetName: nameOf(user), ...event })
  }
}
