import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { RunningSpan, Tracing } from '@keyward/prisma/tracing'
import { type Address, addressesOf, type Resolve, TargetError } from './target.ts'

const TIMEOUT_MS = 10_000
const RESPONSE_BYTES = 1_024

/** The result of one attempt. Success is a status from 200 to 299. */
export type Attempt =
  | { status: number; error: null }
  /** The reason why there was no response, shown with the webhook. */
  | { status: null; error: string }

/** How messages are sent. */
export interface SendOptions {
  /** Whether private addresses and plain HTTP are allowed. */
  privateTargets: boolean
  resolve: Resolve
  /** Lets the caller end the attempt. */
  signal: AbortSignal
  timeoutMs?: number
  /** Makes the request a span, and sends its trace context. */
  tracing?: Tracing | null
  /** Number of earlier attempts for the message. */
  resends?: number
}

/**
 * Runs a request as a span. The span contains neither the path nor the query of the URL, because both can be secret.
 */
function asSpan<T>(
  method: 'GET' | 'POST',
  url: URL,
  { tracing = null, resends = 0 }: SendOptions,
  run: (headers: Record<string, string>, span: RunningSpan | null) => Promise<T>,
): Promise<T> {
  if (tracing === null) return run({}, null)
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80)
  const facts = { 'http.request.method': method, 'server.address': url.hostname, 'server.port': port }
  const again: Record<string, number> = resends > 0 ? { 'http.request.resend_count': resends } : {}
  return tracing.run({ name: method, kind: 'client', facts: { ...facts, ...again } }, (span) => {
    const traceparent = tracing.traceparent()
    return run(traceparent === null ? {} : { traceparent }, span)
  })
}

function noteStatus(span: RunningSpan | null, status: number): void {
  span?.note({ 'http.response.status_code': status })
  if (status >= 400) span?.fail(String(status))
}

/** Connects only to the checked addresses, even if the name resolves to others in the meantime. */
const pinned =
  ([first, ...rest]: [Address, ...Address[]]): LookupFunction =>
  (_hostname, options, callback) => {
    if (options.all) callback(null, [first, ...rest])
    else callback(null, first.address, first.family)
  }

/**
 * Sends one message by POST. The host is resolved once, and the connection goes to one of the checked addresses, so that
 * DNS rebinding has no effect. Redirects are not followed; only the status of the response is kept.
 */
export const send = (url: URL, body: string, headers: Record<string, string>, options: SendOptions): Promise<Attempt> =>
  asSpan('POST', url, options, async (trace, span) => {
    const attempt = await attemptOf(url, body, { ...trace, ...headers }, options)
    if (attempt.error === null) noteStatus(span, attempt.status)
    else span?.fail('no_response')
    return attempt
  })

async function attemptOf(
  url: URL,
  body: string,
  headers: Record<string, string>,
  options: SendOptions,
): Promise<Attempt> {
  const { privateTargets, resolve, timeoutMs = TIMEOUT_MS } = options
  const late = AbortSignal.timeout(timeoutMs)
  const signal = AbortSignal.any([late, options.signal])
  try {
    if (url.protocol !== 'https:' && !privateTargets) throw new TargetError('Messages are sent only over https.')
    const addresses = await unlessAborted(addressesOf(url, { resolve, privateTargets, signal }), signal)
    return { status: await post(url, body, headers, addresses, signal), error: null }
  } catch (error) {
    if (late.aborted) return { status: null, error: `There was no response within ${timeoutMs / 1000} seconds.` }
    return { status: null, error: error instanceof TargetError ? error.message : describe(error) }
  }
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

/** Opens a connection to the checked addresses. Redirects are not followed. */
function open(
  url: URL,
  request: { method: 'GET' | 'POST'; body?: string; headers: Record<string, string> },
  addresses: [Address, ...Address[]],
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { method, body, headers } = request
    // Always uses a new connection: a kept-alive connection was checked for another message.
    const options = { method, agent: false, lookup: pinned(addresses), signal, headers } as const
    const outgoing = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options, resolve)
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

async function post(
  url: URL,
  body: string,
  headers: Record<string, string>,
  addresses: [Address, ...Address[]],
  signal: AbortSignal,
): Promise<number> {
  const sent = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': 'Keyward-Webhooks',
    ...headers,
  }
  const response = await open(url, { method: 'POST', body, headers: sent }, addresses, signal)
  let read = 0
  response.on('data', (chunk: Buffer) => {
    read += chunk.length
    if (read > RESPONSE_BYTES) response.destroy()
  })
  response.on('error', () => {})
  return response.statusCode ?? 0
}

/**
 * Reads a document by GET, under the rules of `send`. Throws if the server cannot be reached or is too slow, if the
 * status is not 200, or if the document exceeds `mostBytes`.
 */
export const read = (url: URL, mostBytes: number, options: SendOptions): Promise<string> =>
  asSpan('GET', url, options, (trace, span) => readWithin(url, mostBytes, trace, options, span))

async function readWithin(
  url: URL,
  mostBytes: number,
  trace: Record<string, string>,
  options: SendOptions,
  span: RunningSpan | null,
): Promise<string> {
  const { privateTargets, resolve, timeoutMs = TIMEOUT_MS } = options
  const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), options.signal])
  if (url.protocol !== 'https:' && !(privateTargets && url.protocol === 'http:'))
    throw new TargetError('Documents are fetched only over https.')
  const addresses = await unlessAborted(addressesOf(url, { resolve, privateTargets, signal }), signal)
  const headers = { ...trace, accept: 'application/json', 'user-agent': 'Keyward' }
  const response = await open(url, { method: 'GET', headers }, addresses, signal)
  noteStatus(span, response.statusCode ?? 0)
  const parts: Buffer[] = []
  let size = 0
  try {
    if (response.statusCode !== 200) throw new TargetError('The response does not have the status 200.')
    for await (const part of response as AsyncIterable<Buffer>) {
      size += part.length
      if (size > mostBytes) throw new TargetError('The response is too long.')
      parts.push(part)
    }
    return Buffer.concat(parts).toString('utf8')
  } finally {
    response.destroy()
  }
}

/** Only the error's code is used, because its message contains addresses. */
function describe(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error
  const code = first instanceof Error && 'code' in first && typeof first.code === 'string' ? first.code : 'failed'
  return `There was no connection (${code}).`
}
