import { connect, type Socket } from 'node:net'

/*
 * A closed loop over HTTP/1.1 with keep-alive: every connection has one request under way and sends the next when it is
 * answered. Requests are written as they were made beforehand and answers are only told apart, so that this costs a
 * fraction of what answering costs: on two cores a client that parses and builds every message would be what is measured.
 */

/** What to do with an answer: anything but 200 ends the loop, and so does what this throws. */
type Check = (body: Buffer) => void

interface Loop {
  url: string
  connections: number
  /** The next request, whole; null when there is none any more. */
  next: () => Buffer | string | null
  check?: Check | undefined
  /** Ends the loop, by the process's own clock. */
  until: number
}

const HEADERS_END = Buffer.from('\r\n\r\n')
const CHUNKS_END = Buffer.from('0\r\n\r\n')

/** An answer that has arrived whole, as its body; null while more is to come. */
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

/** Runs the loop; answers how many requests were answered. */
export async function closedLoop(loop: Loop): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: loop.connections }, () => open(loop.url)))
  try {
    const counts = await Promise.all(sockets.map((socket) => converse(socket, loop)))
    return counts.reduce((sum, count) => sum + count, 0)
  } finally {
    for (const socket of sockets) socket.destroy()
  }
}
