import { InvalidStateError } from '../core/errors.ts'
import { encodeId } from '../core/ids.ts'
import type { SealingKey } from '../core/sealing.ts'
import { keysFor } from '../write/audit/person-keys.ts'
import type { UnitOfWork } from '../write/unit-of-work.ts'
import { findForeignSubject } from './sql.ts'

/**
 * Links people to the ids under which the imported audit log names them, so that an erasure finds what they created
 * there. Rejects a log that names somebody by the id of another account.
 * @param ids The ids on this instance, by the ids in the file.
 */
export async function settleNames(
  { tx }: UnitOfWork,
  keys: readonly SealingKey[],
  organizationId: string,
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  const foreign = await findForeignSubject(tx, organizationId)
  if (foreign !== null) {
    throw new InvalidStateError(
      `The audit log in the file names somebody by the id ${encodeId('User', foreign)}, which is another account on this instance. Import the file into an instance without that account. Nothing was imported.`,
    )
  }
  const changed = [...ids].filter(([before, here]) => before !== here)
  const taken = await tx.user.findMany({ where: { id: { in: changed.map(([id]) => id) } }, select: { id: true } })
  const takenIds = new Set(taken.map(({ id }) => id))
  const places = changed
    .filter(([before]) => !takenIds.has(before))
    .map(([before, here]) => ({ organizationId, subject: { id: before, userId: here } }))
  await keysFor(tx, keys, places)
}
