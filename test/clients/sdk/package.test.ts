import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Listener, listen } from '../../../server/http/listen.ts'
import { otherCompilers, otherNodes, otherRuntimes } from '../../infra/runtimes.ts'
import { chromiumPath, freePort } from '../../infra/server/chromium.ts'
import { makeFrontend } from './frontend.ts'
import { isForNode, type Packed, packSdk } from './packed.ts'
import { inChromium, inWorker, RESULT, TYPED, USE } from './programs.ts'
import { type SdkWorld, startSdkWorld } from './world.ts'

const run = promisify(execFile)

const { engines, version } = JSON.parse(await readFile('sdk/package.json', 'utf8'))

const PROGRAM = "import { use } from './use.mjs'\nconsole.log(await use(...process.argv.slice(2)))"

if (otherNodes.length === 0) {
  test('the package in other runtimes: skipped, their packages exist for Linux on x64 only', ({ skip }) => skip())
}

if (chromiumPath === null) {
  test('the package in a browser: skipped, no Chromium was found (set KEYWARD_CHROMIUM)', ({ skip }) => skip())
}

describe('the packed package', () => {
  let world: SdkWorld
  let listener: Listener
  let packed: Packed
  let pagePort: number

  beforeAll(async () => {
    pagePort = await freePort()
    world = await startSdkWorld({ environment: { KEYWARD_CORS_ORIGINS: `http://127.0.0.1:${pagePort}` } })
    listener = await listen(world.app, { host: '127.0.0.1', port: 0, trustedProxies: null })
    packed = await packSdk()
  }, 120_000)
  afterAll(async () => {
    await listener?.stop(1_000)
    await world?.close()
    await packed?.remove()
  })

  /** A project for each program, so that each starts with an empty list. */
  const projectFor = async (name: string): Promise<string> => {
    const project = await world.owner.projects.create({ organizationId: world.organizationId, name })
    return project.id
  }
  const node = async (file: string, ...given: string[]): Promise<string> => {
    const env = { PATH: process.env.PATH, KEYWARD_TOKEN: world.ownerToken }
    return (await run(process.execPath, [file, ...given], { cwd: packed.folder, env })).stdout
  }
  const compile = async (program: string, given: string[]): Promise<string> => {
    const compiled = await run(program, given, { cwd: packed.folder }).catch((error) => error)
    return compiled.stdout
  }
  const tsc = (project: string): Promise<string> => compile(resolve('node_modules/.bin/tsc'), ['--project', project])

  test('the package contains exactly the expected files, and has no dependencies', async () => {
    const { manifest, folder } = packed
    const files = await readdir(join(folder, 'node_modules/@keyward/sdk'), { recursive: true, withFileTypes: true })
    const names = files.filter((file) => file.isFile()).map(({ name }) => name)
    const others = names.filter((name) => !/\.(js|d\.ts)$/.test(name)).sort()
    expect(others.filter((name) => name !== 'CHANGELOG.md')).toEqual([
      'LICENSE',
      'README.md',
      'package.json',
      'schema.graphql',
    ])
    expect(names.filter((name) => /\.(test|spec|map)\b/.test(name))).toEqual([])
    expect(names.filter((name) => name.endsWith('.js')).length).toBe(
      names.filter((name) => name.endsWith('.d.ts')).length,
    )
    expect(manifest).toMatchObject({ version, type: 'module', license: 'MIT', sideEffects: false, engines })
    for (const name of ['dependencies', 'peerDependencies', 'optionalDependencies', 'scripts', 'devDependencies']) {
      expect(manifest).not.toHaveProperty(name)
    }
    expect(await readdir(join(folder, 'node_modules'))).toEqual(['.package-lock.json', '@keyward'])
  })

  test('the package has every entry of sdk/package.json', async () => {
    const { exports } = JSON.parse(await readFile('sdk/package.json', 'utf8'))
    expect(Object.keys(packed.manifest.exports)).toEqual([
      ...Object.keys(exports),
      './schema.graphql',
      './package.json',
    ])
    expect(packed.manifest.exports['.']).toEqual({ types: './index.d.ts', default: './index.js' })
    const graph = await readFile(join(packed.folder, 'node_modules/@keyward/sdk/schema.graphql'), 'utf8')
    expect(graph).toBe(await readFile('schema/schema.graphql', 'utf8'))
  })

  test('publint finds no problem', async () => {
    const { buffer } = Uint8Array.from(await readFile(packed.tarball))
    const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true })
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
  })

  test('types resolve correctly in every resolution mode', async () => {
    // The schema is data without types.
    const excludeEntrypoints = ['./schema.graphql']
    const tarball = createPackageFromTarballData(await readFile(packed.tarball))
    const analysis = await checkPackage(tarball, { excludeEntrypoints })
    if (!analysis.types) throw new Error('No types were found')
    expect(Object.keys(analysis.entrypoints).length).toBe(packed.entries.length + 1)
    // The package is ESM only. CommonJS support depends on Node, and Node 10 resolution does not know `exports`.
    const problems = analysis.problems.filter(
      (problem) =>
        problem.kind !== 'CJSResolvesToESM' && !('resolutionKind' in problem && problem.resolutionKind === 'node10'),
    )
    expect(problems).toEqual([])
  })

  test('the package runs in Node, with the token from the environment', async () => {
    await packed.write('use.mjs', USE)
    await packed.write(
      'program.mjs',
      "import { use } from './use.mjs'\nconsole.log(await use(...process.argv.slice(2)))",
    )
    expect(JSON.parse(await node('program.mjs', listener.url, await projectFor('Node')))).toEqual(RESULT)
  })

  const runtimes = [...otherNodes.map((node) => ({ ...node, given: [] })), ...otherRuntimes]
  test.skipIf(runtimes.length === 0).each(runtimes)('runs in $name', async ({ name, path, given }) => {
    await packed.write('use.mjs', USE)
    await packed.write('program.mjs', PROGRAM)
    const env = { PATH: process.env.PATH, HOME: packed.folder, KEYWARD_TOKEN: world.ownerToken }
    const parameters = [...given, 'program.mjs', listener.url, await projectFor(name)]
    expect(JSON.parse((await run(path, parameters, { cwd: packed.folder, env })).stdout)).toEqual(RESULT)
  })

  test('CommonJS can require the package, and ESM can import every entry', async () => {
    const names = JSON.stringify(packed.entries)
    await packed.write(
      'all.cjs',
      `const { Keyward } = require('@keyward/sdk')
      Promise.all(${names}.map((name) => import(name))).then((all) => console.log(typeof Keyward, all.length))`,
    )
    expect(await node('all.cjs')).toBe(`function ${packed.entries.length}\n`)
  })

  test.each([
    ['docs/sdk.md', 'The secret authenticates as API_KEY'],
    ['sdk/README.md', "'Production'"],
  ])('runs the first program of %s', async (page, expected) => {
    const [, program = ''] = /```js\n([\s\S]*?)```/.exec(await readFile(page, 'utf8')) ?? []
    await packed.write('first.mjs', program.replace('http://127.0.0.1:4000', listener.url))
    expect(await node('first.mjs')).toContain(expected)
  })

  test.each([
    ['NodeNext', {}],
    ['Bundler', { module: 'esnext', moduleResolution: 'bundler' }],
  ])('has strict types with %s', async (name, resolution) => {
    const importing = (entries: string[]) =>
      entries.map((entry, index) => `export type * as entry${index} from '${entry}'\n`).join('')
    const forNode = packed.entries.filter(isForNode)
    await packed.write('typed.ts', TYPED)
    await packed.write('web.ts', importing(packed.entries.filter((entry) => !isForNode(entry))))
    await packed.write('node.ts', importing(forNode))
    const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true }
    const lib = ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable']
    const web = { ...strict, skipLibCheck: false, target: 'es2023', lib, types: [], module: 'nodenext', noEmit: true }
    const options = { ...web, ...resolution }
    // A CommonJS file, which TypeScript accepts from 5.8.
    await packed.write(
      'common.cts',
      "import { Keyward } from '@keyward/sdk'\nexport const made = new Keyward({ token: 'x' })\n",
    )
    const files = ['typed.ts', 'web.ts', ...(name === 'NodeNext' ? ['common.cts'] : [])]
    await packed.write('tsconfig.json', JSON.stringify({ compilerOptions: options, files }))
    expect(await tsc('tsconfig.json')).toBe('')
    if (forNode.length === 0) return
    const withNode = { ...options, types: ['node'], typeRoots: [resolve('node_modules/@types')] }
    await packed.write('node.json', JSON.stringify({ compilerOptions: withNode, files: ['node.ts'] }))
    expect(await tsc('node.json')).toBe('')
  })

  test.skipIf(otherCompilers.length === 0).each(otherCompilers)(
    'has strict types with $name in modules, and in CommonJS from 5.8',
    async ({ name, path }) => {
      const version = name.replace(/.* /, '')
      await packed.write('typed.ts', TYPED)
      await packed.write('web.ts', "export type * as sdk from '@keyward/sdk'\n")
      await packed.write(
        'common.cts',
        "import { Keyward } from '@keyward/sdk'\nexport const made = new Keyward({ token: 'x' })\n",
      )
      const options = {
        ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, types: [], noEmit: true },
        ...{ target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable'] },
      }
      const withOptions = async (more: object, files: string[]): Promise<string> => {
        await packed.write('old.json', JSON.stringify({ compilerOptions: { ...options, ...more }, files }))
        return compile(process.execPath, [path, '--project', 'old.json'])
      }
      const files = ['typed.ts', 'web.ts']
      expect(await withOptions({ module: 'nodenext' }, files)).toBe('')
      expect(await withOptions({ module: 'esnext', moduleResolution: 'bundler' }, files)).toBe('')
      const inCommon = await withOptions({ module: 'nodenext' }, ['common.cts'])
      if (Number(version) < 5.8) expect(inCommon).toContain('TS1479')
      else expect(inCommon).toBe('')
    },
  )

  test('custom documents are typed with codegen and gql.tada, as in docs/typed-queries.md', async () => {
    const frontend = await makeFrontend(packed.folder, listener.url)
    expect(frontend.files).toEqual(['codegen.ts', 'src/create.ts', 'tsconfig.json', 'src/graphql.ts', 'src/list.ts'])
    expect(await frontend.check()).toBe('')
    await projectFor('Frontend')
    expect(await frontend.run('create', world.ownerToken)).toBe('Default project own query\n')
    // The other programs of this file have created keys, too.
    expect(await frontend.run('list', world.ownerToken)).toMatch(/^Default project own query never expires$/m)
    // A type error is reported.
    const list = await readFile(join(packed.folder, 'frontend/src/list.ts'), 'utf8')
    const create = await readFile(join(packed.folder, 'frontend/src/create.ts'), 'utf8')
    await frontend.write('src/list-wrong.ts', list.replace('{ first: 10 }', "{ first: 'ten' }"))
    await frontend.write('src/create-wrong.ts', create.replace('apiKeyCreate.message', 'apiKeyCreate.nothing'))
    const complaints = (await frontend.check()).match(/\w+-wrong\.ts/g)
    expect(complaints).toEqual(['create-wrong.ts', 'list-wrong.ts'])
  }, 120_000)

  test('the package runs in a Worker with Web APIs only', async () => {
    await packed.write('use.mjs', USE)
    const given = [listener.url, await projectFor('Worker'), world.ownerToken]
    expect(await inWorker(packed, given)).toEqual({ result: RESULT, node: ['undefined', 'undefined', 'undefined'] })
  })

  // Failed without `rejectSecretInBrowser`.
  test.runIf(chromiumPath !== null)(
    "the package runs in Chromium and accepts only a person's token",
    async () => {
      await packed.write('use.mjs', USE)
      const { organizationId, owner, ownerToken } = world
      const { token } = await owner.serviceAccounts.create({ organizationId, name: 'Robot', role: 'MEMBER' })
      const given = [listener.url, await projectFor('Browser'), ownerToken]
      const seen = await inChromium(packed, { port: pagePort, reachable: listener.url, given, secret: token })
      expect(seen.result).toEqual(RESULT)
      const message = /^TypeError: `(token|headers\.authorization)` is a secret \(kw_svc_…\), which everybody/
      expect(seen.refused).toEqual(Array(3).fill(expect.stringMatching(message)))
      const isSecret = expect.stringContaining('is a secret')
      expect(seen.kinds).toEqual({ proj: isSecret, org: isSecret, svc: isSecret, gate: isSecret, play: null })
      expect(seen.refused.join()).not.toContain(token.slice(0, 14))
      expect(seen.allowed).toBe('SERVICE_ACCOUNT')
      expect(seen.complaints).toEqual([])
    },
    60_000,
  )
})
