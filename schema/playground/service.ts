import { z } from 'zod'
import { generateSecret, hashSecret } from '../api-key/secret.ts'
import type { Caller } from '../core/caller.ts'
import { ForbiddenError, LimitExceededError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { parse } from '../core/input.ts'
import { findOrganization } from '../organization/access.ts'
import { idempotencyKey, once } from '../write/idempotency/once.ts'
import { type ChangeUnit, change } from '../write/unit-of-work.ts'

/** For how long a playground token answers. */
export const TOKEN_MINUTES = 10

/** What the mutation that shows a playground token answers. Only its hash is kept. */
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

/**
 * Gives a person a short-lived token to call models with, in an organization where they have a role. What it uses is
 * attributed to the person and to the organization's default project.
 */
export async function createPlaygroundToken(caller: Caller, input: unknown): Promise<IssuedPlaygroundToken> {
  const fields = parse(z.object({ organizationId: z.string(), idempotencyKey: idempotencyKey() }), input)
  const { actor } = caller.access
  // The playground is for people. Who is none learns nothing of the organization.
  if (actor.kind !== 'USER') {
    throw new ForbiddenError(
      'playground:use',
      ['USER'],
      'Playground tokens are for people who are signed in. Programs use API keys (apiKeyCreate).',
    )
  }
  const { id: organizationId } = await findOrganization(caller, fields.organizationId, 'playground:use')
  const create = async (unit: ChangeUnit): Promise<IssuedPlaygroundToken> => {
    const { tx } = unit
    // One at a time for a person, so that the limit holds.
    await tx.$queryRaw`SELECT id FROM "user" WHERE id = ${actor.id}::uuid FOR NO KEY UPDATE`
    const limit = caller.runtime.limits.playgroundTokensPerPerson
    const live = { userId: actor.id, expiresAt: { gt: unit.now } }
    if ((await tx.playgroundToken.count({ where: live, take: limit })) >= limit) {
      throw new LimitExceededError(
        `One person has at most ${limit} playground tokens at a time. Each ends after ${TOKEN_MINUTES} minutes.`,
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
  }
  const request = {
    operation: 'playgroundTokenCreate',
    key: fields.idempotencyKey,
    input: { organizationId: fields.organizationId },
  }
  return change(caller, (unit) => once(caller, unit, request, () => create(unit), issued))
}

/** Removes tokens whose time is over; called from time to time. */
export async function removeExpiredTokens({ clock, prisma }: Caller['runtime']['database']): Promise<number> {
  const { count } = await prisma.playgroundToken.deleteMany({ where: { expiresAt: { lte: clock.now() } } })
  return count
}
