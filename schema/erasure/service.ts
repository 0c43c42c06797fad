import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import { ForbiddenError, InvalidStateError, ValidationError } from '../core/errors.ts'
import { decodeId } from '../core/ids.ts'
import { email, parse } from '../core/input.ts'
import { cancelInvitations } from '../invitation/cancel.ts'
import type { Runtime } from '../runtime.ts'
import { isRecentSignIn } from '../user/recent-sign-in.ts'
import { lockToEnd } from '../user/remove.ts'
import { change, operate, type UnitOfWork } from '../write/unit-of-work.ts'
import { type Erased, eraseAddress, erasePerson, NOTHING } from './erase.ts'
import { countPlainEvents } from './sql.ts'

export const userEraseInput = z.object({ email: email() })

/** Erases the caller, a person who has just signed in. */
export async function eraseSelf(caller: Caller, input: unknown): Promise<Erased> {
  const { email: given } = parse(userEraseInput, input)
  const { actor } = caller.access
  if (actor.kind !== 'USER') throw new ForbiddenError('user:erase', ['USER'])
  if (given !== actor.email) throw ValidationError.at('email', 'Must be the address of your own account.')
  return change(caller, [], async (unit) => {
    const user = await lockToEnd(unit, { id: actor.id })
    const isRecent = await isRecentSignIn(unit.tx, actor.sessionId, unit.now)
    if (!user || isRecent === null) throw new InvalidStateError('Your session has ended. Sign in again.')
    if (!isRecent) {
      throw new InvalidStateError('You signed in more than 10 minutes ago. Sign in again, then repeat this.')
    }
    return erasePerson(unit, user.id, user)
  })
}

/** A person or an address that the operator erased. */
export interface ErasedByOperator extends Omit<Erased, 'userId' | 'named'> {
  /** Null for an address without an account. */
  userId: string | null
  /** Audit events of an older version whose hashes cover the plain name or address. They keep it. */
  eventsWithName: number
}

/**
 * Erases a person by address, or by id if the account was removed before. Null if there is nothing to erase. An address
 * without an account may have invitations.
 */
export async function eraseByOperator(runtime: Runtime, given: string): Promise<ErasedByOperator | null> {
  const id = decodeId('User', given.trim())
  const address = id === null ? email().safeParse(given).data : undefined
  if (id === null && address === undefined) return null
  const done = await operate(runtime, async (unit) => {
    const user = await lockToEnd(unit, id === null ? { email: address ?? '' } : { id })
    const userId = id ?? user?.id ?? null
    if (userId === null) return eraseInvited(unit, address ?? '')
    const erased = await erasePerson(unit, userId, user)
    return user === null && erased.named.length === 0 ? null : erased
  })
  if (!done) return null
  const { named, ...erased } = done
  // Runs after the transaction: it reads whole audit logs, and no lock should last that long.
  return { ...erased, eventsWithName: await countPlainEvents(runtime.database, named) }
}

interface ErasedAddress extends Omit<Erased, 'userId'> {
  userId: null
}

async function eraseInvited(unit: UnitOfWork, address: string): Promise<ErasedAddress | null> {
  const open = await unit.tx.invitation.findMany({
    where: { email: address },
    select: { organizationId: true },
    distinct: ['organizationId'],
    orderBy: { organizationId: 'asc' },
  })
  for (const { organizationId } of open) {
    await cancelInvitations(unit, organizationId, { email: address }, 'personRemoved')
  }
  const named = await eraseAddress(unit, address)
  if (named.length === 0) return null
  return { userId: null, ...NOTHING, invitations: named.length, named }
}
