import { afterAll, beforeAll, expect, test } from 'vitest'
import { ACTORS, createKey, startWorld, type World } from '../../infra/world.ts'
import { startGateway, type TestGateway } from '../../nouns/verification/gateway.ts'

let world: World
let gateway: TestGateway
beforeAll(async () => {
  world = await startWorld()
  gateway = await startGateway(world)
})
afterAll(() => world?.close())

const QUERY = 'query ($id: ID!) { organization(id: $id) { usageLimits { budgets { period usd } } } }'

test('rule 12: an organization’s usage limits apply to the keys of all its projects', async () => {
  const { as, ids } = world
  const budgets = [{ period: 'MONTH', usd: '1' }]
  const keys = [
    await createKey(as.owner, ids.project, 'limited by nothing of its own'),
    await createKey(as.owner, ids.otherProject, 'nor this one'),
  ]
  const input = { organizationId: ids.organization, budgets }
  for (const actor of ['member', 'projectAdmin', 'externalAdmin', 'liveKey'] as const) {
    expect((await as[actor].mutate('organizationUsageLimitsSet', input)).__typename).toMatch(
      /^(Forbidden|NotFound)Error$/,
    )
  }
  expect(await as.admin.mutate('organizationUsageLimitsSet', input)).toMatchObject({
    __typename: 'OrganizationUsageLimitsSetPayload',
  })
  const readers: string[] = []
  for (const actor of ACTORS) {
    const { data } = await as[actor].ask(QUERY, { id: ids.organization })
    if (data?.organization?.usageLimits) readers.push(actor)
  }
  expect(readers.sort()).toEqual(['admin', 'adminAccount', 'owner'])

  // An amount spent by one project's key is no longer available to the other's.
  const spend = async (secret: string, usd: string) => {
    const response = await gateway.authorize(secret, { 'keyward-estimated-cost': usd })
    return response.headers.get('keyward-reason') || 'ACCEPTED'
  }
  const [first, second] = keys
  await expect.poll(() => spend(first?.secret ?? '', '1.5')).toBe('BUDGET_EXCEEDED')
  expect(await spend(first?.secret ?? '', '0.9')).toBe('ACCEPTED')
  expect(await spend(second?.secret ?? '', '0.2')).toBe('BUDGET_EXCEEDED')
  expect(await spend(as.legacyKey.token ?? '', '0.2')).toBe('BUDGET_EXCEEDED')
  expect(await spend(as.foreignKey.token ?? '', '0.2')).toBe('ACCEPTED')
})
