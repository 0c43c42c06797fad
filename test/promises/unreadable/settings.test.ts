import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../../prisma/database.ts'
import { READING } from '../../../prisma/session.ts'
import { HOSTILE_SETTINGS } from '../../infra/database/hostile-settings.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { type Issuer, startIssuer } from '../../nouns/trust/issuer.ts'
import { type Restricted, startRestricted } from './restricted.ts'

/*
 * Settings of the database and of the role change no decision. test/infra/database/session.test.ts finds the settings that could
 * in PostgreSQL's own list.
 */

let set: Restricted
let issuer: Issuer
beforeAll(async () => {
  issuer = await startIssuer()
  set = await startRestricted(issuer)
})
afterAll(async () => {
  await set?.close()
  await issuer?.close()
})

/** The outcome of every attempt. A busy machine may repeat a look-up. */
async function outcomes(own?: Awaited<ReturnType<typeof openDatabase>>): Promise<Record<string, string>> {
  const { app, close } = await set.replica(own)
  const found: Record<string, string> = {}
  for (const { name, outcome } of [...set.forbidden, ...set.permitted]) {
    await expect
      .poll(async () => {
        found[name] = await outcome(app)
        return found[name]
      })
      .not.toBe('UNAVAILABLE')
  }
  await close()
  return found
}

// Failed without SESSION_READING: `DateStyle` made every time unreadable, and `search_path` every statement fail.
test.runIf(testDatabaseKind === 'postgresql').each([
  ['a database', (name: string) => `DATABASE ${name}`],
  ['a role', (name: string) => `ROLE CURRENT_USER IN DATABASE ${name}`],
])('decisions do not depend on the PostgreSQL settings of %s', async (_of, target) => {
  const before = await outcomes()
  expect(Object.values(before)).toContain('ALLOWED')
  expect(Object.keys(HOSTILE_SETTINGS)).toEqual(Object.keys(READING))
  const [row] = await set.database.sql<{ name: string }>('SELECT current_database() AS name')
  for (const [name, value] of Object.entries(HOSTILE_SETTINGS))
    await set.database.sql(`ALTER ${target(row?.name ?? '')} SET ${name} = '${value}'`)
  const other = await openDatabase(set.database.url, { clockOffsetMs: set.database.clock.ahead })
  expect(await outcomes(other)).toEqual(before)
  await other.close()
  await set.database.sql(`ALTER ${target(row?.name ?? '')} RESET ALL`)
})
