import { createHash, createHmac, hkdfSync } from 'node:crypto'
import type { z } from 'zod'
import type { Caller } from '../../core/caller.ts'
import { ConflictError } from '../../core/errors.ts'
import { text } from '../../core/input.ts'
import { open, type SealingKey, seal } from '../../core/sealing.ts'
import type { Requirement } from '../rights.ts'
import { claimIdempotencyRecord } from '../sql.ts'
import { change, type UnitOfWork } from '../unit-of-work.ts'

const KEPT_MS = 24 * 3_600_000

/** An idempotency key: printable ASCII, long enough for 128 random bits. */
export const idempotencyKey = () =>
  text(255)
    .regex(/^[\x21-\x7e]{22,255}$/, {
      error: 'Must have 22 to 255 printable ASCII characters, of at least 128 random bits.',
    })
    .nullish()

/** JSON with one spelling for equal inputs: members sorted, dates and large numbers as text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : typeof inner === 'bigint'
        ? String(inner)
        : inner,
  )
}

/** Derives the stored id of an idempotency key, and the sealing key, which is not stored. */
function derive(caller: Caller, operation: string, key: string): { id: Uint8Array<ArrayBuffer>; sealing: SealingKey } {
  const { actor } = caller.access
  const scope = `${actor.kind} ${'id' in actor ? actor.id : ''} ${operation}`
  return {
    id: new Uint8Array(createHash('sha256').update(`${scope}\n${key}`).digest()),
    sealing: { id: '', key: new Uint8Array(hkdfSync('sha256', key, scope, 'keyward idempotency', 32)) },
  }
}

/** A request that may be repeated with its idempotency key. */
export interface Repeatable<Result> {
  operation: string
  key: string | null | undefined
  /** The input that a repeated request must also have. */
  input: object
  result: z.ZodType<Result>
  /**
   * Throws if the object that the first request created no longer exists. Needed only for objects that can be removed.
   */
  present?: (unit: UnitOfWork, result: Result) => Promise<unknown>
}

/**
 * Runs work once for an idempotency key. The same input within 24 hours returns the same result. Another input throws
 * ConflictError. The result is sealed under a key that is derived from the idempotency key, so the server cannot read
 * it. The record commits with the work. Authorize before calling this: a repeat skips the work.
 */
export async function once<Result extends object>(
  caller: Caller,
  unit: UnitOfWork,
  { operation, key, input, result, present }: Repeatable<Result>,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!key) return work()
  const { id, sealing } = derive(caller, operation, key)
  const inputHash = new Uint8Array(createHmac('sha256', sealing.key).update(canonical(input)).digest())
  const expiresAt = new Date(unit.now.getTime() + KEPT_MS)
  if (!(await claimIdempotencyRecord(unit.tx, { id, inputHash, now: unit.now, expiresAt }))) {
    const record = await unit.tx.idempotencyRecord.findUniqueOrThrow({ where: { id } })
    if (!Buffer.from(record.inputHash).equals(inputHash)) {
      throw new ConflictError('This idempotency key was used with different input. Use a new key for a new request.', [
        'idempotencyKey',
      ])
    }
    const first = result.parse(JSON.parse(open([sealing], record.sealed, operation).toString()))
    await present?.(unit, first)
    return first
  }
  const made = await work()
  const sealed = seal(sealing, Buffer.from(JSON.stringify(made)), operation)
  await unit.tx.idempotencyRecord.update({ where: { id }, data: { sealed } })
  return made
}

/** Runs a change once for an idempotency key, with `change` and `once` in one transaction. */
export const changeOnce = <Result extends object>(
  caller: Caller,
  required: readonly Requirement[],
  request: Repeatable<Result>,
  work: (unit: UnitOfWork) => Promise<Result>,
): Promise<Result> => change(caller, required, (unit) => once(caller, unit, request, () => work(unit)))

/** Deletes expired idempotency records. */
export async function removeExpired(database: Caller['runtime']['database']): Promise<number> {
  const { count } = await database.prisma.idempotencyRecord.deleteMany({
    where: { expiresAt: { lte: database.clock.now() } },
  })
  return count
}
