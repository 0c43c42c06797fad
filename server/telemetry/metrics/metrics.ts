import { REASONS, type Reason } from '@keyward/engine/reasons'
import { withTimeout } from '@keyward/schema/core/timeout'
import type { Runtime } from '@keyward/schema/runtime'
import type { Outcome } from '@keyward/schema/verification/verifier'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { RequestContext } from '../../http/request-context.ts'
import { workerNumber } from '../../workers/number.ts'
import { METRICS, type MetricName } from './definitions.ts'
import { readFigures } from './figures.ts'
import type { Exposed, Snapshot } from './snapshot.ts'

/** Maximum wait for metrics from the database, in milliseconds. A scrape must not wait for an outage to end. */
const PATIENCE_MS = 2_000

/** Buckets from half a millisecond, for decisions, to the time limit of a request. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

const OUTCOMES: Outcome[] = ['ALLOWED', ...(Object.keys(REASONS) as Reason[])]

/** Counts server activity and exposes it to Prometheus and OpenTelemetry. */
export interface Metrics {
  /** Counts an answered request. */
  request(handler: string, status: number, context: RequestContext): void
  /** All metrics in Prometheus text format. */
  expose(): Promise<Exposed>
  /** The same metrics as data. */
  snapshot(): Promise<Snapshot>
}

export function createMetrics(runtime: Runtime, version: string): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const configurationOf = (name: MetricName) => {
    const { help, labels } = METRICS[name]
    return { name, help, labelNames: labels, registers: [registry] }
  }
  const counter = (name: MetricName) => new Counter<string>(configurationOf(name))
  const gauge = (name: MetricName) => new Gauge<string>(configurationOf(name))
  const { database, changes, replica, verifier, streams, gatewayStreams } = runtime

  const requests = counter('keyward_http_requests_total')
  const durations = new Histogram<string>({
    ...configurationOf('keyward_http_request_duration_seconds'),
    buckets: SECONDS,
  })
  const operations = counter('keyward_graphql_requests_total')
  gauge('keyward_workers').set(1)
  // The primary process counts restarts, so workers do not export them.
  if (workerNumber === null) counter('keyward_worker_restarts_total')
  gauge('keyward_build_info').set({ version, node: process.version, database: database.kind }, 1)

  /** A counter whose value is counted elsewhere and only read here. */
  const follow = (name: MetricName, label: string | null, read: () => Record<string, number>) => {
    new Counter<string>({
      ...configurationOf(name),
      collect() {
        this.reset()
        for (const [value, count] of Object.entries(read())) this.inc(label === null ? {} : { [label]: value }, count)
      },
    })
  }
  follow('keyward_decisions_total', 'outcome', () =>
    Object.fromEntries(OUTCOMES.map((outcome) => [outcome, verifier.decisions.get(outcome) ?? 0])),
  )
  follow('keyward_decisions_during_outage_total', null, () => ({ all: verifier.servedDuringOutage }))
  follow('keyward_cache_lookups_total', 'cache', () => verifier.lookUps)

  if (replica) follow('keyward_read_replica_requests_total', 'read', () => replica.requests)

  const replicaUsed = replica && gauge('keyward_read_replica_used')
  const replicaLag = replica && gauge('keyward_read_replica_lag_seconds')
  const up = gauge('keyward_database_up')
  const full = gauge('keyward_database_full')
  const connections = gauge('keyward_database_connections')
  const most = gauge('keyward_database_connections_max')
  const waiting = gauge('keyward_database_waiting')
  const staleness = gauge('keyward_changes_staleness_seconds')
  const open = gauge('keyward_streams')
  const ofDatabase = new Map<MetricName, Gauge<string>>()

  async function collect(): Promise<void> {
    const { total, idle, waiting: queued, max } = database.connections()
    connections.set({ state: 'idle' }, idle)
    connections.set({ state: 'busy' }, total - idle)
    most.set(max)
    full.set(database.isFull ? 1 : 0)
    waiting.set(queued)
    staleness.set((database.clock.now().getTime() - changes.freshAt.getTime()) / 1_000)
    open.set({ caller: 'other' }, streams.open)
    open.set({ caller: 'gateway' }, gatewayStreams.open)
    replicaUsed?.set(replica?.isUsed ? 1 : 0)
    const lag = replica?.lagSeconds ?? null
    if (lag === null) replicaLag?.remove()
    else replicaLag?.set(lag)
    const found = await withTimeout(
      readFigures(runtime).catch(() => null),
      PATIENCE_MS,
      () => null,
    )
    up.set(found === null ? 0 : 1)
    // A metric that cannot be read is removed, so that it does not show its last value.
    if (found === null) for (const each of ofDatabase.values()) each.remove()
    for (const [name, value] of found ?? []) {
      const known = ofDatabase.get(name) ?? gauge(name)
      ofDatabase.set(name, known)
      known.set(value)
    }
  }

  return {
    request(handler, status, context) {
      requests.inc({ handler, status })
      durations.observe({ handler }, (performance.now() - context.startedAt) / 1_000)
      if (handler !== 'graphql') return
      const [code = 'OK'] = context.errorCodes
      operations.inc({ field: context.operation.field ?? 'none', code })
    },
    async expose() {
      await collect()
      return { contentType: registry.contentType, body: await registry.metrics() }
    },
    async snapshot() {
      await collect()
      return registry.getMetricsAsJSON()
    },
  }
}
