import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Listener, listen } from '../../server/listen.ts'
import { testDatabaseKind } from '../database.ts'
import { type SdkWorld, startSdkWorld } from './world.ts'

const run = promisify(execFile)

/** pnpm, by which the tests were started, or whichever npx finds. */
function pnpm(...given: string[]): [string, string[]] {
  const path = process.env.npm_execpath ?? ''
  if (!/pnpm/.test(path)) return ['npx', ['--yes', 'pnpm', ...given]]
  // pnpm comes as a script, or as a program of its own.
  return /\.[cm]?js$/.test(path) ? [process.execPath, [path, ...given]] : [path, given]
}

const PROGRAM = `
import { ConflictError, Keyward } from '@keyward/sdk'

const [baseUrl, projectId] = process.argv.slice(2)
const client = new Keyward({ baseUrl })
const { apiKey, secret } = await client.apiKeys.create({ projectId, name: 'packed' })
const refused = await client.apiKeys.create({ projectId, name: 'packed' }).catch((error) => error)
const names = []
for await (const { name } of client.apiKeys.list({ projectId })) names.push(name)
const rotated = await client.apiKeys.rotate({ id: apiKey.id, overlapSeconds: 0 })
const viewer = await new Keyward({ baseUrl, token: rotated.secret }).viewer.get()
const { status } = await client.apiKeys.revoke({ id: apiKey.id })
const conflict = refused instanceof ConflictError
console.log(JSON.stringify({ names, changed: secret !== rotated.secret, kind: viewer.kind, status, conflict }))
`

const TYPED = `
import { type ApiKey, ForbiddenError, Keyward, type Page, ValidationError } from '@keyward/sdk'

const client = new Keyward({ token: 'x', timeout: 1_000 })
const { apiKey, secret } = await client.apiKeys.create(
  { projectId: 'prj_1', name: 'x', workloads: ['INFERENCE'] },
  { idempotencyKey: '0123456789012345678901', signal: AbortSignal.timeout(1_000) },
)
const text: string = secret + apiKey.name + (apiKey.expiresAt ?? 'never')
const page: Page<ApiKey> = await client.apiKeys.list({ projectId: 'prj_1', totalCount: true })
for await (const key of client.apiKeys.list({ projectId: 'prj_1' })) {
  const status: string = key.status === 'ACTIVE' ? text : key.status
  // @ts-expect-error: results are readonly
  key.name = status
}
// @ts-expect-error: the project is missing
await client.apiKeys.create({ name: 'x' })
// @ts-expect-error: an expiration that may be null
apiKey.expiresAt.length
// @ts-expect-error: a mutation without an idempotency key takes none
await client.apiKeys.revoke({ id: 'key_1' }, { idempotencyKey: '0123456789012345678901' })
for await (const { apiKey: changed } of client.apiKeys.changes('prj_1')) changed?.tags[0]?.value.trim()
const total: number | null = page.totalCount
try {
  await client.legacyKey.get('org_1')
} catch (error) {
  if (error instanceof ForbiddenError) error.allowedRoles.map((role) => role.trim())
  if (error instanceof ValidationError) error.issues.map(({ path }) => path.join('.'))
}
export { total }
`

// It is the same package on every database, and building it twice at a time would be twice into one folder.
describe.skipIf(testDatabaseKind === 'postgresql')('the packed package', () => {
  let world: SdkWorld
  let listener: Listener
  let folder: string

  beforeAll(async () => {
    world = await startSdkWorld()
    listener = await listen(world.app, { host: '127.0.0.1', port: 0, trustedProxies: null })
    folder = await mkdtemp(join(tmpdir(), 'keyward-sdk-'))
    const [command, given] = pnpm('pack', '--pack-destination', folder)
    await run(command, given, { cwd: 'sdk' })
    const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'))
    await writeFile(join(folder, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }')
    const install = ['install', '--offline', '--no-audit', '--no-fund', `./${tarball}`]
    await run('npm', install, { cwd: folder })
  }, 120_000)
  afterAll(async () => {
    await listener.stop(1_000)
    await world.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('depends on nothing and holds no sources', async () => {
    const packed = join(folder, 'node_modules/@keyward/sdk')
    const manifest = JSON.parse(await readFile(join(packed, 'package.json'), 'utf8'))
    expect(manifest.dependencies).toBeUndefined()
    expect(manifest.exports['.']).toEqual({ types: './dist/index.d.ts', default: './dist/index.js' })
    expect((await readdir(packed)).sort()).toEqual(['dist', 'package.json'])
    expect(await readdir(join(folder, 'node_modules'))).not.toContain('graphql')
  })

  test('runs in plain Node, with the token from the environment', async () => {
    await writeFile(join(folder, 'program.mjs'), PROGRAM)
    const env = { PATH: process.env.PATH, KEYWARD_TOKEN: world.ownerToken }
    const { stdout } = await run(process.execPath, ['program.mjs', listener.url, world.projectId], { cwd: folder, env })
    const expected = { names: ['packed'], changed: true, kind: 'API_KEY', status: 'REVOKED', conflict: true }
    expect(JSON.parse(stdout)).toEqual(expected)
  })

  test('runs the quick start of docs/sdk.md', async () => {
    const [, program = ''] = /```js\n([\s\S]*?)```/.exec(await readFile('docs/sdk.md', 'utf8')) ?? []
    await writeFile(join(folder, 'quick-start.mjs'), program.replace('http://127.0.0.1:4000', listener.url))
    const env = { PATH: process.env.PATH, KEYWARD_TOKEN: world.ownerToken }
    const { stdout } = await run(process.execPath, ['quick-start.mjs'], { cwd: folder, env })
    expect(stdout).toContain('Its secret is known as an API_KEY')
    expect(stdout).toContain('chat backend ACTIVE')
  })

  test('is typed, strictly, with NodeNext', async () => {
    await writeFile(join(folder, 'typed.ts'), TYPED)
    const options = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--noEmit']
    const libraries = ['--lib', 'es2023,dom,dom.iterable,dom.asynciterable', '--types', '']
    const given = [...options, '--module', 'nodenext', '--target', 'es2023', ...libraries, 'typed.ts']
    const { stdout } = await run(resolve('node_modules/.bin/tsc'), given, { cwd: folder }).catch((error) => error)
    expect(stdout).toBe('')
  })
})
