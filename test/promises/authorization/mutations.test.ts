import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { schema } from '../../../schema/graph.ts'
import { ACTORS, type ActorName } from '../../infra/world.ts'
import { INPUTS } from './mutations.ts'
import { REFUSED, type Setting, startSetting } from './setting.ts'
import { BATCHES, MUTATIONS, type MutationRow, names, PAYLOADS } from './table.ts'

let setting: Setting
beforeAll(async () => {
  setting = await startSetting()
})
afterAll(() => setting?.world.close())

test('every mutation has a row in the authorization table and a sample input', () => {
  const all = Object.keys(schema.getMutationType()?.getFields() ?? {}).sort()
  const fields = all.filter((name) => !(name in BATCHES))
  expect(all).toEqual(expect.arrayContaining(Object.keys(BATCHES)))
  expect(Object.keys(MUTATIONS).sort()).toEqual(fields)
  expect(Object.keys(INPUTS).sort()).toEqual(fields)
  expect(Object.keys(PAYLOADS).sort()).toEqual(fields)
})

function expected(row: MutationRow, actor: ActorName, payload: string): string {
  if (actor === 'anonymous' || REFUSED.includes(actor)) return 'UNAUTHENTICATED'
  if (names(row.done, actor)) return payload
  for (const error of ['ValidationError', 'ForbiddenError', 'InvalidStateError', 'ConflictError'] as const) {
    if (names(row[error] ?? '', actor)) return error
  }
  return 'NotFoundError'
}

interface Page {
  nodes: unknown[]
  pageInfo: { endCursor: string | null; hasNextPage: boolean }
}

/** The Owner comes last, because the Owner's mutations can remove the objects of the others. */
const IN_ORDER = [...ACTORS.filter((actor) => actor !== 'owner'), 'owner' as const]

/**
 * The traces that every write leaves: audit events and change events. Without those of jobs and of sign-ins, which are
 * written in the background; a project that changes is in the audit log too.
 */
async function traces(): Promise<string> {
  const [row] = await setting.world.database.sql<{ written: string }>(
    `SELECT concat(
       (SELECT count(*) FROM audit_event WHERE action <> 'access.denied' AND action NOT LIKE 'user.%' AND actor_kind <> 'SYSTEM'),
       ' ', (SELECT count(*) FROM change_event WHERE kind <> 'PROJECT_CHANGED')) AS written`,
  )
  return row?.written ?? ''
}

test.each(Object.entries(BATCHES))(
  '%s rejects callers that are not gateways without charging limits',
  async (name, row) => {
    const { as, ids, database } = setting.world
    const { secret } = await as.owner.mutate(
      'apiKeyCreate',
      { projectId: ids.project, name: 'limited', limits: { budgets: [{ period: 'TOTAL', usd: '1' }] } },
      'secret',
    )
    const wrong: string[] = []
    // The gateway comes last, so that a charge by an earlier caller would show.
    for (const actor of [...ACTORS.filter((each) => !names(row, each)), ...ACTORS.filter((each) => names(row, each))]) {
      const isOut = actor === 'anonymous' || REFUSED.includes(actor)
      const wanted = isOut ? 'UNAUTHENTICATED' : names(row, actor) ? 'ApiKeyAllowed, 1 lease' : 'FORBIDDEN'
      const { data, errors } = await as[actor].ask(
        `mutation ($secret: String!) { ${name}(inputs: [{ secret: $secret, estimatedCost: "0.5" }]) { __typename } }`,
        { secret },
      )
      const leases = await database.sql('SELECT id FROM limit_lease')
      const taken = leases.length > 0 ? `, ${leases.length} lease` : ''
      const got = `${errors ? errors[0]?.extensions.code : data[name][0].__typename}${taken}`
      if (got !== wanted) wrong.push(`${actor}: ${got}, expected ${wanted}`)
    }
    expect(wrong).toEqual([])
  },
)

describe.each(Object.entries(MUTATIONS))('mutation %s', (mutation, row) => {
  test('succeeds for permitted callers and writes nothing for others', async () => {
    const payload = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Payload`
    const wrong: string[] = []
    for (const actor of IN_ORDER) {
      const wanted = expected(row, actor, payload)
      const may = wanted === payload
      const input = await INPUTS[mutation]?.(setting.world, may)
      const before = await traces()
      const { __typename: got, ...rest } = await setting.world.as[actor].mutate(mutation, input ?? {})
      if (got !== wanted) wrong.push(`${actor}: ${got}, expected ${wanted} (${JSON.stringify(rest)})`)
      if (!may && (await traces()) !== before) wrong.push(`${actor}: was rejected and wrote something`)
    }
    expect(wrong).toEqual([])
  })
})

test('a key cannot change itself', async () => {
  const { as, ids } = setting.world
  for (const [mutation, change] of [
    ['apiKeyRotate', {}],
    ['apiKeyRevoke', {}],
    ['apiKeyRotationFinish', {}],
    ['apiKeyRotationUndo', {}],
    ['apiKeyUpdate', { name: 'renamed' }],
    ['apiKeyScopesSet', { workloads: ['INFERENCE'] }],
    ['apiKeyLimitsSet', { requestsPerMinute: 60 }],
    ['apiKeyExpirationSet', { expiresAt: '2099-01-01T00:00:00Z' }],
  ] as const) {
    const input = { id: ids.apiKey, ...change }
    expect([mutation, (await as.liveKey.mutate(mutation, input)).__typename]).toEqual([mutation, 'ForbiddenError'])
  }
})

test('an ADMIN cannot demote or remove the Owner, nor make another member Owner', async () => {
  const { as, ids } = setting.world
  const owner = { id: ids.member.owner, role: 'MEMBER' }
  expect((await as.admin.mutate('memberRoleSet', owner)).__typename).toBe('InvalidStateError')
  expect((await as.admin.mutate('memberRemove', { id: ids.member.owner })).__typename).toBe('InvalidStateError')
  const crowned = { id: ids.member.projectMember, role: 'OWNER' }
  expect((await as.owner.mutate('memberRoleSet', crowned)).__typename).toBe('ValidationError')
})

// Comes last: it reads what all mutations above wrote. Failed before for people, invitations and projects in details.
test('no audit event contains a database id', async () => {
  const { as, ids } = setting.world
  const query = `query ($id: ID!, $after: String) { organization(id: $id) { auditLog(first: 100, after: $after) {
    pageInfo { hasNextPage endCursor } nodes { action actor { id } target { id } details { name value } } } } }`
  const found: unknown[] = []
  for (let after: string | null = null, more = true; more; ) {
    const { data }: { data: { organization: { auditLog: Page } } } = await as.admin.ask(query, {
      id: ids.organization,
      after,
    })
    const { nodes, pageInfo } = data.organization.auditLog
    found.push(...nodes)
    ;[after, more] = [pageInfo.endCursor, pageInfo.hasNextPage]
  }
  expect(found.length).toBeGreaterThan(100)
  const uuids = found.filter((each) => /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.test(JSON.stringify(each)))
  expect(uuids).toEqual([])
})
