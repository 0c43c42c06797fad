import { type SAMPLERS, TELEMETRY_VARIABLES } from './telemetry-variables.ts'
import type { Variable } from './variable.ts'

/** How traces or metrics are sent. */
export interface Destination {
  url: string
  headers: Record<string, string>
  protocol: 'http/protobuf' | 'http/json'
  compression: 'gzip' | 'none'
  timeoutMs: number
}

/**
 * Which traces that start here are recorded. The `parentbased_…` samplers follow the caller's decision, if there is
 * one.
 */
export interface Sampling {
  sampler: (typeof SAMPLERS)[number]
  ratio: number
}

/** The signals that are exported over OTLP, and their destinations. */
export interface TelemetryConfig {
  /** Null if no traces are exported. */
  traces: (Destination & Sampling & { everyMs: number }) | null
  /** Null if no metrics are exported. */
  metrics: (Destination & { everyMs: number }) | null
  /** Attributes that describe this server in all exported data. */
  resource: Record<string, string>
}

type Names = typeof TELEMETRY_VARIABLES
export type TelemetryVariable = keyof Names

/** OpenTelemetry's default. Used if an exporter is requested by name only. */
const LOCAL = 'http://localhost:4318'

/** Reads which signals are exported. Null if none are. */
export function readTelemetry(
  read: <T>(name: TelemetryVariable, definition: Variable<T>) => T | null,
): TelemetryConfig | null {
  const V = TELEMETRY_VARIABLES
  const isDisabled = read('OTEL_SDK_DISABLED', V.OTEL_SDK_DISABLED) === 'true'
  const base = read('OTEL_EXPORTER_OTLP_ENDPOINT', V.OTEL_EXPORTER_OTLP_ENDPOINT)
  const headers = read('OTEL_EXPORTER_OTLP_HEADERS', V.OTEL_EXPORTER_OTLP_HEADERS)
  const protocol = read('OTEL_EXPORTER_OTLP_PROTOCOL', V.OTEL_EXPORTER_OTLP_PROTOCOL) ?? 'http/protobuf'
  const compression = read('OTEL_EXPORTER_OTLP_COMPRESSION', V.OTEL_EXPORTER_OTLP_COMPRESSION) ?? 'none'
  const timeoutMs = read('OTEL_EXPORTER_OTLP_TIMEOUT', V.OTEL_EXPORTER_OTLP_TIMEOUT) ?? 10_000
  read('OTEL_PROPAGATORS', V.OTEL_PROPAGATORS)

  const destinationOf = (signal: 'TRACES' | 'METRICS'): Destination | null => {
    const exporter = read(`OTEL_${signal}_EXPORTER`, V[`OTEL_${signal}_EXPORTER`])
    const own = read(`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`, V[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`])
    const more = read(`OTEL_EXPORTER_OTLP_${signal}_HEADERS`, V[`OTEL_EXPORTER_OTLP_${signal}_HEADERS`])
    if (isDisabled || exporter === 'none' || (exporter === null && own === null && base === null)) return null
    const url = own?.href ?? `${(base?.href ?? LOCAL).replace(/\/$/, '')}/v1/${signal.toLowerCase()}`
    return { url, headers: { ...headers, ...more }, protocol, compression, timeoutMs }
  }
  const traces = destinationOf('TRACES')
  const metrics = destinationOf('METRICS')
  const sampling = {
    sampler: read('OTEL_TRACES_SAMPLER', V.OTEL_TRACES_SAMPLER) ?? 'parentbased_always_on',
    ratio: read('OTEL_TRACES_SAMPLER_ARG', V.OTEL_TRACES_SAMPLER_ARG) ?? 1,
    everyMs: read('OTEL_BSP_SCHEDULE_DELAY', V.OTEL_BSP_SCHEDULE_DELAY) ?? 5_000,
  } as const
  const everyMs = read('OTEL_METRIC_EXPORT_INTERVAL', V.OTEL_METRIC_EXPORT_INTERVAL) ?? 60_000
  const given = read('OTEL_RESOURCE_ATTRIBUTES', V.OTEL_RESOURCE_ATTRIBUTES)
  const name = read('OTEL_SERVICE_NAME', V.OTEL_SERVICE_NAME)
  if (traces === null && metrics === null) return null
  return {
    traces: traces && { ...traces, ...sampling },
    metrics: metrics && { ...metrics, everyMs },
    resource: { 'service.name': 'keyward', ...given, ...(name !== null && { 'service.name': name }) },
  }
}
