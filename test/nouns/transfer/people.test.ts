import { decodeId } from '@keyward/schema/core/ids'
import { eraseByOperator } from '@keyward/schema/erasure/service'
import { exportOrganization } from '@keyward/schema/transfer/export'
import { importOrganization } from '@keyward/schema/transfer/import'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { createOrganization, join } from '../../infra/world.ts'

const PASSPHRASE = 'correct horse battery staple'
const EMAIL = 'ada@people.example'

let source: TestApp
let target: TestApp
let organization: { id: string }
let lines: string[]
let stranger: Client

const idOf = async (person: Client): Promise<string> =>
  decodeId('User', (await person.ask('{ viewer { user { id } } }')).data.viewer.user.id) ?? ''

async function* linesOf(given: readonly object[]): AsyncGenerator<string> {
  for (const line of given) yield JSON.stringify('end' in line ? { end: { lines: given.length } } : line)
}

const importAll = (given: readonly object[]) =>
  importOrganization(target.app.runtime, () => linesOf(given), { passphrase: PASSPHRASE, acceptsUnverified: true })

beforeAll(async () => {
  source = await startApp()
  target = await startApp()
  const owner = await source.signUp('Olivia')
  organization = await createOrganization(owner, 'Acme')
  const ada = await source.signUp('Ada', EMAIL)
  await join(owner, organization.id, ada, 'ADMIN')
  await ada.mutate('webhookCreate', { organizationId: organization.id, url: 'https://hooks.invalid/keys' })
  lines = []
  await exportOrganization(source.app.runtime, organization.id, PASSPHRASE, async (line) => {
    lines.push(JSON.stringify(line))
  })
  await target.signUp('Ada', EMAIL)
  stranger = await target.signUp('Stan Stranger')
})
afterAll(() => Promise.all([source?.close(), target?.close()]))

test('an import is rejected if its audit log names a person by the id of another account', async () => {
  const subjectId = await idOf(stranger)
  const given = lines.map((line) => JSON.parse(line))
  Object.assign(given.find(({ table }) => table === 'person_key').row, { subject_id: subjectId })
  await expect(importAll(given)).rejects.toThrow(
    /^The audit log in the file names somebody by the id usr_\w+, which is/,
  )
  expect(await target.database.prisma.organization.count()).toBe(0)
})

test('an erasure renames the creator of an imported webhook, even if the file contains no keys for names', async () => {
  await importAll(lines.map((line) => JSON.parse(line)).filter(({ table }) => table !== 'person_key'))
  const read = async () => (await target.database.prisma.webhook.findFirstOrThrow()).createdByName
  expect(await read()).toBe('Ada')
  await eraseByOperator(target.app.runtime, EMAIL)
  expect(await read()).toMatch(/^Erased person \(usr_/)
})
