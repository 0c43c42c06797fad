import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Network } from '@keyward/engine/networks'
import { type Answer, isPlain, type PlainAnswer } from './answer.ts'
import { clientAddress } from './client-address.ts'
import type { Incoming } from './incoming.ts'
import { readChunks } from './responses.ts'
import { originForm } from './target.ts'

/** Request properties that the message itself does not contain. */
interface Reading {
  /** Host and port for URLs, if the message has no well-formed `host` header. */
  authority: string
  trustedProxies: readonly Network[] | null
}

const AUTHORITY = /^[A-Za-z0-9.:[\]-]+$/

/**
 * Wraps a Node message as a request. A class, because each object literal with a getter would have its own hidden
 * class, which doubles the cost of a small request.
 */
class MessageIncoming implements Incoming {
  readonly #message: IncomingMessage
  readonly #outgoing: ServerResponse
  readonly #authority: string
  readonly #headers: ReadonlyMap<string, string>
  #gone: AbortSignal | undefined
  readonly method: string
  /** A field, because callers detach it from the request. */
  readonly header: (name: string) => string | null

  constructor(
    message: IncomingMessage,
    outgoing: ServerResponse,
    authority: string,
    headers: ReadonlyMap<string, string>,
    readonly clientAddress: string | null,
    readonly target: string,
  ) {
    this.#message = message
    this.#outgoing = outgoing
    this.#authority = authority
    this.#headers = headers
    this.method = message.method ?? 'GET'
    this.header = (name) => headers.get(name) ?? null
  }

  /** Created on demand, because the forward-auth endpoint does not need it. */
  get gone(): AbortSignal {
    this.#gone ??= whenGone(this.#message, this.#outgoing)
    return this.#gone
  }

  isGone(): boolean {
    return isGone(this.#message, this.#outgoing)
  }

  async body(limit: number): Promise<Uint8Array | null> {
    const message = this.#message
    // A small body arrives together with the headers. Reading it as a stream would be more expensive than parsing it.
    if (message.complete && !message.destroyed) {
      const whole: Uint8Array = message.read() ?? NOTHING
      return whole.length > limit ? null : whole
    }
    return readChunks(chunksOf(message), this.header('content-length'), limit)
  }

  /** A fetch Request is created only if a handler needs one. */
  request(): Request {
    const hasBody = this.method !== 'GET' && this.method !== 'HEAD'
    return new Request(this.#url, {
      method: this.method,
      headers: [...this.#headers],
      signal: this.gone,
      ...(hasBody ? { body: bodyOf(this.#message), duplex: 'half' } : {}),
    })
  }

  head(Class: typeof Request): Request {
    return new Class(this.#url, { method: this.method, headers: Object.fromEntries(this.#headers), signal: this.gone })
  }

  at(target: string): Incoming {
    const [message, outgoing] = [this.#message, this.#outgoing]
    return new MessageIncoming(message, outgoing, this.#authority, this.#headers, this.clientAddress, target)
  }

  /** `new URL(target, origin)` is not used, because a path that begins with two slashes would name another host. */
  get #url(): string {
    const host = this.header('host') ?? ''
    return `http://${AUTHORITY.test(host) ? host : this.#authority}${originForm(this.target)}`
  }
}

/** Wraps a Node message as a request. */
export function fromMessage(
  message: IncomingMessage,
  outgoing: ServerResponse,
  { authority, trustedProxies }: Reading,
): Incoming {
  const headers = headersOf(message)
  const address = clientAddress(message.socket.remoteAddress, headers.get('x-forwarded-for') ?? null, trustedProxies)
  return new MessageIncoming(message, outgoing, authority, headers, address, message.url ?? '/')
}

const isGone = (message: IncomingMessage, outgoing: ServerResponse): boolean =>
  ((message.destroyed && !message.complete) || outgoing.destroyed) && !outgoing.writableEnded

function whenGone(message: IncomingMessage, outgoing: ServerResponse): AbortSignal {
  const gone = new AbortController()
  // The client may have disconnected before the signal was requested.
  if (isGone(message, outgoing)) gone.abort()
  outgoing.once('close', () => {
    if (!outgoing.writableEnded) gone.abort()
  })
  return gone.signal
}

const NOTHING = new Uint8Array()

/** Joins repeated headers into a list, as fetch does. Node would use only the first value of some headers. */
function headersOf({ rawHeaders }: IncomingMessage): Map<string, string> {
  const headers = new Map<string, string>()
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = [rawHeaders[at]?.toLowerCase(), rawHeaders[at + 1]]
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ', '}${value}`)
  }
  return headers
}

/** Keeps the message open if a reader stops early, because destroying it would cut off the response. */
const chunksOf = (message: IncomingMessage): AsyncIterableIterator<Uint8Array> =>
  message.iterator({ destroyOnReturn: false })

/** The body as a stream that reads from the socket on demand. `drain` discards the rest. */
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

/** Maximum number of unread body bytes to discard after the response. */
const DRAINED_BYTES = 4_194_304

/**
 * Discards the rest of a body after the response, so that the connection can be reused. If more bytes are unread, the
 * connection is closed.
 */
export function drain(message: IncomingMessage): void {
  // Most requests have no body, so there is nothing to discard.
  if (message.readableEnded || message.destroyed || (message.complete && message.readableLength === 0)) return
  let left = DRAINED_BYTES
  message.removeAllListeners('readable')
  message.on('data', (chunk: Uint8Array) => {
    left -= chunk.byteLength
    if (left < 0) message.destroy()
  })
  message.resume()
}

/** Sends a response. A stream ends when the client disconnects. */
export const send = async (answer: Answer, outgoing: ServerResponse): Promise<void> =>
  isPlain(answer) ? sendPlain(answer, outgoing) : sendResponse(answer, outgoing)

function sendPlain({ status, headers, body }: PlainAnswer, outgoing: ServerResponse): void {
  const length = Buffer.byteLength(body)
  headers.push('content-length', String(length))
  outgoing.writeHead(status, headers)
  // An ASCII body, the usual case, needs no encoding.
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
    // The body is already complete. Reading it as a stream would be more expensive than many queries.
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
    // A truncated response must not look complete.
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
