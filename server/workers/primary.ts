import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '@keyward/prisma/database'
import { withTimeout } from '@keyward/schema/core/timeout'
import type { Config, ServerConfig } from '../config/config.ts'
import { withSecrets } from '../config/secrets.ts'
import { describeDemo, hasDemo } from '../demo/made.ts'
import { type AcceptingPort, accept } from '../http/listen.ts'
import { keepAuditHeads } from '../jobs/audit-heads.ts'
import { startAuditSink } from '../jobs/audit-sink.ts'
import { openMigrated } from '../operator/open-migrated.ts'
import { say } from '../operator/output.ts'
import { onSignal } from '../operator/signals.ts'
import { createLog, type Log } from '../telemetry/log.ts'
import { type MetricsListener, serveMetrics } from '../telemetry/metrics/serve.ts'
import { sayRead, tellPages, tellServing } from '../welcome.ts'
import { startWorkers, type Workers } from './workers.ts'

/** Number of database connections of the primary process, which serves no requests itself. */
const POOL_SIZE = 2
/** How long workers may exceed their own deadline before they are killed, in milliseconds. */
const OVERTIME_MS = 1_000
/** Maximum wait for workers that are still starting, in milliseconds. */
const INTERRUPTED_START_MS = 5_000
/** Maximum time to write the last audit heads and to close the database, in milliseconds. */
const CLOSING_MS = 1_000

interface Primary {
  config: ServerConfig
  database: Database
  log: Log
}

/** Starts the workers, and serves their metrics if a port is configured. */
async function startAll({ config, log }: Primary): Promise<{ workers: Workers; metrics: MetricsListener | null }> {
  const { workers: count, metricsPort } = config
  if (metricsPort === null) return { workers: startWorkers({ count, log, onLost: () => undefined }), metrics: null }
  // Loaded on demand, so that servers without metrics start faster.
  const { SummedMetrics } = await import('./metrics.ts')
  let workers: Workers | null = null
  const summed = new SummedMetrics(async () => (await workers?.metrics()) ?? new Map())
  // Done first, so that a port conflict is reported before workers are started.
  const metrics = await serveMetrics(summed, { ...config, log })
  workers = startWorkers({ count, log, onLost: (process) => summed.keep(process) })
  return { workers, metrics }
}

/** Stops the server on a signal. A second signal skips the drain. */
function stopOnSignal(workers: Workers, port: AcceptingPort, { config, log }: Primary): Promise<void> {
  const drained = new AbortController()
  let isStopping = false
  return new Promise<void>((resolve, reject) => {
    const finish = async () => {
      workers.leave()
      await delay(config.drainSeconds * 1_000, undefined, { signal: drained.signal }).catch(() => undefined)
      // Workers must receive all accepted connections before the order to stop.
      await port.close()
      const areDone = await workers.stop(config.shutdownSeconds * 1_000 + OVERTIME_MS)
      if (!areDone) log.warn('workers that did not stop in time were killed')
    }
    onSignal((signal) => {
      log.info(`stopping after ${signal}`)
      // Ctrl+C comes from a person who is waiting, so the drain is skipped.
      if (signal === 'SIGINT' || isStopping) drained.abort()
      if (!isStopping) finish().then(resolve, reject)
      isStopping = true
    })
  })
}

async function tellRest(primary: Primary): Promise<void> {
  await sayRead(primary.log, async () => ((await hasDemo(primary)) ? describeDemo() : []))
  await sayRead(primary.log, () => tellPages(primary))
}

/** Listens and prints the start messages. Returns when a signal has stopped the workers, and throws if they fail. */
async function serve(workers: Workers, primary: Primary, interrupted: Promise<unknown>): Promise<void> {
  const { config, database, log } = primary
  const port = await accept(config, workers.give)
  const stopped = stopOnSignal(workers, port, primary)
  const auditSink = startAuditSink({ ...config, database, log })
  const auditHeads = keepAuditHeads({ ...config, file: config.auditHeadsFile, database, log })
  try {
    say('info', tellServing({ config, listener: port }))
    // A signal that arrived before the port was open went to the earlier handler.
    const ended = Promise.race([stopped, workers.gaveUp, interrupted])
    // Not awaited, because unread output must not delay the exit.
    await Promise.race([ended, tellRest(primary)])
    await ended
  } finally {
    await port.close()
    // The last heads are written after the last request has ended.
    await workers.stop(INTERRUPTED_START_MS)
    await isInTime(auditHeads.stop())
    if (auditSink) await isInTime(auditSink.stop())
  }
}

const isInTime = (work: Promise<unknown>): Promise<boolean> =>
  withTimeout(
    work.then(() => true),
    CLOSING_MS,
    () => false,
  )

/**
 * Runs the server in several processes. The primary process migrates, prints the start messages, starts the workers,
 * and does the work that must run in a single process: it accepts connections, serves `/metrics`, writes the signed
 * audit heads and sends the audit event stream.
 */
export async function runPrimary(given: Config): Promise<void> {
  const config = await withSecrets(given)
  const log = createLog(config.log)
  const database = await openMigrated({ ...config, databasePool: POOL_SIZE })
  const primary = { config, database, log }
  try {
    const { workers, metrics } = await startAll(primary)
    const interrupted = new Promise<'interrupted'>((resolve) => {
      onSignal(() => resolve('interrupted'))
    })
    try {
      const outcome = await Promise.race([workers.serving, interrupted])
      if (outcome !== 'interrupted') await serve(workers, primary, interrupted)
    } finally {
      metrics?.stop()
      await workers.stop(INTERRUPTED_START_MS)
    }
  } finally {
    await isInTime(database.close()).catch(() => false)
    // Unresponsive tasks must not keep the process alive. Exits only after a failure has been reported.
    setImmediate(() => process.exit(process.exitCode ?? 0))
  }
}
