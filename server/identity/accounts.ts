import type { Database } from '@keyward/prisma/database'
import type { Runtime } from '@keyward/schema/runtime'
import { recordAccountEvent } from '@keyward/schema/user/record'
import { operate } from '@keyward/schema/write/unit-of-work'
import { uuidv7 } from 'uuidv7'
import { hashPassword, type Passwords, scryptPasswords } from './passwords.ts'

/**
 * Creates a person with a password, without checking the sign-up policy. Used by operator commands and for demo data.
 * Returns the person's id.
 */
export async function createPerson(
  database: Database,
  person: { name: string; email: string; password: string },
  passwords: Passwords = scryptPasswords,
): Promise<string> {
  const id = uuidv7()
  const password = await passwords.hash(person.password)
  await database.transaction(async (tx) => {
    await tx.user.create({ data: { id, name: person.name, email: person.email.toLowerCase(), emailVerified: true } })
    await tx.account.create({ data: { id: uuidv7(), userId: id, accountId: id, providerId: 'credential', password } })
  })
  return id
}

/** Sets a person's password and ends their sessions everywhere. Returns false if no account has this address. */
export async function setPassword(runtime: Runtime, email: string, newPassword: string): Promise<boolean> {
  const password = await hashPassword(newPassword)
  return operate(runtime, async (unit) => {
    const user = await unit.tx.user.findUnique({
      where: { email: email.toLowerCase() },
      select: { id: true, name: true },
    })
    if (!user) return false
    await recordAccountEvent(unit, user, { action: 'user.passwordSet' })
    const userId = user.id
    await unit.tx.account.upsert({
      where: { providerId_accountId: { providerId: 'credential', accountId: userId } },
      create: { id: uuidv7(), userId, accountId: userId, providerId: 'credential', password },
      update: { password },
    })
    const sessions = await unit.tx.session.findMany({ where: { userId }, select: { id: true } })
    await unit.tx.session.deleteMany({ where: { userId } })
    for (const { id } of sessions) {
      unit.publish({ kind: 'SESSION_ENDED', subjectId: id, organizationId: null, projectId: null })
    }
    return true
  })
}

/**
 * Removes a person's second factor and passkeys. Returns false if the person has none, and null if no account has this
 * address.
 */
export async function removeSecondFactor(runtime: Runtime, email: string): Promise<boolean | null> {
  return operate(runtime, async (unit) => {
    const user = await unit.tx.user.findUnique({
      where: { email: email.toLowerCase() },
      select: { id: true, name: true, twoFactorEnabled: true, _count: { select: { passkeys: true } } },
    })
    if (!user) return null
    if (!user.twoFactorEnabled && user._count.passkeys === 0) return false
    await recordAccountEvent(unit, user, { action: 'user.secondFactorRemoved' })
    await unit.tx.user.update({ where: { id: user.id }, data: { twoFactorEnabled: false } })
    await unit.tx.twoFactor.deleteMany({ where: { userId: user.id } })
    await unit.tx.passkey.deleteMany({ where: { userId: user.id } })
    return true
  })
}
