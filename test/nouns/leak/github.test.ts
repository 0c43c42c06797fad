import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { generateSecret } from '../../../schema/api-key/secret.ts'
import { decodeId } from '../../../schema/core/ids.ts'
import { createGateway } from '../../../schema/gateway/service.ts'
import { ORIGIN, startApp } from '../../infra/app.ts'
import { type LeakSetting, newSigner, startLeakSetting } from './setting.ts'

// GitHub's secret scanning reports secrets that it finds in public. These tests fail if the signature is not verified,
// if it is verified over the parsed body, and if the token is part of the audit details.

let setting: LeakSetting
let lines: string[]
beforeAll(async () => {
  lines = []
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    lines.push(String(chunk))
    return true
  })
  setting = await startLeakSetting({ KEYWARD_LOG: 'json' })
})
afterAll(async () => {
  vi.restoreAllMocks()
  await setting?.close()
})

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64')
const TYPE = 'keyward_api_key'
const found = (token: string, more: object = {}) => ({
  token,
  type: TYPE,
  url: `https://github.com/acme/shop/blob/main/.env#${token}`,
  source: 'commit',
  ...more,
})
const written = async (): Promise<string> => {
  const rows = await setting.database.sql<{ count: string }>(
    'SELECT concat((SELECT count(*) FROM audit_event), (SELECT position FROM change_clock)) AS count',
  )
  return rows[0]?.count ?? ''
}

describe('a leak report from GitHub is rejected', () => {
  test.each<[string, number, Record<string, string | null>]>([
    ['it has no signature', 401, { 'github-public-key-signature': null }],
    ['it names no key', 401, { 'github-public-key-identifier': null }],
    ['it names an unknown key', 401, { 'github-public-key-identifier': 'another' }],
    ['its signature is of other content', 401, { 'github-public-key-signature': 'MEUCIQ==' }],
    ['its signature is malformed', 401, { 'github-public-key-signature': '!' }],
  ])('if %s', async (_what, status, headers) => {
    const { id, secret } = await setting.key(`kept ${_what}`)
    const before = await written()
    const response = await setting.report([found(secret)], headers)
    expect(response.status).toBe(status)
    expect(await response.text()).not.toContain(secret)
    expect(await written()).toBe(before)
    expect((await setting.read(id)).status).toBe('ACTIVE')
  })

  test('if it was signed by another key under the same key id', async () => {
    const impostor = newSigner('test-key')
    expect((await setting.report([found(generateSecret('proj'))], {}, impostor)).status).toBe(401)
  })

  test('if it was changed after it was signed, even by a space', async () => {
    const { id, secret } = await setting.key('kept as it is')
    const body = JSON.stringify([found(secret)])
    const { sign } = await import('node:crypto')
    const signature = sign('sha256', Buffer.from(body), { key: setting.signer.privateKey, dsaEncoding: 'der' })
    const response = await setting.report(`${body} `, { 'github-public-key-signature': signature.toString('base64') })
    expect(response.status).toBe(401)
    expect((await setting.read(id)).status).toBe('ACTIVE')
  })

  test.each<[string, number, unknown]>([
    ['is not JSON', 400, 'nonsense'],
    ['is not a list', 400, { token: 'x', type: TYPE }],
    ['has an entry without a token', 400, [{ type: TYPE }]],
    ['has a token that is a number', 400, [{ token: 1, type: TYPE }]],
    ['has more than 1,000 entries', 400, Array.from({ length: 1_001 }, () => ({ token: 'x', type: TYPE }))],
    ['is larger than a megabyte', 413, `[${' '.repeat(1_048_576)}]`],
  ])('if its body %s', async (_what, status, body) => {
    expect((await setting.report(body)).status).toBe(status)
  })

  test('if it does not use POST', async () => {
    const response = await setting.app.fetch(new Request(`${ORIGIN}/leaks/github`))
    expect(response.status).toBe(405)
  })
})

test('the endpoint for leak reports returns 404 if no signing keys are configured', async () => {
  const other = await startApp()
  const response = await other.app.fetch(new Request(`${ORIGIN}/leaks/github`, { method: 'POST', body: '[]' }))
  await other.close()
  expect(response.status).toBe(404)
})

