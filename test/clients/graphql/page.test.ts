import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type GraphServer, startGraphServer } from './server.ts'

let server: GraphServer
let folder: string

beforeAll(async () => {
  server = await startGraphServer()
  // In the repository, so that programs find the packages that they import.
  folder = await mkdtemp(join(import.meta.dirname, '.page-'))
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
  await server?.close()
})

const page = await readFile('docs/graphql-clients.md', 'utf8')
const programs = [...page.matchAll(/^## ([^\n]+)\n\n```ts\n(.*?)```/gms)].map(([, title = '', text = '']) => ({
  title,
  text,
}))

test('docs/graphql-clients.md has a program for each GraphQL client, and each program runs', () => {
  expect(programs.map(({ title }) => title)).toEqual([
    'Without a library',
    'Apollo Client',
    'urql',
    'graphql-request',
    'graphql-sse',
  ])
})

test.each(programs)('docs/graphql-clients.md: $title', async ({ title, text }) => {
  vi.stubEnv('KEYWARD_URL', server.url)
  vi.stubEnv('KEYWARD_TOKEN', server.owner.token ?? '')
  vi.stubEnv('KEYWARD_PROJECT', server.projectId)
  const printed: unknown[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((value) => printed.push(value))
  const module = join(folder, `${title.replaceAll(' ', '-')}.ts`)
  await writeFile(module, `${text}\nexport {}\n`)
  let running = true
  const ended = import(module).finally(() => {
    running = false
  })
  try {
    // A program that waits for a change gets one.
    while (running) await server.nextKey(title, printed)
    await ended
  } finally {
    log.mockRestore()
  }
  const shown = JSON.stringify(printed)
  expect(shown).toMatch(/"name":"Chat"|"apiKeyChanges"/)
  expect(shown).not.toMatch(/"errors":|GraphQLError/)
})
