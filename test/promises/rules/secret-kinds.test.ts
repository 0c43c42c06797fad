import { createGateway } from '@keyward/sdk/gateway'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generateSecret, hashSecret } from '../../../schema/api-key/secret.ts'
import { createChildToken } from '../../../schema/child-token/service.ts'
import { decodeId, newId } from '../../../schema/core/ids.ts'
import { type Json, ORIGIN } from '../../infra/app.ts'
import {
  createKey,
  createOrganization,
  createTrust,
  sha256,
  startWorld,
  tokenOf,
  type World,
} from '../../infra/world.ts'
import { startGateway, type TestGateway } from '../../nouns/verification/gateway.ts'

let world: World
let gateway: TestGateway
let importer: { organization: string; defaultProject: string }

beforeAll(async () => {
  world = await startWorld()
  gateway = await startGateway(world)
  const { id: organization, defaultProject } = await createOrganization(world.as.foreignOwner, 'Importer')
  importer = { organization, defaultProject }
})
afterAll(() => world?.close())

let rows = 0

/** Imports a hash into an organization of somebody else, and returns the outcome of the row. */
async function importHash(hash: string): Promise<Json> {
  rows += 1
  const { outcomes } = await world.as.foreignOwner.mutate(
    'apiKeysImport',
    { organizationId: importer.organization, rows: [{ name: `imported ${rows}`, sha256: hash }] },
    'outcomes { apiKey { id } error { __typename ... on ConflictError { message field } } }',
  )
  return outcomes[0]
}

async function childToken(secret: string): Promise<string> {
  const issued = await createChildToken(world.app.runtime, { secret, scope: '', lifetimeSeconds: 60 }, null)
  if (issued.outcome !== 'ISSUED') throw new Error(issued.outcome)
  return issued.token
}

/** A token of a trust, as an exchange stores it. */
async function trustToken(name: string): Promise<string> {
  const { ids, as, database } = world
  const id = await createTrust(as.owner, ids.project, ids.account.projectMemberAccount, name)
  const token = generateSecret('svc')
  const createdAt = database.clock.now()
  const row = { id: newId(), trustId: decodeId('Trust', id) ?? '', hash: new Uint8Array(hashSecret(token)) }
  await database.prisma.trustToken.create({ data: { ...row, createdAt, expiresAt: createdAt } })
  return token
}

/** Tables with hashes of secrets, and a secret of each. */
async function secretsByTable(name = 'Kinds'): Promise<Record<string, string>> {
  const { owner } = world.as
  const { organization: organizationId } = world.ids
  const { token: playground } = await owner.mutate('playgroundTokenCreate', { organizationId }, 'token')
  const { acceptUrl } = await owner.mutate(
    'memberInvite',
    { organizationId, email: `${name.toLowerCase()}@people.example`, role: 'MEMBER' },
    'acceptUrl',
  )
  const previous = await owner.mutate(
    'serviceAccountCreate',
    { organizationId, name, role: 'MEMBER' },
    'serviceAccount { id } token',
  )
  await owner.mutate('serviceAccountTokenRotate', { id: previous.serviceAccount.id, overlapSeconds: 600 })
  return {
    api_key_secret: world.secret,
    child_token: await childToken(world.secret),
    gateway: gateway.token,
    invitation: tokenOf(acceptUrl),
    legacy_key: world.as.legacyKey.token ?? '',
    playground_token: playground,
    service_account: world.as.adminAccount.token ?? '',
    'service_account previous': previous.token,
    trust_token: await trustToken(name),
  }
}

// Failed while only hashes of keys and legacy keys were looked for.
test('an import rejects the hash of any existing secret as a conflict', async () => {
  const own = await createKey(world.as.foreignOwner, importer.defaultProject, 'own')
  const expected = await importHash(sha256(own.secret))
  expect(JSON.stringify(expected)).toContain('ConflictError')
  const tables = await world.database.sql<{ name: string }>(
    `SELECT c.table_name || CASE WHEN c.column_name LIKE 'previous%' THEN ' previous' ELSE '' END AS name FROM information_schema.columns c
      WHERE c.table_schema = 'public' AND c.column_name IN ('hash', 'token_hash', 'previous_token_hash') AND c.data_type = 'bytea'
        AND c.table_name NOT LIKE 'audit%' ORDER BY 1`,
  )
  const secrets = await secretsByTable()
  expect(Object.keys(secrets)).toEqual(tables.map(({ name }) => name))
  for (const [table, secret] of Object.entries(secrets)) {
    expect(await importHash(sha256(secret)), table).toEqual(expected)
  }
})

