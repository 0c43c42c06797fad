import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, type Client, startApp, type TestApp } from '../infra/app.ts'
import { BACKGROUND } from '../infra/background-statements.ts'
import { addCollaborator, createKey, createOrganization, createProject, join } from '../infra/world.ts'

// The number of statements depends on the query, and not on the number of rows.

const PEOPLE = 5
const FEW = 10
/** Keys per import. A busy machine imports this many within the request timeout. */
const IMPORTED = 250
/**
 * Sixteen times as many rows; a hundred times as many in the nightly run. The query asks for 100 × 100 in both cases.
 */
const MANY = process.env.KEYWARD_NIGHTLY === '1' ? 100 : 40

let app: TestApp
let owner: Client & { email: string }
let organizationId: string
let members: string[]
const statements: string[] = []

beforeAll(async () => {
  app = await startApp({ onStatement: (sql) => statements.push(sql) })
  owner = await app.signUp('Owner')
  organizationId = (await createOrganization(owner, 'Large')).id
  members = []
  for (let index = 0; index < PEOPLE; index += 1) {
    members.push(await join(owner, organizationId, await app.signUp(`Member ${index}`), 'MEMBER'))
  }
})
afterAll(() => app.close())

/** Projects × keys with creators and secret versions, and 5 collaborators with their names. */
const QUERY = `query ($id: ID!, $projects: Int!, $keys: Int!) {
  organization(id: $id) {
    id name viewerRole
    projects(first: $projects) { nodes {
      id name viewerRole
      apiKeys(first: $keys) { nodes { id name status start expiresAt lastUsedAt createdByName createdBy {
        ... on User { id name email } ... on ServiceAccount { id name } } } }
      collaborators(first: 5) { nodes { id role external principal {
        ... on User { id name email } ... on ServiceAccount { id name } } } }
    } }
  }
}`

interface Measured {
  answer: Answer
  sent: string[]
}

/** Sends a query with a cached session and returns its statements. */
async function measure(client: Client, query: string, variables: object): Promise<Measured> {
  await client.ask('{ viewer { kind } }')
  await app.app.runtime.lastUsed.flush()
  statements.length = 0
  const answer = await client.ask(query, variables)
  // The change feed and the clock send their own statements at any time.
  const sent = statements.filter((sql) => !BACKGROUND.test(sql))
  return { answer, sent }
}

const ask = (projects: number, keys: number) => measure(owner, QUERY, { id: organizationId, projects, keys })

const grantLookups = (sent: string[]) => sent.filter((sql) => sql.includes('AS organization_role'))

const sha = (text: string) => createHash('sha256').update(text).digest('hex')

/** Projects with collaborators, and thousands of keys. One of the projects is the default project. */
async function fill(projects: number, keys: number): Promise<void> {
  const { data } = await owner.ask(
    'query ($id: ID!) { organization(id: $id) { projects(first: 100) { nodes { id apiKeys(first: 1) { totalCount } collaborators(first: 1) { totalCount } } } } }',
    { id: organizationId },
  )
  const found = data.organization.projects.nodes.map(
    (node: { id: string; apiKeys: { totalCount: number }; collaborators: { totalCount: number } }) => ({
      id: node.id,
      keys: node.apiKeys.totalCount,
      collaborators: node.collaborators.totalCount,
    }),
  )
  while (found.length < projects) {
    found.push({ id: await createProject(owner, organizationId, `Project ${found.length}`), keys: 0, collaborators: 1 })
  }
  const rows = []
  for (const [index, project] of found.entries()) {
    // The creator is a collaborator of every project except the default one.
    for (let next = project.collaborators; next < PEOPLE; next += 1) {
      await addCollaborator(owner, project.id, members[next] ?? '', 'MEMBER')
    }
    for (let key = project.keys; key < keys; key += 1) {
      rows.push({ name: `key ${key}`, projectId: project.id, sha256: sha(`${index} ${key}`) })
    }
  }
  for (let from = 0; from < rows.length; from += IMPORTED) {
    const input = { organizationId, rows: rows.slice(from, from + IMPORTED) }
    const { outcomes } = await owner.mutate('apiKeysImport', input, 'outcomes { error { message } }')
    expect(outcomes.filter(({ error }: { error: object | null }) => error)).toEqual([])
  }
}

function expectFull({ answer }: Measured, projects: number, keys: number): void {
  expect(answer.errors).toBeUndefined()
  const { nodes } = answer.data.organization.projects
  expect(nodes).toHaveLength(projects)
  // An id was a promise once, and so the last field of its object.
  expect(Object.keys(nodes[0])).toEqual(['id', 'name', 'viewerRole', 'apiKeys', 'collaborators'])
  for (const project of nodes) {
    expect(project.apiKeys.nodes).toHaveLength(keys)
    expect(project.collaborators.nodes).toHaveLength(PEOPLE)
    expect(project.apiKeys.nodes[0].createdBy.email).toBe(owner.email)
    expect(project.collaborators.nodes[PEOPLE - 1].principal.email).toMatch(/@/)
  }
}

// Failed with a loader that batches nothing: 164 statements for 40 × 40, and 44 for 10 × 10.
test('a query over 100 × 100 keys is within the request caps and sends as many statements as for few keys', async () => {
  await fill(FEW, FEW)
  const small = await ask(100, 100)
  expectFull(small, FEW, FEW)
  await fill(MANY, MANY)
  const large = await ask(100, 100)
  expectFull(large, MANY, MANY)
  const tell = ({ sent }: Measured) => `${sent.length} statements`
  console.log(
    `${FEW} projects × ${FEW} keys: ${tell(small)}; ${MANY} × ${MANY}: ${tell(large)}\n${large.sent.map((sql) => `  ${sql.replaceAll(/\s+/g, ' ').slice(0, 110)}`).join('\n')}`,
  )
  expect(large.sent).toHaveLength(small.sent.length)
  expect(large.sent.length).toBeLessThanOrEqual(2)
  expect(grantLookups(large.sent)).toHaveLength(1)
})

test('a request reads a user’s roles with one SQL statement, and a key’s with none', async () => {
  const { data } = await owner.ask(
    'query ($id: ID!) { organization(id: $id) { projects(first: 10) { nodes { id } } } }',
    {
      id: organizationId,
    },
  )
  const ids: string[] = data.organization.projects.nodes.map(({ id }: { id: string }) => id)
  const many = `{ viewer { organizations { nodes { viewerRole projects(first: 50) { nodes { viewerRole viewerCan(actions: [API_KEY_CREATE]) } } } } }
    ${ids.map((id, index) => `p${index}: project(id: "${id}") { viewerRole viewerCan(actions: [API_KEY_CREATE]) }`).join('\n')} }`
  expect(grantLookups((await measure(owner, '{ viewer { kind } }', {})).sent)).toHaveLength(1)
  expect(grantLookups((await measure(owner, many, {})).sent)).toHaveLength(1)
  const asked = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Project { collaborators(first: 50) { nodes { external role principal { ... on User { name email } } } } } } }`
  expect(grantLookups((await measure(owner, asked, { ids })).sent)).toHaveLength(1)
  const [project = ''] = ids
  const { secret } = await createKey(owner, project, 'holds no roles')
  const byKey = await measure(
    app.client(secret),
    'query ($id: ID!) { project(id: $id) { name apiKeys { nodes { name } } } }',
    { id: project },
  )
  expect(byKey.answer.errors).toBeUndefined()
  expect(grantLookups(byKey.sent)).toEqual([])
})
