import cluster from 'node:cluster'
import { readConfig } from '../../config/config.ts'

/**
 * `keyward-server start`: serves until SIGTERM or SIGINT. A second signal skips the drain. The primary process of several
 * workers does not load the graph.
 */
export async function runStart(): Promise<void> {
  if (cluster.isWorker) return (await import('../../workers/worker.ts')).runWorker(process.env)
  const config = readConfig(process.env)
  if (config.workers > 1) return (await import('../../workers/primary.ts')).runPrimary(config)
  return (await import('./serve.ts')).serve()
}
