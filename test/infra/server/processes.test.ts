import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '@keyward/prisma/database'
import { MigrationFailedError } from '@keyward/prisma/errors'
import { migrate } from '@keyward/prisma/migrate'
import { failureOf } from '@keyward/server/operator/failure'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'

const MAIN = join(inject('build'), 'server.js')
const CLI = join(inject('build'), 'keyward-server.js')

let root: string
const children = new Set<ChildProcess>()

interface Run {
  process: ChildProcess
  output(): string
  /** The exit code, or the signal that ended the process. */
  ended: Promise<number | string>
}

function run(environment: NodeJS.ProcessEnv, script = MAIN, operands: string[] = []): Run {
  const { PATH } = process.env
  const child = spawn(process.execPath, [script, ...operands], {
    env: { PATH, KEYWARD_LOG: 'silent', PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  return { process: child, output: () => output, ended: once(child, 'close').then(([code, signal]) => code ?? signal) }
}

async function until(running: Run, text: RegExp): Promise<string> {
  for (let waited = 0; waited < 240_000; waited += 50) {
    const found = text.exec(running.output())
    if (found) return found[1] ?? found[0]
    if (running.process.exitCode !== null) break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`Waited in vain for ${text}: ${running.output()}`)
}

async function endOf(environment: NodeJS.ProcessEnv) {
  const running = run(environment)
  return { code: await running.ended, output: running.output() }
}

const fresh = async (name: string) => {
  const directory = join(root, name)
  await mkdir(directory, { recursive: true })
  return directory
}

describe('the server process', { timeout: 240_000 }, () => {
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'keyward-processes-'))
  })
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL')
    await rm(root, { recursive: true, force: true })
  })

  test('exits with 2 and creates nothing if a variable is invalid', async () => {
    const directory = await fresh('configuration')
    const { code, output } = await endOf({ KEYWARD_DATA_DIR: directory, PORT: 'http' })
    expect(code).toBe(2)
    expect(output).toContain('PORT: given "http", expected a whole number from 0 to 65535.')
    expect(output).not.toContain('at ')
    expect(await readdir(directory)).toEqual([])
  })

  // Failed before: the welcome with the setup token, the demo's passwords and failures were plain text.
  test('writes every line as JSON if the log format is JSON', async () => {
    const read = (output: string) =>
      output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    const KEYWARD_LOG = 'json'
    const failed = await endOf({ KEYWARD_LOG, KEYWARD_DATA_DIR: await fresh('json-failed'), PORT: 'http' })
    expect(read(failed.output)).toMatchObject([{ level: 'error', message: expect.stringContaining('PORT: given') }])
    const running = run({ KEYWARD_LOG, KEYWARD_DATA_DIR: await fresh('json') })
    await until(running, /"message":"Keyward answers at /)
    await until(running, /demo organization/)
    running.process.kill('SIGTERM')
    expect(await running.ended).toBe(0)
    const lines = read(running.output())
    for (const line of lines) expect(line).toMatchObject({ at: expect.any(String), level: expect.any(String) })
    expect(lines.at(-1).message).toBe('stopping after SIGTERM')
  })

  test('exits with 3 if its port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    const { code, output } = await endOf({ KEYWARD_DATA_DIR: await fresh('port'), PORT: port })
    expect(code).toBe(3)
    expect(output).toContain(`Port ${port} on 127.0.0.1 is in use`)
    other.close()
  })

  test('exits with 4 without printing the password if PostgreSQL is unreachable', async () => {
    const environment = {
      KEYWARD_DATA_DIR: await fresh('away'),
      DATABASE_URL: 'postgresql://me:hunter2@127.0.0.1:9/keys',
    }
    const { code, output } = await endOf(environment)
    expect(code).toBe(4)
    expect(output).toContain('127.0.0.1:9')
    expect(output).not.toContain('hunter2')
  })

  test('exits with 5 and changes nothing if a newer version migrated the database', async () => {
    const directory = await fresh('newer')
    const database = await openDatabase(`embedded:${join(directory, 'database')}`)
    await migrate(database)
    await database.sql(
      `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at)
       VALUES ('ffffffff-0000-4000-8000-000000000000', 'x', now(), '29990101000000_later', now())`,
    )
    await database.close()
    const { code, output } = await endOf({ KEYWARD_DATA_DIR: directory })
    expect(code).toBe(5)
    expect(output).toContain('29990101000000_later')
  })

  test('exits with 6 and changes nothing if the embedded database is damaged', async () => {
    const directory = await fresh('damaged')
    await (await openDatabase(`embedded:${join(directory, 'database')}`)).close()
    const control = join(directory, 'database', 'data', 'global', 'pg_control')
    await writeFile(control, 'not this')
    const { code, output } = await endOf({ KEYWARD_DATA_DIR: directory })
    expect(output).not.toContain('    at ')
    expect(code).toBe(6)
    expect(await readFile(control, 'utf8')).toBe('not this')
  })

  test('exits with 8 if a migration fails', () => {
    const failure = failureOf(new MigrationFailedError('20260101_x', 'The migration 20260101_x failed: no such table'))
    expect(failure).toEqual({ exitCode: 8, message: expect.stringContaining('20260101_x') })
  })

  test('serves until SIGTERM, and a second process on its database exits with 7', async () => {
    const directory = await fresh('serving')
    const server = run({ KEYWARD_DATA_DIR: directory, KEYWARD_SHUTDOWN_SECONDS: '60' })
    const url = await until(server, /listening on (http:\S+)\)/)
    expect(server.output()).toMatch(/, \d+ ms after its process began\./)
    await until(server, /demo organization/)
    await vi.waitFor(
      async () => expect(await (await fetch(`${url}/health/ready`)).json()).toEqual({ status: 'ready' }),
      90_000,
    )

    const second = await endOf({ KEYWARD_DATA_DIR: directory })
    expect(second.code).toBe(7)

    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ viewer { user { id } } }' }),
    })
    expect(await answer.json()).toEqual({ data: { viewer: { user: null } } })

    // A request in progress at the signal: the server has its head and waits for the body.
    const body = JSON.stringify({ name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' })
    const signUp = request(`${url}/auth/sign-up/email`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        expect: '100-continue',
      },
    })
    const answered = once(signUp, 'response')
    signUp.flushHeaders()
    await once(signUp, 'continue')
    server.process.kill('SIGTERM')
    await vi.waitFor(() => expect(fetch(`${url}/health/live`)).rejects.toThrow(), 240_000)
    signUp.end(body)
    const [response] = await answered
    expect(response.resume().statusCode).toBe(200)
    expect(await server.ended).toBe(0)
    await expect(fetch(`${url}/health/live`)).rejects.toThrow()

    const change = run({ KEYWARD_DATA_DIR: directory }, CLI, ['user', 'set-password', 'ada@example.com'])
    expect(await change.ended).toBe(0)
    expect(change.output()).toMatch(/shown only once: \S{20}/)
  })

  // Failed while the first start left half a demo: the next one claimed that its passwords were shown.
  test('recreates a demo that was left incomplete, unless somebody signed up', async () => {
    const directory = await fresh('half a demo')
    const marker = join(directory, 'demo-unfinished')
    const killed = run({ KEYWARD_DATA_DIR: directory })
    await vi.waitFor(() => readFile(marker), 240_000)
    killed.process.kill('SIGKILL')
    await killed.ended
    expect(killed.output()).not.toContain('passwords')

    const again = run({ KEYWARD_DATA_DIR: directory })
    await until(again, /The sign-in details follow\.\nCreated the demo organization/)
    expect(await readdir(directory)).not.toContain('demo-unfinished')
    const url = await until(again, /listening on (http:\S+)\)/)
    const signUp = await fetch(`${url}/auth/sign-up/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' }),
    })
    expect(signUp.status).toBe(200)
    again.process.kill('SIGTERM')
    expect(await again.ended).toBe(0)

    await writeFile(marker, '')
    const kept = run({ KEYWARD_DATA_DIR: directory })
    await until(kept, /The first start showed the passwords/)
    kept.process.kill('SIGTERM')
    expect(await kept.ended).toBe(0)
    const audit = run({ KEYWARD_DATA_DIR: directory }, CLI, ['audit', 'verify'])
    expect(await audit.ended, audit.output()).toBe(0)
  }, 900_000)

  test('stops on a signal during its start', async () => {
    const directory = await fresh('signal')
    const server = run({ KEYWARD_DATA_DIR: directory })
    await vi.waitFor(() => readdir(join(directory, 'database')), 240_000)
    server.process.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    expect(server.output()).not.toContain('    at ')
  })

  test('the doctor command prints how the server would run, and creates nothing', async () => {
    const directory = await fresh('doctor')
    const doctor = run({ KEYWARD_DATA_DIR: directory }, CLI, ['doctor'])
    expect(await doctor.ended).toBe(0)
    expect(doctor.output()).toContain('the first start creates the database')
    expect(await readdir(directory)).toEqual([])
  })

  // Failed while unknown variables were ignored: KEYWARD_SIGN_UP=closed left sign-up open.
  test('the doctor command reports unknown variables', async () => {
    const directory = await fresh('mistyped')
    const environment = {
      KEYWARD_DATA_DIR: directory,
      KEYWARD_SIGN_UP: 'closed',
      KEYWARD_PORTS: '1',
      KEYWARD_TOKEN: 'x',
    }
    const doctor = run(environment, CLI, ['doctor'])
    expect(await doctor.ended).toBe(0)
    expect(doctor.output()).toMatch(
      /^Unknown variables +KEYWARD_PORTS, KEYWARD_SIGN_UP \(did you mean KEYWARD_SIGNUP\?\)$/m,
    )
  })

  test('the doctor command rejects unusable directories and missing key files', async () => {
    const directory = await fresh('a file')
    const file = join(directory, 'file')
    await writeFile(file, '')
    const doctor = run({ KEYWARD_DATA_DIR: join(file, 'below'), KEYWARD_GITHUB_KEYS: join(directory, 'none') }, CLI, [
      'doctor',
    ])
    expect(await doctor.ended).toBe(2)
    expect(doctor.output()).toContain('expected a writable directory, or a path where one can be created')
    expect(doctor.output()).toMatch(/^Leak reports +rejected: KEYWARD_GITHUB_KEYS, .*none, does not exist$/m)
  })
})
