import { connect, type Socket } from 'node:net'

/*
 * HTTP/1.1 keep-alive connections for load generators. Requests are prebuilt, and responses are only delimited, so that
 * the client uses little CPU time. On two cores, a client that parsed every message would limit the figures.
 */

/** Checks a response body. The load ends if it throws, or if a status is not 200. */
export type Check = (body: Buffer) => void

const HEADERS_END = Buffer.from('\r\n\r\n')
const CHUNKS_END = Buffer.from('0\r\n\r\n')

/** The body of a complete response. Null if the response is incomplete. */
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

/** Opens a connection. */
export function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true }, () => resolve(socket))
    socket.once('error', reject)
  })
}

/** Calls `onAnswer` after each complete response of a connection, and `onError` when the connection or a response fails. */
export function readAnswers(
  socket: Socket,
  check: Check | undefined,
  onAnswer: () => void,
  onError: (error: unknown) => void,
): void {
  let received: Buffer | null = null
  socket.on('data', (data) => {
    try {
      received = received === null ? data : Buffer.concat([received, data])
      const body = wholeBody(received)
      if (body === null) return
      check?.(body)
      received = null
      onAnswer()
    } catch (error) {
      onError(error)
    }
  })
  socket.on('error', onError)
  socket.on('close', () => onError(new Error('The connection was closed')))
}
