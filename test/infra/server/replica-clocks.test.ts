import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { App } from '../../../server/app.ts'
import { createPerson } from '../../../server/identity/accounts.ts'
import { cheapPasswords } from '../cheap-passwords.ts'
import { type OpenApp, ORIGIN, openApp, PASSWORD, post, sessionOf, signIn, whoAmI } from './open-app.ts'

/*
 * Sessions and codes end by the database's clock. Failed before: a replica whose own clock was 8 days ahead ended every
 * session, on all replicas, and one whose clock was behind kept ended ones.
 */

const HOUR = 3_600_000
const DAY = 24 * HOUR
const EMAIL = 'ada@example.com'

let opened: OpenApp
let other: App
beforeAll(async () => {
  opened = await openApp()
  await createPerson(opened.database, { name: 'Ada', email: EMAIL, password: PASSWORD }, cheapPasswords)
  other = await opened.replica()
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})
afterAll(() => opened.close())

/** Runs something while the clock of this machine is wrong by some days. The database's is right. */
async function atWrongTime<T>(days: number, work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * DAY })
  try {
    return await work()
  } finally {
    vi.useRealTimers()
  }
}

const signedInAt = async (app: App) => {
  const { bearer } = sessionOf(await signIn(app, EMAIL))
  return { authorization: bearer }
}

/** Days until a session ends, by the database's clock. */
async function daysLeft({ authorization }: { authorization: string }): Promise<number> {
  const [row] = await opened.database.sql<{ days: number }>(
    'SELECT extract(epoch FROM expires_at - clock_timestamp())::float / 86400 AS days FROM session WHERE token = $1',
    [/^Bearer (\w+)/.exec(authorization)?.[1]],
  )
  return row?.days ?? Number.NaN
}

describe.each([8, -8])('a replica whose clock is wrong by %i days', (days) => {
  test('accepts another replica’s session without ending it', async () => {
    const session = await signedInAt(opened.app)
    expect(await atWrongTime(days, () => whoAmI(other, session))).toEqual({ status: 200, email: EMAIL })
    // Another replica, since the first one has the session in its cache.
    expect(await whoAmI(await opened.replica(), session)).toEqual({ status: 200, email: EMAIL })
    expect(await daysLeft(session)).toBeCloseTo(7, 1)
  })

  test('creates sessions that other replicas accept for seven days', async () => {
    const session = await atWrongTime(days, () => signedInAt(other))
    expect(await daysLeft(session)).toBeCloseTo(7, 1)
    expect(await whoAmI(opened.app, session)).toEqual({ status: 200, email: EMAIL })
    expect(await atWrongTime(days, () => whoAmI(other, session))).toEqual({ status: 200, email: EMAIL })
  })

  test('rejects an ended session', async () => {
    const session = await signedInAt(opened.app)
    await opened.database.sql(`UPDATE session SET expires_at = clock_timestamp() - interval '1 minute'`)
    expect((await atWrongTime(days, () => whoAmI(other, session))).status).toBe(401)
  })

  test('accepts another replica’s device code', async () => {
    const response = await post(opened.app, '/auth/device/code', { client_id: 'keyward-cli' })
    const { device_code: deviceCode } = (await response.json()) as { device_code: string }
    const polled = await atWrongTime(days, () =>
      post(other, '/auth/device/token', {
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: deviceCode,
        client_id: 'keyward-cli',
      }),
    )
    expect(await polled.json()).toMatchObject({ error: 'authorization_pending' })
  })
})

// Failed before: sessions that ended during the suspension passed for up to 30 seconds, and new ones ended 8 hours early.
describe('a replica whose machine was suspended for 8 hours', () => {
  /** The monotonic clock stops during a suspension. The machine's wall clock and the database's clock continue. */
  function suspend(): void {
    const now = performance.now.bind(performance)
    vi.spyOn(performance, 'now').mockImplementation(() => now() - 8 * HOUR)
  }
  // A measurement of the tests above has a wall clock that is days wrong.
  beforeEach(() => opened.database.clock.measure())
  afterEach(async () => {
    vi.restoreAllMocks()
    await opened.database.clock.measure()
  })
  /** Runs something 8 hours ago by the clock of the server, and suspends the machine until now. */
  async function before<T>(work: () => Promise<T>): Promise<T> {
    opened.database.clock.advance(-8 * HOUR)
    try {
      return await work()
    } finally {
      suspend()
      opened.database.clock.advance(8 * HOUR)
    }
  }
  const endNow = () => opened.database.sql(`UPDATE session SET expires_at = clock_timestamp() - interval '1 minute'`)

  test('rejects a session that ended meanwhile, even a cached one', async () => {
    const [known, unknown] = await before(async () => {
      const sessions = [await signedInAt(opened.app), await signedInAt(opened.app)] as const
      expect(await whoAmI(other, sessions[0])).toEqual({ status: 200, email: EMAIL })
      await endNow()
      return sessions
    })
    expect((await whoAmI(other, known)).status).toBe(401)
    expect((await whoAmI(other, unknown)).status).toBe(401)
  })

  test('rejects a session that ended meanwhile under /auth', async () => {
    const session = await signedInAt(opened.app)
    await endNow()
    suspend()
    const response = await other.fetch(new Request(`${ORIGIN}/auth/list-sessions`, { headers: session }))
    expect(response.status).toBe(401)
  })

  test('creates sessions that last seven days', async () => {
    suspend()
    expect(await daysLeft(await signedInAt(other))).toBeCloseTo(7, 1)
  })
})
