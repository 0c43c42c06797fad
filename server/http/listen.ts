import { createServer, type Server } from 'node:http'
import { Server as Acceptor, type AddressInfo } from 'node:net'
import { setTimeout as delay, setImmediate as nextCheck } from 'node:timers/promises'
import type { App } from '../app.ts'
import type { Config } from '../config/config.ts'
import { clientAddress } from './client-address.ts'
import { drain, fromMessage, send } from './node-message.ts'

/** The port is taken by another process. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError'
}

/** A listening server. */
export interface Listener {
  /** Its address on this machine. */
  url: string
  /**
   * Stops accepting, and closes each kept connection with its next response. Resolves when every request is answered, or
   * at the deadline, which cuts off the rest.
   */
  stop(milliseconds: number): Promise<void>
}

/** Node itself answers headers over 16 KiB with 431, which also bounds the length of a GET. */
const TIMEOUTS = { headersTimeout: 15_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 }

/**
 * How long idle connections stay open after the last one was accepted. A proxy whose new connections are refused tries
 * another server, and its requests on idle connections are still answered.
 */
const GRACE_MS = 1_000
const SWEEP_MS = 100
const [SHORT_TURN_MS, MOST_TURNS] = [1, 200]

function listening(server: Server, { host, port }: Pick<Config, 'host' | 'port'>): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const taken = 'code' in error && error.code === 'EADDRINUSE'
      reject(taken ? new PortInUseError(`Port ${port} on ${host} is in use by another process.`) : error)
    })
    server.listen(port, host, resolve)
  })
}

/** Resolves in the check phase of a turn of the event loop that took a short time, or soon on a busy machine. */
async function shortTurn(): Promise<void> {
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const began = performance.now()
    await nextCheck()
    if (performance.now() - began < SHORT_TURN_MS) return
  }
}

/** Listens for an app. */
export async function listen(app: App, config: Pick<Config, 'host' | 'port' | 'trustedProxies'>): Promise<Listener> {
  const { host, port, trustedProxies } = config
  const origin = (given: string | undefined) =>
    `http://${/^[A-Za-z0-9.:[\]-]+$/.test(given ?? '') ? given : `${host}:${port}`}`
  let stopping = false
  const server = createServer(TIMEOUTS, async (message, outgoing) => {
    try {
      const forwardedFor = message.headersDistinct['x-forwarded-for']?.join(', ') ?? null
      const address = clientAddress(message.socket.remoteAddress, forwardedFor, trustedProxies)
      const incoming = fromMessage(message, outgoing, { origin: origin(message.headers.host), clientAddress: address })
      const answer = await app.answer(incoming)
      if (stopping) outgoing.shouldKeepAlive = false
      await send(answer, outgoing)
    } catch (error) {
      // Such as a method that fetch does not support. The app itself answers its own failures.
      app.log.warn('request could not be read', { error: error instanceof Error ? error.name : typeof error })
      if (!outgoing.headersSent) outgoing.writeHead(400)
      outgoing.end()
    } finally {
      drain(message)
    }
  })
  await listening(server, config)
  const bound = server.address() as AddressInfo
  return {
    url: `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`,
    async stop(milliseconds) {
      const until = performance.now() + milliseconds
      // Closing resets connections that the kernel has not handed over, and requests on idle ones that were not read.
      // Fewest are left right after the event loop took them, which is in its check phase.
      await shortTurn()
      stopping = true
      // Not the HTTP server's own close(), which also closes idle connections: a request can be on its way on each.
      const closed = new Promise<void>((resolve) => Acceptor.prototype.close.call(server, () => resolve()))
      await delay(Math.min(GRACE_MS, milliseconds))
      const deadline = setTimeout(() => server.closeAllConnections(), until - performance.now())
      // A stream that began before the stop leaves its connection open when it ends.
      const sweep = setInterval(() => setImmediate(() => server.closeIdleConnections()), SWEEP_MS)
      await closed
      clearTimeout(deadline)
      clearInterval(sweep)
    },
  }
}
