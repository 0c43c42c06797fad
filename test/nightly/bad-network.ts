import { createConnection, createServer, type Socket } from 'node:net'

/** A way to a server that loses requests, loses answers, is slow, and sends requests twice. */
export interface BadNetwork {
  port: number
  /** How often what happened. */
  fates: Record<Fate, number>
  close(): Promise<void>
}

const FATES = ['PASSED', 'REQUEST_LOST', 'ANSWER_LOST', 'DELAYED', 'REPEATED_LATER', 'REPEATED_AT_ONCE'] as const

type Fate = (typeof FATES)[number]

const MAX_DELAY = 60

/** Opens a port that leads to another one of this machine. Each connection carries one request and has one fate. */
export async function startBadNetwork(target: number, chance: () => number): Promise<BadNetwork> {
  const fates = Object.fromEntries(FATES.map((fate) => [fate, 0])) as Record<Fate, number>
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // Connections break here: that is what they are for.
    socket.on('error', () => undefined)
    return socket
  }
  const dial = () => keep(createConnection(target, '127.0.0.1'))

  /** Sends a request that nobody waits for. */
  const repeat = (request: Buffer[]) => {
    const again = dial()
    again.on('data', () => undefined)
    again.write(Buffer.concat(request))
  }

  const server = createServer((client) => {
    keep(client)
    const fate: Fate = FATES[Math.floor(chance() * FATES.length)] ?? 'PASSED'
    fates[fate] += 1
    if (fate === 'REQUEST_LOST') {
      client.once('data', () => client.destroy())
      return
    }
    const upstream = dial()
    const request: Buffer[] = []
    const twin = fate === 'REPEATED_AT_ONCE' ? dial() : null
    twin?.on('data', () => undefined)
    const wait = fate === 'DELAYED' ? chance() * MAX_DELAY : 0
    client.on('data', (chunk) => {
      if (fate === 'REPEATED_LATER') request.push(chunk)
      twin?.write(chunk)
      if (wait > 0) setTimeout(() => upstream.write(chunk), wait)
      else upstream.write(chunk)
    })
    upstream.on('data', (chunk) => {
      // By then the server has done what it was asked.
      if (fate === 'ANSWER_LOST') client.destroy()
      else client.write(chunk)
    })
    upstream.once('end', () => {
      client.end()
      if (fate === 'REPEATED_LATER') setTimeout(() => repeat(request), chance() * MAX_DELAY)
    })
    upstream.once('close', () => client.end())
    client.once('close', () => upstream.end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The network has no port')
  return {
    port: address.port,
    fates,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
