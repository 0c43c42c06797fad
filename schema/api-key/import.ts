import { uniqueViolation } from '@keyward/prisma/errors'
import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import { ConflictError, KeywardError, NotFoundError, ValidationError } from '../core/errors.ts'
import { decodeId } from '../core/ids.ts'
import { nameKey, parse, text } from '../core/input.ts'
import { DEFAULT_POLICY, firstLimitRows, type KeyPolicySettings, policiesOf } from '../key-policy/service.ts'
import { findOrganization } from '../organization/access.ts'
import { type ChangeUnit, change } from '../write/unit-of-work.ts'
import { newKeyFields, requireAhead } from './input.ts'
import { boundsOf, limitScope, lockForNewKeys, nameTaken, newKeyRows, record, tooManyKeys } from './service.ts'

/** Rows of one import. */
export const MAX_ROWS = 1_000
export const MAX_START = 16
const ATTEMPTS = 3

const row = z.object({
  ...newKeyFields,
  projectId: z.string().nullish(),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, { error: 'Is the SHA-256 of the secret, as 64 hexadecimal digits.' })
    .transform((hex) => new Uint8Array(Buffer.from(hex, 'hex'))),
  start: text(MAX_START).nullish(),
  createdAt: z.date().nullish(),
})

/** What became of one row of an import. */
export type ImportOutcome = { row: number; apiKeyId: string } | { row: number; error: KeywardError }

const atRow = (index: number, error: KeywardError): KeywardError =>
  error instanceof ValidationError
    ? new ValidationError(error.issues.map((issue) => ({ ...issue, path: ['rows', String(index), ...issue.path] })))
    : error

type Row = z.output<typeof row>
type Made = ReturnType<typeof newKeyRows> & { limits: ReturnType<typeof firstLimitRows> }

/** What rows of an import are checked against, read once for all of them under the locks of their projects. */
class Ground {
  private constructor(
    readonly defaultProjectId: string,
    readonly room: Map<string, number | KeywardError>,
    readonly policies: Map<string, KeyPolicySettings>,
    readonly names: Set<string>,
    readonly hashes: Set<string>,
  ) {}

  static async read(caller: Caller, unit: ChangeUnit, organizationId: string, rows: Row[]): Promise<Ground> {
    const { tx } = unit
    const projects = await tx.project.findMany({ where: { organizationId }, select: { id: true, isDefault: true } })
    const defaultProjectId = projects.find((project) => project.isDefault)?.id ?? ''
    const named = new Set(
      rows.map(({ projectId }) => (projectId != null ? decodeId('Project', projectId) : defaultProjectId)),
    )
    const room = new Map<string, number | KeywardError>()
    // In one order, so that two imports that share projects wait for each other instead of deadlocking.
    for (const { id } of projects.filter((project) => named.has(project.id)).sort((a, b) => (a.id < b.id ? -1 : 1))) {
      room.set(id, await lockForNewKeys(caller, unit, id).catch(asOutcome))
    }
    const locked = [...room.keys()]
    const found = await policiesOf(tx, locked)
    const policies = new Map(locked.map((id, index) => [id, found[index] ?? DEFAULT_POLICY]))
    const keys = await tx.apiKey.findMany({
      where: {
        projectId: { in: locked },
        nameKey: { in: rows.map((given) => nameKey(given.name)) },
        revokedAt: null,
      },
      select: { projectId: true, nameKey: true },
    })
    const hashes = rows.map((given) => given.sha256)
    const known = [
      ...(await tx.apiKeySecret.findMany({ where: { hash: { in: hashes } }, select: { hash: true } })),
      ...(await tx.legacyKey.findMany({ where: { hash: { in: hashes } }, select: { hash: true } })),
    ]
    return new Ground(
      defaultProjectId,
      room,
      policies,
      new Set(keys.map((key) => `${key.projectId} ${key.nameKey}`)),
      new Set(known.map(({ hash }) => Buffer.from(hash).toString('hex'))),
    )
  }
}

function asOutcome(error: unknown): KeywardError {
  if (error instanceof KeywardError) return error
  throw error
}

