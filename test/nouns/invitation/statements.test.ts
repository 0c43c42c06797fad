import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { BACKGROUND } from '../../infra/background-statements.ts'
import { createOrganization, createProject, join } from '../../infra/world.ts'

/*
 * For an ADMIN of a project without an organization role, reading ten invitations takes as many statements as reading
 * one.
 */

const statements: string[] = []
let app: TestApp
let owner: Client
let projectAdmin: Client
let project: string

beforeAll(async () => {
  app = await startApp({ onStatement: (sql) => statements.push(sql) })
  owner = await app.signUp('Owner')
  const { id } = await createOrganization(owner, 'Inviting')
  project = await createProject(owner, id, 'Open to others')
  const person = await app.signUp('Project admin')
  const principalId = await join(owner, id, person, 'MEMBER')
  await owner.mutate('collaboratorAdd', { projectId: project, principalId, role: 'ADMIN' })
  projectAdmin = person
})
afterAll(() => app?.close())

const invite = (email: string) =>
  projectAdmin.mutate('collaboratorAdd', { projectId: project, email, role: 'MEMBER' }, 'invitation { id email }')

async function measure(query: string, variables: object) {
  await projectAdmin.ask('{ viewer { kind } }')
  statements.length = 0
  const { data, errors } = await projectAdmin.ask(query, variables)
  expect(errors).toBeUndefined()
  // The change feed and the clock send their own statements at any time.
  const sent = statements.filter((sql) => !BACKGROUND.test(sql))
  return { data, count: sent.length }
}

const LIST =
  'query ($id: ID!) { project(id: $id) { invitations(first: 50) { nodes { id email status projects { role } } } } }'
const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Invitation { email } } }'

test('listing and looking up ten invitations sends as many statements as one invitation', async () => {
  const first = await invite('0@people.example')
  expect(first.invitation.email).toBe('0@people.example')
  const listed = await measure(LIST, { id: project })
  const found = await measure(NODES, { ids: [first.invitation.id] })
  const ids = [first.invitation.id]
  for (let index = 1; index < 10; index += 1) ids.push((await invite(`${index}@people.example`)).invitation.id)
  const allListed = await measure(LIST, { id: project })
  expect(allListed.data.project.invitations.nodes).toHaveLength(10)
  expect(allListed.count).toBe(listed.count)
  const allFound = await measure(NODES, { ids })
  expect(allFound.data.nodes.filter((node: object | null) => node)).toHaveLength(10)
  expect(allFound.count).toBe(found.count)
})
