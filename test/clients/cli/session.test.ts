import { chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SdkWorld, startSdkWorld } from '../sdk/world.ts'
import { type Command, noTerminal, startCommand } from './command.ts'

describe('signing in with the CLI', () => {
  let world: SdkWorld
  let keyward: Command
  let file: string
  const signedOut = { KEYWARD_TOKEN: '' }

  beforeAll(async () => {
    world = await startSdkWorld()
    keyward = await startCommand(world.app, world.ownerToken)
    file = join(keyward.home, 'keyward', 'credentials.json')
  })
  afterAll(async () => {
    await keyward.close()
    await world.close()
  })

  test('login reads the token from standard input and stores it in a private file', async () => {
    const token = world.ownerToken
    const before = await keyward.run(['whoami'], { env: signedOut })
    expect(before).toMatchObject({ code: 3, stdout: '' })
    expect(before.stderr).toContain('keyward login')

    const login = await keyward.run(['login', '--token-stdin'], { env: signedOut, input: `${token}\n` })
    expect(login).toMatchObject({ code: 0, stdout: '' })
    expect(login.stderr).toContain(`Signed in to ${keyward.url} as Owner`)
    expect(login.stderr).not.toContain(token)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(join(file, '..'))).mode & 0o777).toBe(0o700)
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ current: keyward.url, tokens: { [keyward.url]: token } })

    // Without an address, commands use the server of the last sign-in.
    const after = await keyward.run(['whoami', '--json'], { env: { ...signedOut, KEYWARD_URL: '' } })
    expect(after).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(after.stdout)).toEqual(await world.owner.viewer.get())

    const people = await keyward.run(['whoami'], { env: signedOut })
    expect(people.stdout).toMatch(/Kind +USER\n/)
    expect(people.stdout).toMatch(/Token from +credentials file\n/)
    expect(people.stdout).not.toContain(token)
  })

  test('KEYWARD_TOKEN overrides the file, and --url overrides KEYWARD_URL', async () => {
    const { secret } = await world.owner.apiKeys.create({ projectId: world.projectId, name: 'env' })
    const { stdout } = await keyward.run(['whoami', '--url', `${keyward.url}/`], {
      env: { KEYWARD_TOKEN: secret, KEYWARD_URL: 'http://127.0.0.1:9' },
    })
    expect(stdout).toMatch(/Kind +API_KEY\n/)
    expect(stdout).toMatch(/Token from +KEYWARD_TOKEN\n/)
    // A token is stored for one server and sent to no other.
    const elsewhere = await keyward.run(['whoami', '--url', 'http://localhost:9'], { env: signedOut })
    expect(elsewhere.code).toBe(3)
  })

  test('login does not store a rejected token or accept a token as an argument', async () => {
    const kept = await readFile(file, 'utf8')
    const bad = `kw_svc_${'a'.repeat(49)}`
    const refused = await keyward.run(['login'], { env: signedOut, input: bad })
    expect(refused).toMatchObject({ code: 3, stdout: '' })
    const argued = await keyward.run(['login', bad], { env: signedOut })
    const optioned = await keyward.run(['login', `--token=${world.ownerToken}`], { env: signedOut })
    const none = await keyward.run(['login'], { env: signedOut, input: '\n' })
    for (const { code, stdout } of [argued, optioned, none]) expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    for (const { stderr } of [refused, argued, optioned]) {
      expect(stderr).not.toContain(bad)
      expect(stderr).not.toContain(world.ownerToken)
    }
    expect(await readFile(file, 'utf8')).toBe(kept)
  })

  test('a credentials file that others can read, or that is damaged, is rejected', async () => {
    const kept = await readFile(file, 'utf8')
    await chmod(file, 0o644)
    const open = await keyward.run(['whoami'], { env: signedOut })
    expect(open.code).toBe(2)
    expect(open.stderr).toContain(`chmod 600 ${file}`)
    await chmod(file, 0o600)
    await writeFile(file, kept.slice(0, 40))
    const damaged = await keyward.run(['whoami'], { env: signedOut })
    expect(damaged).toMatchObject({ code: 2, stdout: '' })
    // With KEYWARD_TOKEN, the file is not read.
    expect((await keyward.run(['whoami'])).code).toBe(0)
    await writeFile(file, kept)
  })

  test('logout deletes the stored token', async () => {
    expect(await keyward.run(['logout'], { env: signedOut })).toMatchObject({ code: 0, stdout: '' })
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ current: null, tokens: {} })
    const again = await keyward.run(['logout', '--json'], { env: signedOut })
    expect(JSON.parse(again.stdout)).toEqual({ baseUrl: keyward.url, signedOut: false })
  })

  test('each profile has its own server, token and defaults', async () => {
    const login = ['login', '--token-stdin', '--profile', 'staging', '--url', keyward.url]
    expect((await keyward.run(login, { env: signedOut, input: world.ownerToken })).code).toBe(0)
    const path = join(keyward.home, 'keyward', 'profiles', 'staging.json')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const who = (args: string[], env: NodeJS.ProcessEnv = signedOut) => keyward.run(['whoami', ...args], { env })
    // The sign-in without a profile is another one.
    expect((await who([])).code).toBe(3)
    expect((await who(['--profile', 'other'])).stderr).toContain('--profile other')
    const byVariable = await who([], { ...signedOut, KEYWARD_PROFILE: 'staging', KEYWARD_URL: '' })
    expect(byVariable.stdout).toMatch(/Profile +staging\n/)
    const stale = { KEYWARD_TOKEN: 'stale', KEYWARD_URL: 'http://127.0.0.1:9' }
    expect((await who(['--profile', 'staging'], stale)).stdout).toMatch(/Token from +credentials file\n/)
    expect((await who(['--profile', '../up'])).code).toBe(2)
    const project = ['--project', world.projectId]
    expect((await keyward.run(['use', '--profile', 'staging', ...project], { env: signedOut })).code).toBe(0)
    const listed = await keyward.run(['profiles', 'list', '--json'], { env: signedOut })
    expect(JSON.parse(listed.stdout)).toEqual([
      { name: null, baseUrl: null, servers: [], organization: null, project: null },
      { name: 'staging', baseUrl: keyward.url, servers: [keyward.url], organization: null, project: world.projectId },
    ])
    const table = await keyward.run(['profiles', 'list'], { env: { ...signedOut, KEYWARD_PROFILE: 'staging' } })
    expect(table.stdout).toMatch(/^\* +staging/m)
    expect(table.stdout).not.toContain(world.ownerToken)
    expect((await keyward.run(['profiles', 'remove', 'staging'], { env: signedOut })).code).toBe(0)
    expect((await keyward.run(['profiles', 'remove', 'staging'], { env: signedOut })).code).toBe(5)
    // The token was not a session of `login`, and stays valid.
    expect((await who([], { KEYWARD_TOKEN: world.ownerToken })).code).toBe(0)
  })

  test.skipIf(noTerminal !== null)(
    'on a terminal, login --with-token asks for the token without echoing it',
    async () => {
      const { code, shown } = await keyward.onTerminal(['login', '--with-token'], `${world.ownerToken}\r`, signedOut)
      expect(shown).toContain('Token: ')
      expect(shown).toContain('Signed in')
      expect(code).toBe(0)
      expect(shown).not.toContain(world.ownerToken.slice(0, 8))
      // Ctrl-C at the prompt.
      const interrupted = await keyward.onTerminal(['login', '--with-token'], '\u0003', signedOut)
      expect(interrupted.code).toBe(130)
    },
  )
})
