import { createConnection, createServer, type Socket } from 'node:net'

/** A proxy whose connections can die without a word, as in a network that drops packets. */
export interface SilentNetwork {
  url: string
  /** Stops forwarding on the present connections, in both directions, and closes none. */
  silence(): void
  close(): Promise<void>
}

/** Opens a port that forwards to the PostgreSQL of a URL. New connections always work. */
export async function startSilentNetwork(url: string): Promise<SilentNetwork> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = createConnection(Number(target.port), target.hostname)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.on('error', () => undefined)
      from.once('close', () => {
        sockets.delete(from)
        if (!from.isPaused()) to.destroy()
      })
      from.pipe(to)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The network has no port')
  const own = new URL(url)
  own.host = `127.0.0.1:${address.port}`
  return {
    url: own.href,
    silence() {
      for (const socket of sockets) socket.unpipe().pause()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
