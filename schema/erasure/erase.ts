import type { User } from '@keyward/prisma/generated/prisma/client'
import { encodeId, newId } from '../core/ids.ts'
import { type EndedRights, endRights } from '../user/remove.ts'
import { nameOf } from '../write/audit/personal.ts'
import { ERASED } from '../write/audit/sealed-text.ts'
import { lockSubjects } from '../write/audit/sql.ts'
import type { UnitOfWork } from '../write/unit-of-work.ts'
import { deleteVerifications, destroyKeys, findOrganizationsNaming, findSubjects, renameCreator } from './sql.ts'

/** An erased person. Their id stays in the audit log, in usage and in costs. */
export interface Erased extends EndedRights {
  userId: string
  /** Invitations to their address that were deleted. */
  invitations: number
  /** As audit events name them, and where. */
  subjects: readonly string[]
  organizationIds: string[]
}

const NOTHING: EndedRights = { organizations: 0, sessions: 0, tokensEnded: 0, keysPaused: 0 }

/** The name of an erased person in rows without an id. */
const pseudonymOf = (userId: string): string => `${ERASED} (${encodeId('User', userId)})`

/**
 * Erases a person: ends what they may do, destroys the keys of their names in audit logs, and deletes or replaces every other
 * name and address. Objects that they created stay, and their keys keep working unless a key policy pauses them.
 * @param user Locked by `lockToEnd`. Null: the account was removed before.
 */
export async function erasePerson(unit: UnitOfWork, userId: string, user: User | null): Promise<Erased> {
  const { tx } = unit
  const subjects = await findSubjects(tx, userId)
  const organizationIds = await findOrganizationsNaming(tx, userId, subjects)
  const ended = user ? await endRights(unit, user) : NOTHING
  await lockSubjects(tx, subjects)
  await renameCreator(tx, { userId, subjects, organizationIds }, pseudonymOf(userId))
  await destroyKeys(tx, subjects, unit.now)
  // An event that is written meanwhile, or later, finds that there is no name to seal.
  await tx.personKey.createMany({
    data: organizationIds.map((organizationId) => ({
      id: newId(),
      organizationId,
      subjectId: userId,
      userId,
      erasedAt: unit.now,
    })),
  })
  const targetName = nameOf({ id: userId, name: ERASED })
  // The log of a deleted organization has ended.
  const existing = await tx.organization.findMany({ where: { id: { in: organizationIds } }, select: { id: true } })
  for (const { id: organizationId } of existing) {
    unit.audit({ organizationId, action: 'user.erased', targetType: 'User', targetId: userId, targetName })
  }
  const invitations = user ? await eraseAddress(unit, user.email) : 0
  await deleteVerifications(tx, [userId])
  // Deleting the row also deletes sessions, passkeys, the second factor and sign-in accounts.
  if (user) await tx.user.delete({ where: { id: userId } })
  return { userId, ...ended, invitations, subjects, organizationIds }
}

/** Deletes the invitations to an address, and destroys the keys of the address in audit logs. Returns their number. */
export async function eraseAddress(unit: UnitOfWork, email: string): Promise<number> {
  const { tx } = unit
  const invitations = await tx.invitation.findMany({ where: { email }, select: { id: true } })
  const ids = invitations.map(({ id }) => id)
  await lockSubjects(tx, ids)
  await destroyKeys(tx, ids, unit.now)
  await tx.invitation.deleteMany({ where: { id: { in: ids } } })
  await deleteVerifications(tx, [email])
  return ids.length
}
