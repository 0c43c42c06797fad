import type { WebhookEvent } from './generated/types.ts'
import { isRecord, parseJson } from './internal/json.ts'

/** A webhook message. */
export interface WebhookMessage {
  /** The message's id, the same at every attempt. Ignore messages whose id you have already processed. */
  readonly id: string
  /** The event's type. A newer server may send types that this version does not know. */
  readonly type: WebhookEvent
  /** Time of the event, in RFC 3339 format. */
  readonly timestamp: string
  /** The audit event. Contains no secrets. A newer server may add members. */
  readonly data: {
    readonly organizationId: string
    /** Null for an event outside any project. */
    readonly projectId: string | null
    readonly action: string
    readonly actor: { readonly kind: string; readonly id: string | null; readonly name: string | null }
    readonly target: { readonly type: string; readonly id: string; readonly name: string | null }
    readonly details: Readonly<Record<string, unknown>>
  }
}

/**
 * Why a message is not authentic. MISSING_HEADER: a signature header is missing. TIMESTAMP: the message was sent too
 * long ago, or the two clocks differ. SIGNATURE: no signature matches the given secrets, or the body was changed. BODY:
 * the signed body is not a webhook message.
 */
export type WebhookErrorReason = 'MISSING_HEADER' | 'TIMESTAMP' | 'SIGNATURE' | 'BODY'

const MESSAGES: Readonly<Record<WebhookErrorReason, string>> = {
  MISSING_HEADER: 'The request has no `webhook-id`, `webhook-timestamp` or `webhook-signature`.',
  TIMESTAMP: 'The message was sent too long ago, or the clock of this machine is wrong.',
  SIGNATURE: 'No signature matches. Pass the raw body, and the secret of this webhook.',
  BODY: 'The signed body is not a message of a webhook.',
}

/** Thrown if a message is not authentic. Respond with status 400, and do not process the message. */
export class WebhookError extends Error {
  static {
    WebhookError.prototype.name = 'WebhookError'
  }
  readonly reason: WebhookErrorReason

  constructor(reason: WebhookErrorReason) {
    super(MESSAGES[reason])
    this.reason = reason
  }
}

/** A request's headers, from fetch, Node, Express or Fastify. */
export type WebhookHeaders = { get(name: string): string | null } | Readonly<Record<string, unknown>>

/** Options of `verifyWebhook`. */
export interface VerifyWebhookOptions {
  /**
   * Maximum age of a message, and maximum time by which it may be ahead of this machine's clock, in seconds. Default:
   * 300.
   */
  readonly toleranceSeconds?: number
}

const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/

const read = (headers: WebhookHeaders, name: string): string => {
  const value = typeof headers.get === 'function' ? headers.get(name) : (headers as Record<string, unknown>)[name]
  if (typeof value !== 'string' || value === '') throw new WebhookError('MISSING_HEADER')
  return value
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  } catch {
    return null
  }
}

async function keyOf(secret: string): Promise<CryptoKey> {
  // Callers without TypeScript might pass an environment variable that is not set.
  if (!secret) throw new TypeError('The signing secret is missing.')
  const bytes = bytesOf(SECRET.exec(secret)?.[1] ?? '')
  if (!bytes?.length)
    throw new TypeError('A signing secret begins with whsec_, and is shown when a webhook is created.')
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
}

const isMessage = (value: unknown): value is Omit<WebhookMessage, 'id'> =>
  isRecord(value) && typeof value.type === 'string' && typeof value.timestamp === 'string' && isRecord(value.data)

/**
 * Verifies a webhook message's signature (Standard Webhooks) and returns the message.
 * @param headers The request's headers.
 * @param body The raw body as received. Parsing and serializing it again would invalidate the signature.
 * @param secret The webhook's signing secret, `whsec_…`. During a rotation, pass both the old and the new secret.
 * @throws {WebhookError} if the message is not authentic. `reason` says why.
 * @throws {TypeError} if the secret is missing or of another kind, or the body is not raw.
 */
export async function verifyWebhook(
  headers: WebhookHeaders,
  body: string | Uint8Array | ArrayBuffer,
  secret: string | readonly string[],
  { toleranceSeconds = 300 }: VerifyWebhookOptions = {},
): Promise<WebhookMessage> {
  const keys = await Promise.all((Array.isArray(secret) ? secret : [secret]).map(keyOf))
  if (typeof body !== 'string' && !ArrayBuffer.isView(body) && !(body instanceof ArrayBuffer)) {
    throw new TypeError('Pass the raw body as a string or bytes, not a parsed object.')
  }
  const id = read(headers, 'webhook-id')
  const timestamp = read(headers, 'webhook-timestamp')
  const signatures = read(headers, 'webhook-signature').slice(0, 4_096).split(' ')
  if (!/^\d{1,12}$/.test(timestamp) || !(Math.abs(Date.now() / 1000 - Number(timestamp)) <= toleranceSeconds)) {
    throw new WebhookError('TIMESTAMP')
  }
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body)
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${text}`)
  for (const signature of signatures) {
    const bytes = signature.startsWith('v1,') ? bytesOf(signature.slice(3)) : null
    if (!bytes) continue
    for (const key of keys) {
      // `verify` compares in constant time.
      if (!(await crypto.subtle.verify('HMAC', key, bytes, signed))) continue
      const message = parseJson(text)
      if (!isMessage(message)) throw new WebhookError('BODY')
      return { ...message, id }
    }
  }
  throw new WebhookError('SIGNATURE')
}
