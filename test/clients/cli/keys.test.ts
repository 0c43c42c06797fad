import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SdkWorld, startSdkWorld } from '../sdk/world.ts'
import { type Command, noTerminal, startCommand } from './command.ts'

const DAY_MS = 86_400_000
const SECRET = /^kw_proj_[0-9A-Za-z]{49}\n$/

describe('keyward keys', () => {
  let world: SdkWorld
  let keyward: Command
  const production = ['--project', 'Production']

  beforeAll(async () => {
    world = await startSdkWorld()
    keyward = await startCommand(world.app, world.ownerToken)
  })
  afterAll(async () => {
    await keyward.close()
    await world.close()
  })

  const keyCalled = async (name: string) => {
    for await (const key of world.owner.apiKeys.list({ projectId: world.projectId })) if (key.name === name) return key
    throw new Error(`There is no key ${name}`)
  }
  const daysAhead = (time: string | null) => Math.round((Date.parse(time ?? '') - Date.now()) / DAY_MS)
  const kindOf = async (secret: string) => {
    const found = await world
      .as(secret.trim())
      .viewer.get()
      .catch((error: Error) => ({ kind: error.name }))
    return found.kind
  }

  test('token prints a child token of the secret from standard input, and rejects invalid secrets', async () => {
    const { apiKey, secret } = await world.owner.apiKeys.create({ projectId: world.projectId, name: 'for children' })
    const args = ['token', '--expires', '5m', '--workload', 'inference', '--model', 'meta/*']
    const issued = await keyward.run(args, { input: `${secret}\n` })
    expect(issued).toMatchObject({ code: 0, stderr: 'The token expires in 300 seconds.\n' })
    expect(issued.stdout).toMatch(/^kw_tmp_[0-9A-Za-z]{49}\n$/)
    const bound = ['--origin', 'https://app.example.com', '--origin', 'http://localhost:5173']
    const toPages = await keyward.run(['token', ...bound], { input: secret })
    const [row] = await world.database.sql<{ origins: string[] }>('SELECT origins FROM child_token WHERE hash = $1', [
      createHash('sha256').update(toPages.stdout.trim()).digest(),
    ])
    expect(row?.origins).toEqual(['https://app.example.com', 'http://localhost:5173'])
    const path = await keyward.run(['token', '--origin', 'https://app.example.com/page'], { input: secret })
    expect(path).toMatchObject({ code: 6, stdout: '', stderr: expect.stringContaining('rigin') })
    const wider = await keyward.run(['token', '--expires', '2h'], { input: secret })
    expect(wider).toMatchObject({ code: 6, stdout: '', stderr: expect.stringContaining('`expires_in` must be') })
    await world.owner.apiKeys.revoke({ id: apiKey.id })
    const revoked = await keyward.run(['token', '--json'], { input: secret })
    expect(revoked.code).not.toBe(0)
    expect(revoked.stdout + revoked.stderr).not.toContain(secret)
  })

  test('run starts a command with a child token of the key, and passes on its exit code', async () => {
    const { apiKey } = await world.owner.apiKeys.create({ projectId: world.projectId, name: 'runs' })
    const live = async () => {
      const query = 'query ($id: ID!) { node(id: $id) { ... on ApiKey { liveChildTokens } } }'
      return ((await world.owner.request(query, { id: apiKey.id })) as { node: { liveChildTokens: number } }).node
    }
    const key = ['run', '--key', 'runs', ...production]
    const program =
      'console.log(process.env.A.length, process.env.B === process.env.A, process.env.KEYWARD_TOKEN); process.exit(7)'
    const ran = await keyward.run([...key, '--env', 'A', '--env', 'B', '--', process.execPath, '-e', program])
    expect(ran).toEqual({ code: 7, stdout: '56 true undefined\n', stderr: '' })
    expect(await live()).toEqual({ liveChildTokens: 0 })

    const waiting = keyward.start([...key, '--', process.execPath, '-e', 'console.log(1); setInterval(() => {}, 1000)'])
    const ended = once(waiting, 'close')
    await once(waiting.stdout ?? process.stdout, 'data')
    expect(await live()).toEqual({ liveChildTokens: 1 })
    waiting.kill('SIGTERM')
    expect((await ended)[0]).toBe(143)
    expect(await live()).toEqual({ liveChildTokens: 0 })

    const missing = await keyward.run([...key, '--', '/nowhere/command'])
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('/nowhere/command cannot be run') })
    expect(await live()).toEqual({ liveChildTokens: 0 })
  })

  test('keys create prints only the secret, and rotation commands report their result', async () => {
    const created = await keyward.run(['keys', 'create', 'ci', ...production])
    expect(created.code).toBe(0)
    expect(created.stdout).toMatch(SECRET)
    expect(created.stderr).toContain('Created the key "ci"')
    expect(created.stderr).not.toContain(created.stdout.trim())
    expect(await kindOf(created.stdout)).toBe('API_KEY')
    const { id, expiresAt } = await keyCalled('ci')
    expect(daysAhead(expiresAt)).toBe(90)

    const rotated = await keyward.run(['keys', 'rotate', 'ci', ...production, '--overlap', '1h'])
    expect(rotated.stdout).toMatch(SECRET)
    expect(await Promise.all([kindOf(created.stdout), kindOf(rotated.stdout)])).toEqual(['API_KEY', 'API_KEY'])

    // The new secret was just used, so that undoing the rotation asks, as soon as the server has recorded the use.
    await expect.poll(async () => (await world.owner.apiKeys.get(id)).secretVersions[0]?.lastUsedAt).toBeTruthy()
    expect(await keyward.run(['keys', 'undo-rotation', id])).toMatchObject({ code: 2, stdout: '' })
    const undone = await keyward.run(['keys', 'undo-rotation', id, '--yes'])
    expect(undone).toMatchObject({ code: 0, stdout: '' })
    expect(await kindOf(rotated.stdout)).toBe('AuthenticationError')

    const again = await keyward.run(['keys', 'rotate', id, '--json'])
    const { apiKey, secret } = JSON.parse(again.stdout)
    expect(again.stderr).toBe('')
    expect(Object.keys(apiKey).sort()).toEqual(Object.keys(await world.owner.apiKeys.get(id)).sort())
    expect(Date.parse(apiKey.rotation.previousRetiresAt) - Date.parse(apiKey.rotation.startedAt)).toBe(DAY_MS)

    // The new secret is unused, and there is no terminal for the confirmation.
    const early = await keyward.run(['keys', 'finish-rotation', 'ci', ...production])
    expect(early.code).toBe(2)
    expect(early.stderr).toMatch(/--yes/)
    expect(await kindOf(created.stdout)).toBe('API_KEY')
    expect((await keyward.run(['keys', 'finish-rotation', id, '--yes'])).code).toBe(0)
    expect(await Promise.all([kindOf(created.stdout), kindOf(secret)])).toEqual(['AuthenticationError', 'API_KEY'])
  })

  test('keys create sets scopes, tags and limits, and keys get shows them', async () => {
    const given = ['--workload', 'inference', '--workload', 'batch', '--allow-ip', '10.0.0.0/8', '--tag', 'team=a=b']
    const limits = [
      '--requests-per-minute',
      '60',
      '--rate',
      'input-tokens/hour=5000',
      '--rate',
      'input-tokens/hour=300:meta/*',
      '--budget',
      'month=100',
      '--budget',
      'day=9.50:alert',
      '--max-concurrent',
      '8',
    ]
    const args = ['keys', 'create', 'scoped', ...production, '--expires', 'never', ...given, ...limits, '--json']
    const { stdout, stderr } = await keyward.run(args)
    const { apiKey, secret } = JSON.parse(stdout)
    expect(stderr).toBe('')
    expect(apiKey).toMatchObject({ expiresAt: null, allowedIps: ['10.0.0.0/8'], tags: [{ key: 'team', value: 'a=b' }] })
    expect([...apiKey.workloads].sort()).toEqual(['BATCH', 'INFERENCE'])
    const stored = await world.owner.apiKeys.getLimits(apiKey.id)
    expect(stored.limits.requestsPerMinute).toBe(60)
    expect(stored.limits.budgets).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ period: 'MONTH', usd: '100', onLimit: 'REJECT' }),
        expect.objectContaining({ period: 'DAY', usd: '9.5', onLimit: 'ALERT' }),
      ]),
    )
    const shown = await keyward.run(['keys', 'get', 'scoped', ...production])
    expect(shown.stdout).toMatch(/Allowed from +10\.0\.0\.0\/8\n/)
    expect(shown.stdout).toMatch(/^Rate +0 of 60 requests a minute used, 60 left$/m)
    expect(shown.stdout).toMatch(/^Rate +0 of 5000 input-tokens an hour used, 5000 left$/m)
    expect(shown.stdout).toMatch(/^Rate +0 of 300 input-tokens an hour for meta\/\* used, 300 left$/m)
    expect(shown.stdout).toMatch(/^Concurrency +0 of 8 concurrent requests$/m)
    expect(shown.stdout).toMatch(
      /^Budget +0 of 100 USD a month spent, 100 left, resets \d{4}-\d\d-01 00:00Z; once spent, it rejects requests$/m,
    )
    expect(shown.stdout).toMatch(
      /^Budget +0 of 9\.5 USD a day spent, 9\.5 left, resets \d{4}-\d\d-\d\d 00:00Z; once spent, it only raises alerts$/m,
    )
    const got = await keyward.run(['keys', 'get', apiKey.id, '--json'])
    expect(JSON.parse(got.stdout)).toEqual({ ...apiKey, ...stored })
    const { apiKey: unlimited } = await world.owner.apiKeys.create({ projectId: world.projectId, name: 'unlimited' })
    const free = await keyward.run(['keys', 'get', unlimited.id])
    expect(free.stdout).toMatch(/^Rate +no limit of its own$/m)
    expect(free.stdout).toMatch(/^Budget +none of its own$/m)
    // The key does not allow the address of this test.
    expect(await kindOf(secret)).toBe('AuthenticationError')
  })

  test("without --expires, a new key has the longest lifetime that the project's policy permits", async () => {
    const { id } = await world.owner.projects.create({ organizationId: world.organizationId, name: 'Bounded' })
    await world.owner.projects.setKeyPolicy({ projectId: id, maxLifetimeSeconds: 7 * 86_400 })
    const { stdout } = await keyward.run(['keys', 'create', 'short', '--json'], { env: { KEYWARD_PROJECT: 'Bounded' } })
    expect(daysAhead(JSON.parse(stdout).apiKey.expiresAt)).toBe(7)
    const never = await keyward.run(['keys', 'create', 'long', '--project', id, '--expires', 'never'])
    expect(never).toMatchObject({ code: 6, stdout: '' })
    // Failed before: the command counted from its own clock, which is 2 s ahead of the database's here.
    world.database.clock.advance(-2_000)
    try {
      const env = { env: { KEYWARD_PROJECT: 'Bounded' } }
      expect((await keyward.run(['keys', 'create', 'longest', '--expires', '7d'], env)).code).toBe(0)
      expect((await keyward.run(['keys', 'expire', 'longest', '--in', '7d'], env)).code).toBe(0)
      const beyond = await keyward.run(['keys', 'expire', 'longest', '--in', '8d'], env)
      expect(beyond.code).toBe(6)
      expect(beyond.stderr).toContain('--in: Must be at most 604800 seconds ahead')
    } finally {
      world.database.clock.advance(2_000)
    }
  })

  test('keys expire sets, moves and clears the expiration', async () => {
    const { apiKey } = await world.owner.apiKeys.create({ projectId: world.projectId, name: 'moving' })
    const expire = (...when: string[]) => keyward.run(['keys', 'expire', 'moving', ...production, ...when])
    expect(await expire('--at', '2040-01-31')).toMatchObject({ code: 0, stdout: '' })
    expect((await world.owner.apiKeys.get(apiKey.id)).expiresAt).toBe('2040-01-31T00:00:00.000Z')
    expect((await expire('--in', '12w', '--json')).stdout).toContain('"id"')
    expect(daysAhead((await world.owner.apiKeys.get(apiKey.id)).expiresAt)).toBe(84)
    expect((await expire('--never')).code).toBe(0)
    expect((await world.owner.apiKeys.get(apiKey.id)).expiresAt).toBeNull()
    for (const when of [[], ['--never', '--in', '1d'], ['--at', '2040-02-30'], ['--in', '2040-01-31']]) {
      expect((await expire(...when)).code, when.join(' ')).toBe(2)
    }
  })

  test('keys, projects and organizations can be paused and resumed', async () => {
    const { apiKey } = await world.owner.apiKeys.create({ projectId: world.projectId, name: 'pausing' })
    const paused = await keyward.run([
      'keys',
      'pause',
      'pausing',
      ...production,
      '--until',
      '2h',
      '--wait',
      '5s',
      '--json',
    ])
    expect(JSON.parse(paused.stdout)).toMatchObject({ apiKey: { id: apiKey.id, status: 'PAUSED' }, gateways: [] })
    expect((await keyward.run(['keys', 'get', apiKey.id])).stdout).toMatch(/Paused +.*until/)
    const listed = await keyward.run(['keys', 'list', ...production, '--status', 'paused', '--json'])
    expect(JSON.parse(listed.stdout)).toMatchObject([{ id: apiKey.id }])
    expect((await keyward.run(['keys', 'resume', 'pausing', ...production])).stderr).toContain('Resumed the key')
    expect((await world.owner.apiKeys.get(apiKey.id)).status).toBe('ACTIVE')
    for (const [noun, where] of [
      ['projects', [world.projectId]],
      ['organizations', ['-o', world.organizationId, '--yes']],
    ] as const) {
      expect(await keyward.run([noun, 'pause', ...where])).toMatchObject({ code: 0, stdout: '' })
      const resumed = await keyward.run([noun, 'resume', ...where.filter((each) => each !== '--yes'), '--json'])
      expect(JSON.parse(resumed.stdout)).toMatchObject({ pausedAt: null })
    }
    expect((await keyward.run(['organizations', 'pause', '-o', world.organizationId])).code).toBe(2)
  })

  test('keys revoke requires confirmation, and prefers a live key to a revoked one of the same name', async () => {
    const first = await world.owner.apiKeys.create({ projectId: world.projectId, name: 'again' })
    await world.owner.apiKeys.revoke({ id: first.apiKey.id })
    const { apiKey, secret } = await world.owner.apiKeys.create({ projectId: world.projectId, name: 'again' })
    const unsure = await keyward.run(['keys', 'revoke', 'again', ...production])
    expect(unsure.code).toBe(2)
    expect(await kindOf(secret)).toBe('API_KEY')
    const sure = await keyward.run([
      'keys',
      'revoke',
      'again',
      ...production,
      '--reason',
      'leaked',
      '--wait',
      '5s',
      '--yes',
      '--json',
    ])
    const payload = JSON.parse(sure.stdout)
    expect(payload.apiKey).toMatchObject({ id: apiKey.id, status: 'REVOKED', revocationReason: 'LEAKED' })
    expect(payload.gateways).toEqual([])
    expect(await kindOf(secret)).toBe('AuthenticationError')
    // Two revoked keys have the name now, so it is ambiguous.
    const both = await keyward.run(['keys', 'get', 'again', ...production])
    expect(both.code).toBe(2)
    for (const id of [apiKey.id, first.apiKey.id]) expect(both.stderr).toContain(id)
  })

  test('keys revoke accepts several keys, or selects a project’s keys by creator or advice', async () => {
    const { id: projectId } = await world.owner.projects.create({ organizationId: world.organizationId, name: 'Swept' })
    const make = async (name: string, expiresAt?: string) =>
      (await world.owner.apiKeys.create({ projectId, name, expiresAt })).apiKey.id
    const [a, b, c] = [await make('a'), await make('b'), await make('c', '2999-01-01T00:00:00Z')]
    const swept = ['-p', 'Swept', '--json']
    expect((await keyward.run(['keys', 'revoke', ...swept])).code).toBe(2)
    expect((await keyward.run(['keys', 'revoke', 'a', '--advice', 'leaked', ...swept])).code).toBe(2)
    expect((await keyward.run(['keys', 'revoke', 'a', 'b', ...swept])).stderr).toContain('Revoke these 2 keys?')
    const byName = await keyward.run(['keys', 'revoke', 'a', b, '--reason', 'replaced', '--yes', ...swept])
    expect(JSON.parse(byName.stdout)).toMatchObject({
      outcomes: [a, b].map((id) => ({ id, apiKey: { status: 'REVOKED', revocationReason: 'REPLACED' }, error: null })),
      gateways: null,
    })
    await make('d')
    await make('e')
    const byAdvice = await keyward.run(['keys', 'revoke', '--advice', 'no-expiration', '--yes', ...swept])
    const { outcomes } = JSON.parse(byAdvice.stdout)
    expect(outcomes.map(({ apiKey }: { apiKey: { name: string } }) => apiKey.name).sort()).toEqual(['d', 'e'])
    expect((await world.owner.apiKeys.get(c)).status).toBe('ACTIVE')
  })

  test('keys list prints the keys of all pages as a table or as JSON', async () => {
    const { id: projectId } = await world.owner.projects.create({ organizationId: world.organizationId, name: 'Many' })
    const names = Array.from({ length: 103 }, (_, index) => `key ${index}`)
    const imported = names.map((name) => ({ name, projectId, sha256: randomBytes(32).toString('hex') }))
    await world.owner.apiKeys.import({ organizationId: world.organizationId, rows: imported })
    const json = await keyward.run(['keys', 'list', '--project', 'Many', '--json'])
    const listed = JSON.parse(json.stdout)
    expect(listed.map(({ name }: { name: string }) => name)).toEqual([...names].reverse())
    expect(listed[0]).toEqual(await world.owner.apiKeys.get(listed[0].id))
    const table = await keyward.run(['keys', 'list', '-p', 'Many', '--search', 'key 10', '--status', 'active'])
    const [header, ...rows] = table.stdout.trimEnd().split('\n')
    expect(header).toMatch(/^NAME +ID +STATUS +SECRET +EXPIRES +LAST USED +ADVICE$/)
    expect(rows.map((row) => row.slice(0, 7).trim())).toEqual(['key 102', 'key 101', 'key 100', 'key 10'])
    // No colors without a terminal.
    expect(table.stdout).not.toContain('\u001b')
  })

  test('keys list --watch and keys get --watch show every change until interrupted', async () => {
    const { apiKey } = await world.owner.apiKeys.create({ projectId: world.projectId, name: 'watched' })
    const commands = [
      ['keys', 'list', '--search', 'watched', '--watch', '--jq', '.[].status', ...production],
      ['keys', 'get', 'watched', '--watch', '--jq', '.status', ...production],
    ]
    for (const args of commands) {
      const watching = keyward.start(args)
      const ended = once(watching, 'close')
      let shown = ''
      watching.stdout?.on('data', (chunk) => (shown += chunk))
      await expect.poll(() => shown).toBe('ACTIVE\n')
      await world.owner.apiKeys.pause({ id: apiKey.id })
      await expect.poll(() => shown).toBe('ACTIVE\nPAUSED\n')
      await world.owner.apiKeys.resume({ id: apiKey.id })
      await expect.poll(() => shown).toBe('ACTIVE\nPAUSED\nACTIVE\n')
      watching.kill('SIGINT')
      expect((await ended)[0]).toBe(130)
    }
  })

  test.skipIf(noTerminal !== null)('a table fits the terminal’s width, and is complete in a pipe', async () => {
    const name = '漢字 of double width, and a name that is long enough to be shortened'
    const widthOf = (text: string) => text.length + (text.match(/\p{Script=Han}/gu) ?? []).length
    const { apiKey } = await world.owner.apiKeys.create({
      projectId: world.projectId,
      name,
      expiresAt: '2040-01-31T00:00:00Z',
    })
    const args = ['keys', 'list', ...production, '--search', 'long enough']
    const linesOf = async (columns: number) => {
      const { code, shown } = await keyward.onTerminal(args, '', { NO_COLOR: '1' }, columns)
      expect(code).toBe(0)
      return shown.split('\r\n')
    }
    const [header, row, note] = await linesOf(80)
    expect(header).toMatch(/^NAME +ID +STATUS +SECRET +EXPIRES$/)
    expect(row).toMatch(new RegExp(`^漢字 of do\\w*… +${apiKey.id}  ACTIVE +kw_proj_\\w+… +2040-01-31…$`))
    expect(note).toContain('No room for LAST USED, ADVICE.')
    for (const columns of [60, 80, 100, 120]) {
      const [, cells = ''] = await linesOf(columns)
      expect(widthOf(cells)).toBeLessThanOrEqual(columns)
      expect(cells).toContain(apiKey.id)
    }
    expect((await linesOf(160))[1]).toMatch(/^漢字 of double width, .*2040-01-31 00:00Z {2}never +\S/)
    for (const whole of [(await linesOf(0))[1], (await linesOf(300))[1], (await keyward.run(args)).stdout]) {
      expect(whole).toContain(name)
    }
  })

  test.skipIf(noTerminal !== null)(
    'on a terminal, keys revoke asks for confirmation, and any reply but yes changes nothing',
    async () => {
      const { apiKey } = await world.owner.apiKeys.create({ projectId: world.projectId, name: 'asked' })
      const no = await keyward.onTerminal(['keys', 'revoke', apiKey.id], 'n\r')
      expect(no.shown).toMatch(/Revoke the key "asked" .*This is final\. \[y\/N\]/)
      expect({ code: no.code, status: (await world.owner.apiKeys.get(apiKey.id)).status }).toEqual({
        code: 1,
        status: 'ACTIVE',
      })
      const yes = await keyward.onTerminal(['keys', 'revoke', apiKey.id], 'y\r')
      expect({ code: yes.code, status: (await world.owner.apiKeys.get(apiKey.id)).status }).toEqual({
        code: 0,
        status: 'REVOKED',
      })
      // Colors on a terminal, unless NO_COLOR is set.
      const args = ['keys', 'list', ...production, '--search', 'asked']
      expect((await keyward.onTerminal(args, '')).shown).toContain('\u001b[1mNAME')
      expect((await keyward.onTerminal(args, '', { NO_COLOR: '1' })).shown).not.toContain('\u001b[1m')
    },
  )
})
