import { hostname } from 'node:os'
import { Access } from '@keyward/schema/core/access'
import { withOperator } from '@keyward/schema/core/grants'
import { INSTANCE, NO_GRANTS } from '@keyward/schema/core/policy'
import type { Runtime } from '@keyward/schema/runtime'
import type { RequestContext } from '../http/request-context.ts'
import { errorResponse } from '../http/responses.ts'
import type { Metrics } from '../telemetry/metrics/metrics.ts'
import { workerNumber } from '../workers/number.ts'

/** Path of the metrics that the console shows to operators. */
export const INSTANCE_HEALTH = '/instance/health'

/** Node.js metrics that the page shows in addition to all Keyward metrics. */
const OF_NODE = ['nodejs_eventloop_lag_p99_seconds', 'process_resident_memory_bytes', 'process_start_time_seconds']

/** Serves this process's metrics as JSON, to operators only. */
export async function serveInstanceHealth(
  request: Request,
  { authentication, requestId, errorCodes }: RequestContext,
  runtime: Runtime,
  metrics: Metrics | null,
): Promise<Response> {
  if (request.method !== 'GET') {
    return errorResponse(405, { code: 'BAD_REQUEST', message: 'Use GET.', requestId }, { allow: 'GET' })
  }
  if (!authentication || authentication.actor.kind === 'ANONYMOUS') {
    errorCodes.add('UNAUTHENTICATED')
    return errorResponse(401, { code: 'UNAUTHENTICATED', message: 'Sign in.', requestId })
  }
  const { actor } = authentication
  // Operators are named in the configuration, so no role is read: the page is most needed while the database is
  // unreachable.
  const access = new Access(actor, withOperator(NO_GRANTS, actor, runtime.settings.operators))
  if (!access.can('instance:readHealth', INSTANCE) || metrics === null) {
    errorCodes.add('FORBIDDEN')
    const message = 'Only operators may read this. KEYWARD_OPERATORS names them.'
    return errorResponse(403, { code: 'FORBIDDEN', message, requestId })
  }
  const found = (await metrics.snapshot()).filter(({ name }) => name.startsWith('keyward_') || OF_NODE.includes(name))
  return Response.json({
    asOf: runtime.database.clock.now().toISOString(),
    replica: { host: hostname(), process: process.pid, worker: workerNumber },
    samples: found.flatMap(({ name, values }) =>
      values.map((sample) => ({
        name: 'metricName' in sample && typeof sample.metricName === 'string' ? sample.metricName : name,
        labels: sample.labels,
        value: sample.value,
      })),
    ),
  })
}
