import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '../../infra/app.ts'
import { createKey, createProject } from '../../infra/world.ts'
import { atOnce, audited, MANY, type Stage, startStage, tally, winner } from './at-once.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage.close())

const answers = async (secret: string) => (await stage.client(secret).ask('{ viewer { kind } }')).status === 200

const versions = async (id: string): Promise<Json[]> =>
  (
    await stage.owner.ask(
      'query ($id: ID!) { node(id: $id) { ... on ApiKey { secretVersions { version retiredAt } } } }',
      { id },
    )
  ).data.node.secretVersions

test('only one of 64 concurrent rotations of a key succeeds', async () => {
  const { owner, projectId } = stage
  const { id, secret } = await createKey(owner, projectId, 'rotated by many')
  const outcomes = await atOnce(() => owner.mutate('apiKeyRotate', { id }, 'secret'))
  expect(tally(outcomes)).toEqual({ ApiKeyRotatePayload: 1, InvalidStateError: MANY - 1 })
  expect(await versions(id)).toEqual([
    { version: 2, retiredAt: null },
    { version: 1, retiredAt: null },
  ])
  expect(await answers(secret)).toBe(true)
  expect(await answers(winner(outcomes).secret)).toBe(true)
  expect(await audited(stage, ['apiKey.rotated'])).toBe(1)
})

test('only one of 64 concurrent rotations of the same version without overlap succeeds', async () => {
  const { owner, projectId } = stage
  const { id, secret } = await createKey(owner, projectId, 'replaced by many')
  const outcomes = await atOnce(() =>
    owner.mutate('apiKeyRotate', { id, overlapSeconds: 0, currentVersion: 1 }, 'secret'),
  )
  expect(tally(outcomes)).toEqual({ ApiKeyRotatePayload: 1, ConflictError: MANY - 1 })
  expect(await versions(id)).toEqual([
    { version: 2, retiredAt: null },
    { version: 1, retiredAt: expect.any(String) },
  ])
  expect(await answers(secret)).toBe(false)
  expect(await answers(winner(outcomes).secret)).toBe(true)
})

test('finishing and undoing a rotation concurrently leaves one working secret', async () => {
  const { owner, projectId } = stage
  for (let round = 0; round < 5; round += 1) {
    const { id, secret: old } = await createKey(owner, projectId, `ended both ways ${round}`)
    const { secret: next } = await owner.mutate('apiKeyRotate', { id }, 'secret')
    const outcomes = await atOnce(
      (index) => owner.mutate(index % 2 ? 'apiKeyRotationFinish' : 'apiKeyRotationUndo', { id }),
      16,
    )
    // Those who asked for what happened succeed together.
    const finished = outcomes.some(({ __typename }) => __typename === 'ApiKeyRotationFinishPayload')
    const ended = finished ? 'ApiKeyRotationFinishPayload' : 'ApiKeyRotationUndoPayload'
    expect(tally(outcomes)).toEqual({ [ended]: 8, InvalidStateError: 8 })
    expect([await answers(old), await answers(next)]).toEqual([!finished, finished])
  }
})

// Failed before: a script that repeated an emergency revocation got INVALID_STATE.
test('64 concurrent revocations of a key all succeed and write one audit event', async () => {
  const { owner, projectId } = stage
  const { id, secret } = await createKey(owner, projectId, 'revoked by many')
  const outcomes = await atOnce(() => owner.mutate('apiKeyRevoke', { id }))
  expect(tally(outcomes)).toEqual({ ApiKeyRevokePayload: MANY })
  expect(await answers(secret)).toBe(false)
  expect(await audited(stage, ['apiKey.revoked'])).toBe(1)
})

test('only one of 64 concurrent creations of keys with the same name succeeds', async () => {
  const { owner, projectId, database } = stage
  const spellings = ['One Name', 'one name', ' ONE  NAME', 'Ｏne name']
  const outcomes = await atOnce((index) =>
    owner.mutate('apiKeyCreate', { projectId, name: spellings[index % spellings.length] }, 'secret apiKey { id }'),
  )
  expect(tally(outcomes)).toEqual({ ApiKeyCreatePayload: 1, ConflictError: MANY - 1 })
  expect(await answers(winner(outcomes).secret)).toBe(true)
  expect(await database.prisma.apiKey.count({ where: { nameKey: 'one name' } })).toBe(1)
})

