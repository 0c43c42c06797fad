import { mapInTurns } from '@keyward/prisma/pace'
import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import { ConflictError, KeywardError, NotFoundError, ValidationError } from '../core/errors.ts'
import { decodeId } from '../core/ids.ts'
import { nameKey, parse, text } from '../core/input.ts'
import { findUsedHashes, lockImports } from '../credential/sql.ts'
import { DEFAULT_RULES, type KeyRules } from '../key-policy/bounds.ts'
import { rulesOfAll } from '../key-policy/service.ts'
import { rowsOfScope } from '../limit/settings/store.ts'
import { findNamed, slugsOf } from '../model/patterns.ts'
import { findOrganization, targetOf } from '../organization/access.ts'
import { inBatches } from '../write/batches.ts'
import { conflictOn } from '../write/conflicts.ts'
import { requireRights } from '../write/rights.ts'
import { change, type UnitOfWork } from '../write/unit-of-work.ts'
import { liveAt } from './filter.ts'
import { newKeyFields, readExpiration } from './input.ts'
import { freeExpiredNames } from './names.ts'
import { boundsOf, limitScope, lockForNewKeys, newKeyRows, tooManyKeys } from './new-key.ts'
import { record } from './record.ts'

/** Maximum number of rows in one import. */
export const MAX_ROWS = 1_000
export const MAX_START = 16
const ATTEMPTS = 3
/** Number of rows checked per turn of the event loop. */
const TURN_ROWS = 100

const row = z.object({
  ...newKeyFields,
  projectId: z.string().nullish(),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, { error: 'Must be the SHA-256 of the secret as 64 hexadecimal digits.' })
    .transform((hex) => new Uint8Array(Buffer.from(hex, 'hex'))),
  start: text(MAX_START).nullish(),
  createdAt: z.date().nullish(),
})

/** The result of one row of an import. */
export type ImportOutcome = { row: number; apiKeyId: string } | { row: number; error: KeywardError }

function atRow(index: number, error: KeywardError): KeywardError {
  const row = ['rows', String(index)]
  if (error instanceof ValidationError) {
    return new ValidationError(error.issues.map((issue) => ({ ...issue, path: [...row, ...issue.path] })))
  }
  if (error instanceof ConflictError) {
    return new ConflictError(error.message, [...row, ...error.path], error.holder, error.resolvedBy)
  }
  return error
}

type Row = z.output<typeof row>
type Made = ReturnType<typeof newKeyRows> & { limits: ReturnType<typeof rowsOfScope> }

/** The data against which rows of an import are checked. It is read once, under the locks of their projects. */
class Ground {
  private constructor(
    readonly defaultProjectId: string,
    readonly room: Map<string, number | KeywardError>,
    readonly rules: Map<string, KeyRules>,
    readonly names: Set<string>,
    readonly hashes: Set<string>,
    readonly models: Awaited<ReturnType<typeof findNamed>>,
  ) {}

  static async read(caller: Caller, unit: UnitOfWork, organizationId: string, rows: Row[]): Promise<Ground> {
    const { tx } = unit
    const projects = await tx.project.findMany({ where: { organizationId }, select: { id: true, isDefault: true } })
    const defaultProjectId = projects.find((project) => project.isDefault)?.id ?? ''
    const named = new Set(
      rows.map(({ projectId }) => (projectId != null ? decodeId('Project', projectId) : defaultProjectId)),
    )
    const room = new Map<string, number | KeywardError>()
    // Locked in one order, so that imports that share projects do not deadlock.
    for (const { id } of projects.filter((project) => named.has(project.id)).sort((a, b) => (a.id < b.id ? -1 : 1))) {
      room.set(id, await lockForNewKeys(caller, unit, id).catch(asOutcome))
    }
    const locked = [...room.keys()]
    const found = await rulesOfAll(
      tx,
      locked.map((id) => ({ id, organizationId })),
    )
    const rules = new Map(locked.map((id, index) => [id, found[index] ?? DEFAULT_RULES]))
    const keys = await tx.apiKey.findMany({
      where: {
        projectId: { in: locked },
        nameKey: { in: rows.map((given) => nameKey(given.name)) },
        ...liveAt(unit.now),
      },
      select: { projectId: true, nameKey: true },
    })
    await lockImports(tx, 'API_KEY')
    return new Ground(
      defaultProjectId,
      room,
      rules,
      new Set(keys.map((key) => `${key.projectId} ${key.nameKey}`)),
      await findUsedHashes(
        tx,
        rows.map((given) => given.sha256),
      ),
      await findNamed(
        tx,
        caller.access,
        rows.flatMap((given) => given.models),
      ),
    )
  }
}

function asOutcome(error: unknown): KeywardError {
  if (error instanceof KeywardError) return error
  throw error
}

/**
 * Builds the rows of one imported key, or throws the reason why it is rejected. Takes earlier rows of the same import
 * into account.
 */
