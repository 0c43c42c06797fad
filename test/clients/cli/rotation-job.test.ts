import { execFile } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SdkWorld, startSdkWorld } from '../sdk/world.ts'
import { type Command, startCommand } from './command.ts'

const HOUR_MS = 3_600_000

/** The script of the page, as written. */
async function scriptOf(page: string): Promise<string> {
  const [, script = ''] =
    /^## Rotate in a CI job\n[\s\S]*?^```sh\n(#![\s\S]*?)^```$/m.exec(await readFile(page, 'utf8')) ?? []
  if (script === '') throw new Error(`${page} has no script`)
  return script
}

describe('rotate.sh of docs/cli.md', () => {
  let world: SdkWorld
  let keyward: Command
  let folder: string

  beforeAll(async () => {
    world = await startSdkWorld()
    keyward = await startCommand(world.app, world.ownerToken)
    folder = join(keyward.home, 'job')
    await mkdir(folder)
    await writeFile(join(folder, 'rotate.sh'), await scriptOf('docs/cli.md'))
    // LOSES_SECRETS lets the output of a rotation end on a full disk.
    const to = '[ "$LOSES_SECRETS$2" = yesrotate ] && exec > /dev/full'
    await writeFile(join(folder, 'keyward'), `#!/bin/bash\n${to}\nexec ${process.execPath} ${keyward.module} "$@"\n`)
    await chmod(join(folder, 'keyward'), 0o700)
  })
  afterAll(async () => {
    await keyward?.close()
    await world?.close()
  })

  const key = async (name: string) => {
    const { apiKey, secret } = await world.owner.apiKeys.create({ projectId: world.projectId, name })
    const file = join(folder, `${name}.secret`)
    await writeFile(file, `${secret}\n`)
    return { ...apiKey, secret, file, read: async () => (await readFile(file, 'utf8')).trim() }
  }
  /** Runs the script and returns its exit code and messages. */
  const rotate = (name: string, env: NodeJS.ProcessEnv = {}) =>
    new Promise<{ code: number; stderr: string }>((resolve) => {
      const base = { HOME: keyward.home, KEYWARD_URL: keyward.url, KEYWARD_TOKEN: world.ownerToken }
      const path = { PATH: `${folder}:${process.env.PATH}`, KEYWARD_PROJECT: 'Production' }
      const options = { cwd: folder, env: { ...base, ...path, ...env } }
      execFile('bash', ['rotate.sh', name, `${name}.secret`], options, (error, _stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stderr }),
      )
    })
  const works = async (secret: string) =>
    (
      await world
        .as(secret)
        .viewer.get()
        .catch(() => null)
    )?.kind === 'API_KEY'
  const used = (id: string) =>
    expect.poll(async () => (await world.owner.apiKeys.get(id)).secretVersions[0]?.lastUsedAt).toBeTruthy()

  test('does not finish a rotation while clients still use the old secret', async () => {
    const { id, secret, read } = await key('served')
    expect(await works(secret)).toBe(true)
    await used(id)
    expect(await rotate('served')).toMatchObject({ code: 0 })
    const second = await read()
    expect((await stat(join(folder, 'served.secret'))).mode & 0o777).toBe(0o600)
    expect(await Promise.all([works(secret), works(second)])).toEqual([true, true])
    await used(id)

    const early = await rotate('served')
    expect(early).toMatchObject({ code: 2, stderr: expect.stringContaining('The old secret was last used at') })
    expect(await read()).toBe(second)
    expect(await works(secret)).toBe(true)

    world.database.clock.advance(1.1 * HOUR_MS)
    expect(await rotate('served')).toMatchObject({ code: 0 })
    const third = await read()
    expect(await Promise.all([secret, second, third].map(works))).toEqual([false, true, true])
  })

  test('undoes a rotation whose secret was lost, and succeeds when it is run again', async () => {
    const { id, secret, read } = await key('unlucky')
    const lost = await rotate('unlucky', { LOSES_SECRETS: 'yes' })
    expect(lost).toMatchObject({ code: 1, stderr: expect.stringContaining(`keyward keys undo-rotation ${id}`) })
    const away = await rotate('unlucky', { KEYWARD_URL: 'http://127.0.0.1:9' })
    expect(away.code).toBe(8)
    expect(await read()).toBe(secret)
    expect(await works(secret)).toBe(true)
    expect((await world.owner.apiKeys.get(id)).rotation).toBeNull()
    expect((await readdir(folder)).filter((name) => name.startsWith('unlucky'))).toEqual(['unlucky.secret'])
    expect(await rotate('unlucky')).toMatchObject({ code: 0 })
    expect(await works(await read())).toBe(true)
  })
})
