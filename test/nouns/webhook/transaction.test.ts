import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeId } from '../../../schema/core/ids.ts'
import { actAsSystem } from '../../../schema/write/unit-of-work.ts'
import { type Setting, startSetting, until } from './setting.ts'

// Messages are written in the transaction of their change. These tests fail if another transaction writes them.

let setting: Setting
beforeAll(async () => {
  setting = await startSetting()
})
afterAll(() => setting?.close())

const uuid = (type: 'Organization' | 'Project', id: string): string => decodeId(type, id) ?? ''

test('an event of a rolled-back transaction is not sent', async () => {
  await setting.webhook()
  const organizationId = uuid('Organization', setting.organizationId)
  const projectId = uuid('Project', setting.projectId)
  const target = { organizationId, projectId, targetType: 'Project', targetId: projectId }
  const { runtime } = setting.app
  const rolledBack = actAsSystem(runtime, async (unit) => {
    unit.audit({ ...target, action: 'apiKey.created', targetName: 'rolled back' })
    // A failure at the very end, when messages are written: a change of a missing organization.
    unit.audit({ ...target, organizationId: projectId, action: 'apiKey.created' })
  })
  await expect(rolledBack).rejects.toThrow()
  await actAsSystem(runtime, async (unit) => {
    unit.audit({ ...target, action: 'apiKey.created', targetName: 'committed' })
  })
  await until(() => setting.receiver.received.some(({ body }) => body.data.target.name === 'committed'))
  expect(setting.receiver.received.map(({ body }) => body.data.target.name)).toEqual(['committed'])
  expect(await setting.database.sql('SELECT id FROM webhook_delivery')).toHaveLength(1)
})

test('a rejected mutation sends no event', async () => {
  const before = await setting.database.sql('SELECT id FROM webhook_delivery')
  await setting.key('taken')
  const { __typename } = await setting.owner.mutate('apiKeyCreate', { projectId: setting.projectId, name: 'taken' })
  expect(__typename).toBe('ConflictError')
  expect(await setting.database.sql('SELECT id FROM webhook_delivery')).toHaveLength(before.length + 1)
})
