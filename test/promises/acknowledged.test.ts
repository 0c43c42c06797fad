import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Json } from '../infra/app.ts'
import { testDatabaseKind } from '../infra/database.ts'
import { freePort } from '../infra/network/nginx.ts'
import { command } from '../infra/operator/command-line.ts'
import { type OwnPostgresql, startPostgresql } from '../infra/postgresql-server.ts'
import { type ServerProcess, startServer } from '../infra/server/server-process.ts'

/*
 * R2 and R3: clients keep a journal of acknowledged changes, while the server is killed and PostgreSQL is stopped
 * without a checkpoint. Afterwards everything in the journal is there, once, and the audit log fits and has it.
 * `pnpm test:nightly` has the full numbers.
 */

const IS_NIGHTLY = process.env.KEYWARD_NIGHTLY === '1'
const KILLS = IS_NIGHTLY ? 50 : 3
const STOPS = IS_NIGHTLY ? 20 : 3
/** Acknowledged changes between two faults. */
const BETWEEN = 40
const LANES = 6

const CREATE = `mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) {
  ... on ApiKeyCreatePayload { apiKey { id } } ... on Error { message } } }`
const REVOKE = `mutation ($input: ApiKeyRevokeInput!) { apiKeyRevoke(input: $input) {
  ... on ApiKeyRevokePayload { apiKey { id status } } ... on Error { message } } }`
const RECORD = `mutation ($input: UsageRecordInput!) { usageRecord(input: $input) {
  ... on UsageRecordPayload { recorded duplicates rejected { code } } ... on Error { message } } }`

/** Changes that the server acknowledged. */
interface Journal {
  created: Map<string, string>
  revoked: Set<string>
  events: Json[]
}

const sizeOf = ({ created, revoked, events }: Journal): number => created.size + revoked.size + events.length

