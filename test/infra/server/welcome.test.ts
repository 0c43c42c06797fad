import { describe, expect, test } from 'vitest'
import { createTestDatabase, testDatabaseKind } from '../database.ts'
import { startServer } from './server-process.ts'

// Failed while the error of the welcome was not caught: the process ended although it had begun to serve.
describe.runIf(testDatabaseKind === 'postgresql')('an error while the start message reads the database', () => {
  test.each([
    ['one process', {}],
    ['several processes', { KEYWARD_WORKERS: '2' }],
  ])('is logged and does not stop %s', async (_name, environment) => {
    const opened = await createTestDatabase()
    // The welcome asks whether there is an account.
    await opened.database.sql('ALTER TABLE "user" RENAME TO hidden')
    const server = await startServer(opened.url, { KEYWARD_LOG: 'json', ...environment })
    try {
      await expect
        .poll(() => server.output(), { timeout: 120_000 })
        .toContain('"message":"the welcome could not be printed"')
      await opened.database.sql('ALTER TABLE hidden RENAME TO "user"')
      expect(server.process.exitCode).toBe(null)
      await expect.poll(async () => (await fetch(`${server.url}/health/ready`)).status).toBe(200)
      expect(await server.signUp('ada@example.com', 'correct horse battery')).toBeTruthy()
      server.process.kill('SIGTERM')
      expect(await server.ended).toBe(0)
    } finally {
      server.process.kill('SIGKILL')
      await opened.drop()
    }
  })
})
