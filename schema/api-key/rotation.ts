import { startOf } from '@keyward/engine/secret'
import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import { ConflictError, InvalidStateError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { parse } from '../core/input.ts'
import { idempotencyKey, once } from '../write/idempotency/once.ts'
import type { UnitOfWork } from '../write/unit-of-work.ts'
import { changeKey, isExpired } from './access.ts'
import { record } from './record.ts'
import { generateSecret, hashSecret } from './secret.ts'
import { type IssuedSecret, issuedSecret } from './service.ts'

/** The longest overlap, during which both secrets work: 7 days. */
export const MAX_OVERLAP_SECONDS = 604_800
export const DEFAULT_OVERLAP_SECONDS = 86_400

/** The old secret version of a rotation in progress; null if there is none. */
const retiring = (unit: UnitOfWork, apiKeyId: string) =>
  unit.tx.apiKeySecret.findFirst({ where: { apiKeyId, retiresAt: { gt: unit.now } }, orderBy: { version: 'desc' } })

export const apiKeyRotateInput = z.object({
  id: z.string(),
  overlapSeconds: z
    .number()
    .int()
    .min(0, { error: 'Must be at least 0, which stops the old secret at once.' })
    .max(MAX_OVERLAP_SECONDS, { error: `Must be at most ${MAX_OVERLAP_SECONDS} (7 days).` })
    .nullish(),
  currentVersion: z.number().int().nullish(),
  idempotencyKey: idempotencyKey(),
})

/** Gives a key a new secret. The old one works until the overlap ends, or the key expires. */
export async function rotateApiKey(caller: Caller, input: unknown): Promise<IssuedSecret> {
  const { id, overlapSeconds, currentVersion, idempotencyKey: key } = parse(apiKeyRotateInput, input)
  const overlap = overlapSeconds ?? DEFAULT_OVERLAP_SECONDS
  return changeKey(caller, id, 'apiKey:rotate', (unit, apiKey) =>
    once(
      caller,
      unit,
      {
        operation: 'apiKeyRotate',
        key,
        input: { id, overlap, currentVersion: currentVersion ?? null },
        result: issuedSecret,
      },
      async () => {
        if (isExpired(apiKey, unit.now)) {
          throw new InvalidStateError('This key has expired. Set a later expiration first.', ['apiKeyExpirationSet'])
        }
        if (currentVersion != null && currentVersion !== apiKey.currentVersion) {
          throw new ConflictError(
            `\`currentVersion\` is ${apiKey.currentVersion}, not ${currentVersion}: the key was rotated in the meantime.`,
            ['currentVersion'],
          )
        }
        if (await retiring(unit, apiKey.id)) {
          throw new InvalidStateError('This key is already being rotated. First finish that rotation or undo it.', [
            'apiKeyRotationFinish',
            'apiKeyRotationUndo',
          ])
        }
        const newest = await unit.tx.apiKeySecret.findFirstOrThrow({
          where: { apiKeyId: apiKey.id },
          orderBy: { version: 'desc' },
        })
        const ends = new Date(unit.now.getTime() + overlap * 1000)
        const retiresAt = apiKey.expiresAt && apiKey.expiresAt < ends ? apiKey.expiresAt : ends
        const secret = generateSecret('proj')
        const version = newest.version + 1
        const start = startOf(secret)
        await unit.tx.apiKeySecret.updateMany({ where: { apiKeyId: apiKey.id, retiresAt: null }, data: { retiresAt } })
        await unit.tx.apiKeySecret.create({
          data: {
            id: newId(),
            organizationId: apiKey.organizationId,
            apiKeyId: apiKey.id,
            version,
            hash: hashSecret(secret),
            start,
            createdAt: unit.now,
          },
        })
        await unit.tx.apiKey.update({ where: { id: apiKey.id }, data: { start, currentVersion: version } })
        record(unit, apiKey, 'API_KEY_ROTATED', 'apiKey.rotated', {
          version,
          previousRetiresAt: retiresAt.toISOString(),
        })
        return { apiKeyId: apiKey.id, secret }
      },
    ),
  )
}

/** The version of a key's newest secret. It is higher than the current version after a rotation was undone. */
async function newestVersion({ tx }: UnitOfWork, apiKeyId: string): Promise<number> {
  const { version } = await tx.apiKeySecret.findFirstOrThrow({ where: { apiKeyId }, orderBy: { version: 'desc' } })
  return version
}

const notRotating = (): InvalidStateError =>
  new InvalidStateError('This key is not being rotated. Start a rotation first.', ['apiKeyRotate'])

export const apiKeyRotationFinishInput = z.object({ id: z.string() })

/** Ends the overlap now: only the new secret works. Nothing changes if the overlap has ended, so that a retry succeeds. */
export async function finishRotation(caller: Caller, input: unknown): Promise<{ apiKeyId: string }> {
  const { id } = parse(apiKeyRotationFinishInput, input)
  return changeKey(caller, id, 'apiKey:rotate', async (unit, key) => {
    const old = await retiring(unit, key.id)
    if (!old) {
      const isFinished = key.currentVersion > 1 && key.currentVersion === (await newestVersion(unit, key.id))
      if (!isFinished) throw notRotating()
      return { apiKeyId: key.id }
    }
    await unit.tx.apiKeySecret.update({ where: { id: old.id }, data: { retiresAt: unit.now } })
    record(unit, key, 'API_KEY_ROTATION_FINISHED', 'apiKey.rotationFinished', { version: key.currentVersion })
    return { apiKeyId: key.id }
  })
}

export const apiKeyRotationUndoInput = z.object({ id: z.string() })

/**
 * Undoes a rotation during its overlap: the new secret stops working, and the old one keeps working. Nothing changes if
 * the newest rotation was undone before, so that a retry succeeds.
 */
export async function undoRotation(caller: Caller, input: unknown): Promise<{ apiKeyId: string }> {
  const { id } = parse(apiKeyRotationUndoInput, input)
  return changeKey(caller, id, 'apiKey:rotate', async (unit, key) => {
    const old = await retiring(unit, key.id)
    if (!old) {
      if (key.currentVersion === (await newestVersion(unit, key.id))) throw notRotating()
      return { apiKeyId: key.id }
    }
    await unit.tx.apiKeySecret.updateMany({
      where: { apiKeyId: key.id, retiresAt: null },
      data: { retiresAt: unit.now },
    })
    await unit.tx.apiKeySecret.update({ where: { id: old.id }, data: { retiresAt: null } })
    await unit.tx.apiKey.update({ where: { id: key.id }, data: { start: old.start, currentVersion: old.version } })
    record(unit, key, 'API_KEY_ROTATION_UNDONE', 'apiKey.rotationUndone', { version: old.version })
    return { apiKeyId: key.id }
  })
}
