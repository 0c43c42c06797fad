import { spawnSync } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSinkFigures } from '@keyward/schema/audit/sink/sql'
import type { AuditStream } from '@keyward/schema/audit/sink/stream'
import { decodeId } from '@keyward/schema/core/ids'
import { readConfig } from '@keyward/server/config/config'
import { startAuditSink } from '@keyward/server/jobs/audit-sink'
import { createLog } from '@keyward/server/telemetry/log'
import { createMetrics } from '@keyward/server/telemetry/metrics/metrics'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Client, type Json, startApp, type TestApp } from '../../infra/app.ts'
import { codeBlock } from '../../infra/docs/code-block.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { disarm, rechain, rowOf } from './logs.ts'

const SECRET = `whsec_${randomBytes(32).toString('base64')}`
const PAGE = 'docs/operations/audit-stream.md'

interface Received {
  headers: IncomingHttpHeaders
  text: string
}

let app: TestApp
let owner: Client
let organization: { id: string; defaultProject: string }
let folder: string
let server: Server
let received: Received[]
/** The status of the receiver's answers; null: it never answers. */
let status: number | null
let said: string[]
const streams: AuditStream[] = []

beforeEach(async () => {
  said = []
  received = []
  status = 204
  app = await startApp({ environment: { KEYWARD_AUDIT_SINK: '/nowhere/audit.jsonl' } })
  owner = await app.signUp('Olivia Secretname')
  organization = await createOrganization(owner, 'Acme')
  folder = await mkdtemp(join(tmpdir(), 'keyward-audit-'))
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push({ headers: request.headers, text: Buffer.concat(chunks).toString() })
      if (status !== null) response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  for (const stream of streams.splice(0)) await stream.stop()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await app.close()
  await rm(folder, { recursive: true, force: true })
})

/** Starts the stream as a server with this environment does. */
function start(environment: Record<string, string>): AuditStream {
  const log = createLog('json', (line) => said.push(line))
  const stream = startAuditSink({ ...readConfig(environment), database: app.database, log })
  if (!stream) throw new Error('No receiver is configured')
  streams.push(stream)
  return stream
}
const toAddress = () =>
  start({
    KEYWARD_AUDIT_SINK: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events?from=keyward`,
    KEYWARD_AUDIT_SINK_SECRET: SECRET,
  })
const file = () => join(folder, 'audit.jsonl')
const toFile = () => start({ KEYWARD_AUDIT_SINK: file() })

const isRead = () =>
  expect.poll(async () => (await readSinkFigures(app.database)).pending, { timeout: 60_000 }).toBe('0')

/** Runs the script of the documentation, which knows nothing but the lines. */
function verify(text: string): { status: number | null; output: string } {
  const run = spawnSync('python3', ['-c', codeBlock(PAGE, 'python')], { input: text, encoding: 'utf8' })
  return { status: run.status, output: run.stdout + run.stderr }
}

const eventsIn = (text: string): Json[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

/** The audit log as the Owner reads it, oldest first. */
async function logOf(): Promise<Json[]> {
  const query = `query ($id: ID!) { organization(id: $id) { auditLog(first: 100) { nodes { id sequence action hash } } } }`
  const { data } = await owner.ask(query, { id: organization.id })
  return data.organization.auditLog.nodes.toReversed()
}

const isOfAcme = ({ organizationId }: Json): boolean => organizationId === organization.id

test('a file receives every event in order, verifies without the database, and has no secret or name of a person', async () => {
  const { secret } = await createKey(owner, organization.defaultProject, 'Website chat')
  await createOrganization(owner, 'Other')
  toFile()
  await createKey(owner, organization.defaultProject, 'Later')
  await isRead()
  const text = await readFile(file(), 'utf8')
  const events = eventsIn(text)
  expect(events.filter(isOfAcme)).toMatchObject(await logOf())
  expect(verify(text)).toEqual({ status: 0, output: `${events.length} events of 2 organizations fit\n` })
  expect((await stat(file())).mode & 0o777).toBe(0o600)
  expect(text).toContain('Website chat')
  expect([secret, 'Secretname', '@people.example'].filter((part) => text.includes(part))).toEqual([])

  // The script finds each kind of damage.
  const lines = text.split('\n').slice(0, -1)
  const broken = (change: (lines: string[]) => string[]) => verify(`${change(lines).join('\n')}\n`)
  expect(broken((all) => all.toSpliced(1, 1)).output).toContain('does not follow the one before it')
  const edited = broken((all) => all.map((line) => line.replaceAll('Website chat', 'Website cham')))
  expect([edited.status, edited.output]).toEqual([1, expect.stringContaining('does not fit its hash')])
  expect(broken((all) => all.map((line) => line.replace('"action":"apiKey', '"action":"legacyKey'))).output).toContain(
    'does not repeat what its hash covers',
  )
  expect(broken((all) => [...all, ...all]).status).toBe(0)
  const renamed = broken((all) => all.map((line) => line.replace('"name":"Website chat"', '"name":"Website cham"')))
  expect(renamed.output).toContain('does not repeat what its hash covers')
  for (const name of ['hash', 'previousHash', 'canonical', 'actor'])
    expect(broken((all) => all.map((line) => line.replace(`"${name}":`, `"no${name}":`))).output).toBe(
      `${lines.map((_, index) => `line ${index + 1} is not a whole event`).join('\n')}\n`,
    )
})

test('a file that was moved aside is followed by a new one, and both together verify', async () => {
  toFile()
  await isRead()
  await rename(file(), `${file()}.1`)
  await createKey(owner, organization.defaultProject, 'After the rotation')
  await isRead()
  const [before, after] = [await readFile(`${file()}.1`, 'utf8'), await readFile(file(), 'utf8')]
  expect(eventsIn(after).at(-1)?.target.name).toBe('After the rotation')
  expect(verify(before + after).status).toBe(0)
})

test('a receiver that is down delays no change and gets the same signed batch until it confirms', async () => {
  status = 503
  toAddress()
  await expect.poll(() => received.length, { timeout: 30_000 }).toBeGreaterThan(1)
  const [first, second] = received
  expect(second?.text).toBe(first?.text)
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
  for (const { headers, text } of received) {
    const [id, at] = [headers['webhook-id'], headers['webhook-timestamp']]
    const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64')
    const signature = createHmac('sha256', key).update(`${id}.${at}.${text}`).digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${signature}`)
    expect(headers['content-type']).toBe('application/x-ndjson')
  }
  await createKey(owner, organization.defaultProject, 'Meanwhile')
  expect(await readSinkFigures(app.database)).toMatchObject({ last_error: 'The answer had the status 503.' })
  const { body } = await createMetrics(app.app.runtime, '0').expose()
  for (const name of ['events_pending', 'delay_seconds', 'failures'])
    expect(body).toMatch(new RegExp(`^keyward_audit_sink_${name} [1-9.]`, 'm'))

  const refused = received.length
  status = 200
  await isRead()
  const text = received.slice(refused - 1).map((each) => each.text)
  expect(eventsIn(text.slice(1).join('')).filter(isOfAcme)).toMatchObject(await logOf())
  expect(verify(text.join('')).status).toBe(0)
  expect((await readSinkFigures(app.database)).failures).toBe(0)
  const messages = said.map((line) => JSON.parse(line).message)
  expect(messages).toEqual(['audit events cannot be streamed', 'audit events are streamed again'])
})

