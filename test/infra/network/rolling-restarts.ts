import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { inject } from 'vitest'
import { freePort, startNginx } from './nginx.ts'

/** The outcome of restarts under load. */
export interface Restarts {
  /** Requests that were sent. */
  sent: number
  /** Requests that got another answer than 200, or none: each with its reason. */
  failed: string[]
  /** The slowest stop, in milliseconds. */
  slowestStop: number
}

interface Replica {
  port: number
  process: ChildProcess
}

const LANES = 16

/** The `http` block of deploy/proxies/nginx.conf with ports of this test, and a shorter pause after a refused connection. */
function documentedNginx(port: number, replicas: readonly Replica[]): string {
  let http = /^http \{\n([\s\S]+)^\}$/m.exec(readFileSync('deploy/proxies/nginx.conf', 'utf8'))?.[1] ?? ''
  const here = [
    ...replicas.map((replica, index) => [`127.0.0.1:${4001 + index} `, `127.0.0.1:${replica.port} `] as const),
    ['127.0.0.1:8443;', `127.0.0.1:${port};`] as const,
    ['fail_timeout=10s;', 'fail_timeout=1s;'] as const,
  ]
  for (const [documented, replacement] of here) {
    if (!http.includes(documented)) throw new Error(`deploy/proxies/nginx.conf has no ${documented}`)
    http = http.replaceAll(documented, replacement)
  }
  return http
}

/** Restarts two replicas of the build behind nginx, one at a time, while clients send requests over kept connections. */
export async function restartUnderLoad(
  databaseUrl: string,
  restarts: number,
  more: Record<string, string> = {},
): Promise<Restarts> {
  const environment = {
    PATH: process.env.PATH,
    DATABASE_URL: databaseUrl,
    KEYWARD_LOG: 'silent',
    KEYWARD_ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 1).toString('base64')}`,
    KEYWARD_SESSION_SECRET: 'a secret of the tests, long enough for anybody',
    KEYWARD_AUDIT_HEADS_FILE: '/dev/null',
    KEYWARD_DRAIN_SECONDS: '1',
    ...more,
  }
  const start = async (port: number): Promise<Replica> => {
    const child = spawn(process.execPath, [join(inject('build'), 'server.js')], {
      env: { ...environment, PORT: String(port) },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    while (!(await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null))?.ok) {
      if (child.exitCode !== null) throw new Error(`The replica ended with ${child.exitCode}`)
      await delay(50)
    }
    return { port, process: child }
  }
  const replicas = await Promise.all([await freePort(), await freePort()].map(start))
  const port = await freePort()
  const stopNginx = await startNginx(port, documentedNginx(port, replicas))
  const result: Restarts = { sent: 0, failed: [], slowestStop: 0 }
  const agent = new Agent({ keepAlive: true })
  let ended = false
  const lanes = Array.from({ length: LANES }, async () => {
    while (!ended) {
      result.sent += 1
      const outcome = await ask(agent, port)
      if (outcome !== '200') result.failed.push(outcome)
      await delay(5)
    }
  })
  try {
    for (let restart = 0; restart < restarts; restart += 1) {
      const index = restart % replicas.length
      const replica = replicas[index]
      if (!replica) continue
      const began = performance.now()
      const exited = once(replica.process, 'exit')
      replica.process.kill('SIGTERM')
      const [code] = await exited
      result.slowestStop = Math.max(result.slowestStop, performance.now() - began)
      if (code !== 0) result.failed.push(`a replica ended with ${code}`)
      if (restart === restarts - 1) break
      replicas[index] = await start(replica.port)
      // nginx tries the replica again after fail_timeout. Until then, the other one may not stop.
      await delay(1_500)
    }
  } finally {
    ended = true
    await Promise.all(lanes)
    agent.destroy()
    await stopNginx()
    for (const { process: child } of replicas) child.kill('SIGKILL')
  }
  return result
}

/** A POST, because nginx does not send it to a second replica once the first may have read it. */
const ask = (agent: Agent, port: number): Promise<string> =>
  new Promise((resolve) => {
    const body = JSON.stringify({ query: '{ viewer { kind } }' })
    const headers = { 'content-type': 'application/json', 'content-length': body.length }
    const asked = request({ agent, port, host: '127.0.0.1', path: '/graphql', method: 'POST', headers })
    asked.once('response', (response) => {
      response.resume().once('close', () => resolve(response.complete ? String(response.statusCode) : 'cut off'))
    })
    asked.once('error', (error) => resolve(error.message))
    asked.end(body)
  })
