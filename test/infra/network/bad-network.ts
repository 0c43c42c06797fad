import { createConnection, createServer, type Socket } from 'node:net'

/** A proxy to a server that loses requests and responses, delays, cuts and repeats them. */
export interface BadNetwork {
  port: number
  url: string
  /** Counts of each fate. */
  fates: Record<Fate, number>
  close(): Promise<void>
}

/** The fate of a connection, which carries one request. */
export const FATES = [
  'PASSED',
  /** The request never reaches the server. */
  'REQUEST_LOST',
  /** The server handles the request, and its response is lost. */
  'ANSWER_LOST',
  /** The same, but with a reset instead of an orderly close. */
  'RESET',
  /** The response is cut somewhere. */
  'CUT',
  'DELAYED',
  'REPEATED_LATER',
  'REPEATED_AT_ONCE',
] as const

/** `SILENT` is for waits that only the caller ends, so it is never drawn at random. */
export type Fate = (typeof FATES)[number] | 'SILENT'

const MAX_DELAY = 60
/** Latest position of a cut, in bytes: within the first events of a stream. */
const LONGEST_PART = 4_000

/** Draws a random fate for each connection. */
export const drawn =
  (chance: () => number): (() => Fate) =>
  () =>
    FATES[Math.floor(chance() * FATES.length)] ?? 'PASSED'

/** The given fates in turn. Later connections work. */
export function inTurn(...fates: Fate[]): () => Fate {
  const left = [...fates]
  return () => left.shift() ?? 'PASSED'
}

/**
 * Opens a port that forwards to another one of this machine. Each connection carries one request and has one fate.
 * @param chance Where and when the fate strikes, from 0 to 1.
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
    // Broken connections are expected here.
    socket.on('error', () => undefined)
    return socket
  }
  const dial = () => keep(createConnection(target, '127.0.0.1'))

  /** Sends a request and ignores the response. */
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
      // The server has handled the request by then.
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
