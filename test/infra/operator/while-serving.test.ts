import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { start } from '@keyward/server/start'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, testDatabaseKind } from '../database.ts'
import { command } from './command-line.ts'

let environment: Record<string, string>
let remove = async () => {}

const run = (...operands: string[]) => command(environment, ...operands)

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'keyward-while-serving-'))
  environment = { KEYWARD_DATA_DIR: directory, KEYWARD_SIGNUP: 'open', KEYWARD_LOG: 'silent', PORT: '0' }
  let dropDatabase = async () => {}
  if (testDatabaseKind === 'postgresql') {
    const { url, drop } = await createTestDatabase()
    environment.DATABASE_URL = url
    dropDatabase = drop
  }
  remove = async () => {
    await dropDatabase()
    await rm(directory, { recursive: true, force: true })
  }
})
afterAll(() => remove())

test('a running server applies the changes that commands make', async () => {
  const { listener, stop } = await start(environment)
  try {
    const made = await run('gateway', 'create', 'edge', '--json')
    expect(made.code).toBe(0)
    const { token } = JSON.parse(made.stdout)
    const authorization = `Bearer ${token}`
    const ask = () =>
      fetch(`${listener.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify({ query: '{ viewer { kind } }' }),
      })
    expect(await (await ask()).json()).toMatchObject({ data: { viewer: { kind: 'GATEWAY' } } })
    expect(await run('gateway', 'remove', 'edge')).toMatchObject({ code: 0 })
    await expect.poll(async () => (await ask()).status).toBe(401)
    expect((await run('doctor')).output).toMatch(/^Migrations +up to date$/m)
    if (testDatabaseKind === 'pglite') {
      const migrate = await run('migrate')
      expect(migrate.output).toContain('is in use by process')
      expect(migrate.code).toBe(7)
    }
  } finally {
    await stop({ atOnce: true })
  }
})
