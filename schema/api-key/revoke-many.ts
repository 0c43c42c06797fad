import type { ApiKey, Prisma, RevocationReason } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import { KeywardError, NotFoundError, RequestError, ValidationError } from '../core/errors.ts'
import { decodeId, encodeId } from '../core/ids.ts'
import { parse } from '../core/input.ts'
import { awaitIfAsked, type GatewayReceipt } from '../gateway/sync/service.ts'
import { findOrganization } from '../organization/access.ts'
import { findProject, targetOf as targetOfProject } from '../project/access.ts'
import { change, makerOf } from '../write/unit-of-work.ts'
import { refuseLegacy, targetOf, visibleApiKeys } from './access.ts'
import { ADVICE, adviceWhere, type SelectableAdvice } from './advice-filter.ts'
import { endKeys } from './end.ts'
import { type ApiKeyFilter, filterWhere } from './filter.ts'
import { record } from './record.ts'
import { revocationFields } from './revoke.ts'
import { findKeys, lockApiKeys } from './sql.ts'

/** Maximum number of keys in one revocation. */
export const MAX_REVOKED = 500

/** The result for one key. */
export type RevokeOutcome = { id: string; apiKeyId: string } | { id: string; error: KeywardError }

export interface RevokedMany {
  outcomes: RevokeOutcome[]
  /** Whether more keys match the filter than one revocation can end. */
  hasMore: boolean
  gateways: GatewayReceipt[] | null
}

const ONE_OF = 'Give one of `ids`, `projectId` and `organizationId`.'

export const apiKeysRevokeInput = z
  .object({
    ids: z
      .array(z.string())
      .min(1, { error: 'Must have at least one id.' })
      .max(MAX_REVOKED, { error: `May have at most ${MAX_REVOKED} ids.` })
      .nullish(),
    projectId: z.string().nullish(),
    organizationId: z.string().nullish(),
    filter: z.custom<ApiKeyFilter>().nullish(),
    advice: z.enum(Object.keys(ADVICE) as [SelectableAdvice, ...SelectableAdvice[]]).nullish(),
    ...revocationFields,
  })
  .refine(
    ({ ids, projectId, organizationId }) => [ids, projectId, organizationId].filter((x) => x != null).length === 1,
    {
      path: ['ids'],
      error: ONE_OF,
    },
  )
  .refine(({ ids, filter, advice }) => ids == null || (filter == null && advice == null), {
    path: ['filter'],
    error:
      '`filter` and `advice` cannot be combined with `ids`. Give `projectId` or `organizationId` instead of `ids`.',
  })
  .refine(({ filter }) => !filter?.advice?.includes('ROTATION_SAFE_TO_FINISH'), {
    path: ['filter', 'advice'],
    error: 'Keys with ROTATION_SAFE_TO_FINISH are in use. Finish their rotations instead of revoking them.',
  })

type Input = z.output<typeof apiKeysRevokeInput>

/** The keys to revoke, and the outcomes that are already known. */
interface Selection {
  keys: ApiKey[]
  /** The condition under which the selected keys are still revoked when they are locked. */
  where: Prisma.ApiKeyWhereInput
  hasMore: boolean
  errors: Map<string, KeywardError>
}

/** WHERE condition for a filter. Invalid filters are reported as input errors. */
async function readFilter(
  { database }: Caller['runtime'],
  filter: ApiKeyFilter | null | undefined,
  organizationId: string,
  readableCreators: readonly string[],
): Promise<Prisma.ApiKeyWhereInput> {
  try {
    return await filterWhere(
      filter,
      { organizationIds: [organizationId], readableCreators },
      database.clock.now(),
      async (search) => (await findKeys(database, [search]))[0] ?? { byName: null, byStart: null },
    )
  } catch (error) {
    if (error instanceof RequestError && error.issues.length > 0) throw new ValidationError([...error.issues])
    throw error
  }
}

