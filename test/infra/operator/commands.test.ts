import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '@keyward/prisma/database'
import { encodeId } from '@keyward/schema/core/ids'
import { start } from '@keyward/server/start'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setupToken } from '../../../server/config/secrets.ts'
import { createTestDatabase, testDatabaseKind } from '../database.ts'
import { command } from './command-line.ts'

let directory: string
let environment: Record<string, string>
let dropDatabase = async () => {}

const run = (...operands: string[]) => command(environment, ...operands)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keyward-operator-'))
  environment = { KEYWARD_DATA_DIR: directory, KEYWARD_SIGNUP: 'open', KEYWARD_LOG: 'silent', PORT: '0' }
  if (testDatabaseKind === 'postgresql') {
    const { url, drop } = await createTestDatabase()
    environment.DATABASE_URL = url
    dropDatabase = drop
  }
  await serveOnce()
})
afterAll(async () => {
  await dropDatabase()
  await rm(directory, { recursive: true, force: true })
})

/** Runs a server where Ada creates an organization and Bob joins it. Its audit log has three events then. */
async function serveOnce(): Promise<void> {
  const { config, listener, stop } = await start(environment)
  const post = async (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`${listener.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: config.publicUrl, ...headers },
      body: JSON.stringify(body),
    })
  const signUp = async (name: string) => {
    const email = `${name.toLowerCase()}@people.example`
    const setup = { 'x-keyward-setup-token': setupToken(config.sessionSecret) }
    const response = await post('/auth/sign-up/email', { name, email, password: 'a good password' }, setup)
    const authorization = `Bearer ${response.headers.get('set-auth-token')}`
    return async (query: string, variables: object = {}) => {
      const answer = await post('/graphql', { query, variables }, { authorization })
      return (await answer.json()).data
    }
  }
  const [ada, bob] = [await signUp('Ada'), await signUp('Bob')]
  const { organizationCreate } = await ada(
    'mutation { organizationCreate(input: { name: "Acme" }) { ... on OrganizationCreatePayload { organization { id } } } }',
  )
  const { memberInvite } = await ada(
    'mutation ($input: MemberInviteInput!) { memberInvite(input: $input) { ... on MemberInvitePayload { acceptUrl } } }',
    { input: { organizationId: organizationCreate.organization.id, email: 'bob@people.example', role: 'MEMBER' } },
  )
  const token = new URL(memberInvite.acceptUrl).hash.replace('#token=', '')
  await bob('mutation ($token: String!) { invitationAccept(input: { token: $token }) { __typename } }', { token })
  await stop()
}

const headsFile = () => join(directory, 'audit-heads.jsonl')

test('the user and organization commands print text or JSON', async () => {
  const created = await run('user', 'create', 'Eve@people.example', '--name', 'Eve', '--json')
  expect(created.code).toBe(0)
  const eve = JSON.parse(created.stdout)
  expect(eve).toEqual({
    id: expect.stringMatching(/^usr_/),
    email: 'eve@people.example',
    name: 'Eve',
    password: expect.stringMatching(/^[\w-]{20}$/),
  })
  const again = await run('user', 'create', 'eve@people.example', '--json')
  expect({ code: again.code, stdout: again.stdout }).toEqual({ code: 1, stdout: '' })
  expect(JSON.parse(again.output).error).toMatchObject({
    message: 'eve@people.example already has an account.',
    code: 'FAILED',
    exitCode: 1,
  })
  const users = await run('user', 'list')
  expect(users.stdout).toMatch(
    /^usr_\w+\tada@people\.example\tAda\t1\t1\t\S+\nusr_\w+\tbob@.*\nusr_\w+\teve@people\.example\tEve\t0\t0\t\S+\n$/,
  )
  const organizations = await run('organization', 'list', '--json')
  expect(JSON.parse(organizations.stdout)).toMatchObject([
    {
      id: expect.stringMatching(/^org_/),
      name: 'Acme',
      owner: 'ada@people.example',
      members: 2,
      projects: 1,
      liveKeys: 0,
    },
  ])
  expect(JSON.parse((await run('gateway', 'list', '--json')).stdout)).toEqual([])
  expect(JSON.parse((await run('audit', 'verify', '--json')).stdout)).toMatchObject({
    fits: true,
    organizations: [{ events: 3 }],
  })
})

test('a stopping server writes signed heads that only the file’s owner can read', async () => {
  expect((await stat(headsFile())).mode & 0o777).toBe(0o600)
  const [line, ...rest] = (await readFile(headsFile(), 'utf8')).trim().split('\n')
  expect(rest).toEqual([])
  expect(JSON.parse(line ?? '')).toMatchObject({ sequence: '3' })
})

test('audit verify exits with 0 if the log is intact', async () => {
  const { code, output } = await run('audit', 'verify')
  expect(output).toMatch(/^org_\w+ "Acme": 3 events are valid, 1 signed head, the newest of \S+ at event 3\.$/m)
  expect(output).toContain('-----BEGIN PUBLIC KEY-----')
  expect(output).toContain('All valid: 1 audit log.')
  expect(code).toBe(0)
})

test('audit verify reports missing signed heads', async () => {
  const none = await command({ ...environment, KEYWARD_AUDIT_HEADS_FILE: join(directory, 'none') }, 'audit', 'verify')
  expect(none.output).toContain(`There are no signed heads in ${join(directory, 'none')}`)
  expect(none.output).toContain('Every chain is valid: 1 audit log.')
  expect(none.output).not.toContain('All valid')
  expect(none.code).toBe(0)
  const elsewhere = await mkdtemp(join(tmpdir(), 'keyward-elsewhere-'))
  const given = { KEYWARD_DATA_DIR: elsewhere, KEYWARD_AUDIT_HEADS_FILE: headsFile() }
  const { code, output } = await command({ ...environment, ...given }, 'audit', 'verify')
  expect(code).toBe(1)
  expect(output).toMatch(testDatabaseKind === 'postgresql' ? /set KEYWARD_ENCRYPTION_KEYS/ : /There is no database in/)
  await expect(stat(join(elsewhere, 'secrets.json'))).rejects.toThrow('ENOENT')
  await rm(elsewhere, { recursive: true })
})

test('audit verify exits with 9 and names a forged signed head', async () => {
  const forged = join(directory, 'forged.jsonl')
  await writeFile(forged, (await readFile(headsFile(), 'utf8')).replace('"sequence":"3"', '"sequence":"2"'))
  const { code, output } = await command({ ...environment, KEYWARD_AUDIT_HEADS_FILE: forged }, 'audit', 'verify')
  expect(output).toContain(`${forged}, line 1: rejected, its signature is wrong.`)
  expect(code).toBe(9)
})

test('user reset-link prints a password reset link, only for users who have a password', async () => {
  const { code, stdout } = await run('user', 'reset-link', 'Bob@people.example')
  expect(code).toBe(0)
  expect(stdout).toMatch(/\/reset-password#token=\w{24}\n$/)
  expect((await run('user', 'reset-link', 'nobody@people.example')).code).not.toBe(0)
})

test('user remove is rejected for an Owner and for an unknown e-mail address', async () => {
  const ofOwner = await run('user', 'remove', 'ada@people.example')
  expect(ofOwner.output).toMatch(/^ada@people\.example owns "Acme" \(org_\w+\)\. Transfer ownership first/)
  expect(ofOwner.code).toBe(1)
  const ofNobody = await run('user', 'remove', 'nobody@people.example')
  expect(ofNobody.output).toBe('No user has the address nobody@people.example.\n')
  expect(ofNobody.code).toBe(1)
})

test('after user remove, the audit log continues from its signed head', async () => {
  const { code, output } = await run('user', 'remove', 'Bob@People.example')
  expect(output).toBe(
    'Removed Bob@People.example from 1 organization and ended 1 session and 0 tokens that they knew. The keys they created keep working.\n',
  )
  expect(code).toBe(0)
  expect((await run('audit', 'verify')).output).toContain('5 events are valid')
  expect((await run('user', 'remove', 'bob@people.example')).code).toBe(1)
})

test('audit verify exits with 9 and names a modified row', async () => {
  const database = await openDatabase(environment.DATABASE_URL ?? `embedded:${join(directory, 'database')}`)
  await database.sql('ALTER TABLE audit_event DISABLE TRIGGER ALL')
  const [row] = await database.sql<{ id: string; organization_id: string }>(
    "UPDATE audit_event SET actor_name = 'Nobody' WHERE sequence = 2 RETURNING id, organization_id",
  )
  await database.close()
  const { code, output } = await run('audit', 'verify')
  expect(output).toContain(`${encodeId('Organization', row?.organization_id ?? '')} "Acme": 1 event is valid`)
  expect(output).toContain(`EDITED: event 2 (${encodeId('AuditEvent', row?.id ?? '')}, row ${row?.id}) was changed`)
  expect(output).toContain('Not valid: 1 of 1 audit logs')
  expect(code).toBe(9)
})
