import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { METRICS } from '@keyward/server/telemetry/metrics/definitions'
import { expect, test } from 'vitest'
import { findProgram, whyNot } from '../network/debian.ts'

const page = readFileSync('docs/operations/metrics.md', 'utf8')
const alerts = readFileSync('deploy/prometheus/alerts.yaml', 'utf8')
const dashboard = readFileSync('deploy/grafana/keyward.json', 'utf8')

/** Metrics of prom-client and of Prometheus that the alerts and the dashboard use. */
const FOREIGN = ['nodejs_eventloop_lag_p99_seconds', 'process_resident_memory_bytes', 'up']

test('the metrics page has a row for every metric', () => {
  const rows = [...page.matchAll(/^\| `(keyward_\w+)` +\| (\w+) +\| (.+?) +\| (.+?) +\|$/gm)]
  const documented = Object.fromEntries(
    rows.map(([, name, kind, labels = '', help]) => [
      name,
      { kind, help, labels: labels === 'none' ? [] : labels.replaceAll('`', '').split(', ') },
    ]),
  )
  expect(documented).toEqual(METRICS)
})

test('the metrics page has a row for every alert', () => {
  const documented = [...page.matchAll(/^\| `(Keyward\w+)` +\| (\w+)/gm)].map(([, name, severity]) => [name, severity])
  const rules = [...alerts.matchAll(/alert: (\w+)[\s\S]*?severity: (\w+)/g)].map(([, name, severity]) => [
    name,
    severity,
  ])
  expect(documented).toEqual(rules)
})

test('alerts and the dashboard use only existing metrics, and the dashboard shows all metrics', () => {
  const panels: { targets: { expr: string }[] }[] = JSON.parse(dashboard).panels
  const used = (text: string) => text.match(/\b(?:keyward|nodejs|process)_\w+|\bup\b(?=\{)/g) ?? []
  const known = [...Object.keys(METRICS), ...FOREIGN]
  const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join('\n')
  const rules = alerts.match(/expr: .*/g)?.join('\n') ?? ''
  for (const name of used(`${expressions}\n${rules}`)) expect(known).toContain(name.replace(/_bucket$/, ''))
  const shown = new Set(used(expressions).map((name) => name.replace(/_bucket$/, '')))
  expect(Object.keys(METRICS).filter((name) => !shown.has(name))).toEqual([])
})

// Failed while an alert was added without it, on every machine without promtool.
test('the alert tests expect every alert to fire', () => {
  const expected = readFileSync('deploy/prometheus/alerts.test.yaml', 'utf8').matchAll(
    /alertname="(\w+)"\}', value: 1/g,
  )
  const rules = alerts.matchAll(/alert: (\w+)/g)
  expect([...expected].map(([, name]) => name)).toEqual([...rules].map(([, name]) => name))
})

// Failed while a rule about gateways could fire only for figures that no server has.
test('a nightly test fires every gateway and webhook alert in Prometheus', () => {
  const drill = readFileSync('test/promises/nightly/alerts-clients.test.ts', 'utf8')
  const rules = [...alerts.matchAll(/alert: (\w+)\n(?: +#.*\n)* +expr: (.+)/g)]
  const about = rules.filter(([, , expression = '']) => /keyward_(gateway|webhook)_/.test(expression))
  expect(about).not.toEqual([])
  for (const [, name] of about) expect(drill).toContain(`${name} 0`)
})

const promtool = findProgram('promtool')

test.skipIf(promtool === null)(
  `promtool accepts the configuration, and every alert fires${whyNot('promtool', promtool)}`,
  () => {
    for (const operands of [
      ['check', 'config', 'prometheus.yaml'],
      ['test', 'rules', 'alerts.test.yaml'],
    ]) {
      const { status, stdout, stderr } = spawnSync(promtool ?? '', operands, {
        cwd: 'deploy/prometheus',
        encoding: 'utf8',
      })
      expect(status, stdout + stderr).toBe(0)
    }
  },
)
