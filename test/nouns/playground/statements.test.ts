import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadModels } from '../../../schema/model/load.ts'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { BACKGROUND } from '../../infra/background-statements.ts'
import { createOrganization, createProject } from '../../infra/world.ts'

// The number of statements depends on the query, and not on the number of models, projects and keys.

let app: TestApp
let owner: Client
let organizationId: string
const statements: string[] = []

beforeAll(async () => {
  app = await startApp({ onStatement: (sql) => statements.push(sql) })
  owner = await app.signUp('Owner')
  organizationId = (await createOrganization(owner, 'Large')).id
})
afterAll(() => app?.close())

const QUERY = `{ viewer { playground {
  apiKeys(first: 100) { totalCount nodes { id name project { id name organization { name } } } }
  models(first: 50) { totalCount nodes {
    model { slug prices { usd } project { name } }
    projects { id name organization { name } }
    apiKeys { id name project { name } secretVersions { version } } } }
} } }`

async function measure() {
  await owner.ask('{ viewer { kind } }')
  await app.app.runtime.lastUsed.flush()
  statements.length = 0
  const { data, errors } = await owner.ask(QUERY)
  expect(errors).toBeUndefined()
  const sent = statements.filter((sql) => !BACKGROUND.test(sql))
  return { playground: data.viewer.playground, sent }
}

let made = 0
async function fill(projects: number, keys: number): Promise<void> {
  const models = []
  for (let index = 0; index < projects; index += 1) {
    made += 1
    const project = await createProject(owner, organizationId, `Project ${made}`)
    const rows = Array.from({ length: keys }, (_, key) => ({
      name: `key ${key}`,
      projectId: project,
      sha256: createHash('sha256').update(`${made} ${key}`).digest('hex'),
    }))
    await owner.mutate('apiKeysImport', { organizationId, rows }, 'outcomes { error { message } }')
    const prices = [{ lineItem: 'INPUT_TOKENS', usd: '0.5' }]
    for (const workload of ['INFERENCE', 'BATCH']) {
      models.push({ slug: `own/${made}-${workload}`, displayName: 'Own', workload, project, prices })
      models.push({ slug: `public/${made}-${workload}`, displayName: 'Public', workload, prices })
    }
  }
  await loadModels(app.app.runtime, { models })
}

test('the playground sends as many statements for many models, projects and keys as for few', async () => {
  await fill(2, 2)
  const small = await measure()
  await fill(10, 15)
  const large = await measure()
  expect(small.playground.models.nodes).toHaveLength(8)
  expect(large.playground.models.nodes).toHaveLength(48)
  const open = large.playground.models.nodes.find((node: { model: { project: unknown } }) => !node.model.project)
  expect([open.projects.length, open.apiKeys.length]).toEqual([13, 100])
  console.log(
    `${small.sent.length} statements, then ${large.sent.length}\n${large.sent.map((sql) => `  ${sql.replaceAll(/\s+/g, ' ').slice(0, 140)}`).join('\n')}`,
  )
  // Rows that are loaded in one turn of the event loop share a statement. The second fill adds 10 projects and 150 keys: its
  // answer has about 5,000 objects, 1,000 a turn.
  expect(Math.abs(large.sent.length - small.sent.length)).toBeLessThanOrEqual(5)
  for (const { sent } of [small, large]) expect(sent.length).toBeLessThanOrEqual(15)
})
