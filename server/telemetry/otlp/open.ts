import { randomUUID } from 'node:crypto'
import { withTimeout } from '@keyward/schema/core/timeout'
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Destination, TelemetryConfig } from '../../config/telemetry.ts'
import manifest from '../../package.json' with { type: 'json' }
import { workerNumber } from '../../workers/number.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { RequestTracing, Telemetry } from '../tracing.ts'
import { type Watched, watchExports } from './exporting.ts'
import { metricProducer } from './metric-producer.ts'
import type { Exporters } from './options.ts'
import { createRequestTracing } from './request-tracing.ts'
import { samplerOf } from './sampler.ts'

/** Maximum wait for the last export when the server stops, in milliseconds. */
const LAST_EXPORT_MS = 1_000

type TracesConfig = NonNullable<TelemetryConfig['traces']>
type MetricsConfig = NonNullable<TelemetryConfig['metrics']>

interface Part {
  watched: Watched
  shutdown(): Promise<void>
}

/** Loads a protocol's exporters. */
const exportersOf = async ({ protocol }: Destination): Promise<Exporters> =>
  (protocol === 'http/json' ? await import('./json.ts') : await import('./protobuf.ts')).exporters

async function openTraces(to: TracesConfig, resource: Resource, log: Log): Promise<Part & { tracing: RequestTracing }> {
  const exporter = (await exportersOf(to)).traces(to)
  const watched = watchExports(exporter, 'traces', log)
  const processor = new BatchSpanProcessor({ exporter, scheduledDelayMillis: to.everyMs })
  const provider = new TracerProvider({ resource, sampler: samplerOf(to), spanProcessors: [processor] })
  const tracing = createRequestTracing(provider.getTracer('keyward', manifest.version))
  return { tracing, watched, shutdown: () => provider.shutdown() }
}

async function openMetrics(
  to: MetricsConfig,
  resource: Resource,
  log: Log,
): Promise<Part & { read(metrics: Metrics): void }> {
  const exporter = (await exportersOf(to)).metrics(to)
  const watched = watchExports(exporter, 'metrics', log)
  const producer = metricProducer(manifest.version)
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: to.everyMs,
    metricProducers: [producer],
  })
  const provider = new MeterProvider({ resource, readers: [reader] })
  return { read: producer.read, watched, shutdown: () => provider.shutdown() }
}

/** Distinguishes workers. Each worker exports its own counters, so each needs its own instance id. */
function attributesOfWorker({ 'service.instance.id': given }: Record<string, string>): Record<string, string | number> {
  if (workerNumber === null) return {}
  const own = { 'keyward.worker': workerNumber }
  return given === undefined ? own : { ...own, 'service.instance.id': `${given}-${workerNumber}` }
}

/** Starts exporting traces and metrics over OTLP. Only this module loads OpenTelemetry packages. */
export async function openTelemetry(config: TelemetryConfig, log: Log): Promise<Telemetry> {
  const resource = defaultResource().merge(
    resourceFromAttributes({
      'service.version': manifest.version,
      'service.instance.id': randomUUID(),
      ...config.resource,
      ...attributesOfWorker(config.resource),
    }),
  )
  const [traces, metrics] = await Promise.all([
    config.traces && openTraces(config.traces, resource, log),
    config.metrics && openMetrics(config.metrics, resource, log),
  ])
  const parts: Part[] = [traces, metrics].filter((part) => part !== null)
  return {
    tracing: traces?.tracing ?? null,
    exportMetrics: metrics?.read ?? null,
    async close() {
      const last = Promise.all(parts.map((part) => part.shutdown().catch(() => undefined)))
      const isDone = await withTimeout(
        last.then(() => true),
        LAST_EXPORT_MS,
        () => false,
      )
      if (isDone) return
      log.warn('the last traces or metrics were not exported')
      for (const { watched } of parts) watched.abandon()
    },
  }
}
