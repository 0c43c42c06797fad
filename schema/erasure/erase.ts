import type { User } from '@keyward/prisma/generated/prisma/client'
import { encodeId, newId } from '../core/ids.ts'
import { type EndedRights, endRights } from '../user/remove.ts'
import { nameOf } from '../write/audit/personal.ts'
import { ERASED } from '../write/audit/sealed-text.ts'
import { lockSubjects } from '../write/audit/sql.ts'
import { inBatches } from '../write/batches.ts'
import type { UnitOfWork } from '../write/unit-of-work.ts'
import { destroyKeys, eraseMessages, findNamed, type Named, renameCreator } from './sql.ts'
import { deleteVerifications } from './verifications.ts'

/** An erased person. Their id is kept in the audit log, in usage and in costs. */
export interface Erased extends EndedRights {
  userId: string
  /** Invitations to their address that were deleted. */
  invitations: number
  /** The places where audit logs name the person and their invitations. */
  named: readonly Named[]
}

/** Counts for an erasure without an account: nothing ended. */
export const NOTHING: EndedRights = { organizations: 0, sessions: 0, tokensEnded: 0, keysPaused: 0 }

/** The name of an erased person, in rows that store no id. */
const pseudonymOf = (userId: string): string => `${ERASED} (${encodeId('User', userId)})`

/**
 * Erases a person: ends their access, destroys the encryption keys of their names in audit logs, and deletes or
 * replaces every other name and address. Objects that they created stay, and their keys keep working unless a key
 * policy pauses them.
 * @param user Locked by `lockToEnd`. Null: the account was removed before.
 */
export async function erasePerson(unit: UnitOfWork, userId: string, user: User | null): Promise<Erased> {
  const { tx } = unit
  const named = await findNamed(tx, userId)
  const organizationIds = named.map(({ organizationId }) => organizationId)
  await eraseMessages(tx, organizationIds, encodeId('User', userId))
  const ended = user ? await endRights(unit, user) : NOTHING
  const invitations = user ? await eraseAddress(unit, user.email) : []
  await renameCreator(tx, userId, named, pseudonymOf(userId))
  await destroyNames(unit, named, userId)
  // Includes organizations that only invited the person: the event of a cancelled invitation names the person who
  // cancelled it.
  unit.erase([userId])
  const targetName = nameOf({ id: userId, name: ERASED })
  // The audit log of a deleted organization is closed.
  const existing = await tx.organization.findMany({
    where: { id: { in: organizationIds } },
    select: { id: true },
    orderBy: { id: 'asc' },
  })
  for (const { id: organizationId } of existing) {
    unit.audit({ organizationId, action: 'user.erased', targetType: 'User', targetId: userId, targetName })
  }
  await deleteVerifications(tx, userId)
  // Deleting the row also deletes sessions, passkeys, the second factor and sign-in accounts.
  if (user) await tx.user.delete({ where: { id: userId } })
  return { userId, ...ended, invitations: invitations.length, named: [...named, ...invitations] }
}

/**
 * Deletes the invitations to an address and its pending verifications, and destroys the encryption keys of the address
 * in audit logs.
 */
export async function eraseAddress(unit: UnitOfWork, email: string): Promise<Named[]> {
  const { tx } = unit
  const rows = await tx.invitation.findMany({ where: { email }, select: { id: true, organizationId: true } })
  const ids = rows.map(({ id }) => id)
  const named = rows.map(({ id, organizationId }) => ({ organizationId, subjectId: id }))
  await destroyNames(unit, named, null)
  unit.erase(ids)
  await tx.invitation.deleteMany({ where: { id: { in: ids } } })
  await deleteVerifications(tx, email)
  return named
}

/**
 * Destroys the encryption keys of subjects. An event that is written at the same time or later finds no key, and so
 * seals no name.
 */
async function destroyNames({ tx, now }: UnitOfWork, named: readonly Named[], userId: string | null): Promise<void> {
  await lockSubjects(
    tx,
    named.map(({ subjectId }) => subjectId),
  )
  await destroyKeys(tx, named, now)
  const data = named.map((each) => ({ id: newId(), ...each, userId, erasedAt: now }))
  await inBatches(data, (batch) => tx.personKey.createMany({ data: batch }))
}