/** The rows of one imported key, or why it is refused; what earlier rows of the same import took counts. */
function makeKey(caller: Caller, unit: ChangeUnit, organizationId: string, ground: Ground, given: Row): Made {
  const { projectId, sha256: hash, start, createdAt, ...fields } = given
  requireAhead(fields.expiresAt, unit.now)
  if (createdAt && createdAt > unit.now) throw ValidationError.at('createdAt', 'Must not be in the future.')
  // Keys from before there were projects belong to the organization's default project.
  const id = projectId != null ? decodeId('Project', projectId) : ground.defaultProjectId
  const room = id ? ground.room.get(id) : undefined
  if (!id || room === undefined) throw new NotFoundError('project')
  if (room instanceof KeywardError) throw room
  if (room < 1) throw tooManyKeys(caller.runtime.limits.apiKeysPerProject)
  const limits = boundsOf(ground.policies.get(id) ?? DEFAULT_POLICY, fields, unit.now)
  // Before its name, which it has taken itself when the same row comes again: so whoever repeats sees that it is there.
  const hex = Buffer.from(hash).toString('hex')
  if (ground.hashes.has(hex)) throw new ConflictError('A key with this hash exists already.')
  const name = `${id} ${nameKey(fields.name)}`
  if (ground.names.has(name)) throw nameTaken(fields.name)
  ground.room.set(id, room - 1)
  ground.names.add(name)
  ground.hashes.add(hex)
  const made = newKeyRows(caller, unit, { id, organizationId }, fields, {
    hash,
    start: start ?? '',
    imported: true,
    ...(createdAt ? { createdAt } : {}),
  })
  return { ...made, limits: firstLimitRows(limitScope(made.key), limits, unit.now) }
}

/** Imports rows in one transaction, each refused or made by itself. */
async function importRows(
  caller: Caller,
  unit: ChangeUnit,
  organizationId: string,
  rows: unknown[],
): Promise<ImportOutcome[]> {
  const parsed = rows.map((given) => {
    try {
      return parse(row, given)
    } catch (error) {
      return asOutcome(error)
    }
  })
  const ground = await Ground.read(
    caller,
    unit,
    organizationId,
    parsed.filter((given): given is Row => !(given instanceof KeywardError)),
  )
  const made: Made[] = []
  const outcomes = parsed.map((given, index): ImportOutcome => {
    try {
      if (given instanceof KeywardError) throw given
      const rowsOfKey = makeKey(caller, unit, organizationId, ground, given)
      made.push(rowsOfKey)
      return { row: index, apiKeyId: rowsOfKey.key.id }
    } catch (error) {
      return { row: index, error: atRow(index, asOutcome(error)) }
    }
  })
  await unit.tx.apiKey.createMany({ data: made.map(({ key }) => key) })
  await unit.tx.apiKeySecret.createMany({ data: made.map(({ secret }) => secret) })
  await unit.tx.apiKeyTag.createMany({ data: made.flatMap(({ tags }) => tags) })
  await unit.tx.usageLimit.createMany({ data: made.flatMap(({ limits }) => limits) })
  for (const { key } of made) {
    record(unit, key, 'API_KEY_CREATED', 'apiKey.imported', { expiresAt: key.expiresAt?.toISOString() ?? null })
  }
  return outcomes
}

/**
 * Imports keys by the SHA-256 of their secrets, so that nobody has to re-issue them. Each row is imported or refused by
 * itself, with its reason; sending the same rows again imports nothing twice.
 */
export async function importApiKeys(caller: Caller, input: unknown): Promise<{ outcomes: ImportOutcome[] }> {
  const schema = z.object({
    organizationId: z.string(),
    rows: z
      .array(z.unknown())
      .min(1, { error: 'At least one row.' })
      .max(MAX_ROWS, { error: `At most ${MAX_ROWS} rows.` }),
  })
  const { organizationId, rows } = parse(schema, input)
  const { id } = await findOrganization(caller, organizationId, 'apiKey:import')
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await change(caller, async (unit) => ({ outcomes: await importRows(caller, unit, id, rows) }))
    } catch (error) {
      // Somebody took a name or a hash between our look and our insert: looking again finds it, row by row.
      if (uniqueViolation(error) === null || attempt === ATTEMPTS) throw error
    }
  }
}
