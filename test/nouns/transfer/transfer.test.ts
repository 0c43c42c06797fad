import { verifyAudit } from '@keyward/schema/audit/verify'
import { decodeId } from '@keyward/schema/core/ids'
import { createGateway } from '@keyward/schema/gateway/service'
import { exportOrganization } from '@keyward/schema/transfer/export'
import { type ImportOptions, importOrganization } from '@keyward/schema/transfer/import'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ORIGIN, startApp, type TestApp } from '../../infra/app.ts'
import { createKey } from '../../infra/world.ts'
import { HOUR_MS, startUsageWorld, type UsageWorld } from '../usage/setting.ts'

const PASSPHRASE = 'correct horse battery staple'
const NOT_ACCEPTED: ImportOptions = { passphrase: PASSPHRASE, acceptsUnverified: false }

let source: UsageWorld
let target: TestApp
let rotated: { id: string; secret: string }
let newest: string
let scoped: { id: string; secret: string }
let spender: { id: string; secret: string }
let lines: string[]
/** Of a gateway of the new instance. */
let gatewayToken: string

async function exported(passphrase: string | null = PASSPHRASE): Promise<string[]> {
  const written: string[] = []
  await exportOrganization(source.app.runtime, source.ids.organization, passphrase, async (line) => {
    written.push(JSON.stringify(line))
  })
  return written
}

async function* linesOf(given: readonly string[]): AsyncGenerator<string> {
  yield* given
}

const importInto = (app: TestApp, given: readonly string[] = lines, options = NOT_ACCEPTED) =>
  importOrganization(app.app.runtime, () => linesOf(given), options)

const authorize = async (app: TestApp, secret: string | null) => {
  const token = app === target ? gatewayToken : source.as.gateway.token
  const response = await app.app.fetch(
    new Request(`${ORIGIN}/authorize`, {
      headers: { 'keyward-gateway': token ?? '', authorization: `Bearer ${secret}` },
    }),
  )
  return { status: response.status, reason: response.headers.get('keyward-reason') }
}

const countOrganizations = (app: TestApp) => app.database.prisma.organization.count()

/** The file with one row changed. */
const withRow = (table: string, change: (row: Record<string, unknown>) => void): string[] => {
  let isChanged = false
  return lines.map((text) => {
    const line = JSON.parse(text)
    if (isChanged || line.table !== table) return text
    isChanged = true
    change(line.row)
    return JSON.stringify(line)
  })
}

beforeAll(async () => {
  source = await startUsageWorld({})
  // The world's clock is two hours ahead.
  target = await startApp({ clockOffsetMs: 2 * HOUR_MS })
  gatewayToken = (await createGateway(target.app.runtime, 'New gateway')).token
  const { owner } = source.as
  rotated = await createKey(owner, source.ids.project, 'rotated')
  scoped = await createKey(owner, source.ids.project, 'scoped', { models: ['own/*'] })
  const again = await owner.mutate('apiKeyRotate', { id: rotated.id, overlapSeconds: 86_400 }, 'secret')
  newest = again.secret
  spender = await createKey(owner, source.ids.project, 'spender')
  await owner.mutate('apiKeyLimitsSet', { id: spender.id, budgets: [{ period: 'TOTAL', usd: '1', onLimit: 'REJECT' }] })
  await source.record([source.event({ credentialId: spender.id }), source.event()])
  const webhook = await owner.mutate(
    'webhookCreate',
    { organizationId: source.ids.organization, url: 'https://example.com/hook' },
    'webhook { id }',
  )
  expect(webhook.webhook?.id).toMatch(/^whk_/)
  lines = await exported()
})
afterAll(() => Promise.all([source.close(), target.close()]))

test('exporting secrets requires a passphrase', async () => {
  await expect(exported(null)).rejects.toThrow('Give a passphrase for them')
  await expect(importInto(target, lines, { ...NOT_ACCEPTED, passphrase: null })).rejects.toThrow('Give its passphrase')
  await expect(importInto(target, lines, { ...NOT_ACCEPTED, passphrase: 'another passphrase' })).rejects.toThrow(
    'The passphrase does not open the secret in line',
  )
  expect(await countOrganizations(target)).toBe(0)
})

test('an export contains no secret of a key', () => {
  const text = lines.join('\n')
  for (const secret of [
    source.secret,
    rotated.secret,
    newest,
    source.as.legacyKey.token,
    source.as.adminAccount.token,
  ]) {
    expect(text).not.toContain(secret)
  }
})

