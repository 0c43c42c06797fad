import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HeadReader } from '@keyward/schema/audit/heads'
import { verifyAudit } from '@keyward/schema/audit/verify'
import { type AuditHeads, keepAuditHeads } from '@keyward/server/jobs/audit-heads'
import { createLog } from '@keyward/server/telemetry/log'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { disarm, makeLog, rechain } from './logs.ts'

const encryptionKeys = [{ id: 'k1', key: Buffer.alloc(32, 1) }]

let app: TestApp
let owner: Client
let directory: string
let file: string
let said: string[]

beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Olivia')
  directory = await mkdtemp(join(tmpdir(), 'keyward-heads-'))
})
afterAll(async () => {
  await rm(directory, { recursive: true, force: true })
  await app.close()
})

let files = 0
beforeEach(() => {
  files += 1
  file = join(directory, `${files}`, 'heads.jsonl')
  said = []
})

const keep = (path = file): AuditHeads =>
  keepAuditHeads({
    database: app.database,
    file: path,
    encryptionKeys,
    log: createLog('json', (line) => said.push(line)),
  })

const lines = async (): Promise<string[]> => (await readFile(file, 'utf8').catch(() => '')).split('\n').slice(0, -1)

test('the heads file contains a signed line for each changed organization', async () => {
  const [first, second] = [await makeLog(owner, 3), await makeLog(owner, 5)]
  const heads = keep()
  await heads.write()
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const written = (await lines()).map((line) => JSON.parse(line))
  expect(written).toMatchObject(
    expect.arrayContaining([
      expect.objectContaining({ organizationId: first, sequence: '3', key: 'k1' }),
      expect.objectContaining({ organizationId: second, sequence: '5' }),
    ]),
  )
  await heads.write()
  expect(await lines()).toHaveLength(written.length)
  const third = await makeLog(owner, 2)
  await heads.stop()
  expect((await lines()).slice(written.length).map((line) => JSON.parse(line))).toMatchObject([
    { organizationId: third },
  ])
  const reader = new HeadReader(encryptionKeys)
  expect(await verifyAudit(app.database, { heads: { reader, lines: await lines() } })).toMatchObject({ fits: true })
})

// Failed while the first lines were written after a minute: a server that was killed before left none.
test('a server signs the heads as soon as it starts', async () => {
  await makeLog(owner, 1)
  const heads = keep()
  await expect.poll(lines).not.toEqual([])
  await heads.stop()
})

test('new lines are appended to the heads file after a crash truncated its last line', async () => {
  await keep().stop()
  const before = await readFile(file, 'utf8')
  await writeFile(file, before.slice(0, -20))
  await keep().stop()
  const after = await lines()
  expect(after.join('\n')).toContain(before.slice(0, -20))
  expect(after.filter((line) => typeof new HeadReader(encryptionKeys).read(line) === 'string')).toHaveLength(1)
})

// Failed while a file that was moved aside left the logs without changes unsigned in the new one.
test('a heads file that was moved or emptied receives a new line for each log', async () => {
  await makeLog(owner, 1)
  const heads = keep()
  await heads.write()
  const all = (await lines()).length
  await rm(file)
  await heads.write()
  expect(await lines()).toHaveLength(all)
  await writeFile(file, '')
  await heads.stop()
  expect(await lines()).toHaveLength(all)
})

test('a failure to write the heads file is logged and does not stop the server', async () => {
  await writeFile(join(directory, 'in-the-way'), '')
  const heads = keep(join(directory, 'in-the-way', 'heads.jsonl'))
  await heads.write()
  await heads.stop()
  expect(said[0]).toContain('the heads of audit logs were not written')
})

test('writing the heads file reports a log that no longer contains a signed event', async () => {
  await disarm(app)
  const organizationId = await makeLog(owner, 4)
  const heads = keep()
  await heads.write()
  await app.database.sql("UPDATE audit_event SET actor_name = 'Nobody' WHERE organization_id = $1 AND sequence = 2", [
    organizationId,
  ])
  await rechain(app, organizationId, 2)
  await heads.stop()
  expect(said).toHaveLength(1)
  expect(JSON.parse(said[0] ?? '')).toMatchObject({ level: 'warn', organizationId, sequence: '4' })
})
