import { z } from 'zod'
import { changeKey, isExpired } from '../api-key/access.ts'
import { newKeyFields } from '../api-key/input.ts'
import type { Caller } from '../core/caller.ts'
import { InvalidStateError, LimitExceededError, ValidationError } from '../core/errors.ts'
import { parse } from '../core/input.ts'
import { usd } from '../limit/settings/input.ts'
import { idempotencyKey, once } from '../write/idempotency/once.ts'
import { origins } from './origins.ts'
import { widerThanKey } from './scope.ts'
import { budgetOfChild, DEFAULT_LIFETIME_SECONDS, MAX_LIFETIME_SECONDS, newChildToken } from './service.ts'

export const apiKeyTokenCreateInput = z.object({
  id: z.string(),
  workloads: newKeyFields.workloads,
  models: newKeyFields.models,
  expiresInSeconds: z
    .number()
    .int()
    .min(1, { error: 'Must be at least 1.' })
    .max(MAX_LIFETIME_SECONDS, { error: `Must be at most ${MAX_LIFETIME_SECONDS} (1 hour).` })
    .nullish(),
  maxCost: usd.nullish(),
  origins: origins.nullish().transform((list) => list ?? []),
  idempotencyKey: idempotencyKey(),
})

const createdToken = z.object({ apiKeyId: z.string(), token: z.string(), expiresAt: z.string() })

/** A new child token. Only its hash is stored. */
export type CreatedToken = z.infer<typeof createdToken>

/**
 * Creates a child token for a caller who can rotate the key, and could therefore obtain its secret. The token ends with
 * the current secret.
 */
export async function createTokenOfKey(caller: Caller, input: unknown): Promise<CreatedToken> {
  const { idempotencyKey: key, ...given } = parse(apiKeyTokenCreateInput, input)
  const { id, workloads, models, maxCost, origins } = given
  const lifetime = given.expiresInSeconds ?? DEFAULT_LIFETIME_SECONDS
  return changeKey(caller, id, 'apiKey:rotate', (unit, apiKey) =>
    once(
      caller,
      unit,
      { operation: 'apiKeyTokenCreate', key, input: { ...given, lifetime }, result: createdToken },
      async () => {
        if (isExpired(apiKey, unit.now))
          throw new InvalidStateError('This key has expired. Set a later expiration first.', ['apiKeyExpirationSet'])
        const wider = widerThanKey({ workloads, models }, apiKey)
        if (wider) throw ValidationError.at(`${wider}s`, `Names a ${wider} that the key does not have.`)
        const limit = caller.runtime.limits.childTokensPerKey
        const live = { secret: { apiKeyId: apiKey.id }, expiresAt: { gt: unit.now } }
        if ((await unit.tx.childToken.count({ where: live, take: limit })) >= limit)
          throw new LimitExceededError(`One key may have at most ${limit} live child tokens.`, limit)
        const secret = await unit.tx.apiKeySecret.findUniqueOrThrow({
          where: { apiKeyId_version: { apiKeyId: apiKey.id, version: apiKey.currentVersion } },
        })
        const bounds = { workloads, models, origins }
        const { token, row } = newChildToken(secret.id, bounds, unit.now.getTime(), lifetime, [apiKey.expiresAt])
        await unit.tx.childToken.create({ data: row })
        if (maxCost != null) await unit.tx.usageLimit.create({ data: budgetOfChild(row, apiKey, maxCost) })
        const expiresAt = row.expiresAt.toISOString()
        const { organizationId, projectId, name: targetName } = apiKey
        unit.audit({
          organizationId,
          projectId,
          action: 'apiKey.tokenCreated',
          targetType: 'ApiKey',
          targetId: apiKey.id,
          targetName,
          details: { expiresAt, workloads, models, origins, ...(maxCost != null && { maxCost }) },
        })
        return { apiKeyId: apiKey.id, token, expiresAt }
      },
    ),
  )
}
