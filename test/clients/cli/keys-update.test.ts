import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SdkWorld, startSdkWorld } from '../sdk/world.ts'
import { type Command, startCommand } from './command.ts'

describe('keyward keys update', () => {
  let world: SdkWorld
  let keyward: Command

  beforeAll(async () => {
    world = await startSdkWorld()
    keyward = await startCommand(world.app, world.ownerToken)
  })
  afterAll(async () => {
    await keyward.close()
    await world.close()
  })

  const create = async (name: string) => (await world.owner.apiKeys.create({ projectId: world.projectId, name })).apiKey
  const update = (key: string, ...args: string[]) =>
    keyward.run(['keys', 'update', key, '--project', 'Production', ...args])
  const read = async (id: string) => ({
    ...(await world.owner.apiKeys.get(id)),
    ...(await world.owner.apiKeys.getLimits(id)).limits,
  })

  test('keys update changes only the given options', async () => {
    const { id } = await create('old')
    const scopes = ['--workload', 'batch', '--allow-ip', '10.0.0.0/8', '--allow-ip', '::1']
    const limits = ['--requests-per-minute', '60', '--budget', 'month=100', '--budget', 'day=5:alert']
    const all = await update('old', '--name', 'new', '--tag', 'team=search', ...scopes, ...limits, '--json')
    expect(all).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(all.stdout)).toEqual(await world.owner.apiKeys.get(id))
    const changed = await read(id)
    expect(changed).toMatchObject({ name: 'new', tags: [{ key: 'team', value: 'search' }], workloads: ['BATCH'] })
    expect(changed.allowedIps).toHaveLength(2)
    expect(changed.requestsPerMinute).toBe(60)
    expect(changed.budgets.map(({ period, onLimit }) => `${period} ${onLimit}`).sort()).toEqual([
      'DAY ALERT',
      'MONTH REJECT',
    ])

    const one = await update('new', '--budget', 'total=7')
    expect(one).toMatchObject({ code: 0, stdout: '', stderr: `Changed the key "new" (${id}).\n` })
    const { budgets, ...rest } = await read(id)
    expect(budgets).toEqual([expect.objectContaining({ period: 'TOTAL', usd: '7' })])
    const { budgets: _, ...before } = changed
    expect(rest).toEqual(before)

    const bounds = ['--tag', 'none', '--workload', 'any', '--allow-ip', 'any']
    expect((await update(id, ...bounds, '--requests-per-minute', 'none', '--budget', 'none')).code).toBe(0)
    expect(await read(id)).toMatchObject({ name: 'new', tags: [], workloads: [], allowedIps: [], budgets: [] })
    expect((await read(id)).requestsPerMinute).toBeNull()
  })

  test('keys update validates options first, and an error lists the changes that were already made', async () => {
    const { id } = await create('kept')
    await create('taken')
    const before = await read(id)
    for (const args of [[], ['--tag', 'none', '--tag', 'a=b'], ['--name', 'x', '--budget', 'year=1']]) {
      expect(await update(id, ...args), args.join(' ')).toMatchObject({ code: 2, stdout: '' })
    }
    expect(await read(id)).toEqual(before)
    const refused = await update(id, '--name', 'taken', '--allow-ip', '::1', '--requests-per-minute', '5')
    expect(refused.code).toBe(6)
    expect(refused.stderr).toContain('The scopes and limits of the key were changed')
    expect(refused.stderr).toContain('already has this name')
    expect(await read(id)).toMatchObject({ name: 'kept', requestsPerMinute: 5 })
    expect((await update(id, '--name', ' ')).stderr).toMatch(/^Error: --name: /)
  })
})
