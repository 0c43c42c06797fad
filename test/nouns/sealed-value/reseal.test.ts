import { randomBytes } from 'node:crypto'
import type { App } from '@keyward/server/app'
import { createPerson } from '@keyward/server/identity/accounts'
import { SEALED_KINDS } from '@keyward/server/identity/sealed-kinds'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSecrets } from '../../../schema/webhook/signing-secrets.ts'
import { cheapPasswords } from '../../infra/cheap-passwords.ts'
import { command } from '../../infra/operator/command-line.ts'
import { type OpenApp, openApp, PASSWORD, post, sessionOf, signIn, testConfig } from '../../infra/server/open-app.ts'
import { codeOf, nextCodeOf } from '../../infra/totp.ts'

/*
 * Key-encryption keys are rotated: a new one is put first, `keyward-server reseal` seals everything under it, and the old
 * one is removed.
 */

const newKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`
const OLD = newKey('old')
const NEW = newKey('new')

let opened: OpenApp
let email: string
let authenticator: string
let recoveryCodes: string[]
let organizationId: string
let legacySecret: string
let webhookSecret: string
/** The owner's session. */
let cookie: string

const ask = async (app: App, query: string, variables: object) =>
  (await (await post(app, '/graphql', { query, variables }, { cookie })).json()).data

const reveal = async (app: App) =>
  (
    await ask(
      app,
      'mutation ($input: LegacyKeyRevealInput!) { legacyKeyReveal(input: $input) { ... on LegacyKeyRevealPayload { secret } } }',
      { input: { organizationId } },
    )
  )?.legacyKeyReveal?.secret

/** Runs the operator's command with these keys. */
const run = (keys: string, ...operands: string[]) =>
  command(
    {
      DATABASE_URL: opened.database.url,
      KEYWARD_ENCRYPTION_KEYS: keys,
      KEYWARD_SESSION_SECRET: opened.config.sessionSecret,
    },
    ...operands,
  )

beforeAll(async () => {
  opened = await openApp({ KEYWARD_ENCRYPTION_KEYS: OLD })
  const { app } = opened
  email = 'ada@example.com'
  await createPerson(opened.database, { name: 'Ada', email, password: PASSWORD }, cheapPasswords)
  const session = { cookie: sessionOf(await signIn(app, email)).cookie }
  const enabled = await post(app, '/auth/two-factor/enable', { password: PASSWORD }, session)
  const { totpURI, backupCodes } = await enabled.json()
  authenticator = totpURI
  recoveryCodes = backupCodes
  const confirmed = await post(app, '/auth/two-factor/verify-totp', { code: codeOf(authenticator) }, session)
  cookie = sessionOf(confirmed).cookie
  const made = await ask(
    app,
    'mutation ($input: OrganizationCreateInput!) { organizationCreate(input: $input) { ... on OrganizationCreatePayload { organization { id } } } }',
    { input: { name: 'Acme' } },
  )
  organizationId = made.organizationCreate.organization.id
  const legacy = await ask(
    app,
    `mutation ($key: LegacyKeyImportInput!, $hook: WebhookCreateInput!) {
      legacyKeyImport(input: $key) { __typename }
      webhookCreate(input: $hook) { ... on WebhookCreatePayload { secret } } }`,
    {
      key: { organizationId, secret: 'acme-0123456789abcdef0123456789abcdef' },
      hook: { organizationId, url: 'https://hooks.example.com/keys' },
    },
  )
  legacySecret = await reveal(app)
  webhookSecret = legacy.webhookCreate.secret
  expect([typeof legacySecret, typeof webhookSecret]).toEqual(['string', 'string'])
})
afterAll(() => opened?.close())

const ALL = '1 legacy key, 1 webhook, 1 second factor, 1 name key'

test('doctor lists the values that each encryption key decrypts', async () => {
  const { code, output } = await run(`${NEW},${OLD}`, 'doctor')
  expect([code, output]).toEqual([0, expect.stringContaining(`${ALL} under "old"`)])
  const without = await run(NEW, 'doctor')
  expect(without.code).toBe(1)
  expect(without.output).toContain('The key-encryption key "old" is missing: 1 legacy key, 1 webhook')
  expect(without.output).not.toContain(NEW.slice(4))
})

test('reseal without the old key lists the values that cannot be decrypted', async () => {
  const before = await opened.database.sql('SELECT sealed FROM legacy_key')
  const { code, output } = await run(NEW, 'reseal')
  expect([code, output]).toEqual([1, expect.stringContaining('The key-encryption key "old" is missing')])
  expect(await opened.database.sql('SELECT sealed FROM legacy_key')).toEqual(before)
})

test('after reseal, everything works with only the new key', async () => {
  const first = await run(`${NEW},${OLD}`, 'reseal')
  expect(first).toMatchObject({
    code: 0,
    stdout: `Now sealed under "new": ${ALL}.\nNothing is sealed under "old".\n`,
  })
  const again = await run(`${NEW},${OLD}`, 'reseal', '--json')
  const none = { legacyKeys: 0, webhooks: 0, secondFactors: 0, personKeys: 0 }
  expect(JSON.parse(again.stdout)).toEqual({
    resealed: none,
    keys: [
      { key: 'new', isMissing: false, counts: { legacyKeys: 1, webhooks: 1, secondFactors: 1, personKeys: 1 } },
      { key: 'old', isMissing: false, counts: none },
    ],
  })
  expect((await run(NEW, 'doctor')).code).toBe(0)

  const app = await opened.replica({ KEYWARD_ENCRYPTION_KEYS: NEW })
  expect((await reveal(app)) === legacySecret).toBe(true)
  const { encryptionKeys } = await testConfig({ KEYWARD_ENCRYPTION_KEYS: NEW })
  const [hook] = await opened.database.prisma.webhook.findMany()
  if (!hook) throw new Error('There is no webhook')
  expect(openSecrets(encryptionKeys, hook, hook.sealedSecret).current === webhookSecret).toBe(true)
  for (const [kind, code] of [
    ['totp', nextCodeOf(authenticator)],
    ['backup-code', recoveryCodes[0]],
  ]) {
    const challenge = (await signIn(app, email)).headers.getSetCookie().map((line) => line.split(';')[0])
    const answer = await post(app, `/auth/two-factor/verify-${kind}`, { code }, { cookie: challenge.join('; ') })
    expect([kind, answer.status]).toEqual([kind, 200])
  }
})

test('a server that lacks an encryption key reports this when it starts', async () => {
  const lines: string[] = []
  const { warnOfMissingKeys } = await import('@keyward/server/telemetry/missing-keys')
  const log = {
    info: () => {},
    error: () => {},
    warn: (message: string, fields = {}) => lines.push(JSON.stringify({ message, ...fields })),
  }
  await warnOfMissingKeys(opened.database, (await testConfig({ KEYWARD_ENCRYPTION_KEYS: OLD })).encryptionKeys, log)
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { message: 'a key-encryption key is missing', key: 'new', legacyKeys: 1, webhooks: 1 },
    { key: expect.stringMatching(/^number \d+$/), secondFactors: 1 },
  ])
})

// Red when a kind was left out of SEALED_KINDS.
test('every sealed column of the database belongs to a kind of sealed values', async () => {
  const columns = await opened.database.sql<{ name: string }>(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name LIKE '%sealed%' ORDER BY 1`,
  )
  // Results of idempotent mutations are sealed under keys of clients.
  expect(columns.map(({ name }) => name)).toEqual([
    'idempotency_record.sealed',
    'legacy_key.sealed',
    'person_key.sealed',
    'webhook.sealed_secret',
  ])
  expect(SEALED_KINDS.map(({ name }) => name)).toEqual(['legacyKeys', 'webhooks', 'personKeys', 'secondFactors'])
})
