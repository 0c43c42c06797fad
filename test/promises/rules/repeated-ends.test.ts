import { getNullableType, isObjectType, isUnionType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeId, ID_PREFIXES, type IdType, newId } from '../../../schema/core/ids.ts'
import { schema } from '../../../schema/graph.ts'
import type { Client, Json } from '../../infra/app.ts'
import { addCollaborator, createProject, join, startWorld, type World } from '../../infra/world.ts'
import { changingNothing } from '../bad-input/fingerprint.ts'
import { ENDINGS, ENDS, ONCE_ONLY } from './endings.ts'

/*
 * Ending something twice succeeds: a script whose response was lost repeats the call and gets the payload again. The
 * second call writes nothing.
 */

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world?.close())

/** The payload of a mutation. The other members of its result are errors. */
function payloadOf(name: string): string {
  const result = schema.getMutationType()?.getFields()[name]?.type
  const inner = result && getNullableType(result)
  const payload = isUnionType(inner) ? inner.getTypes().find((type) => type.name.endsWith('Payload')) : undefined
  if (!payload) throw new Error(`${name} has no payload`)
  return payload.name
}

/** Whether the payload names a removed object. */
function removes(name: string): boolean {
  const payload = schema.getType(payloadOf(name))
  return isObjectType(payload) && 'removedId' in payload.getFields()
}

/** Mutations whose results are not unions are for gateways, and end nothing. */
const names = Object.entries(schema.getMutationType()?.getFields() ?? {}).flatMap(([name, { type }]) =>
  isUnionType(getNullableType(type)) ? [name] : [],
)
const ending = names.filter((name) => ENDS.test(name) || removes(name))
const REMOVING = ending.filter(removes)

/** The objects of a payload, by their ids, and the id of a removed one. */
function selectionOf(name: string): string {
  const payload = schema.getType(payloadOf(name))
  if (!isObjectType(payload)) throw new Error(`${payloadOf(name)} is not an object`)
  const selected = Object.values(payload.getFields()).flatMap(({ name: field, type }) => {
    const inner = getNullableType(type)
    if (isObjectType(inner) && 'id' in inner.getFields()) return [`${field} { id }`]
    return field === 'removedId' ? [field] : []
  })
  return ['__typename', ...selected].join(' ')
}

/** Waits until no project is being deleted: a job writes meanwhile. */
async function settled(): Promise<void> {
  const deleting = () => world.database.sql('SELECT id FROM project WHERE deletes_at IS NOT NULL')
  await expect.poll(deleting, { timeout: 100_000 }).toEqual([])
}

/** Numbers of audit events, change events and messages. */
async function written(): Promise<Json> {
  const [row] = await world.database.sql(
    `SELECT (SELECT count(*)::int FROM audit_event) AS events, (SELECT count(*)::int FROM change_event) AS changes,
            (SELECT count(*)::int FROM webhook_delivery) AS messages`,
  )
  return row
}

test('every mutation that ends something has a row here or a stated reason why it cannot be repeated', () => {
  expect([...Object.keys(ENDINGS), ...Object.keys(ONCE_ONLY)].sort()).toEqual([...ending].sort())
  expect(REMOVING.length).toBeGreaterThan(6)
})

// Failed before for every removal with NOT_FOUND, and for finished, undone and cancelled things with INVALID_STATE.
describe.each(Object.entries(ENDINGS))('repeating %s', (name, { make }) => {
  test('returns the same payload and writes nothing', async () => {
    const input = await make(world)
    const once = await world.as.owner.mutate(name, input, selectionOf(name))
    expect(once.__typename).toBe(payloadOf(name))
    await settled()
    await changingNothing(world, async () => {
      const again = await world.as.owner.mutate(name, input, selectionOf(name))
      expect(again).toEqual(once)
    })
  })

  test('returns the same payload to concurrent callers and writes the change once', async () => {
    /** Ends something by a number of requests at once. Returns how many rows that wrote. */
    const end = async (times: number) => {
      const input = await make(world)
      await settled()
      const before = await written()
      const requests = Array.from({ length: times }, () => world.as.owner.mutate(name, input, selectionOf(name)))
      const types = (await Promise.all(requests)).map(({ __typename }) => __typename)
      expect(types).toEqual(Array(times).fill(payloadOf(name)))
      await settled()
      const after = await written()
      return Object.keys(after).map((table) => [table, after[table] - before[table]])
    }
    const byOne = await end(1)
    expect(await end(3)).toEqual(byOne)
  })
})

