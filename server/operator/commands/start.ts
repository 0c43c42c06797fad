import cluster from 'node:cluster'
import { readConfig } from '../../config/config.ts'
import { workerNumber } from '../../workers/number.ts'
import { ConfigurationError } from '../exit-codes.ts'

/**
 * `keyward-server start`: serves until SIGTERM or SIGINT. A second signal skips the drain. With several workers, the
 * primary process does not load the schema.
 */
export async function runStart(): Promise<void> {
  if (workerNumber !== null) return (await import('../../workers/worker.ts')).runWorker(process.env)
  try {
    await startPrimary()
  } finally {
    // If another program's cluster runs this process, the channel to that program would keep the process alive.
    cluster.worker?.disconnect()
  }
}

async function startPrimary(): Promise<void> {
  const config = readConfig(process.env)
  if (config.workers > 1 && cluster.isWorker) {
    throw new ConfigurationError([
      'KEYWARD_WORKERS does not work in a process of a cluster, such as the cluster mode of PM2. Unset it, or start Keyward by itself.',
    ])
  }
  if (config.workers > 1) return (await import('../../workers/primary.ts')).runPrimary(config)
  return (await import('./serve.ts')).serve()
}
