import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PortInUseError } from '../../http/listen.ts'
import type { Log } from '../log.ts'
import type { Metrics } from './metrics.ts'

/** The listener for `/metrics`, on a different port from the one that proxies publish. */
export interface MetricsListener {
  port: number
  stop(): void
}

/** Serves `/metrics` to Prometheus on its own port. */
export async function serveMetrics(
  metrics: Pick<Metrics, 'expose'>,
  { host, metricsPort: port, log }: { host: string; metricsPort: number | null; log: Log },
): Promise<MetricsListener> {
  const server: Server = createServer(async (request, response) => {
    // The body of other methods is not read, so the connection is closed after the response.
    response.shouldKeepAlive = request.method === 'GET'
    if (request.url?.split('?')[0] !== '/metrics' || request.method !== 'GET') {
      response.writeHead(404).end()
      return
    }
    try {
      const { contentType, body } = await metrics.expose()
      response.writeHead(200, { 'content-type': contentType }).end(body)
    } catch (error) {
      log.error('the metrics could not be collected', error)
      response.writeHead(500).end()
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const taken = 'code' in error && error.code === 'EADDRINUSE'
      reject(taken ? new PortInUseError(`Port ${port} on ${host} is in use by another process.`) : error)
    })
    server.listen(port ?? 0, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    stop() {
      server.close()
      server.closeAllConnections()
    },
  }
}
