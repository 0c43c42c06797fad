import { expect, test } from 'vitest'
import { withFirstAccount } from './invited.ts'
import { signUp } from './open-app.ts'

// Failed before: each sign-up hashed its password inside its transaction, so that the last of 150 waited more than ten
// seconds for a connection, on both kinds of database, and got a 500 without a body.
test('150 people sign up with a password at once', async () => {
  const opened = await withFirstAccount({ KEYWARD_SIGNUP: 'open' })
  const responses = await Promise.all(Array.from({ length: 150 }, (_, n) => signUp(opened.app, `p-${n}@example.com`)))
  const refused = responses.filter(({ status }) => status !== 200)
  expect(await Promise.all(refused.map(async (response) => `${response.status} ${await response.text()}`))).toEqual([])
  expect(await opened.database.prisma.user.count()).toBe(151)
  await opened.close()
})
