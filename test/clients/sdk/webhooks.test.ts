import { type VerifyWebhookOptions, verifyWebhook, WebhookError, type WebhookHeaders } from '@keyward/sdk/webhooks'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { messageOf, newSigningSecret, signedHeaders } from '../../../schema/webhook/message.ts'

const DELIVERY = '0197d6d0-0000-7000-8000-000000000001'
const entry = {
  organizationId: DELIVERY,
  projectId: null,
  action: 'apiKey.revoked',
  actorKind: 'SYSTEM',
  actorId: null,
  actorName: null,
  targetType: 'ApiKey',
  targetId: DELIVERY,
  targetName: null,
  details: {},
}
const message = messageOf('API_KEY_REVOKED', new Date(), entry)
const body = JSON.stringify(message)
const [old, next] = [newSigningSecret(), newSigningSecret()]
const signed = (secrets: string[] = [next], at = new Date()) => signedHeaders(secrets, DELIVERY, at, body)

const refused = async (
  headers: WebhookHeaders,
  text: string,
  secret: string | string[] = next,
  options?: VerifyWebhookOptions,
) => {
  const error = await verifyWebhook(headers, text, secret, options).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(WebhookError)
  return error instanceof WebhookError ? error.reason : null
}

describe('verifyWebhook', () => {
  test('returns a signed message, given the headers of fetch or Node', async () => {
    const headers = signed()
    for (const each of [headers, new Headers(headers)]) {
      for (const raw of [body, new TextEncoder().encode(body), new TextEncoder().encode(body).buffer]) {
        expect(await verifyWebhook(each, raw, next)).toEqual({ ...message, id: headers['webhook-id'] })
      }
    }
  })

  test('agrees with the Standard Webhooks library', async () => {
    const at = new Date()
    const signature = new Webhook(next).sign('msg_1', at, body)
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': `${Math.floor(at.getTime() / 1000)}` }
    expect(await verifyWebhook({ ...headers, 'webhook-signature': signature }, body, next)).toMatchObject(message)
  })

  test('accepts either secret during a rotation', async () => {
    for (const [secrets, given] of [
      [[old, next], old],
      [[old, next], next],
      [[next], [old, next]],
    ] as const) {
      expect(await verifyWebhook(signed([...secrets]), body, given)).toMatchObject({ type: 'API_KEY_REVOKED' })
    }
  })

  // Each case accepted the message while its check was missing.
  test('rejects a forged message with the reason', async () => {
    const minutes = (count: number) => new Date(Date.now() + count * 60_000)
    expect(await refused(signed(), `${body} `)).toBe('SIGNATURE')
    expect(await refused(signed([old]), body)).toBe('SIGNATURE')
    expect(await refused({ ...signed(), 'webhook-id': 'msg_other' }, body)).toBe('SIGNATURE')
    expect(await refused({ ...signed(), 'webhook-signature': 'v1,!!! v2,AAAA v1,' }, body)).toBe('SIGNATURE')
    expect(await refused(signed([next], minutes(-6)), body)).toBe('TIMESTAMP')
    expect(await refused(signed([next], minutes(6)), body)).toBe('TIMESTAMP')
    expect(await refused(signed([next], minutes(-2)), body, next, { toleranceSeconds: 60 })).toBe('TIMESTAMP')
    expect(await refused({ ...signed(), 'webhook-timestamp': 'NaN' }, body)).toBe('TIMESTAMP')
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
      expect(await refused({ ...signed(), [name]: undefined }, body)).toBe('MISSING_HEADER')
    }
    const headers = signedHeaders([next], DELIVERY, new Date(), '[]')
    expect(await refused(headers, '[]')).toBe('BODY')
  })

  test('throws a TypeError for another kind of secret, without repeating it', async () => {
    for (const secret of ['', 'whsec_', 'whsec_!!', 'kw_live_0123456789']) {
      const error = await verifyWebhook(signed(), body, secret).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(TypeError)
      expect(String(error)).not.toContain('0123456789')
    }
    await expect(verifyWebhook(signed(), body, [])).rejects.toThrow(WebhookError)
  })

  // Node's own messages came before, about a Buffer and about `undefined`.
  test('throws a TypeError for a missing secret or a parsed body', async () => {
    const untyped: (...given: unknown[]) => Promise<unknown> = verifyWebhook as never
    for (const secret of [undefined, null, [undefined], [next, '']]) {
      const error = await untyped(signed(), body, secret).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(TypeError)
      expect(String(error)).toMatch(/The signing secret is missing/)
    }
    for (const parsed of [message, undefined, null, 4, [body]]) {
      const error = await untyped(signed(), parsed, next).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(TypeError)
      expect(String(error)).toMatch(/Pass the raw body as a string or bytes, not a parsed object/)
    }
  })
})
