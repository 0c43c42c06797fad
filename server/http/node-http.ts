import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'

/** Makes a fetch Request of Node's; its signal aborts when the client goes away before it is answered. */
export function toRequest(incoming: IncomingMessage, outgoing: ServerResponse, origin: string): Request {
  const gone = new AbortController()
  outgoing.once('close', () => {
    if (!outgoing.writableEnded) gone.abort()
  })
  const headers = new Headers()
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value)
  }
  const method = incoming.method ?? 'GET'
  const hasBody = method !== 'GET' && method !== 'HEAD'
  // Not `new URL(url, origin)`: a path that begins with two slashes would name another host.
  const path = incoming.url?.startsWith('/') ? incoming.url : '/'
  return new Request(origin + path, {
    method,
    headers,
    signal: gone.signal,
    ...(hasBody ? { body: bodyOf(incoming), duplex: 'half' } : {}),
  })
}

// Node's own types of web streams differ from those of fetch; the values are the same.
const bodyOf = (incoming: IncomingMessage) => Readable.toWeb(incoming) as unknown as ReadableStream<Uint8Array>

const drained = (outgoing: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      outgoing.off('drain', done)
      outgoing.off('close', done)
      resolve()
    }
    outgoing.once('drain', done)
    outgoing.once('close', done)
  })

/** Sends an answer that is there as a whole, in one piece. */
export function sendAnswer(
  { status, headers, body }: { status: number; headers: Record<string, string>; body: string },
  outgoing: ServerResponse,
): void {
  const length = Buffer.byteLength(body)
  outgoing.writeHead(status, { ...headers, 'content-length': length })
  // What is ASCII, as nearly all of it is, needs no encoding.
  outgoing.end(body, length === body.length ? 'latin1' : 'utf8')
}

/** Sends a fetch Response through Node's; ends its stream when the client goes away. */
export async function sendResponse(response: Response, outgoing: ServerResponse): Promise<void> {
  const headers: [string, string | string[]][] = []
  response.headers.forEach((value, name) => {
    if (name !== 'set-cookie' && name !== 'connection') headers.push([name, value])
  })
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) headers.push(['set-cookie', cookies])
  outgoing.writeHead(response.status, Object.fromEntries(headers))
  if (!response.body) {
    outgoing.end()
    return
  }
  const reader = response.body.getReader()
  const cancel = () => void reader.cancel().catch(() => undefined)
  outgoing.once('close', cancel)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done || outgoing.destroyed) break
      if (!outgoing.write(value)) await drained(outgoing)
    }
    outgoing.off('close', cancel)
    outgoing.end()
  } catch {
    // Half an answer must not look like a whole one.
    outgoing.destroy()
  }
}