// Failed while the verifier compared only hashes.
test('an imported hash works only for a secret of an API key', async () => {
  for (const kind of ['proj', 'org', 'svc', 'gate', 'play', 'tmp'] as const) {
    const secret = generateSecret(kind)
    expect(JSON.stringify(await importHash(sha256(secret)))).toContain('key_')
    const reason = kind === 'proj' ? undefined : 'NOT_FOUND'
    expect((await gateway.verify({ secret })).reason, kind).toBe(reason)
    expect((await gateway.authorize(secret)).status, kind).toBe(kind === 'proj' ? 200 : 401)
  }
})

/** Interfaces that take a secret, and the response of each. */
const INTERFACES: Record<string, (secret: string) => Promise<string>> = {
  async verify(secret) {
    const { kind, reason } = await gateway.verify({ secret })
    return String(kind ?? reason)
  },
  async authorize(secret) {
    const { allowed } = await (await gateway.authorize(secret)).json()
    return allowed ? 'allowed' : 'denied'
  },
  async 'look-up by hash'(secret) {
    const query = 'query ($input: GatewayLookUpInput!) { gatewayLookUp(input: $input) { credentials { kind } } }'
    const { data } = await gateway.client.ask(query, { input: { secretHashes: [sha256(secret)] } })
    return data.gatewayLookUp.credentials[0]?.kind ?? 'none'
  },
  async graph(secret) {
    const { data } = await world.client(secret).ask('{ viewer { kind } }')
    return data?.viewer.kind ?? 'none'
  },
  async exchange(secret) {
    const issued = await createChildToken(world.app.runtime, { secret, scope: '', lifetimeSeconds: 60 }, null)
    return issued.outcome
  },
  async 'gateway token'(secret) {
    const { status } = await world.app.fetch(
      new Request(`${ORIGIN}/authorize`, {
        headers: { 'keyward-gateway': secret, authorization: `Bearer ${world.secret}` },
      }),
    )
    return status === 200 ? 'gateway' : 'none'
  },
}

// Each secret is sent twice: the second answer may come from memory.
test('every interface accepts a secret only as its own kind of credential', async () => {
  const none = ['NOT_FOUND', 'denied', 'none', 'none', 'UNKNOWN_SECRET', 'none']
  const expected: Record<string, string[]> = {
    api_key_secret: ['API_KEY', 'allowed', 'API_KEY', 'API_KEY', 'ISSUED', 'none'],
    child_token: ['API_KEY', 'allowed', 'API_KEY', 'none', 'UNKNOWN_SECRET', 'none'],
    gateway: ['NOT_FOUND', 'denied', 'none', 'GATEWAY', 'UNKNOWN_SECRET', 'gateway'],
    invitation: none,
    legacy_key: ['LEGACY_KEY', 'allowed', 'LEGACY_KEY', 'LEGACY_KEY', 'UNKNOWN_SECRET', 'none'],
    playground_token: ['PLAYGROUND', 'allowed', 'PLAYGROUND', 'none', 'UNKNOWN_SECRET', 'none'],
    service_account: ['NOT_FOUND', 'denied', 'none', 'SERVICE_ACCOUNT', 'UNKNOWN_SECRET', 'none'],
    'service_account previous': ['NOT_FOUND', 'denied', 'none', 'SERVICE_ACCOUNT', 'UNKNOWN_SECRET', 'none'],
    // It has expired.
    trust_token: none,
  }
  const secrets = await secretsByTable('again')
  expect(Object.keys(secrets)).toEqual(Object.keys(expected))
  for (let time = 0; time < 2; time += 1) {
    const answers: Record<string, string[]> = {}
    for (const [table, secret] of Object.entries(secrets)) {
      const row: string[] = []
      for (const present of Object.values(INTERFACES)) row.push(await present(secret))
      answers[table] = row
    }
    expect(answers).toEqual(expected)
  }
})

test('a gateway module denies gateway and service account tokens whose hashes were imported as keys', async () => {
  const module = createGateway({
    baseUrl: ORIGIN,
    token: gateway.token,
    fetch: (url, init) => world.app.fetch(new Request(url, init)),
  })
  for (const kind of ['svc', 'gate', 'proj'] as const) {
    const secret = generateSecret(kind)
    await importHash(sha256(secret))
    const decision = await module.authorize(secret)
    expect(decision, kind).toMatchObject(kind === 'proj' ? { kind: 'API_KEY' } : { reason: 'NOT_FOUND' })
  }
  await module.close()
})