test('leaked keys are handled according to their project’s policy', async () => {
  const revoked = await setting.key('revoked by report')
  const flagged = await setting.key('flagged by report')
  const nobodys = generateSecret('proj')
  const tokens = [revoked.secret, nobodys, 'kw_proj_wrong', revoked.secret]
  const response = await setting.report(tokens.map((token) => found(token)))
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual(
    tokens.map((token) => ({
      token_hash: hashOf(token),
      token_type: TYPE,
      label: token === revoked.secret ? 'true_positive' : 'false_positive',
    })),
  )
  expect(await setting.read(revoked.id)).toMatchObject({
    status: 'REVOKED',
    revocationReason: 'LEAKED',
    revokedBy: null,
    leakedAt: expect.any(String),
  })
  // The report contains it twice; it is handled once.
  const reports = (await setting.audited('apiKey.leakReported')).filter(({ target }) => target.id === revoked.id)
  expect(reports).toEqual([
    {
      actor: { kind: 'SYSTEM' },
      target: { type: 'ApiKey', id: revoked.id, name: 'revoked by report' },
      details: {
        source: 'GitHub: commit',
        url: 'https://github.com/acme/shop/blob/main/.env#(not shown)',
        secretVersion: '1',
        leakedKeyAction: 'REVOKE',
      },
    },
  ])
  await setting.owner.mutate('projectKeyPolicySet', { projectId: setting.projectId, leakedKeyAction: 'FLAG' })
  await setting.report([found(flagged.secret)])
  expect(await setting.read(flagged.id)).toMatchObject({ status: 'ACTIVE', leakedAt: expect.any(String) })
  await setting.owner.mutate('projectKeyPolicySet', { projectId: setting.projectId, leakedKeyAction: 'REVOKE' })
})

test('a report of unknown or already revoked secrets writes nothing', async () => {
  const { id, secret } = await setting.key('revoked before')
  await setting.owner.mutate('apiKeyRevoke', { id })
  const before = await written()
  const tokens = Array.from({ length: 200 }, () => generateSecret('proj'))
  const response = await setting.report([...tokens, secret].map((token) => found(token)))
  const labels = ((await response.json()) as { label: string }[]).map(({ label }) => label)
  expect(labels.filter((label) => label === 'true_positive')).toHaveLength(1)
  expect(await written()).toBe(before)
})

test('a leaked secret that was already rotated is reported', async () => {
  const { id, secret } = await setting.key('rotated before')
  await setting.owner.mutate('apiKeyRotate', { id, overlapSeconds: 0 })
  setting.database.clock.advance(1_000)
  await setting.report([found(secret)])
  expect(await setting.read(id)).toMatchObject({ status: 'ACTIVE', leakedAt: null })
  const [event] = await setting.audited('apiKey.leakReported')
  expect(event).toMatchObject({ target: { id }, details: { secretRetired: 'true', secretVersion: '1' } })
})

test('leaked credentials of other kinds are recognized and audited, but not revoked automatically', async () => {
  const { organizationId } = setting
  const legacy = `legacy-${'x'.repeat(32)}`
  await setting.owner.mutate('legacyKeyImport', { organizationId, secret: legacy })
  const account = await setting.owner.mutate(
    'serviceAccountCreate',
    { organizationId, name: 'robot', role: 'MEMBER' },
    'token',
  )
  const playground = await setting.owner.mutate('playgroundTokenCreate', { organizationId }, 'token')
  const gateway = await createGateway(setting.app.runtime, 'edge')
  const tokens = [legacy, account.token, playground.token, gateway.token]
  lines.length = 0
  const response = await setting.report(tokens.map((token) => found(token)))
  expect(((await response.json()) as { label: string }[]).map(({ label }) => label)).toEqual(
    tokens.map(() => 'true_positive'),
  )
  for (const action of ['legacyKey.leakReported', 'serviceAccount.leakReported', 'playground.leakReported']) {
    const [event] = await setting.audited(action)
    expect(event?.details).toMatchObject({ source: 'GitHub: commit', url: expect.stringContaining('(not shown)') })
  }
  for (const token of [legacy, account.token]) {
    expect((await setting.client(token).ask('{ viewer { kind } }')).status).toBe(200)
  }
  expect(lines.filter((line) => line.includes('"level":"warn"') && line.includes('gtw_'))).toHaveLength(1)
})

