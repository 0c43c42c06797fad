import { createConnection, createServer, type Socket } from 'node:net'

/** A way to a server that loses requests, loses answers, is slow, breaks off, and sends requests twice. */
export interface BadNetwork {
  port: number
  url: string
  /** How often what happened. */
  fates: Record<Fate, number>
  close(): Promise<void>
}

/** What can become of a connection, which carries one request. */
export const FATES = [
  'PASSED',
  /** The server never hears of it. */
  'REQUEST_LOST',
  /** The server has done what it was asked, and nobody hears of that. */
  'ANSWER_LOST',
  /** The same, with a reset in place of an orderly end. */
  'RESET',
  /** The answer breaks off somewhere. */
  'CUT',
  'DELAYED',
  'REPEATED_LATER',
  'REPEATED_AT_ONCE',
] as const

/** `SILENT` is for waits without end, which nothing but their caller ends: it is drawn by nobody. */
export type Fate = (typeof FATES)[number] | 'SILENT'

const MAX_DELAY = 60
/** Where an answer breaks off, at the latest, in bytes: an event of a stream or two, with what goes before them. */
const LONGEST_PART = 4_000

/** Draws a fate for each connection. */
export const drawn =
  (chance: () => number): (() => Fate) =>
  () =>
    FATES[Math.floor(chance() * FATES.length)] ?? 'PASSED'

/** These fates in turn; what comes after them passes. */
export function inTurn(...fates: Fate[]): () => Fate {
  const left = [...fates]
  return () => left.shift() ?? 'PASSED'
}

/**
 * Opens a port that leads to another one of this machine. Each connection has to carry one request, and has one fate.
 * @param chance For how long and where, from 0 to 1.
 */
export async function startBadNetwork(
  target: number,
  chance: () => number,
  next: () => Fate = drawn(chance),
): Promise<BadNetwork> {
  const fates: Record<Fate, number> = {
    PASSED: 0,
    REQUEST_LOST: 0,
    ANSWER_LOST: 0,
    RESET: 0,
    CUT: 0,
    DELAYED: 0,
    REPEATED_LATER: 0,
    REPEATED_AT_ONCE: 0,
    SILENT: 0,
  }
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
    const fate = next()
    fates[fate] += 1
    if (fate === 'SILENT') {
      client.on('data', () => undefined)
      return
    }
    if (fate === 'REQUEST_LOST') {
      client.once('data', () => client.destroy())
      return
    }
    const upstream = dial()
    const request: Buffer[] = []
    const twin = fate === 'REPEATED_AT_ONCE' ? dial() : null
    twin?.on('data', () => undefined)
    const wait = fate === 'DELAYED' ? chance() * MAX_DELAY : 0
    let left = fate === 'CUT' ? Math.floor(chance() * LONGEST_PART) : Number.POSITIVE_INFINITY
    client.on('data', (chunk) => {
      if (fate === 'REPEATED_LATER') request.push(chunk)
      twin?.write(chunk)
      if (wait > 0) setTimeout(() => upstream.write(chunk), wait)
      else upstream.write(chunk)
    })
    upstream.on('data', (chunk) => {
      // By then the server has done what it was asked.
      if (fate === 'ANSWER_LOST') client.destroy()
      else if (fate === 'RESET') client.resetAndDestroy()
      else if (chunk.length <= left) client.write(chunk)
      else client.write(chunk.subarray(0, left), () => client.destroy())
      left = Math.max(0, left - chunk.length)
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
    url: `http://127.0.0.1:${address.port}`,
    fates,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
