import { randomBytes, randomUUID } from 'node:crypto'
import { createApp } from '@keyward/server/app'
import { setupToken } from '@keyward/server/config/secrets'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../../prisma/database.ts'
import { isOutcomeUnknown } from '../../../prisma/errors.ts'
import { createTestDatabase, type TestDatabase, testDatabaseKind } from '../database.ts'
import { type CommitNetwork, startCommitNetwork } from '../network/commit-network.ts'
import { post, sessionOf, signUp, testConfig } from '../server/open-app.ts'

/*
 * The connection is lost when a transaction commits, before or after PostgreSQL gets the COMMIT. Failed while both were
 * answered with "Nothing was changed".
 */

describe.skipIf(testDatabaseKind !== 'postgresql')('a connection that is lost at COMMIT', () => {
  let db: TestDatabase
  let network: CommitNetwork
  let database: Database
  beforeAll(async () => {
    db = await createTestDatabase()
    network = await startCommitNetwork(db.url)
    database = await openDatabase(network.url, { poolSize: 4 })
  })
  afterAll(async () => {
    await database?.close()
    await network?.close()
    await db?.drop()
  })

  const makeUser = (id: string, own: Database) =>
    own.transaction((tx) => tx.user.create({ data: { id, name: 'Jo', email: `${id}@example.com` } }))

  test.each([
    ['before', 0],
    ['after', 1],
  ] as const)('%s PostgreSQL receives the COMMIT has an unknown outcome and is not retried', async (when, made) => {
    const id = randomUUID()
    network.loseNext(when, id)
    const error: unknown = await makeUser(id, database).then(
      () => null,
      (reason: unknown) => reason,
    )
    expect(isOutcomeUnknown(error), String(error)).toBe(true)
    expect(await db.database.prisma.user.count({ where: { id } })).toBe(made)
  })

  test('in the middle of a transaction reports that nothing changed', async () => {
    const work = database.transaction((tx) => tx.$executeRaw`SELECT pg_terminate_backend(pg_backend_pid())`)
    const error: unknown = await work.then(
      () => null,
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(Error)
    expect(isOutcomeUnknown(error)).toBe(false)
  })

  test('makes a mutation report an unknown outcome, which a retry with the same idempotency key resolves', async () => {
    const config = await testConfig()
    const app = await createApp(config, database)
    try {
      const setup = { 'x-keyward-setup-token': setupToken(config.sessionSecret) }
      const { bearer } = sessionOf(await signUp(app, 'ada@example.com', setup))
      const mutate = async (name: string, input: object, fields: string) => {
        const field = `${name[0]?.toLowerCase()}${name.slice(1)}`
        const query = `mutation($input: ${name}Input!) { ${field}(input: $input) {
          ... on ${name}Payload { ${fields} } ... on Error { message } } }`
        const response = await post(app, '/graphql', { query, variables: { input } }, { authorization: bearer })
        const { data, errors } = await response.json()
        return { status: response.status, errors, payload: data?.[field] }
      }
      const made = await mutate('OrganizationCreate', { name: 'Lovelace' }, 'organization { defaultProject { id } }')
      const projectId = made.payload.organization.defaultProject.id
      const input = { projectId, name: 'lost-at-commit', idempotencyKey: randomBytes(16).toString('hex') }
      network.loseNext('after', 'lost-at-commit')
      const { status, errors } = await mutate('ApiKeyCreate', input, 'secret')
      expect(status, JSON.stringify(errors)).toBe(503)
      expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE', outcome: 'UNKNOWN' } }])
      expect(errors[0].message).toMatch(/not known whether .* `idempotencyKey`/)
      expect((await mutate('ApiKeyCreate', input, 'secret')).payload).toMatchObject({ secret: expect.any(String) })
      expect(await db.database.prisma.apiKey.count({ where: { name: 'lost-at-commit' } })).toBe(1)
    } finally {
      await app.close()
    }
  })
})