test('importing a file with an unknown, misplaced or changed line is rejected with the line number', async () => {
  const [header = '', ...rest] = lines
  const cases: [string[], RegExp][] = [
    [[header, 'not json', ...rest], /^Line 2 is not JSON/],
    [[header, '{"table":"gateway","row":{}}', ...rest], /^Line 2 is not a line of this format/],
    [[header, header, ...rest], /^Line 2 is out of place/],
    [lines.slice(0, -1), /^The file ends early/],
    [[header.replace('"version":2', '"version":1'), ...rest], /has version 1 of the format/],
    [
      withRow('project', (row) => Object.assign(row, { future_column: '1' })),
      /^Line \d+ has the column "future_column"/,
    ],
    [
      withRow('api_key', (row) => Object.assign(row, { workloads: ['COOKING'] })),
      /^Lines? \d+.* not fit into "api_key"/,
    ],
    [
      withRow('audit_event', (row) => Object.assign(row, { action: 'nothing.happened' })),
      /does not fit into the chain/,
    ],
    [
      withRow('usage_hourly', (row) => Object.assign(row, { organization_id: crypto.randomUUID() })),
      /not of the organization/,
    ],
  ]
  for (const [given, message] of cases) await expect(importInto(target, given)).rejects.toThrow(message)
  expect(await countOrganizations(target)).toBe(0)
})

test('an account with an unconfirmed address receives roles only if the operator accepts it', async () => {
  const other = await startApp()
  const squatter = await other.signUp('Squatter', 'somebody@people.example')
  await other.signUp('First', source.emails.admin)
  await other.database.prisma.user.updateMany({ data: { emailVerified: false } })
  await expect(importInto(other)).rejects.toThrow(`${source.emails.admin}. If the accounts belong to`)
  const imported = await importInto(other, lines, { ...NOT_ACCEPTED, acceptsUnverified: true })
  expect(imported.matched).toEqual([source.emails.admin])
  expect(imported.created).toContain(source.emails.owner)
  const { data } = await squatter.ask('{ viewer { organizations(first: 5) { nodes { id } } } }')
  expect(data.viewer.organizations.nodes).toEqual([])
  await other.close()
})

test('an imported organization’s keys still work', async () => {
  // The same address, with another id.
  const owner = await target.signUp('Owner', source.emails.owner)
  const imported = await importInto(target, lines, { ...NOT_ACCEPTED, acceptsUnverified: true })
  expect(imported).toMatchObject({ id: source.ids.organization, name: 'World', matched: [source.emails.owner] })

  for (const secret of [source.secret, rotated.secret, newest, source.as.legacyKey.token]) {
    expect(await authorize(target, secret)).toMatchObject({ status: 200 })
  }
  // Its models are restricted, and the request names none.
  expect(await authorize(target, scoped.secret)).toMatchObject({ status: 403 })
  for (const { token } of [source.as.revokedKey, source.as.expiredKey, source.as.foreignKey]) {
    expect(await authorize(target, token)).toMatchObject({ status: 401 })
  }
  // The budget of $1 was spent on the old instance.
  expect(await authorize(target, spender.secret)).toMatchObject({ status: 429, reason: 'BUDGET_EXCEEDED' })

  const { data } = await owner.ask(
    `query ($id: ID!) { organization(id: $id) { name members(first: 50) { totalCount } projects(first: 50) { totalCount }
       webhooks(first: 5) { nodes { url } } auditLog(first: 1) { nodes { action } }
       costAnalytics(input: { from: "${source.ago(86_400_000)}", to: "${source.ago(-3_600_000)}" }) { total } } }`,
    { id: source.ids.organization },
  )
  expect(data.organization).toMatchObject({
    name: 'World',
    webhooks: { nodes: [{ url: 'https://example.com/hook' }] },
    auditLog: { nodes: [{ action: 'organization.imported' }] },
    costAnalytics: { total: '2' },
  })
  const revealed = await owner.mutate('legacyKeyReveal', { organizationId: source.ids.organization }, 'secret')
  expect(revealed.secret).toBe(source.as.legacyKey.token)
  const account = target.client(source.as.adminAccount.token)
  expect((await account.ask('{ viewer { __typename } }')).data.viewer).not.toBeNull()
  expect(await verifyAudit(target.database, { heads: null })).toMatchObject({ fits: true })

  const id = decodeId('Organization', source.ids.organization)
  const sums =
    'SELECT sum(cost)::text AS cost, sum(requests)::text AS requests FROM usage_hourly WHERE organization_id = $1'
  expect(await target.database.sql(sums, [id])).toEqual(await source.database.sql(sums, [id]))
  // The sums name the public model, which this instance does not have, by its old id.
  await expect(importInto(target)).rejects.toThrow('"World" exists on this instance')
})

test('an import is rejected if a credential in the file has an existing credential’s hash', async () => {
  const other = await startApp()
  const owner = await other.signUp('Elsewhere')
  const { organization } = await owner.mutate('organizationCreate', { name: 'Mine' }, 'organization { id }')
  await owner.mutate('legacyKeyImport', { organizationId: organization.id, secret: source.as.legacyKey.token })
  await expect(importInto(other)).rejects.toThrow(/^Line \d+ of "legacy_key" has the hash of a secret that exists/)
  expect(await countOrganizations(other)).toBe(1)
  await other.close()
})
