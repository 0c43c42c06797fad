import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Received } from './receiver.ts'
import { type Setting, startSetting, until } from './setting.ts'

// Receivers verify with the library of Standard Webhooks, which shares no code with this server. These tests fail if
// the signed content lacks the timestamp, or if the old secret does not sign.

let setting: Setting
beforeAll(async () => {
  setting = await startSetting()
})
afterAll(() => setting?.close())

const verify = (secret: string, { text, headers }: Received): unknown =>
  new Webhook(secret).verify(text, {
    'webhook-id': String(headers['webhook-id']),
    'webhook-timestamp': String(headers['webhook-timestamp']),
    'webhook-signature': String(headers['webhook-signature']),
  })

const received = (type: string) =>
  until(
    () => setting.receiver.received.filter(({ body }) => body.type === type),
    (messages) => messages.length > 0,
  )

test('a message is signed, and contains the event with public ids', async () => {
  const { id, secret } = await setting.webhook()
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  const key = await setting.key('signed')
  const [message] = await received('API_KEY_CREATED')
  if (!message) throw new Error('No message')
  expect(verify(secret, message)).toEqual({
    type: 'API_KEY_CREATED',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    data: {
      organizationId: setting.organizationId,
      projectId: setting.projectId,
      action: 'apiKey.created',
      actor: { kind: 'USER', id: expect.stringMatching(/^usr_/), name: 'Owner' },
      target: { type: 'ApiKey', id: key.id, name: 'signed' },
      details: { expiresAt: null, workloads: [], allowedIps: [] },
    },
  })
  expect(message.headers['content-type']).toBe('application/json')
  expect(message.text).not.toContain(key.secret)
  const { deliveries, lastSuccessAt } = await until(
    () => setting.read(id),
    (webhook) => webhook.lastSuccessAt !== null,
  )
  expect(deliveries.nodes).toEqual([
    expect.objectContaining({
      messageId: message.headers['webhook-id'],
      event: 'API_KEY_CREATED',
      attempts: 1,
      nextAttemptAt: null,
      deliveredAt: lastSuccessAt,
      givenUpAt: null,
      lastStatus: 204,
      lastError: null,
    }),
  ])
})

test('a message that was changed, replayed under another id or signed with another secret fails verification', async () => {
  const { id, secret } = await setting.webhook({ events: ['WEBHOOK_TEST'] })
  await setting.owner.mutate('webhookTest', { id })
  const [message] = await received('WEBHOOK_TEST')
  if (!message) throw new Error('No message')
  const { headers, text } = message
  const other = (await setting.webhook({ events: ['WEBHOOK_TEST'] })).secret
  verify(secret, message)
  expect(() => verify(other, message)).toThrow()
  expect(() => verify(secret, { ...message, text: text.replace('WEBHOOK_TEST', 'API_KEY_LEAKED') })).toThrow()
  expect(() => verify(secret, { ...message, headers: { ...headers, 'webhook-id': 'msg_other' } })).toThrow()
  const late = String(Number(headers['webhook-timestamp']) + 1)
  expect(() => verify(secret, { ...message, headers: { ...headers, 'webhook-timestamp': late } })).toThrow()
})

test('messages verify with both secrets after a rotation, until the overlap ends', async () => {
  const { id, secret: old } = await setting.webhook({ events: ['WEBHOOK_TEST'] })
  const { secret } = await setting.owner.mutate('webhookSecretRotate', { id, overlapSeconds: 3600 }, 'secret')
  const next = async () => {
    setting.receiver.received.length = 0
    await setting.owner.mutate('webhookTest', { id })
    const [message] = await received('WEBHOOK_TEST')
    if (!message) throw new Error('No message')
    return message
  }
  const during = await next()
  verify(old, during)
  verify(secret, during)
  const { secret: last } = await setting.owner.mutate('webhookSecretRotate', { id, overlapSeconds: 0 }, 'secret')
  const after = await next()
  verify(last, after)
  expect(() => verify(old, after)).toThrow()
  expect(() => verify(secret, after)).toThrow()
})

test('a signing secret is shown once and stored sealed', async () => {
  const { secret } = await setting.webhook()
  const rows = await setting.database.sql<{ text: string }>('SELECT w::text AS text FROM webhook w')
  expect(rows.length).toBeGreaterThan(0)
  const raw = secret.slice('whsec_'.length)
  for (const { text } of rows) {
    expect(text).not.toContain(raw)
    expect(text).not.toContain(Buffer.from(raw).toString('hex'))
    expect(text).not.toContain(Buffer.from(raw, 'base64').toString('hex'))
  }
})

test('an idempotency key returns the same webhook and secret', async () => {
  const input = { organizationId: setting.organizationId, url: setting.receiver.url, idempotencyKey: 'k'.repeat(22) }
  const [one, two] = await Promise.all(
    [1, 2].map(() => setting.owner.mutate('webhookCreate', input, 'webhook { id } secret')),
  )
  expect(one.secret).toMatch(/^whsec_/)
  expect(two).toEqual(one)
  const other = await setting.owner.mutate('webhookCreate', { ...input, description: 'another' })
  expect(other.__typename).toBe('ConflictError')
})
