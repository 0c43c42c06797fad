import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SdkWorld, startSdkWorld } from '../sdk/world.ts'
import { type Command, startCommand } from './command.ts'

describe('keyward’s exit codes', () => {
  let world: SdkWorld
  let keyward: Command

  beforeAll(async () => {
    world = await startSdkWorld()
    keyward = await startCommand(world.app, world.ownerToken)
  })
  afterAll(async () => {
    await keyward.close()
    await world.close()
  })

  test('exit code 0: help has examples on every level', async () => {
    for (const words of [[], ['keys'], ['projects'], ['organizations'], ['keys', 'create'], ['usage'], ['login']]) {
      const { code, stdout, stderr } = await keyward.run([...words, '--help'])
      expect({ code, stderr }, words.join(' ')).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(
        new RegExp(`Usage: keyward${words.map((word) => ` ${word}\\S*`).join('')}[\\s\\S]*Examples:\n  keyward `),
      )
    }
    // `help COMMAND` prints the same as `COMMAND --help`.
    for (const words of [['keys', 'create'], ['orgs', 'list'], ['keys'], ['usage'], []]) {
      const { code, stdout, stderr } = await keyward.run(['help', ...words])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout, words.join(' ')).toBe((await keyward.run([...words, '--help'])).stdout)
    }
    expect((await keyward.run(['keys', 'help', 'create'])).stdout).toContain('--requests-per-minute')
    const unknown = await keyward.run(['help', 'keys', 'crate'])
    expect(unknown).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('no command "keys crate"') })
    const bare = await keyward.run(['keys'])
    expect(bare.code).toBe(0)
    expect(bare.stdout).toContain('rotate')
    expect((await keyward.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  test('exit code 2: an invalid command line is rejected before a request is sent', async () => {
    const nowhere = { KEYWARD_URL: 'http://127.0.0.1:9' }
    const mistakes = {
      "Unknown command 'kyes'": ['kyes', 'list'],
      'Did you mean rotate': ['keys', 'rotat', 'x'],
      "Missing required argument 'name'. Usage: keyward keys create [options] <name>\n": ['keys', 'create'],
      'Expected 1 argument but got 2. Usage: keyward keys rotate [options] <key>\n': ['keys', 'rotate', 'x', 'y'],
      'no such choice': ['keys', 'create', 'x', '--workload', 'poetry'],
      'takes a span': ['keys', 'rotate', 'x', '--overlap', 'soon'],
      'takes a day': ['keys', 'create', 'x', '--expires', 'tomorrow'],
      '--budget takes': ['keys', 'create', 'x', '--budget', 'year=1'],
      '--tag takes': ['keys', 'create', 'x', '--tag', 'team'],
      'must not contain a password': ['whoami', '--url', 'http://me:hunter22@example.com'],
    }
    for (const [message, args] of Object.entries(mistakes)) {
      const { code, stdout, stderr } = await keyward.run(args, { env: nowhere })
      expect({ code, stdout }, args.join(' ')).toEqual({ code: 2, stdout: '' })
      if (message !== 'no such choice') expect(stderr).toContain(message)
      expect(stderr).not.toContain('hunter22')
    }
  })

  test('exit codes 3 to 8: each kind of error exits with its code and prints its JSON document', async () => {
    const { token } = await world.person('Stranger')
    const member = { KEYWARD_TOKEN: token }
    const taken = await world.owner.apiKeys.create({ projectId: world.projectId, name: 'taken' })
    const unknown = `kw_svc_${'a'.repeat(49)}`
    const { secret } = await world.owner.apiKeys.create({ projectId: world.projectId, name: 'reader' })
    const cases: [number, string, string[], NodeJS.ProcessEnv][] = [
      [3, 'AuthenticationError', ['whoami'], { KEYWARD_TOKEN: unknown }],
      [4, 'ForbiddenError', ['projects', 'archive', world.projectId], { KEYWARD_TOKEN: secret }],
      [5, 'NotFoundError', ['projects', 'get', world.projectId], member],
      [5, 'CommandError', ['keys', 'get', 'nothing', '-p', 'Production'], {}],
      [6, 'ConflictError', ['keys', 'create', 'taken', '-p', 'Production'], {}],
      [6, 'ValidationError', ['keys', 'create', ' ', '-p', 'Production'], {}],
      [8, 'ConnectionError', ['whoami'], { KEYWARD_URL: 'http://127.0.0.1:9' }],
    ]
    const conflict = await keyward.run(['keys', 'create', 'TAKEN', '-p', 'Production'])
    expect(conflict.stderr).toContain(`See: taken (${taken.apiKey.id})`)
    for (const [exitCode, name, args, env] of cases) {
      const { code, stdout, stderr } = await keyward.run([...args, '--json'], { env })
      expect({ code, stdout }, name).toEqual({ code: exitCode, stdout: '' })
      const { error } = JSON.parse(stderr)
      expect(error).toMatchObject({ name, exitCode })
      for (const text of [unknown, secret, token, world.ownerToken]) expect(stderr).not.toContain(text)
    }
    const people = await keyward.run(['keys', 'create', ' ', '-p', 'Production'])
    expect(people.stderr).toMatch(/^Error: .*\n[\s\S]*Request id: \S+\n$/)
  })

  test('server errors name options and commands instead of fields and mutations', async () => {
    const messageOf = async (args: string[], env: NodeJS.ProcessEnv = {}) => {
      const { code, stderr } = await keyward.run(args, { env })
      expect(code).not.toBe(0)
      return stderr.split('\n  Request id: ')[0]
    }
    const create = (...args: string[]) => ['keys', 'create', ...args, '-p', 'Production']
    await world.owner.apiKeys.create({ projectId: world.projectId, name: 'dup' })
    expect(await messageOf(create('dup'))).toContain('already has this name')
    const { stderr } = await keyward.run([...create('dup'), '--json'])
    expect(JSON.parse(stderr).error.message).toContain('already has this name')

    const { apiKey } = await world.owner.apiKeys.create({ projectId: world.projectId, name: 'turning' })
    expect((await keyward.run(['keys', 'rotate', apiKey.id])).code).toBe(0)
    expect(await messageOf(['keys', 'rotate', apiKey.id])).toBe(
      'Error: This key is already being rotated. First finish that rotation or undo it. Run: keyward keys finish-rotation KEY or keyward keys undo-rotation KEY'.replaceAll(
        'KEY',
        apiKey.id,
      ),
    )
    expect(await messageOf(create('x', '--allow-ip', 'zzz'))).toMatch(/^Error: --allow-ip \(number 1\): [^\n]+$/)
    const several = await messageOf(
      create(' ', '--allow-ip', '::1', '--allow-ip', 'zzz', '--requests-per-minute', '99999999'),
    )
    expect(several).toMatch(/^Error: The server rejects these values:\n/)
    for (const word of [/^ {2}NAME: M/m, /^ {2}--allow-ip \(number 2\): /m, /^ {2}--requests-per-minute: /m]) {
      expect(several).toMatch(word)
    }
    expect(await messageOf(['keys', 'rotate', apiKey.id, '--overlap', '52w'])).toMatch(/^Error: --overlap: /)

    const { secret } = await world.owner.apiKeys.create({ projectId: world.projectId, name: 'nobody' })
    const forbidden = await messageOf(['projects', 'archive', world.projectId], { KEYWARD_TOKEN: secret })
    expect(forbidden?.match(/ADMIN/g)).toHaveLength(1)
  })

  test('the error for a name in another case suggests the right name', async () => {
    const missing = { 'keys list -p production': 'Production', 'usage -o ACME': 'Acme' }
    for (const [line, name] of Object.entries(missing)) {
      const { code, stderr } = await keyward.run(line.split(' '))
      expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringContaining(`Did you mean "${name}"?`) })
    }
    expect((await keyward.run(['keys', 'list', '-p', 'nothing'])).stderr).not.toContain('Did you mean')
  })

  test('exit codes 7, 8 and 130: a rate limit, a silent server, and an interrupt', async () => {
    // Plays a proxy that limits the rate, then a network that loses every response.
    let answers = true
    const server = createServer((_, response) => {
      if (answers) response.writeHead(429, { 'retry-after': '600' }).end()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const env = { KEYWARD_URL: `http://127.0.0.1:${port}` }
    const limited = await keyward.run(['whoami'], { env })
    expect(limited.code).toBe(7)
    expect(limited.stderr).toContain('Try again in 600 s.')
    answers = false
    const late = await keyward.run(['whoami', '--timeout', '1s', '--json'], { env })
    expect(late.code).toBe(8)
    expect(JSON.parse(late.stderr).error.name).toBe('TimeoutError')

    // 130: Ctrl-C while the command waits.
    const waiting = keyward.start(['whoami'], env)
    await once(server, 'request')
    const ended = once(waiting, 'close')
    let said = ''
    waiting.stderr?.on('data', (chunk) => (said += chunk))
    waiting.kill('SIGINT')
    expect((await ended)[0]).toBe(130)
    expect(said).toContain('Interrupted.')
    server.closeAllConnections()
    server.close()
  })

  test('a closed pipe ends a list without an error, but fails a command that prints a secret', async () => {
    const unread = async (args: string[]) => {
      const child = keyward.start(args)
      // The reader exits before the command writes.
      child.stdout?.destroy()
      let said = ''
      child.stderr?.on('data', (chunk) => (said += chunk))
      const [code] = await once(child, 'close')
      return { code, said }
    }
    expect(await unread(['projects', 'list'])).toEqual({ code: 0, said: '' })
    const lost = await unread(['keys', 'create', 'unread', '-p', 'Production'])
    expect(lost.code).toBe(1)
    expect(lost.said).toMatch(/not shown again.*keyward keys rotate key_\w{26} --overlap 0s/)
    expect(lost.said).not.toMatch(/kw_proj_/)
  })
})
