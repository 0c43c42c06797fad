import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '@keyward/prisma/database'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, testDatabaseKind } from '../../infra/database.ts'
import { command } from '../../infra/operator/command-line.ts'

const EXAMPLE = new URL('../../../examples/models.json', import.meta.url).pathname

let directory: string
let environment: Record<string, string>
let databaseUrl: string
let dropDatabase = async () => {}

const load = (...operands: string[]) => command(environment, 'models', 'load', ...operands)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keyward-models-'))
  environment = { KEYWARD_DATA_DIR: directory, KEYWARD_LOG: 'silent' }
  databaseUrl = `embedded:${join(directory, 'database')}`
  if (testDatabaseKind === 'postgresql') {
    const { url, drop } = await createTestDatabase()
    environment.DATABASE_URL = databaseUrl = url
    dropDatabase = drop
  }
})
afterAll(async () => {
  await dropDatabase()
  await rm(directory, { recursive: true, force: true })
})

async function rows<Row extends object>(sql: string): Promise<Row[]> {
  const database = await openDatabase(databaseUrl)
  try {
    return await database.sql<Row>(sql)
  } finally {
    await database.close()
  }
}

async function file(name: string, content: string): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, content)
  return path
}

test('the models command loads the example catalogue', {
  timeout: 180_000,
}, async () => {
  const { models } = JSON.parse(await readFile(EXAMPLE, 'utf8'))
  const prices = models.flatMap((model: { prices: object[] }) => model.prices)
  expect(await load(EXAMPLE)).toEqual({
    code: 0,
    stdout: `${models.length} models added, 0 updated, 0 unchanged, ${prices.length} prices added, 0 announced prices replaced, 0 models taken offline.\n`,
    output: expect.any(String),
  })
  expect((await load(EXAMPLE)).stdout).toMatch(
    new RegExp(`^0 models added, 0 updated, ${models.length} unchanged, 0 pr`),
  )
  const found = await rows<{ workload: string }>('SELECT DISTINCT workload::text AS workload FROM model ORDER BY 1')
  expect(found.map(({ workload }) => workload)).toEqual(['BATCH', 'CODE_INTERPRETER', 'FINE_TUNING', 'INFERENCE'])

  const one = await file('one.json', `\uFEFF${JSON.stringify({ models: models.slice(0, 1) })}`)
  expect((await load(one, '--prune')).stdout).toContain('1 unchanged, 0 prices added')
  expect(await rows("SELECT slug FROM model WHERE status = 'ONLINE'")).toEqual([{ slug: models[0].slug }])

  const wrong = structuredClone(models)
  wrong[0].displayName = 'Renamed'
  wrong[2].prices[0].usd = 'free'
  wrong[3].workload = 'GAMES'
  const refused = await load(await file('wrong.json', JSON.stringify({ models: wrong })))
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  const [first, second, ...more] = refused.output.trimEnd().split('\n')
  expect(first).toMatch(/^models\.2\.prices\.0\.usd: Must be a decimal .*"deepseek-ai\/DeepSeek-V3"/)
  expect(second).toMatch(/^models\.3\.workload: .*"deepseek-ai\/DeepSeek-R1"/)
  expect(more).toEqual([])
  expect(await rows("SELECT slug FROM model WHERE display_name = 'Renamed'")).toEqual([])

  expect((await load(await file('half.json', '{ "models": ['))).output).toContain('half.json is not JSON')
  const absent = await load(join(directory, 'absent.json'))
  expect(absent).toMatchObject({ code: 1, output: expect.stringContaining('Cannot read the catalogue') })
  const misplaced = await command(environment, 'gateway', 'list', '--prune')
  expect(misplaced).toMatchObject({ code: 2, stdout: '', output: expect.stringContaining("unknown option '--prune'") })
})