test('only one of 16 concurrent renames and creations with the same name succeeds', async () => {
  const { owner, projectId, database } = stage
  const keys = await Promise.all(
    Array.from({ length: 8 }, (_, index) => createKey(owner, projectId, `before ${index}`)),
  )
  const outcomes = await atOnce(
    (index) =>
      index % 2
        ? owner.mutate('apiKeyCreate', { projectId, name: 'After' })
        : owner.mutate('apiKeyUpdate', { id: keys[index / 2]?.id, name: 'after' }),
    16,
  )
  const { __typename } = winner(outcomes)
  expect(tally(outcomes)).toEqual({ [__typename]: 1, ConflictError: 15 })
  expect(await database.prisma.apiKey.count({ where: { nameKey: 'after' } })).toBe(1)
})

test('concurrent creations, renames and extensions leave at most one live key with a name', async () => {
  const { owner, projectId, database } = stage
  const rival = await createKey(owner, projectId, 'rival')
  const expiresAt = new Date(database.clock.now().getTime() + 60_000).toISOString()
  for (let round = 0; round < 3; round += 1) {
    const name = `contested ${round}`
    const expired = await createKey(owner, projectId, name, { expiresAt })
    await database.prisma.apiKey.updateMany({ where: { name }, data: { expiresAt: new Date(0) } })
    const outcomes = await atOnce((index) => {
      if (index % 3 === 0) return owner.mutate('apiKeyCreate', { projectId, name })
      if (index % 3 === 1) return owner.mutate('apiKeyExpirationSet', { id: expired.id, expiresAt: null })
      return owner.mutate('apiKeyUpdate', { id: rival.id, name })
    }, 18)
    const counted = tally(outcomes)
    expect(Object.keys(counted).filter((kind) => kind.endsWith('Payload'))).toHaveLength(1)
    const live = { nameKey: name, OR: [{ expiresAt: null }, { expiresAt: { gt: database.clock.now() } }] }
    expect(await database.prisma.apiKey.count({ where: live })).toBe(1)
    await owner.mutate('apiKeyUpdate', { id: rival.id, name: 'rival' })
  }
})

test('only one of 64 concurrent creations of service accounts with the same name succeeds', async () => {
  const { owner, organizationId } = stage
  const outcomes = await atOnce(() =>
    owner.mutate('serviceAccountCreate', { organizationId, name: 'Robot', role: 'MEMBER' }, 'token'),
  )
  expect(tally(outcomes)).toEqual({ ServiceAccountCreatePayload: 1, ConflictError: MANY - 1 })
  expect(await answers(winner(outcomes).token)).toBe(true)
})

test('64 concurrent imports of the same hashes into different projects import each hash once', async () => {
  const { owner, organizationId, database } = stage
  const projects = await Promise.all(
    [1, 2, 3, 4].map((index) => createProject(owner, organizationId, `Import ${index}`)),
  )
  const secrets = Array.from({ length: 5 }, () => `old_${randomBytes(24).toString('hex')}`)
  const rows = (index: number) =>
    secrets.map((secret, row) => ({
      name: `import ${index} row ${row}`,
      projectId: projects[index % projects.length],
      sha256: createHash('sha256').update(secret).digest('hex'),
    }))
  const outcomes = await atOnce((index) =>
    owner.mutate(
      'apiKeysImport',
      { organizationId, rows: rows(index) },
      'outcomes { error { __typename } apiKey { id } }',
    ),
  )
  expect(tally(outcomes)).toEqual({ ApiKeysImportPayload: MANY })
  for (const row of secrets.keys()) {
    const ofRow = outcomes.map((outcome) => outcome.outcomes[row])
    expect(ofRow.filter(({ apiKey }) => apiKey)).toHaveLength(1)
    expect(tally(ofRow.flatMap(({ error }) => (error ? [error] : [])))).toEqual({ ConflictError: MANY - 1 })
  }
  expect(await database.prisma.apiKey.count({ where: { imported: true } })).toBe(secrets.length)
  for (const secret of secrets) expect(await answers(secret)).toBe(true)
})
