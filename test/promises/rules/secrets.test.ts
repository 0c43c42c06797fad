import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../../../prisma/database.ts'
import { foreignSecret, sha256, startWorld, tokenOf, type World } from '../../infra/world.ts'
import { whoAnswers } from './answering.ts'

let world: World

beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

/** Every row of every table as text, by table. */
async function dump(database: Database): Promise<Map<string, string>> {
  const tables = await database.sql<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 1`,
  )
  const rows = new Map<string, string>()
  for (const { name } of tables) {
    const found = await database.sql<{ row: string }>(`SELECT t::text AS row FROM "${name}" t`)
    rows.set(name, found.map(({ row }) => row).join('\n'))
  }
  return rows
}

/** The forms in which a secret could be stored readably. */
function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret)
  // The start of a secret is shown on purpose. Nothing after it may be found, not even in part.
  const rest = secret.slice(-20)
  const encoded = [0, 1, 2].map((skip) => bytes.subarray(skip + 12, skip + 36).toString('base64url'))
  return [secret, rest, bytes.toString('hex'), Buffer.from(rest).toString('hex'), ...encoded]
}

const tablesWith = (rows: Map<string, string>, text: string): string[] =>
  [...rows].flatMap(([name, content]) => (content.includes(text) ? [name] : []))

test('rule 03: only the mutation that creates a secret returns it, and only its hash is stored', async () => {
  const { as, ids, database } = world
  const idempotencyKey = randomBytes(32).toString('base64url')
  const input = { projectId: ids.project, name: 'shown once', idempotencyKey }
  const created = await as.owner.mutate('apiKeyCreate', input, 'apiKey { id start } secret')
  const { id, start } = created.apiKey
  const rotated = await as.owner.mutate('apiKeyRotate', { id }, 'secret')
  const organizationId = ids.organization
  const account = await as.owner.mutate(
    'serviceAccountCreate',
    { organizationId, name: 'robot', role: 'MEMBER' },
    'token',
  )
  const invited = await as.owner.mutate(
    'memberInvite',
    { organizationId, email: 'new@people.example', role: 'MEMBER' },
    'acceptUrl',
  )
  const legacy = await as.owner.mutate('legacyKeyRegenerate', { organizationId }, 'secret')
  const session = decodeURIComponent(as.owner.token ?? '').split('.')

  const rows = await dump(database)
  expect(rows.size).toBeGreaterThan(15)
  const secrets = {
    created: created.secret,
    rotated: rotated.secret,
    account: account.token,
    invited: tokenOf(invited.acceptUrl),
    legacy: legacy.secret,
    idempotencyKey,
  }
  for (const [name, secret] of Object.entries(secrets)) {
    expect(secret, name).toEqual(expect.stringMatching(/^.{40,}$/))
    for (const spelling of spellings(secret)) expect(tablesWith(rows, spelling), name).toEqual([])
  }
  expect(tablesWith(rows, sha256(created.secret))).toEqual(['api_key_secret'])
  expect(tablesWith(rows, sha256(rotated.secret))).toEqual(['api_key_secret'])
  expect(tablesWith(rows, sha256(account.token))).toEqual(['service_account'])
  expect(tablesWith(rows, sha256(secrets.invited))).toEqual(['invitation'])
  expect(tablesWith(rows, sha256(legacy.secret))).toEqual(['legacy_key'])
  expect(tablesWith(rows, sha256(idempotencyKey))).toEqual([])
  // The search works: it finds the start of a secret, and the stored half of a session's credential. The other half is
  // a signature, which is not stored.
  expect(tablesWith(rows, start)).toEqual(['api_key_secret'])
  expect(tablesWith(rows, session[1] ?? 'no signature')).toEqual([])

  // No query shows the secret again.
  const { data } = await as.owner.ask(
    `query ($id: ID!, $project: ID!) {
      node(id: $id) { ... on ApiKey { name start secretVersions { version start } } }
      project(id: $project) { auditLog { nodes { action details { name value } } } } }`,
    { id, project: ids.project },
  )
  expect(data.node.secretVersions).toHaveLength(2)
  for (const secret of Object.values(secrets)) expect(JSON.stringify(data)).not.toContain(secret.slice(-20))
  for (const secret of [created.secret, rotated.secret]) expect(await whoAnswers(world, secret)).toMatchObject({ id })
})

test('rule 03: keys can be imported by hash without sending their secrets to the server', async () => {
  const { as, ids, database } = world
  const secret = foreignSecret()
  const hash = sha256(secret)
  const { outcomes } = await as.owner.mutate(
    'apiKeysImport',
    { organizationId: ids.organization, rows: [{ name: 'from elsewhere', sha256: hash, start: 'legacy' }] },
    'outcomes { error { message } apiKey { id start imported } }',
  )
  expect(outcomes).toEqual([{ error: null, apiKey: expect.objectContaining({ start: 'legacy', imported: true }) }])
  expect(await whoAnswers(world, secret)).toMatchObject({ id: outcomes[0].apiKey.id })
  const rows = await dump(database)
  for (const spelling of spellings(secret)) expect(tablesWith(rows, spelling)).toEqual([])
  expect(tablesWith(rows, hash)).toEqual(['api_key_secret'])
  // The hash is not a credential.
  expect(await whoAnswers(world, hash)).toBeNull()
})

test('rule 09: a key that is imported without a project belongs to the default project', async () => {
  const { as, ids } = world
  const secret = foreignSecret()
  const createdAt = '2023-04-05T06:07:08.000Z'
  const rows = [
    { name: 'from before projects', sha256: sha256(secret), createdAt },
    { name: 'of a project', sha256: sha256(foreignSecret()), projectId: ids.otherProject },
  ]
  const { outcomes } = await as.admin.mutate(
    'apiKeysImport',
    { organizationId: ids.organization, rows },
    'outcomes { apiKey { id createdAt project { id isDefault } } }',
  )
  expect(outcomes[0].apiKey).toMatchObject({ createdAt, project: { id: ids.defaultProject, isDefault: true } })
  expect(outcomes[1].apiKey).toMatchObject({ project: { id: ids.otherProject, isDefault: false } })
  expect(await whoAnswers(world, secret)).toMatchObject({ kind: 'API_KEY', project: { id: ids.defaultProject } })
})

test('rule 13: the legacy key belongs to the default project and is visible only to the Owner', async () => {
  const { as, ids } = world
  const organizationId = ids.organization
  const query = `query ($id: ID!) { organization(id: $id) { name legacyKey { id deprecationNotice project { id } } } }`
  const owner = await as.owner.ask(query, { id: organizationId })
  expect(owner.data.organization.legacyKey).toMatchObject({ id: ids.legacyKey, project: { id: ids.defaultProject } })
  expect(owner.data.organization.legacyKey.deprecationNotice).toMatch(/project/i)
  for (const name of ['admin', 'member', 'projectAdmin', 'externalAdmin', 'adminAccount', 'liveKey'] as const) {
    const { data, errors } = await as[name].ask(query, { id: organizationId })
    expect(data.organization, name).toEqual({ name: 'World', legacyKey: null })
    expect(errors?.map((error) => error.extensions.code)).toEqual(['FORBIDDEN'])
    expect(
      (await as[name].ask(`query ($id: ID!) { node(id: $id) { id } }`, { id: ids.legacyKey })).data.node,
    ).toBeNull()
    for (const mutation of ['legacyKeyReveal', 'legacyKeyRegenerate']) {
      const refused = await as[name].mutate(mutation, { organizationId }, 'secret')
      expect(refused, `${mutation} by ${name}`).toMatchObject({ __typename: 'ForbiddenError', allowedRoles: ['OWNER'] })
    }
    const refused = await as[name].mutate('legacyKeyImport', { organizationId, secret: foreignSecret() })
    expect(refused).toMatchObject({ __typename: 'ForbiddenError', allowedRoles: ['OWNER'] })
  }
})

test('rule 13: the Owner can copy the legacy key, and regenerating it replaces its secret', async () => {
  const { as, ids } = world
  const organizationId = ids.organization
  const { secret: old } = await as.owner.mutate('legacyKeyReveal', { organizationId }, 'secret')
  expect((await as.owner.mutate('legacyKeyReveal', { organizationId }, 'secret')).secret).toBe(old)
  expect(await whoAnswers(world, old)).toMatchObject({
    kind: 'LEGACY_KEY',
    id: ids.legacyKey,
    project: { id: ids.defaultProject },
    organization: { id: organizationId },
  })
  const { secret, legacyKey } = await as.owner.mutate(
    'legacyKeyRegenerate',
    { organizationId },
    'secret legacyKey { id regeneratedAt }',
  )
  expect(legacyKey).toEqual({ id: ids.legacyKey, regeneratedAt: expect.any(String) })
  expect(await whoAnswers(world, old)).toBeNull()
  expect(await whoAnswers(world, secret)).toMatchObject({ kind: 'LEGACY_KEY', id: ids.legacyKey })
  const revealed = await as.owner.ask(
    `query ($id: ID!) { organization(id: $id) { auditLog(filter: { actions: ["legacyKey.revealed"] }) { totalCount } } }`,
    { id: organizationId },
  )
  expect(revealed.data.organization.auditLog.totalCount).toBe(2)
})

test('rule 13: the legacy key is deprecated and can be neither revoked nor scoped', async () => {
  const { as, ids } = world
  const id = ids.legacyKey
  for (const [name, input] of [
    ['apiKeyRevoke', {}],
    ['apiKeyScopesSet', { workloads: ['BATCH'] }],
    ['apiKeyUpdate', { name: 'other' }],
    ['apiKeyExpirationSet', { expiresAt: null }],
    ['apiKeyRotate', {}],
  ] as const) {
    const refused = await as.owner.mutate(name, { id, ...input })
    expect(refused, name).toMatchObject({
      __typename: 'InvalidStateError',
      resolvedBy: ['legacyKeyRegenerate', 'apiKeyCreate'],
    })
    // A caller who may not read the legacy key learns nothing about it.
    expect(await as.admin.mutate(name, { id, ...input })).toMatchObject({ __typename: 'NotFoundError' })
  }
  const { data } = await as.anonymous.ask(
    `{ __type(name: "Organization") { fields(includeDeprecated: true) { name isDeprecated deprecationReason } } }`,
  )
  const field = data.__type.fields.find((candidate: { name: string }) => candidate.name === 'legacyKey')
  expect(field).toMatchObject({
    isDeprecated: true,
    deprecationReason: expect.stringMatching(/^Use project-scoped API keys\. /),
  })
})