/** Selects the matching keys that the caller can revoke. */
async function selectMatching(caller: Caller, input: Input): Promise<Selection> {
  const { access, runtime } = caller
  const { filter, advice } = input
  if (filter == null && advice == null) {
    throw ValidationError.at('filter', 'Give `filter` or `advice`. An empty `filter` revokes every key.')
  }
  const now = runtime.database.clock.now()
  const scope: Prisma.ApiKeyWhereInput[] = []
  let organizationId: string
  if (input.projectId != null) {
    const project = await findProject(caller, input.projectId)
    access.require('apiKey:revoke', targetOfProject(project))
    scope.push({ projectId: project.id })
    organizationId = project.organizationId
  } else {
    organizationId = (await findOrganization(caller, input.organizationId ?? '')).id
    const { organizationIds, projectIds } = access.reach('apiKey:revoke')
    scope.push({
      organizationId,
      OR: [{ organizationId: { in: organizationIds } }, { projectId: { in: projectIds } }],
    })
  }
  const readable = access.reach('user:readName').organizationIds.filter((id) => id === organizationId)
  const where = {
    AND: [
      ...scope,
      { revokedAt: null },
      await readFilter(runtime, filter, organizationId, readable),
      ...(advice == null ? [] : [adviceWhere([advice], now, readable)]),
    ],
  }
  const keys = await runtime.database.rows.apiKey.findMany({ where, orderBy: { id: 'asc' }, take: MAX_REVOKED + 1 })
  return { keys: keys.slice(0, MAX_REVOKED), where, hasMore: keys.length > MAX_REVOKED, errors: new Map() }
}

/** Throws unless the caller may revoke a key. */
async function requireRevocable(caller: Caller, id: string, key: ApiKey | undefined): Promise<void> {
  const legacyId = decodeId('LegacyKey', id)
  if (legacyId) await refuseLegacy(caller, legacyId)
  if (!key) throw new NotFoundError('API key')
  caller.access.require('apiKey:revoke', targetOf(key))
}

/** Selects keys by id, with an error for each key that the caller cannot revoke. */
async function selectById(caller: Caller, ids: readonly string[]): Promise<Selection> {
  const uuids = new Map(ids.map((id) => [id, decodeId('ApiKey', id)]))
  const known = [...uuids.values()].filter((uuid) => uuid !== null)
  const found = await caller.runtime.database.prisma.apiKey.findMany({
    where: { AND: [{ id: { in: known } }, visibleApiKeys(caller.access)] },
  })
  const errors = new Map<string, KeywardError>()
  const keys: ApiKey[] = []
  for (const [id, uuid] of uuids) {
    const key = found.find((each) => each.id === uuid)
    try {
      await requireRevocable(caller, id, key)
      if (key) keys.push(key)
    } catch (error) {
      if (!(error instanceof KeywardError)) throw error
      errors.set(id, error)
    }
  }
  return { keys, where: {}, hasMore: false, errors }
}

/** Revokes the selected keys in one transaction. Keys that are already revoked stay unchanged. */
async function revokeSelected(caller: Caller, { keys, where }: Selection, reason: RevocationReason): Promise<void> {
  const targets = new Map(keys.map((key) => [key.projectId, targetOfProject({ ...key, id: key.projectId })]))
  const required = [...targets.values()].map((target) => ({ action: 'apiKey:revoke' as const, target }))
  const ids = keys.map(({ id }) => id)
  await change(caller, required, async (unit) => {
    await lockApiKeys(unit.tx, ids)
    const live = await unit.tx.apiKey.findMany({
      where: { AND: [{ id: { in: ids }, revokedAt: null }, where] },
      orderBy: { id: 'asc' },
    })
    await endKeys(
      unit,
      live.map(({ id }) => id),
      makerOf(caller.access.actor),
      reason,
    )
    for (const key of live) record(unit, key, 'API_KEY_REVOKED', 'apiKey.revoked', { reason })
  })
}

/**
 * Revokes several keys, by their ids or by a filter. Each id has its own outcome. Repeating the call changes nothing
 * and succeeds.
 */
export async function revokeApiKeys(caller: Caller, given: unknown): Promise<RevokedMany> {
  const input = parse(apiKeysRevokeInput, given)
  const before = caller.runtime.changes.point
  const selection = input.ids ? await selectById(caller, input.ids) : await selectMatching(caller, input)
  if (selection.keys.length > 0) await revokeSelected(caller, selection, input.reason ?? 'NO_LONGER_NEEDED')
  const { keys, errors, hasMore } = selection
  const revoked = keys.map((key): RevokeOutcome => ({ id: encodeId('ApiKey', key.id), apiKeyId: key.id }))
  const byId = new Map(revoked.map((outcome) => [outcome.id, outcome]))
  const outcomes = input.ids
    ? input.ids.map((id): RevokeOutcome => {
        const error = errors.get(id)
        return error ? { id, error } : (byId.get(id) ?? { id, error: new NotFoundError('API key') })
      })
    : revoked
  return { outcomes, hasMore, gateways: await awaitIfAsked(caller, input.awaitGatewaysSeconds, before) }
}
