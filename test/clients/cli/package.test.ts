import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Listener, listen } from '../../../server/http/listen.ts'
import { pnpm } from '../sdk/packed.ts'
import { type SdkWorld, startSdkWorld } from '../sdk/world.ts'

const execute = promisify(execFile)

const isSource = (path: string): boolean => basename(path) !== 'node_modules'

/** The folder of an installed package that another package depends on. */
async function dependenciesOf(folder: string): Promise<string[]> {
  const { dependencies = {} } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  const names = Object.keys(dependencies).filter((name) => !name.startsWith('@keyward/'))
  const found = names.map(async (name) => {
    // The package's own node_modules, or, in pnpm's store, the folder that contains the package.
    const [own, beside] = [
      join(folder, 'node_modules', name),
      resolve(folder, name.startsWith('@') ? '../..' : '..', name),
    ]
    const place = await readFile(join(own, 'package.json')).then(
      () => own,
      () => beside,
    )
    const { stdout } = await execute('readlink', ['-f', place])
    return stdout.trim()
  })
  const direct = await Promise.all(found)
  return [...new Set([...direct, ...(await Promise.all(direct.map(dependenciesOf))).flat()])]
}

/** Packs a copy of the SDK, because the SDK's own tests may be packing the original. */
async function packSdkCopy(folder: string): Promise<string> {
  const root = join(folder, 'root')
  await cp('sdk', join(root, 'sdk'), {
    recursive: true,
    filter: (path) => !/^(node_modules|dist)$/.test(basename(path)),
  })
  for (const name of await readdir('.')) if (name !== 'sdk') await symlink(resolve(name), join(root, name))
  const PATH = `${resolve('node_modules/.bin')}:${process.env.PATH}`
  await execute('tsx', ['build.ts'], { cwd: join(root, 'sdk'), env: { ...process.env, PATH } })
  return join(root, 'sdk', 'dist')
}

describe('the packed command', () => {
  let world: SdkWorld
  let listener: Listener
  let folder: string
  let project: string

  beforeAll(async () => {
    world = await startSdkWorld()
    listener = await listen(world.app, { host: '127.0.0.1', port: 0, trustedProxies: null })
    folder = await mkdtemp(join(tmpdir(), 'keyward-cli-'))
    project = await mkdtemp(join(folder, 'empty-'))
    const [command, given] = pnpm('pack', '--pack-destination', project)
    await execute(command, given, { cwd: 'cli' })
    const others = [await packSdkCopy(folder), ...(await dependenciesOf(resolve('cli')))]
    for (const [index, other] of others.entries()) {
      // Copied as a registry has them, because npm cannot repack every published package.
      await cp(other, join(folder, String(index), 'package'), { recursive: true, filter: isSource })
      await execute('tar', ['-czf', join(project, `${index}.tgz`), '-C', join(folder, String(index)), 'package'])
    }
    await writeFile(join(project, 'package.json'), '{ "name": "empty", "private": true }')
    const tarballs = (await readdir(project)).filter((name) => name.endsWith('.tgz')).map((name) => `./${name}`)
    await execute('npm', ['install', '--offline', '--no-audit', '--no-fund', ...tarballs], { cwd: project })
  }, 120_000)
  afterAll(async () => {
    await listener.stop(1_000)
    await world.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('the packed command works with the packed SDK in an empty project', async () => {
    const packed = join(project, 'node_modules/@keyward/cli')
    expect((await readdir(packed)).sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json'])
    expect(await readdir(join(packed, 'dist'))).toEqual(['keyward.js'])
    const { dependencies } = JSON.parse(await readFile(join(packed, 'package.json'), 'utf8'))
    // Depends on exactly the SDK version that it was built with.
    expect(dependencies['@keyward/sdk']).toMatch(/^\d+\.\d+\.\d+$/)

    const env = { PATH: process.env.PATH, HOME: folder, KEYWARD_URL: listener.url, KEYWARD_TOKEN: world.ownerToken }
    const keyward = (...args: string[]) => execute(join(project, 'node_modules/.bin/keyward'), args, { env })
    const { stdout: secret, stderr } = await keyward('keys', 'create', 'packed', '--project', 'Production')
    expect(stderr).toContain('Created the key "packed"')
    expect((await world.as(secret.trim()).viewer.get()).kind).toBe('API_KEY')
    const { stdout } = await keyward('keys', 'list', '--project', 'Production', '--json')
    expect(JSON.parse(stdout)).toEqual([expect.objectContaining({ name: 'packed', status: 'ACTIVE' })])
    const usage = await keyward('usage', '--csv')
    expect(usage.stdout).toMatch(/^start,end,credential_kind,/)
  })
})