test('a receiver that never answers delays no change, and a restart continues where it had confirmed', async () => {
  const stream = toAddress()
  await isRead()
  const confirmed = received.length
  status = null
  await createKey(owner, organization.defaultProject, 'Unconfirmed')
  await expect.poll(() => received.length, { timeout: 30_000 }).toBe(confirmed + 1)
  expect((await createKey(owner, organization.defaultProject, 'During the attempt')).id).toMatch(/^key_/)
  await stream.stop()
  status = 204
  toAddress()
  await isRead()
  const names = eventsIn(
    received
      .slice(confirmed + 1)
      .map(({ text }) => text)
      .join(''),
  ).map(({ target }) => target.name)
  expect(names).toEqual(['Unconfirmed', 'During the attempt'])
  expect(verify(received.map(({ text }) => text).join('')).status).toBe(0)
})

test('of several replicas one sends, and another continues when it stops', async () => {
  const replicas = [toAddress(), toAddress(), toAddress()]
  await isRead()
  const count = () => eventsIn(received.map(({ text }) => text).join('')).length
  for (const [index, stream] of replicas.slice(0, 2).entries()) {
    await createKey(owner, organization.defaultProject, `Key ${index}`)
    await isRead()
    await stream.stop()
  }
  await createKey(owner, organization.defaultProject, 'The last')
  await isRead()
  const events = eventsIn(received.map(({ text }) => text).join(''))
  expect(events.filter(isOfAcme)).toMatchObject(await logOf())
  expect(count()).toBe(new Set(events.map(({ id }) => id)).size)
})

// Failed before: the address was held to the rules of the webhooks of tenants.
test('the address may be private, over https, and over plain HTTP only on this machine', async () => {
  toAddress()
  await isRead()
  expect(received).not.toEqual([])
  const sink = (url: string) => () => readConfig({ KEYWARD_AUDIT_SINK: url, KEYWARD_AUDIT_SINK_SECRET: SECRET })
  expect(sink('https://10.1.2.3/events')()).toMatchObject({ auditSink: { url: 'https://10.1.2.3/events' } })
  expect(sink('http://10.1.2.3/events')).toThrow('KEYWARD_AUDIT_SINK')
})

const idOf = ({ id }: { id: string }) => decodeId('Organization', id) ?? ''
const warnings = () => said.map((line) => JSON.parse(line)).filter(({ level }) => level === 'warn')

/** Gives the log another history from an event on, as a failover that lost it and changes after it do. */
async function replaceEvent(sequence: number): Promise<void> {
  const { id } = await rowOf(app, idOf(organization), sequence)
  await app.database.sql("UPDATE audit_event SET target_name = 'Of the new history' WHERE id = $1", [id])
  await rechain(app, idOf(organization), sequence)
}

