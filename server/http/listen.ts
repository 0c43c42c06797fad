import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { App } from '../app.ts'
import type { Config } from '../config/config.ts'
import { doorPathOf } from '../forward-auth/authorize.ts'
import { clientAddress } from './client-address.ts'
import { sendAnswer, sendResponse, toRequest } from './node-http.ts'

/** The port is taken by another process. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError'
}

/** A listening server. */
export interface Listener {
  /** The address it can be reached at, on this machine. */
  url: string
  /** Stops accepting; resolves when every request is answered, or at the deadline, when the rest is cut off. */
  stop(milliseconds: number): Promise<void>
}

/** Node answers headers over 16 KiB with 431 by itself, which bounds the length of a GET as well. */
const TIMEOUTS = { headersTimeout: 15_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 }

const GRACE_MS = 200
const SWEEP_MS = 100

function listening(server: Server, { host, port }: Pick<Config, 'host' | 'port'>): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const taken = 'code' in error && error.code === 'EADDRINUSE'
      reject(taken ? new PortInUseError(`Port ${port} on ${host} is in use by another process.`) : error)
    })
    server.listen(port, host, resolve)
  })
}

/** Opens the socket in front of an app. */
export async function listen(app: App, config: Pick<Config, 'host' | 'port' | 'trustedProxies'>): Promise<Listener> {
  const { host, port, trustedProxies } = config
  const origin = (given: string | undefined) =>
    `http://${/^[A-Za-z0-9.:[\]-]+$/.test(given ?? '') ? given : `${host}:${port}`}`
  let stopping = false
  const server = createServer(TIMEOUTS, async (incoming, outgoing) => {
    try {
      const doorPath = doorPathOf(incoming.url)
      if (doorPath !== null) {
        const answer = await app.authorize(incoming, doorPath)
        if (stopping) outgoing.shouldKeepAlive = false
        sendAnswer(answer, outgoing)
        return
      }
      const request = toRequest(incoming, outgoing, origin(incoming.headers.host))
      const forwardedFor = request.headers.get('x-forwarded-for')
      const address = clientAddress(incoming.socket.remoteAddress, forwardedFor, trustedProxies)
      const response = await app.fetch(request, { clientAddress: address, target: incoming.url })
      if (stopping) outgoing.shouldKeepAlive = false
      await sendResponse(response, outgoing)
    } catch (error) {
      // Such as a method that fetch does not know. What is wrong with the app itself, the app answers.
      app.log.warn('unanswerable request', { error: error instanceof Error ? error.name : typeof error })
      if (!outgoing.headersSent) outgoing.writeHead(400)
      outgoing.end()
    }
  })
  await listening(server, config)
  const bound = server.address() as AddressInfo
  return {
    url: `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`,
    async stop(milliseconds) {
      stopping = true
      const until = performance.now() + milliseconds
      // What was sent before the sender could know has arrived by then: closing an idle connection would lose it.
      await delay(Math.min(GRACE_MS, milliseconds))
      await new Promise<void>((resolve) => {
        const deadline = setTimeout(() => server.closeAllConnections(), until - performance.now())
        // A stream that began before leaves its connection open when it ends.
        const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
        server.close(() => {
          clearTimeout(deadline)
          clearInterval(sweep)
          resolve()
        })
      })
    },
  }
}
