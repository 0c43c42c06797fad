import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type LeakSetting, startLeakSetting } from './setting.ts'

// A leak of a secret is reported as long as that secret works, and no longer.

let setting: LeakSetting
beforeAll(async () => {
  setting = await startLeakSetting()
  await setting.owner.mutate('projectKeyPolicySet', { projectId: setting.projectId, leakedKeyAction: 'FLAG' })
})
afterAll(() => setting?.close())

const found = (token: string) => [{ token, type: 'keyward_api_key', url: null, source: 'commit' }]
const later = () => setting.database.clock.advance(1_000)
const isWorrying = async (id: string): Promise<boolean> => (await setting.read(id)).advice.includes('LEAKED')

const rotate = async (id: string): Promise<string> => {
  later()
  const { secret } = await setting.owner.mutate('apiKeyRotate', { id }, 'secret')
  later()
  return secret
}

beforeEach(later)

test('undoing a rotation shows the old secret’s leak again, even if the new secret has leaked since', async () => {
  const { id, secret } = await setting.key('both leaked')
  await setting.report(found(secret))
  await setting.report(found(await rotate(id)))
  await setting.owner.mutate('apiKeyRotationUndo', { id })
  later()
  expect(await isWorrying(id)).toBe(true)
})

test('undoing a rotation ends the recommendation for a leak of the new secret', async () => {
  const { id } = await setting.key('new one leaked')
  await setting.report(found(await rotate(id)))
  expect(await isWorrying(id)).toBe(true)
  await setting.owner.mutate('apiKeyRotationUndo', { id })
  later()
  expect(await isWorrying(id)).toBe(false)
})

test('a leak report that names no secret applies to every secret that was live at that time', async () => {
  const { id } = await setting.key('one of them leaked')
  await rotate(id)
  await setting.owner.mutate('apiKeyReportLeaked', { id })
  await setting.owner.mutate('apiKeyRotationFinish', { id })
  later()
  expect(await isWorrying(id)).toBe(true)
  await rotate(id)
  await setting.owner.mutate('apiKeyRotationFinish', { id })
  later()
  expect(await isWorrying(id)).toBe(false)
})

// Failed while only the time of each secret counted. During an update, servers of both versions accept reports.
test('a leak that an earlier version recorded applies to every secret that was live at that time', async () => {
  const { id } = await setting.key('from before')
  later()
  await setting.database.sql('UPDATE api_key SET leaked_at = $1 WHERE name = $2', [
    setting.database.clock.now(),
    'from before',
  ])
  expect(await isWorrying(id)).toBe(true)
})