const namesIn = (from: number): string[] =>
  eventsIn(
    received
      .slice(from)
      .map(({ text }) => text)
      .join(''),
  )
    .filter(isOfAcme)
    .map(({ target }) => target.name)

// Failed before: the sequence was confirmed, and the event that has it now was never sent.
test('an event that is replaced while its delivery fails arrives', async () => {
  await disarm(app)
  toAddress()
  await isRead()
  const before = received.length
  status = 503
  await createKey(owner, organization.defaultProject, 'Lost')
  await expect.poll(() => received.length, { timeout: 30_000 }).toBeGreaterThan(before)
  const { sequence } = (await logOf()).at(-1)
  await replaceEvent(Number(sequence))
  const failed = received.length
  status = 204
  await isRead()
  const names = namesIn(failed)
  expect(names.at(-1)).toBe('Of the new history')
  expect(new Set(names)).toEqual(new Set(['Lost', 'Of the new history']))
})

// Failed before: the next event was taken for one that had been sent.
test.each([
  ['whose head is before the cursor', true],
  ['that has another event at the cursor', false],
])('an organization restarts after a restore to a log %s', async (_title, isCut) => {
  await disarm(app)
  const lost = await createKey(owner, organization.defaultProject, 'Lost')
  const stream = toAddress()
  await isRead()
  await stream.stop()
  const before = received.length
  const { sequence } = (await logOf()).at(-1)
  if (isCut) {
    const last = await rowOf(app, idOf(organization), Number(sequence))
    await app.database.sql('DELETE FROM audit_event WHERE id = $1', [last.id])
    const { prisma } = app.database
    await prisma.auditHead.update({
      where: { organizationId: idOf(organization) },
      data: { sequence: BigInt(sequence) - 1n, hash: last.previousHash },
    })
  } else await replaceEvent(Number(sequence))
  expect(Number((await readSinkFigures(app.database)).pending)).toBeGreaterThan(0)
  toAddress()
  await isRead()
  const events = eventsIn(
    received
      .slice(before)
      .map(({ text }) => text)
      .join(''),
  )
  expect(events.filter(isOfAcme)).toMatchObject(await logOf())
  expect(events.some(({ target }) => target.id === lost.id && target.name === 'Lost')).toBe(false)
  expect(warnings()).toMatchObject([
    { message: 'audit events are streamed from the first one', organizationIds: organization.id },
  ])
})

// Failed before: the row stopped the streams of all organizations, and nothing said so.
test('a row that cannot be read is sent as it is stored, and holds up nobody', async () => {
  await disarm(app)
  const other = await createOrganization(owner, 'Other')
  await createKey(owner, organization.defaultProject, 'Damaged')
  await createKey(owner, organization.defaultProject, 'After it')
  const damaged = (await logOf()).at(-2)
  await app.database.sql(
    `UPDATE audit_event SET details = '{"deep":{"value":1.5}}' WHERE organization_id = $1 AND sequence = $2`,
    [idOf(organization), damaged.sequence],
  )
  toFile()
  await isRead()
  const text = await readFile(file(), 'utf8')
  const events = eventsIn(text)
  expect(events.filter(isOfAcme)).toMatchObject(await logOf())
  expect(events.some(({ organizationId }) => organizationId === other.id)).toBe(true)
  expect(events.find(({ id }) => id === damaged.id)).toMatchObject({
    canonical: null,
    details: { deep: { value: 1.5 } },
    hash: damaged.hash,
  })
  const line = events.findIndex(({ id }) => id === damaged.id) + 1
  expect(verify(text)).toMatchObject({
    status: 1,
    output: expect.stringContaining(`line ${line} is not a whole event`),
  })
})

// Failed before: an error other than that of the receiver was never reported.
test('an error that is not of the receiver is reported as a failure', async () => {
  toAddress()
  await isRead()
  await app.database.sql('ALTER TABLE audit_sink_cursor RENAME COLUMN sequence TO moved')
  await expect.poll(warnings, { timeout: 30_000 }).toMatchObject([{ message: 'audit events cannot be streamed' }])
  await app.database.sql('ALTER TABLE audit_sink_cursor RENAME COLUMN moved TO sequence')
  await expect
    .poll(() => said.map((line) => JSON.parse(line).message), { timeout: 30_000 })
    .toEqual(['audit events cannot be streamed', 'audit events are streamed again'])
})

// Failed before: without the next event, the figures and `doctor` said that the receiver had all.
test('the figures count what is late when the next event is missing', async () => {
  await disarm(app)
  const stream = toFile()
  await isRead()
  await stream.stop()
  for (const name of ['Removed', 'Late']) await createKey(owner, organization.defaultProject, name)
  const removed = (await logOf()).at(-2)
  await app.database.sql('DELETE FROM audit_event WHERE organization_id = $1 AND sequence = $2', [
    idOf(organization),
    removed.sequence,
  ])
  expect(await readSinkFigures(app.database)).toMatchObject({ pending: '2', oldest: expect.any(Date) })
})
