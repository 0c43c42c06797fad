import type { Attributes, HrTime } from '@opentelemetry/api'
import { hrTime, millisToHrTime } from '@opentelemetry/core'
import { emptyResource } from '@opentelemetry/resources'
import {
  AggregationTemporality,
  type CollectionResult,
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics'
import type { MetricObjectWithValues, MetricValue, MetricValueWithName } from 'prom-client'
import type { Metrics } from '../metrics/metrics.ts'

type Found = MetricObjectWithValues<MetricValue<string>>

const attributesOf = (labels: MetricValue<string>['labels'], without?: string): Attributes =>
  Object.fromEntries(
    Object.entries(labels).flatMap(([name, value]) => (name === without || value === undefined ? [] : [[name, value]])),
  )

/** The unit at the end of a Prometheus name, in OpenTelemetry's notation. */
function unitOf(name: string): string {
  const [, unit] = /_(seconds|bytes)(?:_total)?$/.exec(name) ?? []
  return unit === 'seconds' ? 's' : unit === 'bytes' ? 'By' : ''
}

/** Prometheus buckets include all lower ones. OpenTelemetry counts each bucket separately. */
function histogramPoints(values: MetricValueWithName<string>[], times: Times): DataPoint<Histogram>[] {
  const points = new Map<string, { attributes: Attributes; upTo: [number, number][]; sum: number; count: number }>()
  for (const { labels, value, metricName } of values) {
    const attributes = attributesOf(labels, 'le')
    const key = JSON.stringify(attributes)
    const point = points.get(key) ?? { attributes, upTo: [], sum: 0, count: 0 }
    points.set(key, point)
    if (metricName?.endsWith('_sum')) point.sum = value
    else if (metricName?.endsWith('_count')) point.count = value
    else point.upTo.push([Number(String(labels.le).replace('+Inf', 'Infinity')), value])
  }
  return [...points.values()].map(({ attributes, upTo, sum, count }) => {
    const counts = upTo.sort(([a], [b]) => a - b).map(([, value], at, all) => value - (all[at - 1]?.[1] ?? 0))
    const boundaries = upTo.map(([bound]) => bound).filter(Number.isFinite)
    return { ...times, attributes, value: { buckets: { boundaries, counts }, sum, count } }
  })
}

interface Times {
  startTime: HrTime
  endTime: HrTime
}

const isHistogram = (found: Found): boolean => String(found.type) === 'histogram'

/** Converts a metric to OpenTelemetry's form, under the same name. */
function toMetricData(found: Found, times: Times): MetricData {
  const { name, help, values } = found
  const descriptor = { name, description: help, unit: unitOf(name), valueType: 1 }
  const base = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE }
  if (isHistogram(found))
    return { ...base, dataPointType: DataPointType.HISTOGRAM, dataPoints: histogramPoints(values, times) }
  const dataPoints = values
    .filter(({ value }) => Number.isFinite(value))
    .map(({ labels, value }) => ({ ...times, attributes: attributesOf(labels), value }))
  return String(found.type) === 'counter'
    ? { ...base, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
    : { ...base, dataPointType: DataPointType.GAUGE, dataPoints }
}

/** Reads metrics from the registry that `/metrics` exposes, so that nothing is counted twice. */
export function metricProducer(version: string): MetricProducer & { read(metrics: Metrics): void } {
  const startTime = millisToHrTime(Date.now() - process.uptime() * 1_000)
  let source: Metrics | null = null
  return {
    read(metrics) {
      source = metrics
    },
    async collect(): Promise<CollectionResult> {
      const times = { startTime, endTime: hrTime() }
      const found = (await source?.snapshot()) ?? []
      const metrics = found.filter(({ values }) => values.length > 0).map((each) => toMetricData(each, times))
      const scopeMetrics = metrics.length > 0 ? [{ scope: { name: 'keyward', version }, metrics }] : []
      return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] }
    },
  }
}
