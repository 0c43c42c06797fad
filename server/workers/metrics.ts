import { AggregatorRegistry, Counter, collectDefaultMetrics, Registry } from 'prom-client'
import { ACROSS_WORKERS, METRICS } from '../telemetry/metrics/definitions.ts'
import type { Exposed, Snapshot } from '../telemetry/metrics/snapshot.ts'

type Metric = Snapshot[number]

const isAdded = ({ type }: Metric): boolean => ['counter', 'histogram'].includes(String(type))

/**
 * How a metric of several workers is combined. Node.js's own metrics have a rule, but some of them average values that
 * must not be hidden.
 */
function withRule(metric: Metric): Metric {
  const rule = ACROSS_WORKERS.find(({ names }) => names.test(metric.name))?.rule
  return rule === undefined ? metric : { ...metric, aggregator: rule }
}

const aggregate = (snapshots: readonly Snapshot[]): Registry =>
  AggregatorRegistry.aggregate(snapshots.map((snapshot) => snapshot.map(withRule)))

/** Adds up the metrics of workers. Counters never fall: the counts of a worker are kept after it ends. */
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

  /** Keeps the counters of a worker process that ended. Null if no process began. */
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
    // The counters of a process that ended in the meantime are already in #ended, as of the previous scrape.
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
