import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Json } from '../../infra/app.ts'

/** A request to a receiver. */
export interface Received {
  path: string
  headers: IncomingHttpHeaders
  /** The body, raw and parsed. */
  text: string
  body: Json
}

/** A response of the receiver: a status and headers. */
export type Reply =
  | number
  | {
      status: number
      headers?: Record<string, string>
      body?: string
      afterMs?: number
      /** Holds the response back. */
      until?: Promise<void>
    }

/** A customer's server that receives messages. */
export interface Receiver {
  url: string
  received: Received[]
  /** Sets the response from now on. */
  reply: Reply
  close(): Promise<void>
}

/** Starts a receiver on this machine. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      received.push({ path: request.url ?? '', headers: request.headers, text, body: text ? JSON.parse(text) : null })
      const { reply } = receiver
      const {
        status,
        headers = {},
        body = '',
        afterMs = 0,
        until,
      } = typeof reply === 'number' ? { status: reply } : reply
      const respond = () => response.writeHead(status, headers).end(body)
      if (until) void until.then(respond)
      else setTimeout(respond, afterMs)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/hooks`,
    received,
    reply: 204,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return receiver
}
