import { afterAll, beforeAll, expect, test } from 'vitest'
import { send } from '../../../schema/webhook/send.ts'
import {
  type Address,
  isPublic,
  NOT_PUBLIC,
  type Resolve,
  resolveAny,
  resolvePublic,
  UNKNOWN_NAME,
} from '../../../schema/webhook/target.ts'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { createOrganization } from '../../infra/world.ts'
import { type Receiver, startReceiver } from './receiver.ts'
import { until } from './setting.ts'

// Messages go only to the public internet. These tests fail if isPublic() returns true, if the connection resolves the
// name again, and if redirects are followed.

let app: TestApp
let owner: Client
let organizationId: string
let receiver: Receiver
beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Owner')
  organizationId = (await createOrganization(owner, 'Acme')).id
  receiver = await startReceiver()
})
afterAll(async () => {
  await app?.close()
  await receiver?.close()
})

/** Non-public addresses, by kind. */
const REFUSED: Record<string, string[]> = {
  loopback: ['127.0.0.1', '127.8.8.8', '::1'],
  unspecified: ['0.0.0.0', '0.1.2.3', '::'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1'],
  'link-local, as cloud metadata services are': ['169.254.169.254', 'fe80::1', 'fd00:ec2::254'],
  'shared by carriers': ['100.64.0.1', '100.127.255.255'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1'],
  'broadcast and reserved': ['255.255.255.255', '240.0.0.1', '192.0.0.1', '198.18.0.1', '192.0.2.1', '2001:db8::1'],
  'IPv4 inside of IPv6': ['::ffff:127.0.0.1', '::ffff:a00:1', '::ffff:8.8.8.8', '::127.0.0.1', '::ffff:0:127.0.0.1'],
  'IPv4 behind a translator': ['64:ff9b::7f00:1', '64:ff9b:1::7f00:1', '2002:7f00:1::', '2001::7f00:1'],
  'not assigned': ['fec0::1', '4000::1', '1::1', '100::1', 'nonsense', ''],
}

test.each(Object.entries(REFUSED))('an address that is %s is not public', (_what, addresses) => {
  expect(addresses.filter(isPublic)).toEqual([])
})

test('an internet address is public', () => {
  const open = [
    '1.1.1.1',
    '8.8.8.8',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.0.1',
    '2606:4700::1111',
    '2001:4860:4860::8888',
  ]
  expect(open.filter((address) => !isPublic(address))).toEqual([])
})

test.each([
  ['plain HTTP', 'http://example.com/'],
  ['another protocol', 'ftp://example.com/'],
  ['no scheme', 'example.com/hooks'],
  ['no characters', ''],
  ['a user name', 'https://me@example.com/'],
  ['a password', 'https://me:secret@example.com/'],
  ['more than 2,000 characters', `https://example.com/${'x'.repeat(2_000)}`],
  ['more than 2,000 characters once written out', `https://example.com/${'ü'.repeat(400)}`],
  ['an address of this machine', 'https://127.0.0.1/'],
  ['an address of this machine as a number', 'https://2130706433/'],
  ['an address of this machine in hexadecimal', 'https://0x7f000001/'],
  ['an address of this machine in octal', 'https://0177.0.0.1/'],
  ['a shortened address of this machine', 'https://127.1/'],
  ['an address of this machine with a dot at its end', 'https://127.0.0.1./'],
  ['an address of this machine in other digits', 'https://①②⑦.⓪.⓪.①/'],
  ['an address of this machine mapped to IPv6', 'https://[::ffff:127.0.0.1]/'],
  ['an IPv6 address of this machine', 'https://[::1]:8443/'],
  ['a private address', 'https://192.168.0.10/'],
  ['the address of a cloud’s metadata service', 'https://169.254.169.254/latest/meta-data'],
  ['a translated address', 'https://[64:ff9b::a9fe:a9fe]/'],
  // Accepted before.
  ['the name localhost', 'https://localhost:8443/'],
  ['the name localhost with a dot at its end', 'https://LOCALHOST./'],
  ['a name below localhost', 'https://hooks.localhost/'],
])('a webhook URL with %s is rejected', async (_what, url) => {
  const made = await owner.mutate('webhookCreate', { organizationId, url })
  expect(made.__typename).toBe('ValidationError')
  expect(made.issues[0].path).toEqual(['url'])
})

// The variable was not named before, so that a developer with a receiver on the same machine found no way out.
test.each(['http://127.0.0.1:4712/', 'https://127.0.0.1/', 'https://localhost/'])(
  'the rejection of %s as a webhook URL names the variable with which the operator allows it',
  async (url) => {
    const made = await owner.mutate('webhookCreate', { organizationId, url })
    expect(made.issues[0].message).toMatch(/KEYWARD_WEBHOOK_PRIVATE_TARGETS=allow/)
  },
)

const leadingTo =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map((address): Address => ({ address, family: address.includes(':') ? 6 : 4 }))

const signal = new AbortController().signal
const port = () => new URL(receiver.url).port

test.each(
  Object.values(REFUSED)
    .flat()
    .filter((address) => address !== ''),
)('no message is sent to a name that resolves to %s', async (address) => {
  const url = new URL(`https://rebound.example:${port()}/`)
  for (const resolve of [leadingTo(address), leadingTo('8.8.8.8', address)]) {
    const attempt = await send(url, '{}', {}, { privateTargets: false, resolve, signal })
    expect(attempt).toEqual({ status: null, error: NOT_PUBLIC })
  }
  expect(receiver.received).toEqual([])
})

test('the connection uses the address that was checked, even if the name resolves to another one later', async () => {
  let asked = 0
  const resolve: Resolve = async () => {
    asked += 1
    // A second look-up would find no address, and the attempt would fail.
    return asked === 1 ? leadingTo('127.0.0.1')('', signal) : leadingTo('127.0.0.2')('', signal)
  }
  const url = new URL(`http://rebound.example:${port()}/pinned`)
  expect(await send(url, '{}', {}, { privateTargets: true, resolve, signal })).toEqual({ status: 204, error: null })
  expect(asked).toBe(1)
  expect(receiver.received.at(-1)?.headers.host).toBe(`rebound.example:${port()}`)
})

test('a message is sent over plain HTTP only if private targets are allowed', async () => {
  const before = receiver.received.length
  const attempt = await send(new URL(receiver.url), '{}', {}, { privateTargets: false, resolve: leadingTo(), signal })
  expect(attempt).toEqual({ status: null, error: 'Messages are sent only over https.' })
  expect(receiver.received).toHaveLength(before)
})

test('redirects are not followed, and only the start of a long response is read', async () => {
  const before = receiver.received.length
  const options = { privateTargets: true, resolve: leadingTo('127.0.0.1'), signal }
  receiver.reply = { status: 307, headers: { location: `${receiver.url}/elsewhere` } }
  expect(await send(new URL(receiver.url), '{}', {}, options)).toEqual({ status: 307, error: null })
  receiver.reply = { status: 200, body: 'x'.repeat(10_000_000) }
  expect(await send(new URL(receiver.url), '{}', {}, options)).toEqual({ status: 200, error: null })
  receiver.reply = 204
  expect(receiver.received.slice(before).map(({ path }) => path)).toEqual(['/hooks', '/hooks'])
})

test('a receiver that does not answer within the timeout is a failed attempt', async () => {
  receiver.reply = { status: 200, afterMs: 5_000 }
  const options = { privateTargets: true, resolve: leadingTo('127.0.0.1'), signal, timeoutMs: 200 }
  const attempt = await send(new URL(receiver.url), '{}', {}, options)
  receiver.reply = 204
  expect(attempt).toEqual({ status: null, error: 'There was no response within 0.2 seconds.' })
})

test('a name server that does not answer within the timeout is a failed attempt', async () => {
  const never: Resolve = () => new Promise(() => {})
  const options = { privateTargets: false, resolve: never, signal, timeoutMs: 200 }
  const attempt = await send(new URL('https://slow.example/'), '{}', {}, options)
  expect(attempt.error).toBe('There was no response within 0.2 seconds.')
})

// "The host name has no address" was shown before, which is false.
test('messages to a local host name are rejected with an explanation', async () => {
  const before = receiver.received.length
  for (const resolve of [resolvePublic, resolveAny]) {
    const options = { privateTargets: false, resolve, signal }
    const attempt = await send(new URL(`https://localhost:${port()}/`), '{}', {}, options)
    expect(attempt).toEqual({ status: null, error: NOT_PUBLIC })
  }
  expect(NOT_PUBLIC).toMatch(/not on the public internet.*KEYWARD_WEBHOOK_PRIVATE_TARGETS/)
  expect(receiver.received).toHaveLength(before)
})

test('a webhook whose host name does not exist in DNS shows an error', async () => {
  const before = receiver.received.length
  const input = { organizationId, url: `https://receiver.invalid:${port()}/` }
  const { webhook } = await owner.mutate('webhookCreate', input, 'webhook { id }')
  await owner.mutate('webhookTest', { id: webhook.id })
  const query = 'query ($id: ID!) { node(id: $id) { ... on Webhook { lastFailure lastSuccessAt } } }'
  const found = await until(
    async () => (await owner.ask(query, { id: webhook.id })).data.node,
    ({ lastFailure }) => lastFailure !== null,
  )
  expect(found.lastSuccessAt).toBe(null)
  expect(found.lastFailure).toBe(UNKNOWN_NAME)
  expect(UNKNOWN_NAME).toMatch(/DNS.*KEYWARD_WEBHOOK_PRIVATE_TARGETS/)
  expect(receiver.received).toHaveLength(before)
})
