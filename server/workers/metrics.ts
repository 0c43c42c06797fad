import { AggregatorRegistry, Counter, Registry } from 'prom-client'
import { ACROSS_WORKERS, METRICS } from '../telemetry/metrics/definitions.ts'
import type { Exposed, Snapshot } from '../telemetry/metrics/snapshot.ts'

type Metric = Snapshot[number]

const isAdded = ({ type }: Metric): boolean => ['counter', 'histogram'].includes(String(type))

/** How the metric of several workers becomes one. Node.js's own metrics come with a rule; some average what must not hide. */
function withRule(metric: Metric): Metric {
  const rule = ACROSS_WORKERS.find(({ names }) => names.test(metric.name))?.rule
  return rule === undefined ? metric : { ...metric, aggregator: rule }
}

const aggregate = (snapshots: readonly Snapshot[]): Registry =>
  AggregatorRegistry.aggregate(snapshots.map((snapshot) => snapshot.map(withRule)))

/** Sums the metrics of workers. Counters never fall: what a worker counted remains when it ends. */
export class SummedMetrics {
  /** The counters of workers that ended. */
  #ended: Snapshot = []
  /** The counters of each worker at the last scrape. */
  readonly #last = new Map<number, Snapshot>()
  readonly #own = new Registry()
  readonly #restarts: Counter

  constructor(private readonly read: () => Promise<Map<number, Snapshot | null>>) {
    const name = 'keyward_worker_restarts_total'
    this.#restarts = new Counter({ name, help: METRICS[name].help, registers: [this.#own] })
  }

  /** Keeps the counters of a worker that ended. */
  async keep(number: number): Promise<void> {
    this.#restarts.inc()
    const last = this.#last.get(number)
    this.#last.delete(number)
    if (last === undefined) return
    this.#ended = await aggregate([this.#ended, last]).getMetricsAsJSON()
  }

  /** All metrics in Prometheus' text format. */
  async expose(): Promise<Exposed> {
    const read = await this.read()
    for (const [number, metrics] of read) {
      if (metrics !== null) this.#last.set(number, metrics.filter(isAdded))
    }
    const present = [...read].map(([number, metrics]) => metrics ?? this.#last.get(number) ?? [])
    const own = await this.#own.getMetricsAsJSON()
    const summed = aggregate([own, this.#ended, ...present])
    return { contentType: summed.contentType, body: await summed.metrics() }
  }
}
