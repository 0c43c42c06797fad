import { AggregatorRegistry, Counter, collectDefaultMetrics, Registry } from 'prom-client'
import { ACROSS_WORKERS, METRICS } from '../telemetry/metrics/definitions.ts'
import type { Exposed, Snapshot } from '../telemetry/metrics/snapshot.ts'

type Metric = Snapshot[number]

const isAdded = ({ type }: Metric): boolean => ['counter', 'histogram'].includes(String(type))

/**
 * Chooses how several workers' values of a metric are combined. prom-client has rules for Node.js metrics, but some of
 * them average values that must not be hidden.
 */
function withRule(metric: Metric): Metric {
  const rule = ACROSS_WORKERS.find(({ names }) => names.test(metric.name))?.rule
  return rule === undefined ? metric : { ...metric, aggregator: rule }
}

const aggregate = (snapshots: readonly Snapshot[]): Registry =>
  AggregatorRegistry.aggregate(snapshots.map((snapshot) => snapshot.map(withRule)))

/** Adds up the metrics of all workers. Counters never decrease, because an ended worker's counts are kept. */
export class SummedMetrics {
  /** Counters of worker processes that have ended. */
  #ended: Promise<Snapshot> = Promise.resolve([])
  /** Counters of each worker process at the last scrape, by process id. */
  readonly #last = new Map<number, Snapshot>()
  readonly #endedIds = new Set<number>()
  /** Metrics of this process. */
  readonly #own = new Registry()
  readonly #restarts: Counter

  constructor(private readonly read: () => Promise<Map<number, Snapshot | null>>) {
    collectDefaultMetrics({ register: this.#own })
    const name = 'keyward_worker_restarts_total'
    this.#restarts = new Counter({ name, help: METRICS[name].help, registers: [this.#own] })
  }

  /** Keeps the counters of a worker process that has ended. Null if no process was started. */
  keep(process: number | null): void {
    this.#restarts.inc()
    if (process === null) return
    this.#endedIds.add(process)
    const last = this.#last.get(process)
    this.#last.delete(process)
    if (last === undefined) return
    this.#ended = this.#ended.then((before) => aggregate([before, last]).getMetricsAsJSON())
  }

  /** All metrics in Prometheus text format. */
  async expose(): Promise<Exposed> {
    const read = await this.read()
    // Counters of processes that ended during the scrape are already in #ended, as of the previous scrape.
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
