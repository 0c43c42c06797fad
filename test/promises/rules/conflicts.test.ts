import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { buildSchema, isUnionType } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '../../infra/app.ts'
import {
  adjustmentInput,
  createKey,
  createProject,
  foreignSecret,
  sha256,
  startWorld,
  type World,
} from '../../infra/world.ts'
import { addThings, type Things, validInputs } from '../bad-input/valid-inputs.ts'

/* Conflicts: every mutation that can return one gives the path of the value and the object that has it. */

let world: World
let things: Things
beforeAll(async () => {
  world = await startWorld()
  things = await addThings(world)
})
afterAll(() => world.close())

const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'))

/** The mutations whose result can be a ConflictError, with the fields of their input. */
const CONFLICTING = Object.values(schema.getMutationType()?.getFields() ?? {}).flatMap((field) => {
  const union = schema.getType(`${field.name.charAt(0).toUpperCase()}${field.name.slice(1)}Result`)
  if (!isUnionType(union) || !union.getTypes().some(({ name }) => name === 'ConflictError')) return []
  const input = schema.getType(`${field.name.charAt(0).toUpperCase()}${field.name.slice(1)}Input`)
  const fields = input && 'getFields' in input ? Object.keys(input.getFields()) : []
  return [{ name: field.name, fields }]
})

interface Conflict {
  /** Makes the holder, and gives an input that conflicts with it. */
  arrange: (world: World) => Promise<{ input: object; holder: object | null }>
  path: string[]
}

/** The conflicts of each mutation, other than about its idempotency key. */
const CASES: Record<string, Conflict> = {
  apiKeyCreate: {
    path: ['name'],
    arrange: async ({ as, ids }) => {
      const { id } = await createKey(as.owner, ids.project, 'Taken')
      return { input: { projectId: ids.project, name: 'taken' }, holder: { id, name: 'Taken' } }
    },
  },
  apiKeyUpdate: {
    path: ['name'],
    arrange: async ({ as, ids }) => {
      const { id } = await createKey(as.owner, ids.project, 'Also taken')
      return { input: { id: ids.apiKey, name: 'also taken' }, holder: { id, name: 'Also taken' } }
    },
  },
  apiKeyExpirationSet: {
    path: ['id'],
    arrange: async ({ as, ids, database }) => {
      const expiresAt = new Date(database.clock.now().getTime() + 60_000).toISOString()
      const expired = await createKey(as.owner, ids.project, 'Freed', { expiresAt })
      database.clock.advance(61_000)
      const { id } = await createKey(as.owner, ids.project, 'Freed')
      return { input: { id: expired.id, expiresInSeconds: 3_600 }, holder: { id, name: 'Freed' } }
    },
  },
  apiKeyRotate: {
    path: ['currentVersion'],
    arrange: async ({ ids }) => ({ input: { id: ids.apiKey, currentVersion: 7 }, holder: null }),
  },
  collaboratorAdd: {
    path: ['principalId'],
    arrange: async ({ ids }) => ({
      input: { projectId: ids.project, principalId: ids.member.projectMember, role: 'ADMIN' },
      holder: { id: ids.collaborator.projectMember, name: 'Canary projectMember' },
    }),
  },
  legacyKeyImport: {
    path: [],
    arrange: async ({ ids }) => ({
      input: { organizationId: ids.organization, secret: foreignSecret() },
      holder: { id: ids.legacyKey, name: null },
    }),
  },
  serviceAccountCreate: {
    path: ['name'],
    arrange: async ({ ids }) => ({
      input: { organizationId: ids.organization, name: 'ADMINaccount', role: 'MEMBER' },
      holder: { id: ids.account.adminAccount, name: 'adminAccount' },
    }),
  },
  usageAdjust: {
    path: ['adjustmentId'],
    arrange: async ({ as, ids }) => {
      const input = adjustmentInput(ids.apiKey)
      const { adjustment } = await as.owner.mutate('usageAdjust', input, 'adjustment { id }')
      return {
        input: { ...input, reason: 'Another reason.' },
        holder: { id: adjustment.id, name: input.adjustmentId },
      }
    },
  },
}

