import type { RevocationReason } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import { parse } from '../core/input.ts'
import { awaitedSeconds, awaitIfAsked, type GatewayReceipt } from '../gateway/sync/service.ts'
import { makerOf } from '../write/unit-of-work.ts'
import { changeKey } from './access.ts'
import { endKeys } from './end.ts'
import { record } from './record.ts'

/** Reasons for which a person or the operator revokes a key. */
export const REASONS = ['NO_LONGER_NEEDED', 'REPLACED', 'LEAKED', 'OTHER'] as const satisfies RevocationReason[]

/** The fields of every revocation. */
export const revocationFields = {
  reason: z.enum(REASONS).nullish(),
  awaitGatewaysSeconds: awaitedSeconds,
}

export const apiKeyRevokeInput = z.object({ id: z.string(), ...revocationFields })

/**
 * A revoked key, and the gateway connections that acknowledged the revocation. Null unless the caller asked to wait.
 */
export interface Revoked {
  apiKeyId: string
  gateways: GatewayReceipt[] | null
}

/**
 * Revokes a key permanently. Its record is kept, and its name becomes free. Revoking it again changes nothing and
 * succeeds, so that a script may repeat an emergency revocation.
 */
export async function revokeApiKey(caller: Caller, input: unknown): Promise<Revoked> {
  const { id, reason, awaitGatewaysSeconds } = parse(apiKeyRevokeInput, input)
  const maker = makerOf(caller.access.actor)
  const before = caller.runtime.changes.point
  const revoked = await changeKey(
    caller,
    id,
    'apiKey:revoke',
    async (unit, key) => {
      if (key.revokedAt) return { apiKeyId: key.id }
      const revocationReason = reason ?? 'NO_LONGER_NEEDED'
      await endKeys(unit, [key.id], maker, revocationReason)
      record(unit, key, 'API_KEY_REVOKED', 'apiKey.revoked', { reason: revocationReason })
      return { apiKeyId: key.id }
    },
    { archived: true, revoked: true },
  )
  return { ...revoked, gateways: await awaitIfAsked(caller, awaitGatewaysSeconds, before) }
}
