import { connectionFigures } from '@keyward/schema/gateway/sync/service'
import { countOpenLeases } from '@keyward/schema/limit/leases/sql'
import type { Runtime } from '@keyward/schema/runtime'
import { readQueueFigures } from '@keyward/schema/webhook/sql'
import type { MetricName } from './definitions.ts'

/** Reads the metrics that only the database knows. They are of the whole instance, the same on every replica. */
export async function readFigures(runtime: Runtime): Promise<[MetricName, number][]> {
  const { database, changes } = runtime
  const [newest, gateways, queue, leases] = await Promise.all([
    changes.newest(),
    connectionFigures(runtime),
    readQueueFigures(database),
    countOpenLeases(database),
  ])
  const overdue = queue.firstDue === null ? 0 : database.clock.now().getTime() - queue.firstDue.getTime()
  return [
    ['keyward_changes_behind', Math.max(0, Number(newest.position - changes.point.position))],
    ['keyward_gateway_connections', gateways.connections],
    ['keyward_gateway_staleness_seconds', gateways.stalenessSeconds],
    ['keyward_gateway_changes_behind', gateways.changesBehind],
    ['keyward_webhook_deliveries_pending', queue.pending],
    ['keyward_webhook_delivery_delay_seconds', Math.max(0, overdue) / 1_000],
    ['keyward_limit_leases', leases],
  ]
}