// Failed for every case before ConflictError had a path and a holder.
test.each(CONFLICTING)(
  'ConflictError of $name gives the path of the value and the object that already has it',
  async ({ name, fields }) => {
    const { as } = world
    const about = CASES[name]
    if (!about && !fields.includes('idempotencyKey')) throw new Error(`${name} needs a case`)
    if (about) {
      const { input, holder } = await about.arrange(world)
      expect(await as.owner.mutate(name, input)).toMatchObject({
        __typename: 'ConflictError',
        path: about.path,
        field: about.path.at(-1) ?? null,
        holder,
      })
    }
    if (fields.includes('idempotencyKey')) {
      const idempotencyKey = randomBytes(16).toString('hex')
      const [first, second] = await different(name)
      const made = await as.owner.mutate(name, { ...first, idempotencyKey })
      expect(made.__typename, JSON.stringify(made)).toMatch(/Payload$/)
      expect(await as.owner.mutate(name, { ...second, idempotencyKey })).toMatchObject({
        __typename: 'ConflictError',
        path: ['idempotencyKey'],
        holder: null,
      })
    }
  },
)

/** Two valid inputs of a mutation that are not the same. */
async function different(name: string): Promise<[object, object]> {
  const { as, ids } = world
  const input: Json = validInputs(world, things)[name]
  if ('name' in input)
    return [
      { ...input, name: `${name} one` },
      { ...input, name: `${name} two` },
    ]
  if (name === 'apiKeyRotate') {
    const { id } = await createKey(as.owner, ids.project, 'to rotate')
    return [{ id }, { id, overlapSeconds: 60 }]
  }
  if ('email' in input) return [input, { ...input, email: 'other@people.example' }]
  if ('url' in input) return [input, { ...input, url: 'https://example.com/other' }]
  if ('role' in input) return [input, { ...input, role: 'ADMIN' }]
  if ('expiresInSeconds' in input) return [input, { ...input, expiresInSeconds: 120 }]
  if (name === 'webhookSecretRotate') return [input, { ...input, overlapSeconds: 60 }]
  if (name === 'serviceAccountTokenRotate') return [input, { ...input, expiresInSeconds: 3_600 }]
  const other = (await as.owner.mutate('organizationCreate', { name: 'Another' }, 'organization { id }')).organization
  return [input, { ...input, organizationId: other.id }]
}

const IMPORT = 'outcomes { row error { ... on ConflictError { path field holder { id name } } } }'

// Failed while a hash named its holder: null would then have said that another organization has the secret.
test('ConflictError of an imported row gives the path of the value, and a holder only for names', async () => {
  const { as, ids } = world
  const mine = sha256(foreignSecret())
  const theirs = sha256(foreignSecret())
  const rows = [{ name: 'mine', sha256: mine, projectId: ids.project }]
  await as.owner.mutate('apiKeysImport', { organizationId: ids.organization, rows })
  const elsewhere = { organizationId: ids.foreign.organization, rows: [{ name: 'theirs', sha256: theirs }] }
  await as.foreignOwner.mutate('apiKeysImport', elsewhere)
  const { outcomes } = await as.owner.mutate(
    'apiKeysImport',
    {
      organizationId: ids.organization,
      rows: [
        { name: 'LIVE', sha256: sha256('a'), projectId: ids.project },
        { name: 'by hash', sha256: mine, projectId: ids.project },
        { name: 'by their hash', sha256: theirs, projectId: ids.project },
        { name: 'twice', sha256: sha256('b'), projectId: ids.project },
        { name: 'twice', sha256: sha256('c'), projectId: ids.project },
      ],
    },
    IMPORT,
  )
  expect(outcomes).toEqual([
    { row: 0, error: { path: ['rows', '0', 'name'], field: 'name', holder: { id: ids.apiKey, name: 'live' } } },
    { row: 1, error: { path: ['rows', '1', 'sha256'], field: 'sha256', holder: null } },
    { row: 2, error: { path: ['rows', '2', 'sha256'], field: 'sha256', holder: null } },
    { row: 3, error: null },
    {
      row: 4,
      error: { path: ['rows', '4', 'name'], field: 'name', holder: { id: expect.any(String), name: 'twice' } },
    },
  ])
})

// Failed while the holder was looked up by its name only: the foreign key came first.
test('ConflictError for a name gives the key of the same project, not of another project', async () => {
  const { as, ids } = world
  await createKey(as.foreignOwner, ids.foreign.project, 'everywhere')
  const other = await createProject(as.owner, ids.organization, 'Third')
  await createKey(as.owner, other, 'everywhere')
  const { id } = await createKey(as.owner, ids.project, 'everywhere')
  for (const actor of ['owner', 'projectMember', 'externalMember', 'projectMemberAccount'] as const) {
    expect(await world.as[actor].mutate('apiKeyCreate', { projectId: ids.project, name: 'everywhere' })).toMatchObject({
      path: ['name'],
      holder: { id, name: 'everywhere' },
    })
  }
})
