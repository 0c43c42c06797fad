import type { Caller } from '../../core/caller.ts'
import { ForbiddenError } from '../../core/errors.ts'
import type { Action } from '../../core/policy.ts'
import { change } from '../unit-of-work.ts'

const REMEMBERED = 10_000
const MINUTE_MS = 60_000

/** The minute of the last event by actor, action and organization. At most one event a minute is written. */
const written = new Map<string, number>()

function isFirstOfMinute(key: string, now: number): boolean {
  const minute = Math.floor(now / MINUTE_MS)
  if (written.get(key) === minute) return false
  if (written.size >= REMEMBERED) written.clear()
  written.set(key, minute)
  return true
}

/** Runs work, and records a ForbiddenError in the audit log before it is returned. */
export async function auditDenied<T>(
  caller: Caller,
  organizationId: string | null,
  action: Action,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ForbiddenError && organizationId) await write(caller, organizationId, action)
    throw error
  }
}

async function write(caller: Caller, organizationId: string, action: Action): Promise<void> {
  const { actor } = caller.access
  const now = caller.runtime.database.clock.now().getTime()
  if (!isFirstOfMinute(`${actor.kind} ${'id' in actor ? actor.id : ''} ${action} ${organizationId}`, now)) return
  await change(caller, [], async (unit) => {
    unit.audit({
      organizationId,
      action: 'access.denied',
      targetType: 'Organization',
      targetId: organizationId,
      details: { action },
    })
  })
}
