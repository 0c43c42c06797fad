import { withTimeout } from '@keyward/schema/core/timeout'
import { failureOf } from '../operator/failure.ts'
import { onSignal } from '../operator/signals.ts'
import { type Started, start } from '../start.ts'
import { onMessage, tellPrimary } from './channel.ts'
import type { FromWorker } from './messages.ts'

/** Maximum wait for a start that a stop interrupts, in milliseconds. */
const INTERRUPTED_START_MS = 5_000

const tell = (message: FromWorker): Promise<void> => new Promise((resolve) => tellPrimary(message, resolve))

async function stop(starting: Promise<Started>): Promise<void> {
  const started = await withTimeout(
    starting.catch(() => null),
    INTERRUPTED_START_MS,
    () => null,
  )
  if (started && !(await started.stop({ atOnce: true })))
    started.app.log.warn('stopped at the deadline: some connections were still open')
  process.exit(0)
}

async function sendMetrics(starting: Promise<Started>, id: number): Promise<void> {
  const metrics = await starting.then(({ app }) => app.metrics?.snapshot() ?? null).catch(() => null)
  await tell({ kind: 'metrics', id, metrics })
}

/** Serves as one of several workers, until the primary process orders it to stop. */
export async function runWorker(environment: NodeJS.ProcessEnv): Promise<void> {
  // Terminals and systemd send signals to every process in a group, but the primary process decides when a worker
  // stops.
  onSignal(() => undefined)
  const starting = start(environment)
  onMessage((message) => {
    if (message.kind === 'stop') void stop(starting)
    else if (message.kind === 'leave')
      void starting.then(
        ({ app }) => app.leave(),
        () => undefined,
      )
    else void sendMetrics(starting, message.id)
  })
  try {
    await starting
    await tell({ kind: 'serving' })
  } catch (error) {
    const { exitCode, message } = failureOf(error)
    await tell({ kind: 'failed', exitCode, message })
    process.exit(exitCode)
  }
}
