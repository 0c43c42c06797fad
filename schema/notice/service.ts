import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import { ForbiddenError } from '../core/errors.ts'
import { parse } from '../core/input.ts'
import type { Runtime } from '../runtime.ts'
import { change } from '../write/unit-of-work.ts'
import { readStopToken } from './stop-link.ts'

export const userNoticesSetInput = z.object({ byMail: z.boolean() })

/**
 * Sets whether the caller, a person, receives notices by mail. No audit log records it, because it belongs to no
 * organization.
 */
export async function setNotices(caller: Caller, input: unknown): Promise<{ userId: string }> {
  const { byMail } = parse(userNoticesSetInput, input)
  const { actor } = caller.access
  if (actor.kind !== 'USER') throw new ForbiddenError('user:setNotices', ['USER'])
  return change(caller, [], async ({ tx }) => {
    await tx.user.update({ where: { id: actor.id }, data: { noticesByMail: byMail }, select: { id: true } })
    return { userId: actor.id }
  })
}

/** Stops the mails of notices to the person of a link's token. Returns false for a token that is not valid. */
export async function stopNotices({ database, settings }: Runtime, token: string): Promise<boolean> {
  const id = readStopToken(settings.encryptionKeys, token)
  if (id === null) return false
  await database.prisma.user.updateMany({ where: { id }, data: { noticesByMail: false } })
  return true
}
