import { startOf } from '@keyward/engine/secret'
import type { LegacyKey } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import { generateSecret, hashSecret } from '../api-key/secret.ts'
import type { Caller } from '../core/caller.ts'
import { NotFoundError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { parse, text } from '../core/input.ts'
import type { Action } from '../core/policy.ts'
import { open, seal } from '../core/sealing.ts'
import { findUsedHashes, lockImports } from '../credential/sql.ts'
import { findOrganization, targetOf } from '../organization/access.ts'
import { auditDenied } from '../write/audit/denied.ts'
import { conflictOn } from '../write/conflicts.ts'
import { idempotencyKey, once } from '../write/idempotency/once.ts'
import { change, type UnitOfWork } from '../write/unit-of-work.ts'
import { lockLegacyKey } from './sql.ts'

const MIN_SECRET = 16

/** Binds a sealed secret to its place: it opens in no other organization, row or version. */
export const legacyKeyBinding = (key: { organizationId: string; id: string; version: number }): string =>
  `legacy-key ${key.organizationId} ${key.id} ${key.version}`

export interface ShownLegacySecret {
  legacyKeyId: string
  secret: string
}

const shownSecret: z.ZodType<ShownLegacySecret> = z.object({ legacyKeyId: z.string(), secret: z.string() })

/** Runs a change to the legacy key of an organization. Denied attempts are audited. */
async function changeLegacyKey<T>(
  caller: Caller,
  id: string,
  action: Action,
  work: (unit: UnitOfWork, organizationId: string) => Promise<T>,
): Promise<T> {
  const organization = await findOrganization(caller, id)
  return auditDenied(caller, organization.id, action, () =>
    change(caller, [{ action, target: targetOf(organization) }], (unit) => work(unit, organization.id)),
  )
}

async function lock(unit: UnitOfWork, organizationId: string): Promise<LegacyKey> {
  await lockLegacyKey(unit.tx, organizationId)
  const key = await unit.tx.legacyKey.findUnique({ where: { organizationId } })
  if (!key) throw new NotFoundError('legacy key')
  return key
}

function record(unit: UnitOfWork, key: { id: string; organizationId: string }, action: string): void {
  // Recorded only in the organization's log: the default project's ADMINs must not see that the key exists.
  const { organizationId, id } = key
  unit.audit({ organizationId, action, targetType: 'LegacyKey', targetId: id })
}

const publish = (unit: UnitOfWork, key: { id: string; organizationId: string; projectId: string }): void =>
  unit.publish({
    organizationId: key.organizationId,
    projectId: key.projectId,
    kind: 'LEGACY_KEY_CHANGED',
    subjectId: key.id,
  })

const sealingKey = ({ runtime }: Caller) => {
  const [key] = runtime.settings.encryptionKeys
  if (!key) throw new Error('No key-encryption key is configured')
  return key
}

const secretOfOtherSystem = text(512).refine(
  (value) => /^[\x21-\x7e]+$/.test(value) && value.length >= MIN_SECRET && !value.startsWith('kw_'),
  {
    error: `Must be a secret of another system: at least ${MIN_SECRET} printable ASCII characters without spaces, not beginning with kw_.`,
  },
)

export const legacyKeyImportInput = z.object({ organizationId: z.string(), secret: secretOfOtherSystem })

/** Imports an organization's legacy key from another system. It belongs to the default project. */
export async function importLegacyKey(caller: Caller, input: unknown): Promise<{ legacyKeyId: string }> {
  const { organizationId: id, secret } = parse(legacyKeyImportInput, input)
  return changeLegacyKey(caller, id, 'legacyKey:import', async (unit, organizationId) => {
    const { tx } = unit
    const project = await tx.project.findFirstOrThrow({ where: { organizationId, isDefault: true } })
    if (await tx.legacyKey.findUnique({ where: { organizationId } })) {
      throw conflictOn('legacy_key_organization_id_key', { type: 'LegacyKey', organizationId })
    }
    const hash = hashSecret(secret)
    await lockImports(tx, 'LEGACY_KEY')
    if ((await findUsedHashes(tx, [hash])).size > 0) throw conflictOn('legacy_key_hash_key')
    const key = { id: newId(), organizationId, projectId: project.id, version: 1 }
    const start = secret.slice(0, 4)
    const sealed = seal(sealingKey(caller), Buffer.from(secret), legacyKeyBinding(key))
    await tx.legacyKey.create({ data: { ...key, hash, start, sealed, createdAt: unit.now } })
    record(unit, key, 'legacyKey.imported')
    publish(unit, key)
    return { legacyKeyId: key.id }
  })
}

export const legacyKeyRevealInput = z.object({ organizationId: z.string() })

/** Shows the legacy key's secret to the Owner. Every call is audited. */
export async function revealLegacyKey(caller: Caller, input: unknown): Promise<ShownLegacySecret> {
  const { organizationId: id } = parse(legacyKeyRevealInput, input)
  return changeLegacyKey(caller, id, 'legacyKey:reveal', async (unit, organizationId) => {
    const key = await lock(unit, organizationId)
    const secret = open(caller.runtime.settings.encryptionKeys, key.sealed, legacyKeyBinding(key)).toString()
    record(unit, key, 'legacyKey.revealed')
    return { legacyKeyId: key.id, secret }
  })
}

export const legacyKeyRegenerateInput = z.object({ organizationId: z.string(), idempotencyKey: idempotencyKey() })

/** Replaces the legacy key's secret. The old secret stops working immediately. */
export async function regenerateLegacyKey(caller: Caller, input: unknown): Promise<ShownLegacySecret> {
  const { organizationId: id, idempotencyKey: key } = parse(legacyKeyRegenerateInput, input)
  return changeLegacyKey(caller, id, 'legacyKey:regenerate', (unit, organizationId) =>
    once(
      caller,
      unit,
      { operation: 'legacyKeyRegenerate', key, input: { organizationId }, result: shownSecret },
      async () => {
        const row = await lock(unit, organizationId)
        const version = row.version + 1
        const secret = generateSecret('org')
        await unit.tx.legacyKey.update({
          where: { id: row.id },
          data: {
            version,
            hash: hashSecret(secret),
            sealed: seal(sealingKey(caller), Buffer.from(secret), legacyKeyBinding({ ...row, version })),
            start: startOf(secret),
            regeneratedAt: unit.now,
            lastUsedAt: null,
          },
        })
        record(unit, row, 'legacyKey.regenerated')
        publish(unit, row)
        return { legacyKeyId: row.id, secret }
      },
    ),
  )
}
