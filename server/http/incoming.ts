import { readBody } from './responses.ts'
import { originForm } from './target.ts'

/** An incoming request, from a socket or as a fetch Request. */
export interface Incoming {
  method: string
  /** The request target as it was sent: a fetch Request has its dot segments resolved. */
  target: string
  /** The address of the client as far as proxies are trusted; null if unknown. */
  clientAddress: string | null
  /** Aborts when the client goes away. */
  gone: AbortSignal
  /** Whether the client has gone away. Costs less than the signal. */
  isGone(): boolean
  /** A header by its name in lower case; null if absent. */
  header(name: string): string | null
  /** Reads the body up to a limit, in bytes; null when it is larger. */
  body(limit: number): Promise<Uint8Array | null>
  /** The same request for handlers that speak fetch. Made only where it is needed. */
  request(): Request
  /** The same request without its body, of a class that costs less than the global one. */
  head(Class: typeof Request): Request
  /** The same request with another target. Its body must not have been read. */
  at(target: string): Incoming
}

/** Reads a fetch Request, as tests and embedding programs send it. */
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