test('signing keys that GitHub publishes later are accepted', async () => {
  const next = newSigner('next-key')
  expect((await setting.report([], {}, next)).status).toBe(401)
  await setting.publish([setting.signer, next])
  expect((await setting.report([], {}, next)).status).toBe(200)
  await setting.publish([newSigner('weak', 'secp256k1')])
  expect((await setting.report([])).status).toBe(503)
  await setting.publish([setting.signer])
  expect((await setting.report([])).status).toBe(200)
})

test('no reported token appears in the log or in the database', async () => {
  const { secret } = await setting.key('searched for')
  const foreign = 'a-token-of-another-shape-0123456789'
  await setting.report([found(secret), found(foreign, { source: foreign })])
  await setting.report(`{"token":"${secret}"}`)
  const tables = await setting.database.sql<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
  )
  for (const { name } of tables) {
    const rows = await setting.database.prisma.$queryRawUnsafe<{ text: string }[]>(
      `SELECT t::text AS text FROM "${name}" t`,
    )
    for (const { text } of rows) for (const token of [secret, foreign]) expect(text).not.toContain(token)
  }
  for (const line of lines) for (const token of [secret, foreign]) expect(line).not.toContain(token)
})

// Failed while either case was an internal error that discarded the whole report.
test('a leaked key is revoked even if the URL of its finding is shortened in the middle of a character', async () => {
  const { id, secret } = await setting.key('long')
  const start = 'https://github.com/acme/blob/'
  const url = `${start}${'a'.repeat(1_999 - start.length)}\u{1f600}/x`
  const response = await setting.report([{ token: secret, type: 'keyward_api_key', url, source: 'commit' }])
  expect({ status: response.status, key: (await setting.read(id)).status }).toEqual({ status: 200, key: 'REVOKED' })
})

test('a leaked key is revoked even if another entry’s token is not valid Unicode', async () => {
  const { id, secret } = await setting.key('beside')
  const entry = `{"token":"\\ud800","type":"keyward_api_key","url":"https://github.com/a","source":"commit"}`
  const response = await setting.report(
    `[${entry},${JSON.stringify({ token: secret, type: 'keyward_api_key', url: 'https://github.com/b', source: 'commit' })}]`,
  )
  expect({ status: response.status, key: (await setting.read(id)).status }).toEqual({ status: 200, key: 'REVOKED' })
})

// Failed while such an entry was answered 400 and the whole report was discarded.
test.each<[string, object]>([
  ['an address that is too long', { url: 'a'.repeat(5_000) }],
  ['an address that cannot be stored', { url: '\ud800\u0000' }],
  ['an address and a source that are not strings', { url: 1, source: {} }],
])('a leaked key is revoked even if its entry has %s', async (what, more) => {
  const { id, secret } = await setting.key(what)
  expect((await setting.report([found(secret, more)])).status).toBe(200)
  expect((await setting.read(id)).status).toBe('REVOKED')
})

test.each<[string, unknown]>([
  ['one without a token', { type: TYPE }],
  ['one with a token that is too long', { token: 'a'.repeat(5_000), type: TYPE }],
  ['null', null],
])('a leaked key is revoked even if another entry of its report is %s', async (what, other) => {
  const { id, secret } = await setting.key(what)
  const response = await setting.report([other, found(secret)])
  expect([response.status, await response.json()]).toEqual([
    200,
    [{ token_hash: hashOf(secret), token_type: TYPE, label: 'true_positive' }],
  ])
  expect((await setting.read(id)).status).toBe('REVOKED')
})

// Failed while the first failure stopped the others.
test('a failure for one reported key does not affect the other reported keys', async () => {
  const [stuck, free] = [await setting.key('stuck'), await setting.key('free')]
  const uuid = decodeId('ApiKey', stuck.id)
  await setting.database.sql(`CREATE FUNCTION stuck() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN IF NEW.target_id = '${uuid}' THEN RAISE EXCEPTION 'stuck'; END IF; RETURN NEW; END $$`)
  await setting.database.sql('CREATE TRIGGER stuck BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION stuck()')
  const statuses = async () => [(await setting.read(stuck.id)).status, (await setting.read(free.id)).status]
  try {
    const response = await setting.report([found(stuck.secret), found(free.secret)])
    expect([response.status, await statuses()]).toEqual([503, ['ACTIVE', 'REVOKED']])
  } finally {
    await setting.database.sql('DROP FUNCTION stuck() CASCADE')
  }
  const response = await setting.report([found(stuck.secret), found(free.secret)])
  expect([response.status, await statuses()]).toEqual([200, ['REVOKED', 'REVOKED']])
})
