import { readSinkFigures, type SinkFigures } from '@keyward/schema/audit/sink/sql'
import { connectionFigures } from '@keyward/schema/gateway/sync/service'
import { countOpenLeases } from '@keyward/schema/limit/leases/sql'
import type { Runtime } from '@keyward/schema/runtime'
import { readQueueFigures } from '@keyward/schema/webhook/sql'
import type { MetricName } from './definitions.ts'

/** Reads metrics that only the database knows. They apply to the whole instance and are the same on every replica. */
export async function readFigures(runtime: Runtime): Promise<[MetricName, number][]> {
  const { database, changes, settings } = runtime
  const [newest, gateways, queue, leases, sink] = await Promise.all([
    changes.newest(),
    connectionFigures(runtime),
    readQueueFigures(database),
    countOpenLeases(database),
    settings.streamsAuditEvents ? readSinkFigures(database) : null,
  ])
  const since = (at: Date | null) =>
    at === null ? 0 : Math.max(0, database.clock.now().getTime() - at.getTime()) / 1_000
  return [
    ['keyward_changes_behind', Math.max(0, Number(newest.position - changes.point.position))],
    ['keyward_gateway_connections', gateways.connections],
    ['keyward_gateway_staleness_seconds', gateways.stalenessSeconds],
    ['keyward_gateway_changes_behind', gateways.changesBehind],
    ['keyward_gateway_delay_seconds', gateways.delaySeconds],
    ['keyward_webhook_deliveries_pending', queue.pending],
    ['keyward_webhook_delivery_delay_seconds', since(queue.firstDue)],
    ['keyward_webhook_targets_failing', queue.failing],
    ['keyward_limit_leases', leases],
    ...sinkFigures(sink, since),
  ]
}

const sinkFigures = (sink: SinkFigures | null, since: (at: Date | null) => number): [MetricName, number][] =>
  sink === null
    ? []
    : [
        ['keyward_audit_sink_events_pending', Number(sink.pending)],
        ['keyward_audit_sink_delay_seconds', since(sink.oldest)],
        ['keyward_audit_sink_failures', sink.failures],
      ]
