import { createOTP } from '@better-auth/utils/otp'
import type { Database } from '@keyward/prisma/database'
import type { createAuthMiddleware } from 'better-auth/api'
import { symmetricDecrypt } from 'better-auth/crypto'

type HookContext = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0]

const STEP_MS = 30_000

/** The plugin accepts codes of the time steps before and after the current one, and may read the clock a step later. */
const STEPS = [1, 0, -1, -2]

/** A code's time step (RFC 6238). Null if no acceptable step matches. */
async function stepOf(secret: string, code: string): Promise<number | null> {
  const present = Math.floor(Date.now() / STEP_MS)
  const { hotp } = createOTP(secret, { period: STEP_MS / 1000, digits: 6 })
  for (const step of STEPS.map((offset) => present + offset)) if ((await hotp(step)) === code) return step
  return null
}

/**
 * Marks an authenticator code as used, on all replicas. Returns false if the code, or a later one, was already used.
 * The plugin would accept a code until its step ends, so someone who saw the code could reuse it.
 */
export async function useCode(database: Database, context: HookContext, userId: string): Promise<boolean> {
  const row = await database.prisma.twoFactor.findUnique({ where: { userId }, select: { secret: true } })
  const code: unknown = context.body?.code
  if (!row || typeof code !== 'string') return true
  const key = context.context.secretConfig
  const secret = await symmetricDecrypt({ key, data: row.secret }).catch(() => null)
  const step = secret === null ? null : await stepOf(secret, code)
  // The plugin rejects this code.
  if (step === null) return true
  const { count } = await database.prisma.twoFactor.updateMany({
    where: { userId, OR: [{ lastStep: null }, { lastStep: { lt: step } }] },
    data: { lastStep: step },
  })
  return count === 1
}
