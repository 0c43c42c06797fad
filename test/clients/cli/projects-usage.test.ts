import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Keyward } from '../../../sdk/src/index.ts'
import { startUsageWorld, type UsageWorld } from '../../nouns/usage/setting.ts'
import { fetchOf } from '../sdk/world.ts'
import { type Command, startCommand } from './command.ts'

describe('keyward organizations, projects and usage', () => {
  let world: UsageWorld
  let keyward: Command
  let owner: Keyward

  beforeAll(async () => {
    world = await startUsageWorld()
    const token = world.as.owner.token ?? ''
    owner = new Keyward({ baseUrl: 'http://127.0.0.1:4000', token, fetch: fetchOf(world.app) })
    keyward = await startCommand(world.app, token)
  })
  afterAll(async () => {
    await keyward.close()
    await world.close()
  })

  test("organizations list prints the caller's organizations", async () => {
    const json = await keyward.run(['organizations', 'list', '--json'])
    expect(JSON.parse(json.stdout)).toEqual((await owner.organizations.list()).items)
    const { stdout } = await keyward.run(['orgs', 'list'])
    expect(stdout).toMatch(/^NAME .*\nWorld +org_\w{26} +OWNER /)
  })

  test('projects can be created, shown, archived and restored by name', async () => {
    const made = await keyward.run(['projects', 'create', 'Staging', '--description', 'Before production', '--json'])
    const project = JSON.parse(made.stdout)
    expect(project).toEqual(await owner.projects.get(project.id))
    expect(project.description).toBe('Before production')
    const shown = await keyward.run(['projects', 'get', 'Staging'])
    expect(shown.stdout).toMatch(new RegExp(`Id +${project.id}\n`))

    expect(await keyward.run(['projects', 'archive', 'Staging'])).toMatchObject({ code: 0, stdout: '' })
    expect((await owner.projects.get(project.id)).archivedAt).not.toBeNull()
    const names = async (...args: string[]) => {
      const { stdout } = await keyward.run(['projects', 'list', '--json', ...args])
      return JSON.parse(stdout).map(({ name }: { name: string }) => name)
    }
    expect(await names()).not.toContain('Staging')
    expect(await names('--archived', '--organization', 'World')).toContain('Staging')
    expect((await keyward.run(['projects', 'restore', 'Staging'])).code).toBe(0)
    expect((await owner.projects.get(project.id)).archivedAt).toBeNull()
    const ambiguous = await owner.projects.create({ organizationId: world.ids.organization, name: 'Staging' })
    const both = await keyward.run(['projects', 'get', 'Staging'])
    expect(both.code).toBe(2)
    for (const { id } of [project, ambiguous]) expect(both.stderr).toContain(id)
  })

  test('usage reports costs by key, workload and day', async () => {
    const day = 86_400_000
    const cost = (amount: string, more: object) => world.event({ units: [], cost: amount, ...more })
    await world.record([
      cost('0.10', { workload: 'INFERENCE' }),
      cost('0.20', { workload: 'INFERENCE', occurredAt: world.ago(2 * day) }),
      cost('0.123456789', { workload: 'BATCH', model: null }),
      cost('5', { credentialId: world.ids.otherProjectKey, model: null, consumer: 'customer-1' }),
    ])
    // The clock of the test server is ahead of the command's.
    const span = ['--from', world.ago(10 * day), '--to', world.ago(-day)]
    const rowsOf = ({ stdout }: { stdout: string }) =>
      stdout
        .trimEnd()
        .split('\n')
        .map((row) => row.split(/ {2,}/))

    const byKey = rowsOf(await keyward.run(['usage', ...span]))
    expect(byKey).toEqual([
      ['KEY', 'REQUESTS', 'COST (USD)'],
      [`other (${world.ids.otherProjectKey})`, expect.stringMatching(/^1$/), '5.0000'],
      [`live (${world.ids.apiKey})`, '3', '0.4235'],
    ])
    const byDay = await keyward.run(['usage', '-p', world.ids.project, '--group-by', 'day,workload', ...span])
    expect(rowsOf(byDay).map((row) => row.slice(1))).toEqual([
      ['WORKLOAD', 'REQUESTS', 'COST (USD)'],
      ['INFERENCE', '1', '0.2000'],
      ['BATCH', '1', '0.1235'],
      ['INFERENCE', '1', '0.1000'],
    ])
    expect(byDay.stderr).toContain('0.4235 USD for 3 requests')

    const byConsumer = rowsOf(await keyward.run(['usage', '--group-by', 'consumer', ...span]))
    expect(byConsumer.slice(1)).toEqual([
      ['customer-1', '1', '5.0000'],
      ['-', '3', '0.4235'],
    ])
    const ofConsumer = ['usage', '--consumer', 'customer-1', '--group-by', 'consumer,key', ...span, '--csv']
    expect((await keyward.run(ofConsumer)).stdout).toContain(',customer-1,false,API_KEY,')

    // A tag that the key was made with: one set now counts from this hour on.
    const byTag = ['usage', '--group-by', 'tag:team', ...span]
    expect(rowsOf(await keyward.run(byTag))).toEqual([
      ['TAG', 'REQUESTS', 'COST (USD)'],
      ['-', '1', '5.0000'],
      ['canary', '3', '0.4235'],
    ])
    const ofTag = (await keyward.run([...byTag, '--tag', 'team=canary', '--csv'])).stdout.trimEnd().split('\r\n')
    expect([ofTag[0], ofTag.slice(1).map((line) => line.split(',')[2])]).toEqual([
      'start,end,tag_value,requests,cost_usd',
      ['canary', 'canary'],
    ])
    for (const args of [
      ['--group-by', 'tag'],
      ['--group-by', 'tag:a,tag:b'],
      ['--tag', 'team'],
    ]) {
      expect(await keyward.run(['usage', ...args])).toMatchObject({ code: 2, stdout: '' })
    }

    const query = ['usage', '--key', world.ids.apiKey, '--group-by', 'key,workload', ...span]
    const json = JSON.parse((await keyward.run([...query, '--json'])).stdout)
    expect({ total: json.total, requests: json.totalRequests }).toEqual({ total: '0.423456789', requests: '3' })
    const csv = (await keyward.run([...query, '--csv'])).stdout
    const [header, ...lines] = csv
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','))
    expect(lines.map((cells) => [cells[header?.indexOf('workload') ?? -1], cells.at(-1)])).toEqual([
      ['INFERENCE', '0.2'],
      ['BATCH', '0.123456789'],
      ['INFERENCE', '0.1'],
    ])
    // A span of days is that many days of the calendar, as in the console. Failed with one day more.
    for (const [from, days] of [
      ['7d', 7],
      ['2w', 14],
      ['1d', 1],
    ] as const) {
      const { stdout } = await keyward.run(['usage', '--from', from, '--json'])
      expect(JSON.parse(stdout).buckets).toHaveLength(days)
    }
    expect(JSON.parse((await keyward.run(['usage', '--json'])).stdout).buckets).toHaveLength(30)
    const one = await keyward.run(['usage', '--consumer', 'customer-1', ...span])
    expect(one.stderr).toContain('5.0000 USD for 1 request, ')

    // The same columns as the server's export.
    const url = `${keyward.url}/export/costs.csv?organizationId=${world.ids.organization}&from=${span[1]}&to=${span[3]}&groupBy=CREDENTIAL,WORKLOAD`
    const exported = await fetch(url, { headers: { authorization: `Bearer ${world.as.owner.token}` } })
    expect((await exported.text()).replace('\uFEFF', '').split('\r\n')[0]).toBe(header?.join(','))

    // An option overrides the environment, and two options are combined.
    const total = async (args: string[], env: NodeJS.ProcessEnv) => {
      const { code, stdout } = await keyward.run(['usage', ...args, ...span, '--json'], { env })
      return code === 0 ? JSON.parse(stdout).total : code
    }
    const { project, organization } = world.ids
    const { name } = await owner.projects.get(project)
    const ofProject = '0.423456789'
    const ofOrganization = '5.423456789'
    const nowhere = { KEYWARD_PROJECT: 'Nope', KEYWARD_ORGANIZATION: 'Nope' }
    const whose: [string | number, string[], NodeJS.ProcessEnv][] = [
      [ofProject, [], { KEYWARD_PROJECT: name }],
      [ofProject, [], { KEYWARD_PROJECT: name, KEYWARD_ORGANIZATION: 'World' }],
      [ofProject, ['--project', name], nowhere],
      [ofProject, ['--project', name, '--organization', 'World'], nowhere],
      [ofProject, ['--project', project, '--organization', organization], nowhere],
      [ofOrganization, ['--organization', 'World'], { KEYWARD_PROJECT: name }],
      [ofProject, ['--organization', 'World', '--key', world.ids.apiKey], { KEYWARD_PROJECT: 'Nope' }],
      [5, ['--organization', 'Nope'], { KEYWARD_PROJECT: name }],
      [5, ['--project', name, '--organization', 'Nope'], {}],
      [5, [], { KEYWARD_PROJECT: name, KEYWARD_ORGANIZATION: 'Nope' }],
    ]
    for (const [answer, args, env] of whose) expect(await total(args, env), args.join(' ')).toBe(answer)
    // An organization of the same owner that does not have the project.
    const { id: other } = await owner.organizations.create({ name: 'Other' })
    for (const given of [name, project]) {
      const strange = await keyward.run(['usage', '--project', given, '--organization', other])
      expect(strange).toMatchObject({ code: 5, stdout: '' })
    }

    const wrong = await keyward.run(['usage', '--group-by', 'moon'])
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    const refused = await keyward.run(['usage', '-o', organization], {
      env: { KEYWARD_TOKEN: world.as.member.token ?? '' },
    })
    expect(refused.code).toBe(4)
    expect(refused.stderr).toMatch(/ADMIN/)
  })
})
