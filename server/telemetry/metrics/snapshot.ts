import type { MetricObjectWithValues, MetricValue } from 'prom-client'

/** Metrics as data. */
export type Snapshot = MetricObjectWithValues<MetricValue<string>>[]

/** Metrics as Prometheus reads them. */
export interface Exposed {
  contentType: string
  body: string
}
