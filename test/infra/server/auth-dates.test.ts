import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type Database, openDatabase } from '../../../prisma/database.ts'
import { type App, createApp } from '../../../server/app.ts'
import { createPerson } from '../../../server/identity/accounts.ts'
import { cheapPasswords } from '../cheap-passwords.ts'
import { type OpenApp, ORIGIN, openApp, PASSWORD, sessionOf, signIn, testConfig, testDatabaseKind } from './open-app.ts'

/*
 * Times under /auth are those of the database, in ISO 8601 and UTC, whatever the database's parameters and the clock of the
 * replica say.
 */

const DAY = 86_400_000
const EMAIL = 'ada@example.com'

let opened: OpenApp
beforeAll(async () => {
  opened = await openApp()
  await createPerson(opened.database, { name: 'Ada', email: EMAIL, password: PASSWORD }, cheapPasswords)
})
afterEach(() => {
  vi.useRealTimers()
})
afterAll(() => opened?.close())

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** Every time in a value, by its path. */
function timesIn(value: unknown, path = ''): [string, unknown][] {
  if (Array.isArray(value)) return value.flatMap((each, index) => timesIn(each, `${path}.${index}`))
  if (typeof value !== 'object' || value === null)
    return /(At|Until)$/.test(path) && value !== null ? [[path, value]] : []
  return Object.entries(value).flatMap(([name, each]) => timesIn(each, `${path}.${name}`))
}

/** The session of a sign-in, as /auth returns it. */
async function sessionFrom(app: App, authorization: string) {
  const read = async (path: string) => {
    const response = await app.fetch(new Request(`${ORIGIN}/auth${path}`, { headers: { authorization } }))
    expect(response.status).toBe(200)
    return response.json()
  }
  const answers = { one: await read('/get-session'), all: await read('/list-sessions') }
  const times = timesIn(answers)
  expect(times.length).toBeGreaterThan(6)
  expect(times.filter(([, time]) => typeof time !== 'string' || !ISO.test(time))).toEqual([])
  return answers.one.session
}

/** The same session in the database. */
async function stored(id: string) {
  const [row] = await opened.database.sql<{ created_at: Date; updated_at: Date; expires_at: Date }>(
    'SELECT created_at, updated_at, expires_at FROM session WHERE id = $1',
    [id],
  )
  return (
    row && {
      createdAt: row.created_at.toISOString(),
      updatedAt: row.updated_at.toISOString(),
      expiresAt: row.expires_at.toISOString(),
    }
  )
}

// Failed while sessions of the database did not set the parameters of `READING`.
test.runIf(testDatabaseKind === 'postgresql').each([
  ['SQL, DMY', 'Asia/Kolkata'],
  ['German', 'America/St_Johns'],
  ['Postgres, MDY', 'Pacific/Kiritimati'],
])('times are in ISO 8601 and UTC even if the database uses DateStyle %s and time zone %s', async (style, zone) => {
  const [row] = await opened.database.sql<{ name: string }>('SELECT current_database() AS name')
  await opened.database.sql(`ALTER DATABASE ${row?.name} SET DateStyle = '${style}'`)
  await opened.database.sql(`ALTER DATABASE ${row?.name} SET TimeZone = '${zone}'`)
  const database: Database = await openDatabase(opened.database.url)
  const app = await createApp(await testConfig(), database, { passwords: cheapPasswords })
  try {
    const { bearer } = sessionOf(await signIn(app, EMAIL))
    const session = await sessionFrom(app, bearer)
    expect(session).toMatchObject({ ...(await stored(session.id)) })
    const { now } = await opened.database
      .sql<{ now: Date }>('SELECT clock_timestamp() AS now')
      .then(([first]) => first ?? { now: new Date(0) })
    expect((Date.parse(session.expiresAt) - now.getTime()) / DAY).toBeCloseTo(7, 1)
  } finally {
    await app.close()
    await database.close()
  }
})

// Failed before: a replica returned times by its own clock, so a list of sessions showed them days off.
test.each([8, -8])('a replica whose clock is wrong by %i days returns the database’s times', async (days) => {
  const other = await opened.replica()
  const { bearer } = sessionOf(await signIn(opened.app, EMAIL))
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * DAY })
  const session = await sessionFrom(other, bearer)
  vi.useRealTimers()
  expect(session).toMatchObject({ ...(await stored(session.id)) })
})
