import { openDatabase } from '@keyward/prisma/database'
import { createApp } from '@keyward/server/app'
import { expect, test } from 'vitest'
import { startApp } from '../app.ts'
import { cheapPasswords } from '../cheap-passwords.ts'
import { createOrganization, tokenOf } from '../world.ts'
import { testConfig, testDatabaseKind } from './open-app.ts'

const QUERY = 'query ($token: String!) { invitationByToken(token: $token) { status } }'
const CONNECTIONS = 2

// Failed while a request still sent statements after its client had the answer: with a slow database, others waited for them.
test.runIf(testDatabaseKind === 'postgresql')(
  'a request that times out while waiting for a connection sends no statements',
  async () => {
    const home = await startApp()
    const owner = await home.signUp('Owner')
    const { id: organizationId } = await createOrganization(owner, 'Slow')
    const input = { organizationId, email: 'guest@slow.example', role: 'MEMBER' }
    const { acceptUrl } = await owner.mutate('memberInvite', input, 'acceptUrl')
    const variables = { token: tokenOf(acceptUrl) }
    const statements: string[] = []
    const database = await openDatabase(home.database.url, {
      poolSize: CONNECTIONS,
      onStatement: (sql) => statements.push(sql),
    })
    const app = await createApp(await testConfig(), database, { passwords: cheapPasswords, milliseconds: 2_000 })
    const ask = () =>
      app.fetch(
        new Request('http://127.0.0.1:4000/graphql', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query: QUERY, variables }),
        }),
      )
    const reads = () => statements.filter((sql) => sql.includes('"invitation"')).length
    // On a busy machine, the first request may take too long.
    await expect.poll(async () => (await ask()).status, { timeout: 60_000 }).toBe(200)
    expect(reads()).toBeGreaterThan(0)

    await home.database.sql('CREATE TABLE may_end ()')
    await home.database.sql(`CREATE FUNCTION wait_for_end() RETURNS int LANGUAGE plpgsql AS $$
      BEGIN WHILE NOT EXISTS (SELECT FROM may_end) LOOP PERFORM pg_sleep(0.05); END LOOP; RETURN 1; END $$`)
    const holding = Array.from({ length: CONNECTIONS }, () => database.sql('SELECT wait_for_end() AS held'))
    const before = reads()
    try {
      await expect.poll(() => database.connections().idle).toBe(0)
      expect((await ask()).status).toBe(503)
    } finally {
      await home.database.sql('INSERT INTO may_end DEFAULT VALUES')
      await Promise.all(holding)
    }
    // Each statement that waited for a connection is sent before these.
    for (let turn = 0; turn < CONNECTIONS; turn += 1) await database.sql('SELECT 1 AS free')
    expect(reads()).toBe(before)

    await app.close()
    await database.close()
    await home.close()
  },
)
