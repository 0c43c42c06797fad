import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Answer, isPlain, type PlainAnswer } from './answer.ts'
import type { Incoming } from './incoming.ts'
import { readChunks } from './responses.ts'
import { originForm } from './target.ts'

interface MessageOptions {
  /** Origin of the URL of a fetch Request. */
  origin: string
  clientAddress: string | null
  /** The request target. That of the message by default. */
  target?: string
}

/** Reads Node's message. A fetch Request is made of it only where a handler needs one. */
export function fromMessage(
  message: IncomingMessage,
  outgoing: ServerResponse,
  { origin, clientAddress, target = message.url ?? '/' }: MessageOptions,
): Incoming {
  const headers = headersOf(message)
  let gone: AbortSignal | undefined
  const method = message.method ?? 'GET'
  const header = (name: string) => headers.get(name) ?? null
  // Not `new URL(target, origin)`: a path that begins with two slashes would name another host.
  const url = () => origin + originForm(target)
  return {
    method,
    target,
    clientAddress,
    // Created on demand: the forward-auth endpoint does not need it.
    get gone() {
      gone ??= whenGone(message, outgoing)
      return gone
    },
    header,
    body: (limit) => readChunks(chunksOf(message), header('content-length'), limit),
    request() {
      const hasBody = method !== 'GET' && method !== 'HEAD'
      return new Request(url(), {
        method,
        headers: [...headers],
        signal: this.gone,
        ...(hasBody ? { body: bodyOf(message), duplex: 'half' } : {}),
      })
    },
    head(Class) {
      return new Class(url(), { method, headers: Object.fromEntries(headers), signal: this.gone })
    },
    at: (other) => fromMessage(message, outgoing, { origin, clientAddress, target: other }),
  }
}

function whenGone(message: IncomingMessage, outgoing: ServerResponse): AbortSignal {
  const gone = new AbortController()
  // It may be asked for only after the client went away.
  const isCut = message.destroyed && !message.complete
  if ((isCut || outgoing.destroyed) && !outgoing.writableEnded) gone.abort()
  outgoing.once('close', () => {
    if (!outgoing.writableEnded) gone.abort()
  })
  return gone.signal
}

/** Joins repeated headers to one list, as fetch does. Node would take the first of some. */
function headersOf({ rawHeaders }: IncomingMessage): Map<string, string> {
  const headers = new Map<string, string>()
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = [rawHeaders[at]?.toLowerCase(), rawHeaders[at + 1]]
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ', '}${value}`)
  }
  return headers
}

/** Leaves the message open when a reader stops early: destroying it would cut off the answer. */
const chunksOf = (message: IncomingMessage): AsyncIterableIterator<Uint8Array> =>
  message.iterator({ destroyOnReturn: false })

/** The body as a stream that reads from the socket only on demand. `drain` discards an unread rest. */
function bodyOf(message: IncomingMessage): ReadableStream<Uint8Array> {
  let chunks: AsyncIterator<Uint8Array> | undefined
  return new ReadableStream(
    {
      async pull(controller) {
        chunks ??= chunksOf(message)
        const { done, value } = await chunks.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await chunks?.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}

/** Maximum size of an unread rest of a body that is read and dropped after its answer, in bytes. */
const DRAINED_BYTES = 4_194_304

/**
 * Drops what is left of a body after its answer, so that the connection is ready for its next request. A connection with
 * more left than that is closed.
 */
export function drain(message: IncomingMessage): void {
  if (message.readableEnded || message.destroyed) return
  let left = DRAINED_BYTES
  message.removeAllListeners('readable')
  message.on('data', (chunk: Uint8Array) => {
    left -= chunk.byteLength
    if (left < 0) message.destroy()
  })
  message.resume()
}

/** Sends an answer. A stream ends when the client goes away. */
export const send = async (answer: Answer, outgoing: ServerResponse): Promise<void> =>
  isPlain(answer) ? sendPlain(answer, outgoing) : sendResponse(answer, outgoing)

function sendPlain({ status, headers, body }: PlainAnswer, outgoing: ServerResponse): void {
  const length = Buffer.byteLength(body)
  outgoing.writeHead(status, { ...headers, 'content-length': length })
  // An ASCII body, as nearly all are, needs no encoding.
  outgoing.end(body, length === body.length ? 'latin1' : 'utf8')
}

async function sendResponse(response: Response, outgoing: ServerResponse): Promise<void> {
  const headers: [string, string | string[]][] = []
  response.headers.forEach((value, name) => {
    if (name !== 'set-cookie' && name !== 'connection') headers.push([name, value])
  })
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) headers.push(['set-cookie', cookies])
  const head = Object.fromEntries(headers)
  if (response.body && head['content-length'] !== undefined) {
    // Complete already: reading it as a stream would cost more than many a query.
    const whole = Buffer.from(await response.arrayBuffer())
    outgoing.writeHead(response.status, head).end(whole)
    return
  }
  outgoing.writeHead(response.status, head)
  if (!response.body) {
    outgoing.end()
    return
  }
  const reader = response.body.getReader()
  const cancel = () => void reader.cancel().catch(() => undefined)
  if (outgoing.destroyed) return cancel()
  outgoing.once('close', cancel)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done || outgoing.destroyed) break
      if (!outgoing.write(value)) await writable(outgoing)
    }
    outgoing.off('close', cancel)
    outgoing.end()
  } catch {
    // A truncated answer must not look complete.
    outgoing.destroy()
  }
}

const writable = (outgoing: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      outgoing.off('drain', done)
      outgoing.off('close', done)
      resolve()
    }
    outgoing.once('drain', done)
    outgoing.once('close', done)
  })