function makeKey(caller: Caller, unit: UnitOfWork, organizationId: string, ground: Ground, given: Row): Made {
  const { projectId, sha256: hash, start, createdAt, expiresAt: _at, expiresInSeconds: _in, ...fields } = given
  const expiration = readExpiration(given, unit.now)
  if (createdAt && createdAt > unit.now) throw ValidationError.at('createdAt', 'Must not be in the future.')
  // Without a project, a key belongs to the organization's default project.
  const id = projectId != null ? decodeId('Project', projectId) : ground.defaultProjectId
  const room = id ? ground.room.get(id) : undefined
  if (!id || room === undefined) throw new NotFoundError('project')
  if (room instanceof KeywardError) throw room
  if (room < 1) throw tooManyKeys(caller.runtime.limits.apiKeysPerProject)
  const models = slugsOf(ground.models, fields.models, id)
  const rules = ground.rules.get(id) ?? DEFAULT_RULES
  const { limits, scopes } = boundsOf(caller, rules, { ...fields, models }, expiration, unit.now)
  // The hash is checked before the name. For a repeated row, both exist, and the conflict on the hash says that the key
  // is already imported. The conflict is the same for a hash of any organization.
  const hex = Buffer.from(hash).toString('hex')
  if (ground.hashes.has(hex)) throw conflictOn('api_key_secret_hash_key')
  const name = `${id} ${nameKey(fields.name)}`
  if (ground.names.has(name))
    throw conflictOn('api_key_live_name', { type: 'ApiKey', projectId: id, nameKey: nameKey(fields.name) })
  ground.room.set(id, room - 1)
  ground.names.add(name)
  ground.hashes.add(hex)
  const made = newKeyRows(
    caller,
    unit,
    { id, organizationId },
    { ...fields, ...scopes, expiresAt: expiration.expiresAt },
    {
      hash,
      start: start ?? '',
      imported: true,
      ...(createdAt ? { createdAt } : {}),
    },
  )
  return { ...made, limits: rowsOfScope(limitScope(made.key), limits, unit.now) }
}

/** Parses rows. Each row becomes its parsed value or the reason why it is rejected. */
const parseRows = (rows: readonly unknown[]): Promise<(Row | KeywardError)[]> =>
  mapInTurns(rows, TURN_ROWS, (given) => {
    try {
      return parse(row, given)
    } catch (error) {
      return asOutcome(error)
    }
  })

/** Imports rows in one transaction. Rows are imported or rejected individually. */
async function importRows(
  caller: Caller,
  unit: UnitOfWork,
  organizationId: string,
  parsed: readonly (Row | KeywardError)[],
): Promise<ImportOutcome[]> {
  const ground = await Ground.read(
    caller,
    unit,
    organizationId,
    parsed.filter((given): given is Row => !(given instanceof KeywardError)),
  )
  const made: Made[] = []
  const outcomes = await mapInTurns(parsed, TURN_ROWS, (given, index): ImportOutcome => {
    try {
      if (given instanceof KeywardError) throw given
      const rowsOfKey = makeKey(caller, unit, organizationId, ground, given)
      made.push(rowsOfKey)
      return { row: index, apiKeyId: rowsOfKey.key.id }
    } catch (error) {
      return { row: index, error: atRow(index, asOutcome(error)) }
    }
  })
  const keys = made.map(({ key }) => key)
  await freeExpiredNames(
    unit,
    [...new Set(keys.map((key) => key.projectId))],
    keys.map((key) => key.nameKey),
  )
  const { apiKey, apiKeySecret, apiKeyTag, usageLimit } = unit.tx
  await inBatches(keys, (data) => apiKey.createMany({ data }))
  await inBatches(
    made.map(({ secret }) => secret),
    (data) => apiKeySecret.createMany({ data }),
  )
  await inBatches(
    made.flatMap(({ tags }) => tags),
    (data) => apiKeyTag.createMany({ data }),
  )
  await inBatches(
    made.flatMap(({ limits }) => limits),
    (data) => usageLimit.createMany({ data }),
  )
  for (const key of keys) {
    record(unit, key, 'API_KEY_CREATED', 'apiKey.imported', { expiresAt: key.expiresAt?.toISOString() ?? null })
  }
  return outcomes
}

export const apiKeysImportInput = z.object({
  organizationId: z.string(),
  rows: z
    .array(z.unknown())
    .min(1, { error: 'Must have at least one row.' })
    .max(MAX_ROWS, { error: `May have at most ${MAX_ROWS} rows.` }),
})

/**
 * Imports keys by the SHA-256 of their secrets, so that they need not be reissued. Each row is imported or rejected
 * independently. Repeating an import creates nothing twice.
 */
export async function importApiKeys(caller: Caller, input: unknown): Promise<{ outcomes: ImportOutcome[] }> {
  const { organizationId, rows } = parse(apiKeysImportInput, input)
  const organization = await findOrganization(caller, organizationId)
  const required = [{ action: 'apiKey:import' as const, target: targetOf(organization) }]
  requireRights(caller.access, required)
  // Done before the transaction, because the transaction holds locks while other requests take their turns.
  const parsed = await parseRows(rows)
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await change(caller, required, async (unit) => ({
        outcomes: await importRows(caller, unit, organization.id, parsed),
      }))
    } catch (error) {
      // Another request used a name or hash after they were read. The next attempt reports the row's conflict.
      if (!(error instanceof ConflictError) || attempt === ATTEMPTS) throw error
    }
  }
}
