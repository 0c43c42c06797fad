import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization, createProject } from '../../infra/world.ts'

let app: TestApp
let owner: Client & { email: string }
let organizationId: string
beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Owner')
  organizationId = (await createOrganization(owner, 'Acme')).id
})
afterAll(() => app?.close())

// Failed while rows were looked up only by their UUID.
test('an id with the prefix of another type finds nothing', async () => {
  const { data } = await owner.ask('{ viewer { user { id } } }')
  const user: string = data.viewer.user.id
  const key = user.replace('usr_', 'key_')
  const { data: found } = await owner.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', {
    ids: [user, key],
  })
  expect(found.nodes).toEqual([{ __typename: 'User', id: user }, null])
})

// Failed while an empty id was ignored.
test('an empty id in a filter is rejected as malformed', async () => {
  const projectId = await createProject(owner, organizationId, 'Filters')
  await createKey(owner, projectId, 'some')
  const ask = (createdBy: string) =>
    owner.ask(
      'query ($id: ID!, $createdBy: ID) { project(id: $id) { apiKeys(filter: { createdBy: $createdBy }) { nodes { name } } } }',
      { id: projectId, createdBy },
    )
  expect((await ask('x')).errors?.[0]?.extensions.code).toBe('BAD_REQUEST')
  expect((await ask('')).errors?.[0]?.extensions.code).toBe('BAD_REQUEST')
})
