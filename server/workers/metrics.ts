import { AggregatorRegistry, Counter, collectDefaultMetrics, Registry } from 'prom-client'
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
  /** The counters of worker processes that ended. */
  #ended: Promise<Snapshot> = Promise.resolve([])
  /** The counters of each worker process at the last scrape, by its id. */
  readonly #last = new Map<number, Snapshot>()
  readonly #endedIds = new Set<number>()
  /** The metrics of this process. */
  readonly #own = new Registry()
  readonly #restarts: Counter

  constructor(private readonly read: () => Promise<Map<number, Snapshot | null>>) {
    collectDefaultMetrics({ register: this.#own })
    const name = 'keyward_worker_restarts_total'
    this.#restarts = new Counter({ name, help: METRICS[name].help, registers: [this.#own] })
  }

  /** Keeps the counters of a worker process that ended. Null if none began. */
  keep(process: number | null): void {
    this.#restarts.inc()
    if (process === null) return
    this.#endedIds.add(process)
    const last = this.#last.get(process)
    this.#last.delete(process)
    if (last === undefined) return
    this.#ended = this.#ended.then((before) => aggregate([before, last]).getMetricsAsJSON())
  }

  /** All metrics in Prometheus' text format. */
  async expose(): Promise<Exposed> {
    const read = await this.read()
    // The counters of a process that ended meanwhile are in #ended already, as of the scrape before.
    const alive = [...read].filter(([process]) => !this.#endedIds.has(process))
    for (const [process, metrics] of alive) {
      if (metrics !== null) this.#last.set(process, metrics.filter(isAdded))
    }
    const present = alive.map(([process, metrics]) => metrics ?? this.#last.get(process) ?? [])
    const [ended, own] = await Promise.all([this.#ended, this.#own.getMetricsAsJSON()])
    const summed = aggregate([own, ended, ...present])
    return { contentType: summed.contentType, body: await summed.metrics() }
  }
}
