import { createConnection, createServer, type Socket } from 'node:net'

/** A proxy whose connections can die without a word, as in a network that drops packets. */
export interface SilentNetwork {
  url: string
  /** Stops forwarding on the present connections, in both directions, and closes none. New connections work. */
  silence(): void
  /** Does the same also for new connections: they open, and nothing answers. */
  drop(): void
  /** Forwards everything again. Bytes that were sent meanwhile arrive late, as by TCP's retransmissions. */
  restore(): void
  /** Forwards new connections to the PostgreSQL of this URL. Earlier connections stay as silent as they are. */
  leadTo(url: string): void
  close(): Promise<void>
}

/** Opens a port that forwards to the PostgreSQL of a URL. */
export async function startSilentNetwork(url: string): Promise<SilentNetwork> {
  let target = new URL(url)
  let isDropping = false
  /** Open sockets, each with the one at the other side. Null: that one is not connected yet. */
  const peers = new Map<Socket, Socket | null>()
  const join = (from: Socket, to: Socket) => {
    peers.set(from, to)
    from.once('close', () => {
      peers.delete(from)
      if (!from.isPaused()) to.destroy()
    })
    from.pipe(to)
  }
  const connect = (client: Socket) => {
    const upstream = createConnection(Number(target.port), target.hostname)
    upstream.on('error', () => undefined)
    join(client, upstream)
    join(upstream, client)
  }
  const server = createServer((client) => {
    client.on('error', () => undefined)
    if (!isDropping) return connect(client)
    client.pause()
    peers.set(client, null)
    client.once('close', () => peers.delete(client))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The network has no port')
  const own = new URL(url)
  own.host = `127.0.0.1:${address.port}`
  const silence = () => {
    for (const socket of peers.keys()) socket.unpipe().pause()
  }
  return {
    url: own.href,
    silence,
    drop() {
      isDropping = true
      silence()
    },
    restore() {
      isDropping = false
      for (const [socket, peer] of [...peers]) {
        if (peer === null) connect(socket)
        else socket.pipe(peer)
      }
    },
    leadTo(next) {
      target = new URL(next)
      isDropping = false
    },
    async close() {
      for (const socket of peers.keys()) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
