import { uniqueViolation } from '@keyward/prisma/errors'
import type { LegacyKey } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import { generateSecret, hashSecret, startOf } from '../api-key/secret.ts'
import type { Caller } from '../core/caller.ts'
import { ConflictError, NotFoundError, ValidationError } from '../core/errors.ts'
import { decodeId, newId } from '../core/ids.ts'
import { parse, text } from '../core/input.ts'
import type { Action } from '../core/policy.ts'
import { open, seal } from '../core/sealing.ts'
import { findOrganization } from '../organization/access.ts'
import { auditDenied } from '../write/audit/denied.ts'
import { idempotencyKey, once } from '../write/idempotency/once.ts'
import { type ChangeUnit, change } from '../write/unit-of-work.ts'

const MIN_SECRET = 16

/** What a sealed secret is bound to: it opens in no other organization, row or version. */
const boundTo = (key: { organizationId: string; id: string; version: number }): string =>
  `legacy-key ${key.organizationId} ${key.id} ${key.version}`

export interface ShownLegacySecret {
  legacyKeyId: string
  secret: string
}

const shownSecret: z.ZodType<ShownLegacySecret> = z.object({ legacyKeyId: z.string(), secret: z.string() })

/** The organization, where the caller is its Owner; attempts of others are written to the audit log. */
const owned = (caller: Caller, id: string, action: Action) =>
  auditDenied(caller, decodeId('Organization', id), action, () => findOrganization(caller, id, action))

async function lock(unit: ChangeUnit, organizationId: string): Promise<LegacyKey> {
  await unit.tx.$queryRaw`SELECT id FROM legacy_key WHERE organization_id = ${organizationId}::uuid FOR UPDATE`
  const key = await unit.tx.legacyKey.findUnique({ where: { organizationId } })
  if (!key) throw new NotFoundError('legacy key')
  return key
}

function record(unit: ChangeUnit, key: { id: string; organizationId: string }, action: string): void {
  // Of the organization, not of the default project: the ADMINs of that one do not learn of the key.
  const { organizationId, id } = key
  unit.audit({ organizationId, action, targetType: 'LegacyKey', targetId: id })
}

const announce = (unit: ChangeUnit, key: { id: string; organizationId: string; projectId: string }): void =>
  unit.announce({
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

/** Takes an organization's legacy key over from another system; it belongs to the default project. */
export async function importLegacyKey(caller: Caller, input: unknown): Promise<{ legacyKeyId: string }> {
  const schema = z.object({ organizationId: z.string(), secret: text(512) })
  const { organizationId: publicId, secret } = parse(schema, input)
  const { id: organizationId } = await owned(caller, publicId, 'legacyKey:import')
  if (!/^[\x21-\x7e]+$/.test(secret) || secret.length < MIN_SECRET || secret.startsWith('kw_')) {
    throw ValidationError.at(
      'secret',
      `Is a secret of another system: at least ${MIN_SECRET} printable characters without spaces, not beginning with kw_.`,
    )
  }
  try {
    return await change(caller, async (unit) => {
      const { tx } = unit
      const project = await tx.project.findFirstOrThrow({ where: { organizationId, isDefault: true } })
      if (await tx.legacyKey.findUnique({ where: { organizationId } })) {
        throw new ConflictError('This organization has a legacy key already. Regenerate that one if it is compromised.')
      }
      const hash = hashSecret(secret)
      if (await tx.apiKeySecret.findUnique({ where: { hash }, select: { id: true } })) {
        throw new ConflictError('A key with this secret exists already.')
      }
      const key = { id: newId(), organizationId, projectId: project.id, version: 1 }
      const start = secret.slice(0, 4)
      const sealed = seal(sealingKey(caller), Buffer.from(secret), boundTo(key))
      await tx.legacyKey.create({ data: { ...key, hash, start, sealed, createdAt: unit.now } })
      record(unit, key, 'legacyKey.imported')
      announce(unit, key)
      return { legacyKeyId: key.id }
    })
  } catch (error) {
    if (uniqueViolation(error) !== null) throw new ConflictError('A key with this secret exists already.')
    throw error
  }
}

/** Shows the legacy key's secret to the Owner, who may copy it at any time. Every showing is audited. */
export async function revealLegacyKey(caller: Caller, input: unknown): Promise<ShownLegacySecret> {
  const { organizationId: publicId } = parse(z.object({ organizationId: z.string() }), input)
  const { id: organizationId } = await owned(caller, publicId, 'legacyKey:reveal')
  return change(caller, async (unit) => {
    const key = await lock(unit, organizationId)
    const secret = open(caller.runtime.settings.encryptionKeys, key.sealed, boundTo(key)).toString()
    record(unit, key, 'legacyKey.revealed')
    return { legacyKeyId: key.id, secret }
  })
}

/** Replaces a compromised legacy key's secret: the new one is recognized everywhere at once, the old one nowhere. */
export async function regenerateLegacyKey(caller: Caller, input: unknown): Promise<ShownLegacySecret> {
  const schema = z.object({ organizationId: z.string(), idempotencyKey: idempotencyKey() })
  const { organizationId: publicId, idempotencyKey: key } = parse(schema, input)
  const { id: organizationId } = await owned(caller, publicId, 'legacyKey:regenerate')
  return change(caller, (unit) =>
    once(
      caller,
      unit,
      { operation: 'legacyKeyRegenerate', key, input: { organizationId } },
      async () => {
        const row = await lock(unit, organizationId)
        const version = row.version + 1
        const secret = generateSecret('org')
        await unit.tx.legacyKey.update({
          where: { id: row.id },
          data: {
            version,
            hash: hashSecret(secret),
            sealed: seal(sealingKey(caller), Buffer.from(secret), boundTo({ ...row, version })),
            start: startOf(secret),
            regeneratedAt: unit.now,
            lastUsedAt: null,
          },
        })
        record(unit, row, 'legacyKey.regenerated')
        announce(unit, row)
        return { legacyKeyId: row.id, secret }
      },
      shownSecret,
    ),
  )
}
