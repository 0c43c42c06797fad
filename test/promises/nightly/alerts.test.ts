import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateSecret } from '../../../schema/api-key/secret.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { accepting, documentedFile } from '../../infra/failover/configuration.ts'
import { type Daemon, startDaemon } from '../../infra/failover/daemons.ts'
import { INSTANCE } from '../../infra/failover/fleet.ts'
import { lacking } from '../../infra/failover/programs.ts'
import { findProgram } from '../../infra/network/debian.ts'
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
/** Beyond a rule's own time and the scrapes, on a busy machine. */
const PATIENCE = { timeout: 300_000, interval: 1_000 }

describe.skipIf(!isNightly || isMissing)(`Prometheus with the documented configuration${whyNot}`, () => {
  let directory: string
  let postgres: OwnPostgresql
  let prometheus: Daemon
  let api: string
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
    await copyFile('deploy/prometheus/alerts.yaml', join(directory, 'alerts.yaml'))
    // The rules are those of production. Only the scrapes are more frequent.
    const configuration = documentedFile('deploy/prometheus/prometheus.yaml', [
      ['keyward-1:9464', `127.0.0.1:${metricsPorts[0]}`],
      ['keyward-2:9464', `127.0.0.1:${metricsPorts[1]}`],
      ['scrape_interval: 15s', 'scrape_interval: 5s'],
      ['evaluation_interval: 15s', 'evaluation_interval: 5s'],
    ])
    const file = join(directory, 'prometheus.yaml')
    await writeFile(file, configuration)
    const port = await freePort()
    api = `http://127.0.0.1:${port}/api/v1`
    const operands = [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ]
    prometheus = startDaemon(findProgram('prometheus') ?? '', operands, join(directory, 'prometheus.log'))
    await accepting(port, prometheus)
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

  /** The values of an expression, by instance. */
  async function query(expression: string): Promise<Record<string, number>> {
    const response = await fetch(`${api}/query?query=${encodeURIComponent(expression)}`)
    const { data } = await response.json()
    const results: { metric: Record<string, string>; value: [number, string] }[] = data.result
    return Object.fromEntries(results.map(({ metric, value }) => [metric.instance ?? '', Number(value[1])]))
  }

  /** The alerts that fire, each with the replica. */
  async function firing(): Promise<string[]> {
    const { data } = await (await fetch(`${api}/alerts`)).json()
    const alerts: { state: string; labels: Record<string, string> }[] = data.alerts
    const fired = alerts.filter(({ state }) => state === 'firing')
    const numberOf = (instance = '') => metricsPorts.findIndex((port) => instance.endsWith(`:${port}`)) + 1
    return fired.map(({ labels }) => `${labels.alertname} ${numberOf(labels.instance)}`).sort()
  }

  test('scrapes both replicas and raises no alert while they work', async () => {
    const both = (value: unknown) => Object.fromEntries(metricsPorts.map((port) => [`127.0.0.1:${port}`, value]))
    await expect.poll(() => query('up{job="keyward"}'), PATIENCE).toEqual(both(1))
    await expect.poll(() => query('keyward_database_up'), PATIENCE).toEqual(both(1))
    const decisions = 'sum by (instance) (rate(keyward_decisions_total[1m]))'
    const isPositive = async () => Object.values(await query(decisions)).filter((rate) => rate > 1).length
    await expect.poll(isPositive, PATIENCE).toBe(2)
    expect(await firing()).toEqual([])
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
      const now = await firing()
      for (const alert of now) if (!seen.has(alert)) seen.set(alert, Math.round((performance.now() - began) / 1_000))
      return now
    }
    await expect.poll(look, PATIENCE).toEqual(expected)
    console.log(`Seconds until alerts fired: ${JSON.stringify(Object.fromEntries(seen))}`)
    await postgres.resume()
    await start(1)
    await expect.poll(firing, PATIENCE).toEqual([])
  })
})
