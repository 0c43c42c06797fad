import { connect, type Socket } from 'node:net'

/*
 * A closed loop over HTTP/1.1 with keep-alive. Every connection has one request in flight and sends the next after the
 * response. Requests are prebuilt and responses are only delimited, so that the client costs little CPU time. On two
 * cores, a client that parses every message would limit the figures.
 */

/** Handles a response body. A status other than 200 ends the loop, and so does an exception. */
type Check = (body: Buffer) => void

interface Loop {
  url: string
  connections: number
  /** The next request in full. Null at the end. */
  next: () => Buffer | string | null
  check?: Check | undefined
  /** End of the loop, by the clock of the process. */
  until: number
}

const HEADERS_END = Buffer.from('\r\n\r\n')
const CHUNKS_END = Buffer.from('0\r\n\r\n')

/** The body of a complete response. Null while it is incomplete. */
function wholeBody(received: Buffer): Buffer | null {
  const end = received.indexOf(HEADERS_END)
  if (end === -1) return null
  const head = received.toString('latin1', 0, end)
  if (!head.startsWith('HTTP/1.1 200 ')) throw new Error(`Answered: ${received.toString('utf8').slice(0, 600)}`)
  const body = received.subarray(end + HEADERS_END.length)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length !== undefined) return body.length === Number(length) ? body : null
  return body.subarray(-CHUNKS_END.length).equals(CHUNKS_END) ? body : null
}

function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true }, () => resolve(socket))
    socket.once('error', reject)
  })
}

function converse(socket: Socket, { next, check, until }: Loop): Promise<number> {
  return new Promise((resolve, reject) => {
    let answered = 0
    let received: Buffer | null = null
    const send = () => {
      const request = performance.now() < until ? next() : null
      if (request === null) resolve(answered)
      else socket.write(request)
    }
    socket.on('data', (data) => {
      try {
        received = received === null ? data : Buffer.concat([received, data])
        const body = wholeBody(received)
        if (body === null) return
        check?.(body)
      } catch (error) {
        reject(error)
        return
      }
      received = null
      answered += 1
      send()
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('The connection was closed')))
    send()
  })
}

/** Runs the loop and returns the number of responses. */
export async function closedLoop(loop: Loop): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: loop.connections }, () => open(loop.url)))
  try {
    const counts = await Promise.all(sockets.map((socket) => converse(socket, loop)))
    return counts.reduce((sum, count) => sum + count, 0)
  } finally {
    for (const socket of sockets) socket.destroy()
  }
}
