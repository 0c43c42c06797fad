import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, inject, test, vi } from 'vitest'
import { otherNodes } from '../runtimes.ts'

/*
 * The built server and command on the other releases of Node.js that README.md names, with the embedded database. The
 * whole suite runs on one release; `test/clients/sdk/package.test.ts` runs the packed SDK on the others.
 */

if (otherNodes.length === 0) {
  test('other Node.js releases: skipped, their packages exist for Linux on x64 only', ({ skip }) => skip())
}

// Failed while the packages were dependencies of the root: every script ran on the newest of them.
test('no root dependency replaces the `node` command of the scripts', () => {
  expect(existsSync('node_modules/.bin/node')).toBe(false)
})

/** Stops a server and returns its exit code. */
async function stop(server: ChildProcess): Promise<unknown> {
  const ended = once(server, 'close')
  server.kill('SIGTERM')
  return (await ended)[0]
}

test.skipIf(otherNodes.length === 0).each(otherNodes)(
  'on $name, the server creates the demo and the CLI creates, lists and revokes a key',
  async ({ name, path }) => {
    const folder = await mkdtemp(join(tmpdir(), 'keyward-node-'))
    const built = (file: string) => join(inject('build'), file)
    const { PATH } = process.env
    let output = ''
    const server = spawn(path, [built('server.js')], {
      env: { PATH, KEYWARD_DATA_DIR: join(folder, 'data'), PORT: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    try {
      for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => (output += chunk))
      await vi.waitFor(() => expect(output).toMatch(/curl .*\n/), { timeout: 240_000, interval: 100 })
      const url = /listening on (http:\S+)\)/.exec(output)?.[1] ?? ''
      const [, email = '', password = ''] = /^ {2}(owner@acme\.example) +(\S+)/m.exec(output) ?? []
      const signedIn = await fetch(`${url}/auth/sign-in/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: 'http://127.0.0.1:0' },
        body: JSON.stringify({ email, password }),
      })
      const env = {
        PATH,
        HOME: folder,
        KEYWARD_URL: url,
        KEYWARD_TOKEN: signedIn.headers.get('set-auth-token') ?? '',
        KEYWARD_PROJECT: 'Research',
      }
      const keyward = async (...args: string[]) =>
        (await promisify(execFile)(path, [built('keyward.js'), ...args], { env })).stdout
      expect(/^kw_proj_\w+\n$/.test(await keyward('keys', 'create', `on ${name}`))).toBe(true)
      expect(await keyward('keys', 'list')).toContain(`on ${name}`)
      await keyward('keys', 'revoke', `on ${name}`, '--yes')
      expect(JSON.parse(await keyward('keys', 'get', `on ${name}`, '--json'))).toMatchObject({ status: 'REVOKED' })
      expect(await stop(server)).toBe(0)
    } finally {
      server.kill('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    }
  },
)
