import { createServer, type Server } from 'node:http'
import { Server as Acceptor, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as delay, setImmediate as nextCheck } from 'node:timers/promises'
import type { App } from '../app.ts'
import type { Config } from '../config/config.ts'
import { onConnection } from '../workers/channel.ts'
import { drain, fromMessage, send } from './node-message.ts'

/** The port is used by another process. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError'
}

/** A listening server. */
export interface Listener {
  /** Its address on this machine. */
  url: string
  /**
   * Stops accepting connections, and closes each keep-alive connection after its next response. Resolves when every
   * request is answered, or at the deadline, which aborts the remaining requests.
   */
  stop(milliseconds: number): Promise<void>
}

/** Connection timeouts, in milliseconds. */
const TIMEOUTS = { headersTimeout: 15_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 }

/**
 * How long idle connections stay open after the last connection was accepted. When its new connections are refused, a
 * proxy tries another server. Its requests on idle connections are still answered.
 */
const GRACE_MS = 1_000
const SWEEP_MS = 100
const [SHORT_TURN_MS, MOST_TURNS] = [1, 200]

function listening(server: Acceptor, { host, port }: Pick<Config, 'host' | 'port'>): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const taken = 'code' in error && error.code === 'EADDRINUSE'
      reject(taken ? new PortInUseError(`Port ${port} on ${host} is in use by another process.`) : error)
    })
    server.listen(port, host, resolve)
  })
}

/** Resolves in the check phase of a short event loop turn, or soon if the machine is busy. */
async function shortTurn(): Promise<void> {
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const began = performance.now()
    await nextCheck()
    if (performance.now() - began < SHORT_TURN_MS) return
  }
}

/** Creates an app's HTTP server. `closeConnections` closes each keep-alive connection after its next response. */
function createHttpServer(
  app: App,
  { host, port, trustedProxies }: Pick<Config, 'host' | 'port' | 'trustedProxies'>,
): { server: Server; closeConnections(): void } {
  const reading = { authority: `${host}:${port}`, trustedProxies }
  let stopping = false
  const server = createServer(TIMEOUTS, async (message, outgoing) => {
    try {
      const answer = await app.answer(fromMessage(message, outgoing, reading))
      if (stopping) outgoing.shouldKeepAlive = false
      await send(answer, outgoing)
    } catch (error) {
      // For example, a method that fetch does not support. The app answers its own failures itself.
      app.log.warn('request could not be read', { error: error instanceof Error ? error.name : typeof error })
      if (!outgoing.headersSent) outgoing.writeHead(400)
      outgoing.end()
    } finally {
      drain(message)
    }
  })
  return {
    server,
    closeConnections() {
      stopping = true
    },
  }
}

/**
 * Closes idle connections after the grace period, and all others at the deadline. Resolves when no connection is open.
 */
async function closeRest(server: Server, closed: Promise<void>, until: number): Promise<void> {
  await delay(Math.min(GRACE_MS, Math.max(0, until - performance.now())))
  const deadline = setTimeout(() => server.closeAllConnections(), until - performance.now())
  // A stream that began before the stop does not close its connection when it ends.
  const sweep = setInterval(() => setImmediate(() => server.closeIdleConnections()), SWEEP_MS)
  await closed
  clearTimeout(deadline)
  clearInterval(sweep)
}

const urlOf = (server: Acceptor): string => {
  const bound = server.address() as AddressInfo
  return `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`
}

/** Listens for an app. */
export async function listen(app: App, config: Pick<Config, 'host' | 'port' | 'trustedProxies'>): Promise<Listener> {
  const { server, closeConnections } = createHttpServer(app, config)
  await listening(server, config)
  return {
    url: urlOf(server),
    async stop(milliseconds) {
      const until = performance.now() + milliseconds
      // Closing the port resets connections that the kernel has not handed over, and requests on idle connections that
      // were not read. Fewest are lost right after the event loop has accepted connections, which happens in its check
      // phase.
      await shortTurn()
      closeConnections()
      // The HTTP server's own close() is not used, because it also closes idle connections, to which clients may be
      // sending requests.
      const closed = new Promise<void>((resolve) => Acceptor.prototype.close.call(server, () => resolve()))
      await closeRest(server, closed, until)
    },
  }
}

/** A listening port of the primary process, which serves no requests itself. */
export interface AcceptingPort {
  /** Its address on this machine. */
  url: string
  /** Accepts the connections that the kernel has queued, and no others. */
  close(): Promise<void>
}

/**
 * Accepts connections and hands each to a worker. Node's cluster module could do this, but when the last worker stops,
 * it closes the port and loses the connections that it has not handed over.
 */
export async function accept(
  config: Pick<Config, 'host' | 'port'>,
  take: (connection: Socket) => void,
): Promise<AcceptingPort> {
  const server = new Acceptor({ pauseOnConnect: true, noDelay: true }, (connection) => {
    connection.on('error', () => undefined)
    take(connection)
  })
  await listening(server, config)
  return {
    url: urlOf(server),
    async close() {
      await shortTurn()
      server.close()
    },
  }
}

/** Serves the connections that the primary process accepts. The primary process accepts all of them before the stop. */
export function serveAccepted(app: App, config: Pick<Config, 'host' | 'port' | 'trustedProxies'>): Listener {
  const { server, closeConnections } = createHttpServer(app, config)
  const open = new Set<Socket>()
  let closedLast = (): void => undefined
  // This event starts the server's request timeout checks. The server has no port of its own.
  server.emit('listening')
  onConnection((connection) => {
    open.add(connection)
    connection.once('close', () => {
      open.delete(connection)
      if (open.size === 0) closedLast()
    })
    server.emit('connection', connection)
  })
  return {
    url: `http://${config.host}:${config.port}`,
    async stop(milliseconds) {
      const until = performance.now() + milliseconds
      closeConnections()
      const closed = new Promise<void>((resolve) => {
        closedLast = resolve
        if (open.size === 0) resolve()
      })
      await closeRest(server, closed, until)
    },
  }
}
