import { createHash, createHmac, hkdfSync } from 'node:crypto'
import { z } from 'zod'
import type { Caller } from '../../core/caller.ts'
import { ConflictError } from '../../core/errors.ts'
import { open, type SealingKey, seal } from '../../core/sealing.ts'
import type { ChangeUnit } from '../unit-of-work.ts'

const KEPT_MS = 24 * 3_600_000

/** An idempotency key: printable ASCII, long enough to hold 128 random bits. */
export const idempotencyKey = () =>
  z
    .string()
    .regex(/^[\x21-\x7e]{22,255}$/, {
      error: 'An idempotency key has 22 to 255 printable characters: 128 random bits or more.',
    })
    .nullish()

/** What has one spelling for one input: members sorted, dates as text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

/** What the server keeps of an idempotency key, and what it derives from the key and does not keep. */
function derive(caller: Caller, operation: string, key: string): { id: Uint8Array<ArrayBuffer>; sealing: SealingKey } {
  const { actor } = caller.access
  const scope = `${actor.kind} ${'id' in actor ? actor.id : ''} ${operation}`
  return {
    id: new Uint8Array(createHash('sha256').update(`${scope}\n${key}`).digest()),
    sealing: { id: '', key: new Uint8Array(hkdfSync('sha256', key, scope, 'keyward idempotency', 32)) },
  }
}

/**
 * Does a work once for an idempotency key: the same input, at the same time or within 24 hours, gets the same answer;
 * another input is a ConflictError. The answer is sealed under a key derived from the client's own, so that what is kept
 * cannot be read without it. Part of the work's transaction: both commit or neither. Callers authorize before they ask.
 * @param present Throws where what was made is gone by the time of a repeat; not needed for what is never removed.
 */
export async function once<Result extends object>(
  caller: Caller,
  unit: ChangeUnit,
  request: { operation: string; key: string | null | undefined; input: object },
  work: () => Promise<Result>,
  result: z.ZodType<Result>,
  present?: (answer: Result) => Promise<unknown>,
): Promise<Result> {
  if (!request.key) return work()
  const { id, sealing } = derive(caller, request.operation, request.key)
  const inputHash = new Uint8Array(createHmac('sha256', sealing.key).update(canonical(request.input)).digest())
  const expiresAt = new Date(unit.now.getTime() + KEPT_MS)
  // A simultaneous request with the same key waits here until the first one commits, and then finds its record.
  const claimed = await unit.tx.$executeRaw`
    INSERT INTO idempotency_record AS record (id, input_hash, sealed, expires_at)
    VALUES (${id}, ${inputHash}, ''::bytea, ${expiresAt})
    ON CONFLICT (id) DO UPDATE SET input_hash = excluded.input_hash, sealed = excluded.sealed, expires_at = excluded.expires_at
      WHERE record.expires_at <= ${unit.now}`
  if (claimed === 0) {
    const record = await unit.tx.idempotencyRecord.findUniqueOrThrow({ where: { id } })
    if (!Buffer.from(record.inputHash).equals(inputHash)) {
      throw new ConflictError('This idempotency key was used with another input. Use a new key for a new request.')
    }
    const answer = result.parse(JSON.parse(open([sealing], record.sealed, request.operation).toString()))
    await present?.(answer)
    return answer
  }
  const answer = await work()
  const sealed = seal(sealing, Buffer.from(JSON.stringify(answer)), request.operation)
  await unit.tx.idempotencyRecord.update({ where: { id }, data: { sealed } })
  return answer
}

/** Removes records whose time is over; called from time to time. */
export async function removeExpired(database: Caller['runtime']['database']): Promise<number> {
  const { count } = await database.prisma.idempotencyRecord.deleteMany({
    where: { expiresAt: { lte: database.clock.now() } },
  })
  return count
}
