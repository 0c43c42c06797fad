import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, ORIGIN } from '../../infra/app.ts'
import { startWorld, type World } from '../../infra/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

async function can(client: Client, of: 'organization' | 'project', given: string) {
  const { data, errors } = await client.ask(`query ($id: ID!) { ${of}(id: $id) { viewerCan(${given}) } }`, {
    id: world.ids[of],
  })
  return errors ? errors[0]?.extensions.code : data[of].viewerCan
}

test('viewerCan is true only if the viewer may perform every given action', async () => {
  const { owner, member, projectMember } = world.as
  expect(await can(owner, 'organization', 'actions: [PROJECT_CREATE, ORGANIZATION_DELETE]')).toBe(true)
  expect(await can(member, 'organization', 'actions: [ORGANIZATION_READ]')).toBe(true)
  expect(await can(member, 'organization', 'actions: [ORGANIZATION_READ, PROJECT_CREATE]')).toBe(false)
  expect(await can(projectMember, 'project', 'actions: [API_KEY_CREATE, API_KEY_CREATE]')).toBe(true)
  expect(await can(projectMember, 'project', 'actions: [API_KEY_CREATE], action: "apiKey:setLimits"')).toBe(false)
})

// Failed while an empty list was true for everybody: a client with a fault showed everything as permitted.
test('viewerCan rejects an empty list of actions', async () => {
  expect(await can(world.as.member, 'organization', 'actions: []')).toBe('BAD_REQUEST')
  expect(await can(world.as.member, 'organization', '')).toBe('BAD_REQUEST')
  expect(await can(world.as.member, 'project', 'action: "apiKey:craete"')).toBe('BAD_REQUEST')
})

test('viewerCan rejects a misspelled action before the query is executed', async () => {
  const query = 'query ($id: ID!) { project(id: $id) { name viewerCan(actions: [API_KEY_CRAETE]) } }'
  const response = await world.app.fetch(
    new Request(`${ORIGIN}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${world.as.owner.token}` },
      body: JSON.stringify({ query, variables: { id: world.ids.project } }),
    }),
  )
  expect(await response.text()).toMatch(/Did you mean the enum value \\?"API_KEY_CREATE\\?"/)
})

// Failed while the length of the list cost nothing: 5,000 entries in each of many fields held the process up.
test('viewerCan limits the number of actions, and each action adds to its complexity', async () => {
  const { owner } = world.as
  const many = (count: number) => `actions: [${'API_KEY_CREATE '.repeat(count)}]`
  expect(await can(owner, 'project', many(1_000))).toBe('BAD_REQUEST')
  const ask = async (count: number) => {
    const fields = Array.from({ length: 30 }, (_, index) => `f${index}: viewerCan(actions: $actions)`).join(' ')
    const query = `query ($id: ID!, $actions: [ProjectAction!]) {
      organization(id: $id) { projects(first: 100) { nodes { ${fields} } } } }`
    const variables = { id: world.ids.organization, actions: Array(count).fill('API_KEY_CREATE') }
    const { errors } = await owner.ask(query, variables)
    return errors?.[0]?.extensions.code
  }
  expect(await ask(1)).toBeUndefined()
  expect(await ask(60)).toBe('QUERY_TOO_COSTLY')
})
