import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashSecret } from '../../../schema/api-key/secret.ts'
import { reportFound } from '../../../schema/leak/found.ts'
import { type LeakSetting, startLeakSetting } from './setting.ts'

// The key policy of a project decides what happens to its leaked keys.

let setting: LeakSetting
beforeAll(async () => {
  setting = await startLeakSetting()
})
afterAll(() => setting?.close())

const policy = (leakedKeyAction: string) =>
  setting.owner.mutate('projectKeyPolicySet', { projectId: setting.projectId, leakedKeyAction })

const whoAmI = async (secret: string): Promise<number> => {
  const { status } = await setting.client(secret).ask('{ viewer { kind } }')
  return status
}

test('a reported key is revoked at once by default', async () => {
  const { id, secret } = await setting.key('leaked')
  const input = { id, source: 'a commit', url: `https://git.example/commit?q=${secret}` }
  const { apiKey } = await setting.owner.mutate('apiKeyReportLeaked', input, 'apiKey { status }')
  expect(apiKey).toEqual({ status: 'REVOKED' })
  expect(await setting.read(id)).toMatchObject({
    leakedAt: expect.any(String),
    revocationReason: 'LEAKED',
    revokedBy: { __typename: 'User' },
    advice: [],
  })
  expect(await whoAmI(secret)).toBe(401)
  const [reported] = await setting.audited('apiKey.leakReported')
  expect(reported).toMatchObject({ actor: { kind: 'USER' }, target: { id } })
  expect(reported.details).toEqual({
    source: 'a commit',
    // A secret inside the reported URL is not stored.
    url: 'https://git.example/commit?q=kw_(not shown)',
    leakedKeyAction: 'REVOKE',
  })
  expect((await setting.audited('apiKey.revoked'))[0]).toMatchObject({ target: { id }, details: { reason: 'LEAKED' } })
  expect((await setting.owner.mutate('apiKeyReportLeaked', { id })).__typename).toBe('InvalidStateError')
})

test('with a FLAG policy, a reported key is flagged until it is rotated', async () => {
  await policy('FLAG')
  const { id, secret } = await setting.key('flagged')
  await setting.owner.mutate('apiKeyReportLeaked', { id })
  const flagged = await setting.read(id)
  expect(flagged).toMatchObject({ status: 'ACTIVE', revokedAt: null, leakedAt: expect.any(String) })
  expect(flagged.advice).toContain('LEAKED')
  expect(await whoAmI(secret)).toBe(200)
  await setting.owner.mutate('apiKeyRotate', { id })
  expect((await setting.read(id)).advice).toContain('LEAKED')
  await setting.owner.mutate('apiKeyRotationFinish', { id })
  const rotated = await setting.read(id)
  expect(rotated.advice).not.toContain('LEAKED')
  expect(rotated.leakedAt).toBe(flagged.leakedAt)
  // The new secret can leak too.
  await setting.owner.mutate('apiKeyReportLeaked', { id })
  const again = await setting.read(id)
  expect(again.advice).toContain('LEAKED')
  expect(again.leakedAt > flagged.leakedAt).toBe(true)
  await policy('REVOKE')
})

test('a legacy key cannot be reported by its id', async () => {
  const { legacyKey } = await setting.owner.mutate(
    'legacyKeyImport',
    { organizationId: setting.organizationId, secret: 'legacy-0123456789abcdef' },
    'legacyKey { id }',
  )
  const answer = await setting.owner.mutate('apiKeyReportLeaked', { id: legacyKey.id })
  expect(answer.__typename).toBe('InvalidStateError')
  expect(answer.resolvedBy).toContain('legacyKeyRegenerate')
})

// Failed while only the time of the report was stored, when the new secret already existed.
test('the LEAKED recommendation ends once the leaked secret is rotated', async () => {
  await policy('FLAG')
  const advice = async (id: string) => (await setting.read(id)).advice
  const { id, secret } = await setting.key('leaky')
  setting.database.clock.advance(1_000)
  const rotated = await setting.owner.mutate('apiKeyRotate', { id }, 'secret')
  setting.database.clock.advance(1_000)
  await reportFound(setting.app.runtime, [{ hash: hashSecret(secret), source: 'a commit', url: null }])
  expect(await advice(id)).toContain('LEAKED')
  await setting.owner.mutate('apiKeyRotationFinish', { id })
  setting.database.clock.advance(1_000)
  expect(await advice(id)).not.toContain('LEAKED')
  await reportFound(setting.app.runtime, [{ hash: hashSecret(rotated.secret), source: 'a commit', url: null }])
  expect(await advice(id)).toContain('LEAKED')
})
