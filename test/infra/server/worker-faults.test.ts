import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { Attempts } from '../../../server/workers/attempts.ts'
import { createTestDatabase, type TestDatabase, testDatabaseKind } from '../database.ts'
import { startSilentNetwork } from '../network/silent-network.ts'
import { endOf, startServer } from './server-process.ts'
import { type Answer, sendBy, startWorkers, type Workers } from './worker-processes.ts'

const PATIENCE = { timeout: 120_000 }
/** The pool ends a connection that is idle for ten seconds. */
const IDLE_CONNECTION_MS = 15_000

const countOf = (text: string, part: string): number => text.split(part).length - 1

describe.runIf(testDatabaseKind === 'postgresql')('worker failures', { timeout: 240_000 }, () => {
  let opened: TestDatabase
  let directory: string
  let server: Workers
  beforeAll(async () => {
    opened = await createTestDatabase()
    directory = await mkdtemp(join(tmpdir(), 'keyward-worker-faults-'))
    server = await startWorkers(opened.url, 2)
  }, 240_000)
  afterAll(async () => {
    server?.process.kill('SIGKILL')
    await server?.ended
    await opened?.drop()
    await rm(directory, { recursive: true, force: true })
  })

  /** Sends requests at once, each over a connection of its own. The answers appear in the result. */
  function sendAll(count: number): Answer[] {
    const answers: Answer[] = []
    for (let sent = 0; sent < count; sent += 1) {
      void sendBy(new Agent(), server.url, { path: '/health/live' }).then((answer) => answers.push(answer))
    }
    return answers
  }

  /** Kills a worker and waits until another process serves in its place. */
  async function whileRestarting(pid: number, meanwhile: () => Promise<void> = async () => undefined): Promise<void> {
    const before = countOf(server.output(), 'a worker serves again')
    process.kill(pid, 'SIGKILL')
    await meanwhile()
    await expect.poll(() => countOf(server.output(), 'a worker serves again'), PATIENCE).toBe(before + 1)
  }

  async function scrape(): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`)).text()
    return [...text.matchAll(/^keyward_http_requests_total\{[^}]*\} (\d+)$/gm)].reduce(
      (sum, [, n]) => sum + Number(n),
      0,
    )
  }

  test('a hanging worker is killed, and other workers serve its few connections', async () => {
    const [still = 0] = server.pids()
    process.kill(still, 'SIGSTOP')
    const answers = sendAll(20)
    // Failed while half of them queued for that worker.
    await expect.poll(() => answers.length, PATIENCE).toBeGreaterThanOrEqual(18)
    await whileRestarting(still)
    // Failed while the connections of that worker stayed open.
    await expect.poll(() => answers.map(({ status }) => status), PATIENCE).toEqual(Array(20).fill(200))
  })

  test('the metrics of a worker that dies during a scrape are counted once', async () => {
    await Promise.all((await server.connections()).map(async (connection) => connection.close()))
    const before = await scrape()
    const answers = sendAll(10)
    await expect.poll(() => answers.length, PATIENCE).toBe(10)
    const [dying = 0, still = 0] = server.pids()
    process.kill(still, 'SIGSTOP')
    const scraping = scrape()
    // Time for the other worker to answer the scrape. Without it, the test shows nothing.
    await delay(700)
    await whileRestarting(dying, async () => {
      await expect.poll(() => server.output(), PATIENCE).toContain(`"pid":${dying}`)
      process.kill(still, 'SIGCONT')
      expect(await scraping).toBeLessThanOrEqual(before + 10)
    })
    expect(await scrape()).toBeGreaterThanOrEqual(await scraping)
  })

  test('a worker that could not start for lack of file descriptors is started again', async () => {
    const limit = (files: number) =>
      execFileSync('prlimit', ['--pid', String(server.process.pid), `--nofile=${files}:`])
    const [dying = 0] = server.pids()
    await whileRestarting(dying, async () => {
      limit(10)
      await expect.poll(() => server.output(), PATIENCE).toContain('EMFILE')
      limit(1_024)
    })
  })

  test('a restarted worker does not migrate', async () => {
    const rollBack = (at: string) =>
      opened.database.sql(
        `UPDATE _prisma_migrations SET rolled_back_at = ${at}
          WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations)`,
      )
    await rollBack('now()')
    const [dying = 0] = server.pids()
    await whileRestarting(dying, async () => {
      await expect.poll(() => server.output(), PATIENCE).toContain('The running server has not applied')
      await rollBack('NULL')
    })
  })

  test('a connection that no worker can accept is closed', async () => {
    const old = server.pids()
    for (const pid of old) process.kill(pid, 'SIGKILL')
    // With several threads, it runs Node.js. Stopped before, it would hold its parent.
    const starting = () =>
      server.pids().filter((pid) => !old.includes(pid) && readdirSync(`/proc/${pid}/task`).length > 1)
    await expect.poll(starting, { ...PATIENCE, interval: 10 }).toHaveLength(2)
    for (const pid of server.pids()) process.kill(pid, 'SIGSTOP')
    const answers = sendAll(2)
    await expect.poll(() => answers.map(({ status }) => status), PATIENCE).toEqual(['ECONNRESET', 'ECONNRESET'])
    for (const pid of server.pids()) process.kill(pid, 'SIGCONT')
    await expect
      .poll(async () => sendBy(new Agent(), server.url, { path: '/health/live' }), PATIENCE)
      .toMatchObject({
        status: 200,
      })
  })

  test('a process in another program’s cluster is not a worker and rejects KEYWARD_WORKERS', async () => {
    const script = join(directory, 'parent.mjs')
    const child = JSON.stringify(join(inject('build'), 'server.js'))
    await writeFile(
      script,
      `import cluster from 'node:cluster'
      cluster.setupPrimary({ exec: ${child} })
      cluster.fork().on('exit', (code) => process.exit(code))`,
    )
    const parent = await startServer(opened.url, {}, script)
    expect((await fetch(`${parent.url}/health/live`)).status).toBe(200)
    parent.process.kill('SIGKILL')
    await parent.ended
    const { code, output } = await endOf(opened.url, { KEYWARD_WORKERS: '2' }, undefined, script)
    expect(code).toBe(2)
    expect(output).toContain('KEYWARD_WORKERS does not work in a process of a cluster')
  })

  // Failed while the primary process waited until a statement on a dead connection gave up.
  test('stopping does not wait for a database that does not answer', async () => {
    const network = await startSilentNetwork(opened.url)
    const silent = await startServer(network.url, { KEYWARD_WORKERS: '2', KEYWARD_SHUTDOWN_SECONDS: '1' })
    network.silence()
    silent.process.kill('SIGTERM')
    expect(await silent.ended).toBe(0)
    expect(silent.output()).not.toContain('the heads of audit logs were not written')
    await network.close()
  })

  // Failed while the end of an idle connection waited for the answer of the database.
  test.each([
    ['several processes', { KEYWARD_WORKERS: '2' }],
    ['one process', {}],
  ])('stopping %s does not wait for dead connections', async (_name, environment) => {
    const network = await startSilentNetwork(opened.url)
    const silent = await startServer(network.url, { ...environment, KEYWARD_SHUTDOWN_SECONDS: '1' })
    await expect.poll(() => silent.output(), PATIENCE).toContain('GraphiQL: ')
    network.silence()
    await delay(IDLE_CONNECTION_MS)
    silent.process.kill('SIGTERM')
    expect(await silent.ended).toBe(0)
    await network.close()
  })
})

test('a worker’s open sign-in attempts no longer count after it exits', async () => {
  const attempts = new Attempts()
  const begin = (process: number) =>
    attempts.answer(process, { kind: 'begin', name: 'passwords', key: 'ada@example.com', most: 1 })
  expect(await begin(1)).toBeNull()
  expect(await begin(2)).toBeGreaterThan(0)
  attempts.end(1)
  expect(await begin(2)).toBeNull()
})
