import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../../infra/app.ts'
import { createOrganization } from '../../infra/world.ts'
import { startGateway } from './gateway.ts'

/* Many keys that are used at once. */

const KEYS = 1_200
const MOST_ROWS = 500

let app: TestApp

beforeAll(async () => {
  app = await startApp()
  // Records how many rows each statement writes.
  await app.database.sql('CREATE TABLE written (rows int NOT NULL)')
  await app.database.sql(`
    CREATE FUNCTION record_written() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO written SELECT count(*) FROM updated; RETURN NULL; END $$`)
  await app.database.sql(`
    CREATE TRIGGER written AFTER UPDATE ON api_key_secret REFERENCING NEW TABLE AS updated
      FOR EACH STATEMENT EXECUTE FUNCTION record_written()`)
})
afterAll(() => app?.close())

// Failed while one statement wrote 5,000 rows, for which requests waited 12 ms in each second.
test('the last uses of many keys are written in statements with a bounded number of rows', async () => {
  const owner = await app.signUp('Owner')
  const organization = await createOrganization(owner, 'Busy')
  const secrets = Array.from({ length: KEYS }, () => `moved-in-${randomBytes(24).toString('hex')}`)
  const rows = secrets.map((secret, index) => ({
    name: `key ${index}`,
    sha256: createHash('sha256').update(secret).digest('hex'),
  }))
  for (let from = 0; from < KEYS; from += 200) {
    await owner.mutate('apiKeysImport', { organizationId: organization.id, rows: rows.slice(from, from + 200) })
  }
  const gateway = await startGateway(app)
  for (let from = 0; from < KEYS; from += 50) {
    const answers = await Promise.all(secrets.slice(from, from + 50).map((secret) => gateway.authorize(secret)))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  }

  const unused = 'SELECT count(*)::int AS count FROM api_key WHERE last_used_at IS NULL'
  await expect.poll(async () => (await app.database.sql(unused))[0]).toEqual({ count: 0 })
  const written = await app.database.sql<{ rows: number }>('SELECT rows FROM written')
  expect(Math.max(...written.map((each) => each.rows))).toBeLessThanOrEqual(MOST_ROWS)
  expect(written.reduce((sum, each) => sum + each.rows, 0)).toBeGreaterThanOrEqual(KEYS)
})
