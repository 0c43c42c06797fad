import { afterAll, beforeAll, expect, test } from 'vitest'
import { addCollaborator, startWorld, type World } from '../../infra/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world?.close())

test('rule 13: the default project’s ADMINs cannot see the legacy key in its audit log', async () => {
  const { as, ids } = world
  await addCollaborator(as.owner, ids.defaultProject, ids.member.member ?? '', 'ADMIN')
  await as.owner.mutate('legacyKeyReveal', { organizationId: ids.organization })
  const query = `query ($id: ID!) { project(id: $id) { auditLog(first: 100) { nodes { action target { type id } } } } }`
  const { data } = await as.member.ask(query, { id: ids.defaultProject })
  expect(data.project.auditLog.nodes.length).toBeGreaterThan(0)
  expect(JSON.stringify(data)).not.toMatch(/legacy|LegacyKey|lgk_/)
  const whole =
    'query ($id: ID!) { organization(id: $id) { auditLog(filter: { actions: ["legacyKey.revealed"] }) { totalCount } } }'
  expect((await as.owner.ask(whole, { id: ids.organization })).data.organization.auditLog.totalCount).toBe(1)
})