/** An event of the stream. None for a line that a fault cut off, wherever that was. */
function wholeLine(line: string): Json[] {
  try {
    return [JSON.parse(line)]
  } catch {
    return []
  }
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe.runIf(testDatabaseKind === 'postgresql')('acknowledged changes', () => {
  let directory: string
  let postgres: OwnPostgresql
  let server: ServerProcess
  let environment: Record<string, string>
  let session: string
  let gateway: string
  let project: string
  let organization: string
  const journal: Journal = { created: new Map(), revoked: new Set(), events: [] }

  const startAgain = async () => {
    server = await startServer(postgres.url, environment)
  }

  /** Asks the server that runs at the time. Null without an acknowledgement. */
  async function ask(token: string, query: string, variables: object): Promise<Json> {
    try {
      const response = await server.ask(token, query, variables, { 'x-graphql-yoga-csrf': '1' })
      const { data, errors } = (await response.json()) as { data?: Json; errors?: unknown }
      return errors ? null : data
    } catch {
      return null
    }
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'keyward-acknowledged-'))
    postgres = await startPostgresql({})
    environment = {
      PORT: String(await freePort()),
      KEYWARD_DATA_DIR: directory,
      KEYWARD_AUDIT_HEADS_FILE: join(directory, 'heads.jsonl'),
      KEYWARD_AUDIT_SINK: join(directory, 'audit.jsonl'),
    }
    await startAgain()
    session = decodeURIComponent(await server.signUp('ada@example.com', 'correct horse battery'))
    const made = await ask(
      session,
      'mutation { organizationCreate(input: { name: "Acme" }) { ... on OrganizationCreatePayload { organization { id defaultProject { id } } } } }',
      {},
    )
    organization = made.organizationCreate.organization.id
    project = made.organizationCreate.organization.defaultProject.id
    const { stdout } = await command({ DATABASE_URL: postgres.url, ...secrets }, 'gateway', 'create', 'edge', '--json')
    gateway = JSON.parse(stdout).token
  })
  afterAll(async () => {
    server?.process.kill('SIGKILL')
    await server?.ended
    await postgres?.stop()
    await rm(directory, { recursive: true, force: true })
  })

  const secrets = {
    KEYWARD_ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 1).toString('base64')}`,
    KEYWARD_SESSION_SECRET: 'a secret of the tests, long enough for anybody',
  }

  /** One client, which creates a key, records usage for it and revokes every second one, again and again. */
  async function write(lane: number, signal: AbortSignal): Promise<void> {
    for (let count = 0; !signal.aborted; count += 1) {
      const name = `lane ${lane} key ${count}`
      const created = await ask(session, CREATE, { input: { projectId: project, name } })
      const id: string | undefined = created?.apiKeyCreate.apiKey?.id
      if (id === undefined) {
        await delay(20)
        continue
      }
      journal.created.set(id, name)
      const event = {
        eventId: name.replaceAll(' ', '-'),
        credentialId: id,
        workload: 'INFERENCE',
        occurredAt: new Date().toISOString(),
        cost: '0.01',
      }
      const recorded = await ask(gateway, RECORD, { input: { events: [event] } })
      if (recorded?.usageRecord.recorded === 1) journal.events.push(event)
      if (count % 2 === 0) continue
      const revoked = await ask(session, REVOKE, { input: { id } })
      if (revoked?.apiKeyRevoke.apiKey?.status === 'REVOKED') journal.revoked.add(id)
    }
  }

  /** Repeats a fault under load, each after a number of acknowledged changes. */
  async function repeat(times: number, fault: () => Promise<void>): Promise<void> {
    const ended = new AbortController()
    const lanes = Array.from({ length: LANES }, (_, lane) => write(lane + LANES * rounds, ended.signal))
    rounds += 1
    try {
      for (let time = 0; time < times; time += 1) {
        const before = sizeOf(journal)
        await expect.poll(() => sizeOf(journal) - before, { timeout: 120_000 }).toBeGreaterThan(BETWEEN)
        await fault()
      }
    } finally {
      ended.abort()
      await Promise.all(lanes)
    }
  }
  let rounds = 0

  /** Every list item of the project's keys, by id. */
  async function readKeys(): Promise<Map<string, { status: string; name: string; usage: { total: string } }>> {
    const query = `query ($id: ID!, $after: String, $usage: UsageInput!) { project(id: $id) {
      apiKeys(first: 50, after: $after) {
        nodes { id status name usage(input: $usage) { total } } pageInfo { hasNextPage endCursor } } } }`
    const now = Date.now()
    const usage = { from: new Date(now - 86_400_000).toISOString(), to: new Date(now + 3_600_000).toISOString() }
    const found = new Map<string, { status: string; name: string; usage: { total: string } }>()
    for (let after: string | null = null, isMore = true; isMore; ) {
      const page: Json = (await ask(session, query, { id: project, after, usage })).project.apiKeys
      for (const node of page.nodes) found.set(node.id, node)
      isMore = page.pageInfo.hasNextPage
      after = page.pageInfo.endCursor
    }
    return found
  }

  async function expectAllThere(): Promise<void> {
    const keys = await readKeys()
    expect([...journal.created.keys()].filter((id) => !keys.has(id))).toEqual([])
    expect([...journal.revoked].filter((id) => keys.get(id)?.status !== 'REVOKED')).toEqual([])
    // A client gives each of its keys another name, also when it got no answer.
    const names = [...keys.values()].map(({ name }) => name)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
    // Every acknowledged event is a repeat.
    for (let from = 0; from < journal.events.length; from += 500) {
      const events = journal.events.slice(from, from + 500)
      const { usageRecord } = await ask(gateway, RECORD, { input: { events } })
      expect(usageRecord).toEqual({ recorded: 0, duplicates: events.length, rejected: [] })
    }
    // Each key was used once, or not at all if its event was not acknowledged.
    const used = new Set(journal.events.map(({ credentialId }) => credentialId))
    const wrong = [...(await readKeys())].filter(
      ([id, { usage }]) => usage.total !== '0.01' && (used.has(id) || usage.total !== '0'),
    )
    expect(wrong).toEqual([])
    const verified = await command({ DATABASE_URL: postgres.url, ...secrets, ...environment }, 'audit', 'verify')
    expect(verified.code, verified.output).toBe(0)
    expect(verified.output).toContain('All valid')
    // The stream of audit events, which the same faults interrupted, has each change too.
    const wanted = [
      ...[...journal.created.keys()].map((id) => `apiKey.created ${id}`),
      ...[...journal.revoked].map((id) => `apiKey.revoked ${id}`),
    ]
    const missing = async () => {
      const lines = (await readFile(join(directory, 'audit.jsonl'), 'utf8')).split('\n')
      const streamed = new Set(lines.flatMap(wholeLine).map(({ action, target }) => `${action} ${target.id}`))
      return wanted.filter((change) => !streamed.has(change)).length
    }
    await expect.poll(missing, { timeout: 60_000 }).toBe(0)
  }

  test(`survive killing the server ${KILLS} times`, async () => {
    await repeat(KILLS, async () => {
      server.process.kill('SIGKILL')
      expect(await server.ended).toBe('SIGKILL')
      await startAgain()
    })
    expect(journal.events.length).toBeGreaterThan(KILLS)
    expect(journal.revoked.size).toBeGreaterThan(KILLS)
    await expectAllThere()
  })

  test(`survive stopping PostgreSQL immediately ${STOPS} times`, async () => {
    await repeat(STOPS, async () => {
      const [pid = ''] = (await readFile(join(postgres.directory, 'postmaster.pid'), 'utf8')).split('\n')
      // As `pg_ctl stop -m immediate` does: without a checkpoint, so that the start recovers from the log.
      process.kill(Number(pid), 'SIGQUIT')
      await expect.poll(() => isRunning(Number(pid)), { timeout: 60_000 }).toBe(false)
      await postgres.resume()
    })
    await expectAllThere()
    const { data } = await (
      await server.ask(session, 'query ($id: ID!) { organization(id: $id) { name } }', { id: organization })
    ).json()
    expect(data.organization.name).toBe('Acme')
  })
})
