import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { type Address, addressesOf, type Resolve, TargetError } from './target.ts'

const TIMEOUT_MS = 10_000
const RESPONSE_BYTES = 1_024

/** The result of one attempt. Success is a status from 200 to 299. */
export type Attempt =
  | { status: number; error: null }
  /** Why there was no response, shown with the webhook. */
  | { status: null; error: string }

/** How messages are sent. */
export interface SendOptions {
  /** Whether addresses that are not public, and plain HTTP, are allowed. */
  privateTargets: boolean
  resolve: Resolve
  /** Ends the attempt from outside. */
  signal: AbortSignal
  timeoutMs?: number
}

/** Connects to the checked addresses, whatever the name resolves to by then. */
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
export async function send(
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
    if (late.aborted) return { status: null, error: `There was no answer within ${timeoutMs / 1000} seconds.` }
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

function post(
  url: URL,
  body: string,
  headers: Record<string, string>,
  addresses: [Address, ...Address[]],
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(
      url,
      {
        method: 'POST',
        // A new connection: a kept-alive one was checked for another message.
        agent: false,
        lookup: pinned(addresses),
        signal,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'Keyward-Webhooks',
          ...headers,
        },
      },
      (response) => {
        let read = 0
        response.on('data', (chunk: Buffer) => {
          read += chunk.length
          if (read > RESPONSE_BYTES) response.destroy()
        })
        response.on('error', () => {})
        resolve(response.statusCode ?? 0)
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

/** Only the error's code: its message names addresses. */
function describe(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error
  const code = first instanceof Error && 'code' in first && typeof first.code === 'string' ? first.code : 'failed'
  return `There was no connection (${code}).`
}
