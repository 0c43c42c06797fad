import { METRICS } from '@keyward/server/telemetry/metrics/definitions'
import { type MetricsListener, serveMetrics } from '@keyward/server/telemetry/metrics/serve'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGateway } from '../../nouns/verification/gateway.ts'
import { startApp, type TestApp } from '../app.ts'
import { createKey, createOrganization } from '../world.ts'

let app: TestApp
let listener: MetricsListener
beforeAll(async () => {
  app = await startApp({
    environment: {
      KEYWARD_METRICS_PORT: '0',
      KEYWARD_AUDIT_SINK: '/nowhere/audit.jsonl',
      DATABASE_URL: 'postgresql://127.0.0.1:1/none',
      KEYWARD_REPLICA_URL: 'postgresql://127.0.0.1:1/none',
    },
  })
  const { metrics, log } = app.app
  if (metrics === null) throw new Error('The app has no metrics')
  listener = await serveMetrics(metrics, { host: '127.0.0.1', metricsPort: 0, log })
})
afterAll(async () => {
  listener?.stop()
  await app?.close()
})

async function scrape(): Promise<Map<string, number>> {
  const response = await fetch(`http://127.0.0.1:${listener.port}/metrics`)
  expect(response.headers.get('content-type')).toContain('text/plain')
  const samples = new Map<string, number>()
  for (const [, name = '', value] of (await response.text()).matchAll(/^(\w+(?:\{[^}]*\})?) (\S+)$/gm)) {
    samples.set(name, Number(value))
  }
  return samples
}

test('exactly the documented Keyward metrics are exposed', async () => {
  await app.app.fetch(new Request('http://127.0.0.1:4000/health/live'))
  const names = [...(await scrape()).keys()].map((name) =>
    name.replace(/\{.*|$/, '').replace(/_(bucket|sum|count)\{?$/, ''),
  )
  const own = new Set(names.filter((name) => name.startsWith('keyward_')))
  // A counter with labels has no sample before its first event, and a read replica that does not answer has no lag.
  const silent = ['keyward_graphql_requests_total', 'keyward_read_replica_lag_seconds']
  expect([...own].sort()).toEqual(
    Object.keys(METRICS)
      .filter((name) => !silent.includes(name))
      .sort(),
  )
})

test('no label of a counter identifies a key', async () => {
  const owner = await app.signUp('Owner')
  const { defaultProject } = await createOrganization(owner, 'Measured')
  const { id, secret } = await createKey(owner, defaultProject, 'measured')
  const gateway = await startGateway(app)
  const before = await scrape()
  expect((await gateway.authorize(secret)).status).toBe(200)
  expect((await gateway.authorize(secret)).status).toBe(200)
  expect((await gateway.authorize(`${secret.slice(0, -1)}!`)).status).toBe(401)
  await owner.ask('{ viewer { kind } }')
  const after = await scrape()
  const rise = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0)
  expect(rise('keyward_decisions_total{outcome="ALLOWED"}')).toBe(2)
  expect(rise('keyward_decisions_total{outcome="MALFORMED"}')).toBe(1)
  expect(rise('keyward_cache_lookups_total{cache="keys"}')).toBe(1)
  expect(rise('keyward_http_requests_total{handler="forward_auth",status="200"}')).toBe(2)
  expect(rise('keyward_http_request_duration_seconds_count{handler="forward_auth"}')).toBe(3)
  expect(rise('keyward_graphql_requests_total{field="viewer",code="OK"}')).toBe(1)
  expect(after.get('keyward_database_up')).toBe(1)
  // The change feed reads a moment after the commit.
  await expect.poll(async () => (await scrape()).get('keyward_changes_behind')).toBe(0)
  const text = [...after.keys()].join('\n')
  for (const secretive of [id, secret, owner.email, defaultProject]) expect(text).not.toContain(secretive)
})

test('other paths and methods on the metrics port return 404', async () => {
  const at = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${listener.port}${path}`, { method })
  expect([(await at('/graphql')).status, (await at('/metrics', 'POST')).status]).toEqual([404, 404])
})
