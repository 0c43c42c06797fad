import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { start } from '@keyward/server/start'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '../../infra/app.ts'
import { createTestDatabase, testDatabaseKind } from '../../infra/database.ts'
import { command } from '../../infra/operator/command-line.ts'

/* The operator's commands for gateways, and a running server's response to their tokens. */

let directory: string
let environment: Record<string, string>
let dropDatabase = async () => {}

const run = (...operands: string[]) => command(environment, 'gateway', ...operands)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keyward-gateways-'))
  environment = { KEYWARD_DATA_DIR: directory, KEYWARD_LOG: 'silent', PORT: '0' }
  if (testDatabaseKind === 'postgresql') {
    const { url, drop } = await createTestDatabase()
    environment.DATABASE_URL = url
    dropDatabase = drop
  }
})
afterAll(async () => {
  await dropDatabase()
  await rm(directory, { recursive: true, force: true })
})

/** Runs a server. The given function sends tokens and gets the HTTP status and the viewer. */
async function serving(work: (ask: (token: string) => Promise<[number, Json]>) => Promise<void>): Promise<void> {
  const { listener, stop } = await start(environment)
  try {
    await work(async (token) => {
      const response = await fetch(`${listener.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: '{ viewer { kind actor { ... on Gateway { id name } } } }' }),
      })
      const { data } = (await response.json()) as Json
      return [response.status, data?.viewer]
    })
  } finally {
    await stop()
  }
}

const TOKEN = /^kw_gate_[0-9A-Za-z]{49}\n$/

test('the gateway commands create, rotate and remove a gateway', {
  timeout: 180_000,
}, async () => {
  expect(await run('list')).toMatchObject({ code: 0, stdout: '', output: expect.stringContaining('no gateways yet') })

  const made = await run('create', ' Edge  1 ')
  expect(made).toMatchObject({ code: 0, output: expect.stringContaining('Created the gateway "Edge  1" (gtw_') })
  expect(made.stdout).toMatch(TOKEN)
  const first = made.stdout.trim()

  // Names are compared regardless of case, and an error prints no token.
  expect(await run('create', 'EDGE 1')).toEqual({
    code: 1,
    stdout: '',
    output: 'A gateway already has this name. Choose another name.\n',
  })
  expect(await run('create', ' ')).toMatchObject({ code: 1, stdout: '', output: 'name: Must not be blank.\n' })

  let rotated = made
  await serving(async (ask) => {
    const id = /gtw_\w+/.exec(made.output)?.[0]
    expect(await ask(first)).toEqual([200, { kind: 'GATEWAY', actor: { id, name: 'Edge  1' } }])
    // A server of the embedded database lets commands use it meanwhile.
    rotated = await run('rotate', 'edge 1')
  })
  expect(rotated.code).toBe(0)
  expect(rotated.stdout).toMatch(TOKEN)
  const second = rotated.stdout.trim()
  expect(second).not.toBe(first)

  const listed = await run('list')
  const [line = '', ...others] = listed.stdout.trimEnd().split('\n')
  expect(others).toEqual([])
  const [, name, start, created, rotatedAt, seenAt] = line.split('\t')
  expect([name, start]).toEqual(['Edge  1', `${second.slice(0, 14)}…`])
  for (const at of [created, rotatedAt, seenAt]) expect(at).toMatch(/^\d{4}-.*Z$/)
  for (const token of [first, second]) expect(listed.output).not.toContain(token)

  await serving(async (ask) => {
    expect((await ask(second))[0]).toBe(200)
    expect((await ask(first))[0]).toBe(401)
  })

  expect(await run('remove', 'Edge 1')).toMatchObject({ code: 0, stdout: '' })
  await serving(async (ask) => expect((await ask(second))[0]).toBe(401))
  for (const verb of ['remove', 'rotate']) {
    const again = await run(verb, 'Edge 1')
    expect(again).toMatchObject({ code: 1, stdout: '' })
    expect(again.output).toContain('No gateway has the name "Edge 1"')
  }
})
