import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateSecret } from '../../../schema/api-key/secret.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { INSTANCE } from '../../infra/failover/fleet.ts'
import { lacking } from '../../infra/failover/programs.ts'
import { PATIENCE, type Prometheus, startPrometheus } from '../../infra/failover/prometheus.ts'
import { freePort } from '../../infra/network/nginx.ts'
import { command } from '../../infra/operator/command-line.ts'
import { type OwnPostgresql, startPostgresql } from '../../infra/postgresql-server.ts'
import { type ServerProcess, startServer } from '../../infra/server/server-process.ts'

/*
 * A Prometheus scrapes two replicas by deploy/prometheus/ while they decide. Its alerts fire when a replica and the database
 * are lost, and resolve when both are back. Failed while keyward_database_up was always 1.
 */

const isNightly = process.env.KEYWARD_NIGHTLY === '1' && testDatabaseKind === 'postgresql'
const { isMissing, whyNot } = lacking('prometheus')

describe.skipIf(!isNightly || isMissing)(`Prometheus with the documented configuration${whyNot}`, () => {
  let directory: string
  let postgres: OwnPostgresql
  let prometheus: Prometheus
  let token: string
  let metricsPorts: number[]
  let ports: number[]
  const replicas: ServerProcess[] = []
  const ending = new AbortController()
  let lanes: Promise<void>[] = []

  const start = async (index: number) => {
    replicas[index] = await startServer(postgres.url, {
      PORT: String(ports[index]),
      KEYWARD_METRICS_PORT: String(metricsPorts[index]),
    })
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'keyward-prometheus-'))
    postgres = await startPostgresql({})
    ports = [await freePort(), await freePort()]
    metricsPorts = [await freePort(), await freePort()]
    for (const index of [0, 1]) await start(index)
    const { stdout } = await command({ DATABASE_URL: postgres.url, ...INSTANCE }, 'gateway', 'create', 'edge', '--json')
    token = JSON.parse(stdout).token
    prometheus = await startPrometheus(directory, metricsPorts)
    // Decisions about unknown secrets need the database.
    const decide = async (url: string | undefined) => {
      const headers = { 'keyward-gateway': token, authorization: `Bearer ${generateSecret('proj')}` }
      await fetch(`${url}/authorize`, { headers }).catch(() => undefined)
    }
    lanes = [0, 1].map(async (index) => {
      for (; !ending.signal.aborted; await delay(100)) await decide(replicas[index]?.url)
    })
  })
  afterAll(async () => {
    ending.abort()
    await Promise.all(lanes)
    await prometheus?.stop()
    for (const replica of replicas) replica.process.kill('SIGKILL')
    await postgres?.stop()
    await rm(directory, { recursive: true, force: true })
  })

  test('scrapes both replicas and raises no alert while they work', async () => {
    const both = (value: unknown) => Object.fromEntries(metricsPorts.map((port) => [`127.0.0.1:${port}`, value]))
    await expect.poll(() => prometheus.query('up{job="keyward"}'), PATIENCE).toEqual(both(1))
    await expect.poll(() => prometheus.query('keyward_database_up'), PATIENCE).toEqual(both(1))
    const decisions = 'sum by (instance) (rate(keyward_decisions_total[1m]))'
    const isPositive = async () => Object.values(await prometheus.query(decisions)).filter((rate) => rate > 1).length
    await expect.poll(isPositive, PATIENCE).toBe(2)
    expect(await prometheus.firing()).toEqual([])
  })

  test('raises alerts for a lost replica and a lost database, and resolves them once both return', async () => {
    replicas[1]?.process.kill('SIGKILL')
    await replicas[1]?.ended
    await postgres.halt()
    const began = performance.now()
    const seen = new Map<string, number>()
    const expected = [
      'KeywardChangesStale 1',
      'KeywardDatabaseUnavailable 1',
      'KeywardDecisionsUnavailable 1',
      'KeywardDown 2',
    ]
    const look = async () => {
      const now = await prometheus.firing()
      for (const alert of now) if (!seen.has(alert)) seen.set(alert, Math.round((performance.now() - began) / 1_000))
      return now
    }
    await expect.poll(look, PATIENCE).toEqual(expected)
    console.log(`Seconds until alerts fired: ${JSON.stringify(Object.fromEntries(seen))}`)
    await postgres.resume()
    await start(1)
    await expect.poll(() => prometheus.firing(), PATIENCE).toEqual([])
  })
})
