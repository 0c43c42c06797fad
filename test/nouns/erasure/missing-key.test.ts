import { exportOrganization } from '@keyward/schema/transfer/export'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../../infra/app.ts'
import { createOrganization } from '../../infra/world.ts'

let app: TestApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app?.close())

// Failed before: one such name made the whole page an INTERNAL error, and the organization could not be exported.
test('names are null if their key-encryption key is missing, but the log is still readable', async () => {
  const owner = await app.signUp('Olivia')
  const { id } = await createOrganization(owner, 'Acme')
  // No key opens it, as if it were sealed under a key that the server was not given.
  await app.database.sql("UPDATE person_key SET sealed = sealed || '\\x00'::bytea")
  const query = 'query ($id: ID!) { organization(id: $id) { auditLog(first: 10) { nodes { action actor { name } } } } }'
  const { data, errors } = await owner.ask(query, { id })
  expect(errors).toBeUndefined()
  expect(data.organization.auditLog.nodes).toContainEqual({ action: 'organization.created', actor: { name: null } })
  const lines: string[] = []
  await exportOrganization(app.app.runtime, id, null, async (line) => {
    lines.push(JSON.stringify(line))
  })
  expect(lines.join('\n')).toContain('"table":"person_key"')
})