describe('repeating a removal', () => {
  /** The whole answer, without the id of the removed object. */
  const answer = async (as: Client, name: string, input: Json, id: string): Promise<string> =>
    JSON.stringify(await as.mutate(name, { ...input, id }, selectionOf(name))).replaceAll(id, '…')

  const neverMade = (id: string): string => {
    const [type] = Object.entries(ID_PREFIXES).find(([, prefix]) => id.startsWith(`${prefix}_`)) ?? []
    return encodeId(type as IdType, newId())
  }

  // Failed while a removal was found for whoever asked.
  test.each(REMOVING)('by %s gives callers who cannot remove the same response as for an unknown id', async (name) => {
    const input = await ENDINGS[name]?.make(world)
    expect((await world.as.owner.mutate(name, input)).__typename).toBe(payloadOf(name))
    await settled()
    const missing = neverMade(input.id)
    for (const caller of ['member', 'former', 'foreignOwner', 'liveKey', 'memberAccount', 'legacyKey'] as const) {
      await changingNothing(world, async () => {
        const [got, other] = [
          await answer(world.as[caller], name, input, input.id),
          await answer(world.as[caller], name, input, missing),
        ]
        expect([caller, got]).toEqual([caller, other])
        expect(got).toContain('NotFoundError')
      })
    }
    expect((await world.as.anonymous.mutate(name, input)).__typename).toBe('UNAUTHENTICATED')
  })

  test.each(REMOVING)('by %s with an id of another type returns NotFoundError', async (name) => {
    const input = await ENDINGS[name]?.make(world)
    await world.as.owner.mutate(name, input)
    for (const other of REMOVING.filter((each) => each !== name)) {
      const given = other === 'projectDelete' ? { id: input.id, name: 'Any' } : { id: input.id }
      expect([other, (await world.as.owner.mutate(other, given)).__typename]).toEqual([other, 'NotFoundError'])
    }
  })

  test('returns NotFoundError to an ADMIN who was demoted in the meantime', async () => {
    const { as, ids, signUp } = world
    const person = await signUp('Demoted')
    const membership = await join(as.owner, ids.organization, person, 'ADMIN')
    const input = await ENDINGS.webhookRemove?.make(world)
    await person.mutate('webhookRemove', input)
    expect((await person.mutate('webhookRemove', input)).__typename).toBe('WebhookRemovePayload')
    await as.owner.mutate('memberRoleSet', { id: membership, role: 'MEMBER' })
    expect((await person.mutate('webhookRemove', input)).__typename).toBe('NotFoundError')
  })

  test('succeeds for a gateway that removed a resource', async () => {
    const input = await ENDINGS.resourceRemove?.make(world)
    const remove = () => world.as.gateway.mutate('resourceRemove', input, 'removedId project { id }')
    const first = await remove()
    expect(first).toEqual({ __typename: 'ResourceRemovePayload', removedId: input.id, project: null })
    expect(await remove()).toEqual(first)
  })

  test('succeeds for a member who left the organization or a project', async () => {
    const { as, ids, signUp } = world
    const person = await signUp('Leaving')
    const id = await join(as.owner, ids.organization, person, 'MEMBER')
    const role = await addCollaborator(as.owner, ids.project, id, 'MEMBER')
    for (const [name, given, place] of [
      ['collaboratorRemove', role, 'project { id }'],
      ['memberRemove', id, 'organization { id }'],
    ] as const) {
      const leave = () => person.mutate(name, { id: given }, `removedId ${place} endedTokens { isPrevious }`)
      const first = await leave()
      expect(first).toMatchObject({ removedId: given, endedTokens: [] })
      expect(await leave()).toEqual(first)
    }
    // Another person does not learn of it.
    expect((await as.foreignOwner.mutate('memberRemove', { id })).__typename).toBe('NotFoundError')
  })

  test('returns NotFoundError once the project is deleted', async () => {
    const { as, ids } = world
    const projectId = await createProject(as.owner, ids.organization, 'Passing')
    const { resource } = await as.owner.mutate(
      'resourceRegister',
      { projectId, kind: 'FILE', name: 'passing' },
      'resource { id }',
    )
    const remove = () => as.owner.mutate('resourceRemove', { id: resource.id })
    await remove()
    expect((await remove()).__typename).toBe('ResourceRemovePayload')
    await as.owner.mutate('projectArchive', { id: projectId })
    expect((await remove()).__typename).toBe('ResourceRemovePayload')
    await as.owner.mutate('projectDelete', { id: projectId, name: 'Passing' })
    expect((await remove()).__typename).toBe('NotFoundError')
  })

  test('of a project requires the project’s name again', async () => {
    const input = await ENDINGS.projectDelete?.make(world)
    await world.as.owner.mutate('projectDelete', input)
    const other = await world.as.owner.mutate('projectDelete', { ...input, name: 'Another' })
    expect(other).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['name'] }] })
  })

  test('looks up the audit event by an index', async () => {
    const plan = await world.database.sql<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT 1 FROM audit_event e WHERE e.target_id = '${newId()}' AND e.action = 'webhook.removed'
          AND e.action ~ '[.](removed|deleted|deletionRequested)$'`,
    )
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain('audit_event_removals')
  })
})

test('of a rotation’s other ending returns INVALID_STATE', async () => {
  const { owner } = world.as
  const finished = await ENDINGS.apiKeyRotationFinish?.make(world)
  await owner.mutate('apiKeyRotationFinish', finished)
  expect((await owner.mutate('apiKeyRotationUndo', finished)).__typename).toBe('InvalidStateError')
  const undone = await ENDINGS.apiKeyRotationUndo?.make(world)
  await owner.mutate('apiKeyRotationUndo', undone)
  expect((await owner.mutate('apiKeyRotationFinish', undone)).__typename).toBe('InvalidStateError')
})
