import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findProgram } from '../network/debian.ts'
import { freePort } from '../network/nginx.ts'
import { accepting, documentedFile } from './configuration.ts'
import { startDaemon } from './daemons.ts'

/** Patience for an alert beyond its own time, on a busy machine. */
export const PATIENCE = { timeout: 300_000, interval: 1_000 }

/** A Prometheus that scrapes two replicas of this machine. */
export interface Prometheus {
  /** The values of an expression, by instance. */
  query(expression: string): Promise<Record<string, number>>
  /** The alerts that fire, each with the number of its replica: 0 for alerts of the whole instance. */
  firing(): Promise<string[]>
  stop(): Promise<void>
}

/** Starts Prometheus with the configuration and the rules of production. Only the scrapes are more frequent. */
export async function startPrometheus(directory: string, metricsPorts: readonly number[]): Promise<Prometheus> {
  await copyFile('deploy/prometheus/alerts.yaml', join(directory, 'alerts.yaml'))
  const configuration = documentedFile('deploy/prometheus/prometheus.yaml', [
    ['keyward-1:9464', `127.0.0.1:${metricsPorts[0]}`],
    ['keyward-2:9464', `127.0.0.1:${metricsPorts[1]}`],
    ['scrape_interval: 15s', 'scrape_interval: 5s'],
    ['evaluation_interval: 15s', 'evaluation_interval: 5s'],
  ])
  const file = join(directory, 'prometheus.yaml')
  await writeFile(file, configuration)
  const port = await freePort()
  const api = `http://127.0.0.1:${port}/api/v1`
  const operands = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(directory, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]
  const daemon = startDaemon(findProgram('prometheus') ?? '', operands, join(directory, 'prometheus.log'))
  await accepting(port, daemon)
  return {
    async query(expression) {
      const response = await fetch(`${api}/query?query=${encodeURIComponent(expression)}`)
      const { data } = await response.json()
      const results: { metric: Record<string, string>; value: [number, string] }[] = data.result
      return Object.fromEntries(results.map(({ metric, value }) => [metric.instance ?? '', Number(value[1])]))
    },
    async firing() {
      const { data } = await (await fetch(`${api}/alerts`)).json()
      const alerts: { state: string; labels: Record<string, string> }[] = data.alerts
      const fired = alerts.filter(({ state }) => state === 'firing')
      const numberOf = (instance = '') => metricsPorts.findIndex((each) => instance.endsWith(`:${each}`)) + 1
      return fired.map(({ labels }) => `${labels.alertname} ${numberOf(labels.instance)}`).sort()
    },
    stop: () => daemon.stop(),
  }
}
