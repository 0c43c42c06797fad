import { readBody } from './responses.ts'
import { originForm } from './target.ts'

/** An incoming request, from a socket or a fetch Request. */
export interface Incoming {
  method: string
  /** The raw request target. In a fetch Request, dot segments are already resolved. */
  target: string
  /** The client's address. Only trusted proxies' headers are used. Null if unknown. */
  clientAddress: string | null
  /** Aborts when the client disconnects. */
  gone: AbortSignal
  /** Whether the client has disconnected. Cheaper than the signal. */
  isGone(): boolean
  /** Returns a header by its lower-case name. Null if it is missing. */
  header(name: string): string | null
  /** Reads the body up to a limit, in bytes. Null if the body is larger. */
  body(limit: number): Promise<Uint8Array | null>
  /** The same request for handlers that use fetch. Created on demand. */
  request(): Request
  /** The same request without its body, as an instance of a cheaper class than the global Request. */
  head(Class: typeof Request): Request
  /** The same request with another target. The body must not have been read yet. */
  at(target: string): Incoming
}

/** Wraps a fetch Request, which tests and embedding programs send. */
export const fromRequest = (
  request: Request,
  { clientAddress = null, target }: { clientAddress?: string | null; target?: string | undefined },
): Incoming => ({
  method: request.method,
  target: target ?? request.url,
  clientAddress,
  gone: request.signal,
  isGone: () => request.signal.aborted,
  header: (name) => request.headers.get(name),
  body: (limit) => readBody(request, limit),
  request: () => request,
  head: (Class) =>
    new Class(request.url, { method: request.method, headers: [...request.headers], signal: request.signal }),
  at: (other) =>
    fromRequest(new Request(new URL(request.url).origin + originForm(other), request), {
      clientAddress,
      target: other,
    }),
})
