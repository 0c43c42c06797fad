import { z } from 'zod'
import { generateSecret, hashSecret } from '../api-key/secret.ts'
import type { Caller } from '../core/caller.ts'
import { ForbiddenError, LimitExceededError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { parse } from '../core/input.ts'
import { findOrganization, targetOf } from '../organization/access.ts'
import { lockUser } from '../user/sql.ts'
import { changeOnce, idempotencyKey } from '../write/idempotency/once.ts'

/** Lifetime of a playground token. */
export const TOKEN_MINUTES = 10

/** A new playground token. Only its hash is stored. */
export interface IssuedPlaygroundToken {
  organizationId: string
  token: string
  expiresAt: string
}

const issued: z.ZodType<IssuedPlaygroundToken> = z.object({
  organizationId: z.string(),
  token: z.string(),
  expiresAt: z.string(),
})

export const playgroundTokenCreateInput = z.object({ organizationId: z.string(), idempotencyKey: idempotencyKey() })

/**
 * Issues a person a short-lived token to call models in an organization where they have a role. Usage is attributed to the
 * person and to the organization's default project.
 */
export async function createPlaygroundToken(caller: Caller, input: unknown): Promise<IssuedPlaygroundToken> {
  const fields = parse(playgroundTokenCreateInput, input)
  const { actor } = caller.access
  // Checked before the organization is looked up: other actors must not learn whether it exists.
  if (actor.kind !== 'USER') {
    throw new ForbiddenError(
      'playground:use',
      ['USER'],
      'Playground tokens are for signed-in people. Programs use API keys.',
    )
  }
  const organization = await findOrganization(caller, fields.organizationId)
  const { id: organizationId } = organization
  const request = {
    operation: 'playgroundTokenCreate',
    key: fields.idempotencyKey,
    input: { organizationId: fields.organizationId },
    result: issued,
  }
  return changeOnce(caller, [{ action: 'playground:use', target: targetOf(organization) }], request, async (unit) => {
    const { tx } = unit
    await lockUser(tx, actor.id)
    const limit = caller.runtime.limits.playgroundTokensPerPerson
    const live = { userId: actor.id, expiresAt: { gt: unit.now } }
    if ((await tx.playgroundToken.count({ where: live, take: limit })) >= limit) {
      throw new LimitExceededError(
        `One person may have at most ${limit} playground tokens at a time. Each expires after ${TOKEN_MINUTES} minutes.`,
        limit,
      )
    }
    const project = await tx.project.findFirstOrThrow({ where: { organizationId, isDefault: true } })
    const token = generateSecret('play')
    const expiresAt = new Date(unit.now.getTime() + TOKEN_MINUTES * 60_000)
    await tx.playgroundToken.create({
      data: {
        id: newId(),
        organizationId,
        projectId: project.id,
        userId: actor.id,
        hash: hashSecret(token),
        createdAt: unit.now,
        expiresAt,
      },
    })
    unit.audit({
      organizationId,
      action: 'playground.tokenCreated',
      targetType: 'User',
      targetId: actor.id,
      targetName: actor.name,
      details: { expiresAt: expiresAt.toISOString() },
    })
    return { organizationId, token, expiresAt: expiresAt.toISOString() }
  })
}

/** Deletes expired tokens. */
export async function removeExpiredTokens({ clock, prisma }: Caller['runtime']['database']): Promise<number> {
  const { count } = await prisma.playgroundToken.deleteMany({ where: { expiresAt: { lte: clock.now() } } })
  return count
}
