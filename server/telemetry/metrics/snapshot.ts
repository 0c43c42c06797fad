import type { MetricObjectWithValues, MetricValue } from 'prom-client'

/** Metrics as data. */
export type Snapshot = MetricObjectWithValues<MetricValue<string>>[]

/** Metrics in the form that Prometheus reads. */
export interface Exposed {
  contentType: string
  body: string
}
