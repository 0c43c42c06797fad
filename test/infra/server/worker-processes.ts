import { Agent, type OutgoingHttpHeaders, request } from 'node:http'
import { expect, vi } from 'vitest'
import { freePort } from '../network/nginx.ts'
import { childrenOf, type ServerProcess, startServer } from './server-process.ts'

/** A response, or the reason why there is none. */
export interface Answer {
  status: number | string
  body: string
}

interface Sent {
  method?: string
  path: string
  headers?: OutgoingHttpHeaders
  body?: string
}

/** One connection, which stays with the worker that accepted it. */
export interface Connection {
  worker: number
  send(sent: Sent): Promise<Answer>
  close(): void
}

/** A server with workers. */
export interface Workers extends ServerProcess {
  metricsPort: number
  /** Process ids of the workers that run. */
  pids(): number[]
  /** Opens connections until each worker has one. Returns them in the order of the workers' numbers. */
  connections(): Promise<Connection[]>
}

/** Sends a request over a connection of the agent. */
export const sendBy = (agent: Agent, url: string, { method = 'GET', path, headers, body }: Sent): Promise<Answer> =>
  new Promise((resolve) => {
    const sent = request(`${url}${path}`, { agent, method, headers }, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += chunk))
      response.once('close', () =>
        resolve({ status: response.complete ? (response.statusCode ?? 0) : 'cut off', body: text }),
      )
    })
    sent.once('error', (error) => resolve({ status: 'code' in error ? String(error.code) : error.message, body: '' }))
    sent.end(body)
  })

/** Starts the build with workers on PostgreSQL. */
export async function startWorkers(
  databaseUrl: string,
  count: number,
  environment: Record<string, string> = {},
): Promise<Workers> {
  const metricsPort = await freePort()
  const server = await startServer(databaseUrl, {
    KEYWARD_WORKERS: String(count),
    KEYWARD_METRICS_PORT: String(metricsPort),
    ...environment,
  })
  let opened = 0

  async function open(): Promise<Connection> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    opened += 1
    const requestId = `connection-${opened}`
    await sendBy(agent, server.url, { path: '/health/live', headers: { 'x-request-id': requestId } })
    const lineOf = () =>
      server
        .output()
        .split('\n')
        .find((line) => line.includes(requestId))
    await vi.waitFor(() => expect(lineOf()).toBeDefined(), 60_000)
    return {
      worker: JSON.parse(lineOf() ?? '{}').worker,
      send: (sent) => sendBy(agent, server.url, sent),
      close: () => agent.destroy(),
    }
  }

  return {
    ...server,
    metricsPort,
    pids: () => childrenOf(server.process),
    async connections() {
      const found = new Map<number, Connection>()
      for (let attempt = 0; attempt < 100 && found.size < count; attempt += 1) {
        const connection = await open()
        if (found.has(connection.worker)) connection.close()
        else found.set(connection.worker, connection)
      }
      return [...found.values()].sort((a, b) => a.worker - b.worker)
    },
  }
}
