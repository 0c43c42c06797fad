import { parseNetworks } from '@keyward/engine/networks'
import { clientAddress } from '@keyward/server/http/client-address'
import { authenticate } from '@keyward/server/identity/authenticate'
import type { SignedIn } from '@keyward/server/identity/people'
import { createRateLimit } from '@keyward/server/identity/rate-limit'
import { SessionCache } from '@keyward/server/identity/session-cache'
import { createLog } from '@keyward/server/telemetry/log'
import { describe, expect, test } from 'vitest'

// Failed before: an address with a port, in brackets or malformed was skipped, and the proxy's own address counted.
describe('the client’s address', () => {
  const proxies = parseNetworks(['10.0.0.0/8'])

  test.each([
    ['is that of the connection if no proxy is trusted', '10.0.0.1', '203.0.113.9', null, '10.0.0.1'],
    [
      'is the nearest forwarded one that is not a proxy',
      '10.0.0.1',
      '198.51.100.1, 203.0.113.9, 10.2.2.2',
      proxies,
      '203.0.113.9',
    ],
    [
      'is that of the connection if it is not from a trusted proxy',
      '203.0.113.7',
      '198.51.100.1',
      proxies,
      '203.0.113.7',
    ],
    ['is that of the connection if none was forwarded', '10.0.0.1', null, proxies, '10.0.0.1'],
    ['is unknown if `unknown` was forwarded', '10.0.0.1', 'unknown', proxies, null],
    ['is unknown if a malformed one was forwarded', '10.0.0.1', '203.0.113.9, 203.0.113', proxies, null],
    ['is unknown if a trusted proxy forwarded a malformed one', '10.0.0.1', '_hidden, 10.2.2.2', proxies, null],
    ['is unknown if an empty list was forwarded', '10.0.0.1', ' , ', proxies, null],
    ['is read with a port', '10.0.0.1', '198.51.100.1:80, 203.0.113.9:4711', proxies, '203.0.113.9'],
    ['is read past a proxy with a port', '10.0.0.1', '203.0.113.9, 10.2.2.2:4711', proxies, '203.0.113.9'],
    ['is read in brackets with a port', '10.0.0.1', '[2001:db8::1]:443', proxies, '2001:db8::1'],
    ['is read in brackets without a port', '10.0.0.1', '[2001:DB8::1]', proxies, '2001:db8::1'],
    ['is unknown if that of the connection is malformed', 'somewhere', null, proxies, null],
    ['is IPv4 if it arrives as IPv4 within IPv6', '::ffff:10.0.0.1', '::ffff:203.0.113.9', proxies, '203.0.113.9'],
  ])('%s', (_what, connection, forwarded, trusted, expected) => {
    expect(clientAddress(connection, forwarded, trusted)).toBe(expected)
  })
})

// Failed while the check before each event of a stream renewed the session: no response sent its new cookie.
test('authenticating again does not renew a session', async () => {
  const asked: unknown[] = []
  const request = new Request('http://127.0.0.1/', {
    headers: { cookie: `keyward.session_token=${'A'.repeat(32)}.${'b'.repeat(43)}=` },
  })
  const { by, reauthenticate } = await authenticate(request, null, {
    cookieName: 'keyward.session_token',
    forgetCookieName: 'keyward.dont_remember',
    authenticateSecret: async () => null,
    sessions: {
      async find(_token, options) {
        asked.push(options)
        return { sessionId: 's', expiresAt: new Date(), user: { id: 'u', name: 'Ada', email: 'a@b' }, cookies: [] }
      },
    },
  })
  await reauthenticate()
  expect([by, asked]).toEqual([
    'COOKIE',
    [
      { fresh: false, renew: true },
      { fresh: true, renew: false },
    ],
  ])
})

describe('the session cache', () => {
  const signedIn = (sessionId: string): SignedIn => ({
    sessionId,
    expiresAt: new Date(1_000_000),
    user: { id: 'u', name: 'Ada', email: 'ada@example.com' },
    cookies: [],
  })

  test('reads a session from the database at most once in 30 seconds', async () => {
    let [asked, now] = [0, 0]
    const cache = new SessionCache(
      async (token) => {
        asked += 1
        return signedIn(token)
      },
      () => new Date(now),
    )
    await cache.find('a')
    now = 29_000
    await cache.find('a')
    expect(asked).toBe(1)
    now = 31_000
    await cache.find('a')
    expect(asked).toBe(2)
    await cache.find('a', { fresh: true })
    expect(asked).toBe(3)
    now = 1_000_001
    expect(await cache.find('a')).toBeNull()
  })

  test('discards a look-up that started before the session ended', async () => {
    let answer: (value: SignedIn | null) => void = () => undefined
    let asked = 0
    const cache = new SessionCache(
      () => {
        asked += 1
        return new Promise((resolve) => {
          answer = resolve
        })
      },
      () => new Date(0),
    )
    const first = cache.find('a')
    cache.dropSession('s')
    answer(signedIn('s'))
    await first
    const second = cache.find('a')
    answer(null)
    expect(await second).toBeNull()
    expect(asked).toBe(2)
  })
})

test('the rate limit counts within its window and resets afterwards', async () => {
  let now = 0
  const limit = createRateLimit(() => now)
  const rule = { window: 60, max: 2 }
  const attempt = async (key: string) => (await limit.consume(key, rule)).allowed
  expect([await attempt('a'), await attempt('a'), await attempt('a'), await attempt('b')]).toEqual([
    true,
    true,
    false,
    true,
  ])
  now = 61_000
  expect(await attempt('a')).toBe(true)
})

test('the log contains no secrets and no personal data', () => {
  const lines: string[] = []
  const log = createLog('json', (line) => lines.push(line))
  const error = new Error(
    'Invalid `prisma.user.create()` invocation:\n\n{ data: { email: "ada@example.com" } }\n\nUnknown argument',
  )
  log.error('unexpected error', error, { requestId: 'r' })
  log.info(`saw kw_proj_${'a'.repeat(49)}`)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'error', requestId: 'r', error: 'Error: Unknown argument' })
  expect(lines.join()).not.toMatch(/ada@example|aaaa/)
})
