import { type App, createApp } from '@keyward/server/app'
import { setupToken } from '@keyward/server/config/secrets'
import { scryptPasswords } from '@keyward/server/identity/passwords'
import { expect, test } from 'vitest'
import { withFirstAccount } from './invited.ts'
import { ORIGIN, openApp, PASSWORD, sessionOf, signIn, signUp } from './open-app.ts'

const PEOPLE = 40

async function signInAtLast(app: App): Promise<number> {
  for (;;) {
    const { status } = await signIn(app, 'first@example.com')
    if (status !== 503) return status
  }
}

// Failed before: the hashes filled Node's thread pool, which also signs cookies and authenticates new connections to the
// database. On a busy machine some of the 40 got a 503, because no connection was ready within ten seconds.
// A 503 of the bound on waiting is right on a slow machine, and is asked again.
test('40 simultaneous password sign-ins do not delay other sessions’ requests', async () => {
  const opened = await withFirstAccount({ KEYWARD_SIGNUP: 'open' }, scryptPasswords)
  const { cookie } = sessionOf(await signIn(opened.app, 'first@example.com'))
  let isDone = false
  const signIns = Promise.all(Array.from({ length: PEOPLE }, () => signInAtLast(opened.app)))
  void signIns.finally(() => {
    isDone = true
  })
  let answers = 0
  while (!isDone && answers <= PEOPLE) {
    const response = await opened.app.fetch(new Request(`${ORIGIN}/auth/get-session`, { headers: { cookie } }))
    expect((await response.json()).user.email).toBe('first@example.com')
    answers += 1
  }
  expect(await signIns).toEqual(Array(PEOPLE).fill(200))
  expect(answers).toBeGreaterThan(PEOPLE / 2)
  await opened.close()
})

// The tests' own apps hash at a lower cost.
test('passwords are hashed with scrypt by default', async () => {
  const opened = await openApp()
  const app = await createApp(opened.config, opened.database)
  const token = { 'x-keyward-setup-token': setupToken(opened.config.sessionSecret) }
  expect((await signUp(app, 'first@example.com', token)).status).toBe(200)
  const { password } = await opened.database.prisma.account.findFirstOrThrow({ select: { password: true } })
  const given = { hash: password ?? '', password: PASSWORD }
  expect(given.hash).toMatch(/^[0-9a-f]{32}:[0-9a-f]{128}$/)
  expect(await scryptPasswords.verify(given)).toBe(true)
  expect(await scryptPasswords.verify({ ...given, password: 'another one' })).toBe(false)
  expect((await signIn(app, 'first@example.com')).status).toBe(200)
  await app.close()
  await opened.close()
})
