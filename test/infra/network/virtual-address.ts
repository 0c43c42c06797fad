import { createConnection, createServer, type Socket } from 'node:net'

/** An address that moves from one PostgreSQL to another, as the one of a failover manager does. */
export interface VirtualAddress {
  url: string
  /** Cuts all connections and forwards new ones to the server of this URL. Null: rejects them. */
  moveTo(url: string | null): void
  /** Forwards new connections to the server of this URL, and keeps the others, as a load balancer does. */
  leadTo(url: string): void
  close(): Promise<void>
}

/** Opens a port that forwards to the PostgreSQL of a URL. */
export async function startVirtualAddress(url: string): Promise<VirtualAddress> {
  let target: URL | null = new URL(url)
  const sockets = new Set<Socket>()
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const server = createServer((client) => {
    if (target === null) return void client.destroy()
    const upstream = createConnection(Number(target.port), target.hostname)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.on('error', () => undefined)
      from.once('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      from.pipe(to)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The address has no port')
  const own = new URL(url)
  own.host = `127.0.0.1:${address.port}`
  return {
    url: own.href,
    moveTo(next) {
      target = next === null ? null : new URL(next)
      cut()
    },
    leadTo(next) {
      target = new URL(next)
    },
    async close() {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
