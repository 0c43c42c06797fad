import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RESOURCE_COMMANDS } from '../../../cli/src/generated/commands.ts'
import { WITHOUT_COMMAND } from '../../../codegen/commands.ts'
import { type SdkWorld, startSdkWorld } from '../sdk/world.ts'
import { type Command, startCommand } from './command.ts'

const OPERATIONS = join(import.meta.dirname, '../../../sdk/operations')

async function operations(): Promise<string[]> {
  const paths = await readdir(OPERATIONS, { recursive: true })
  return paths
    .filter((path) => path.endsWith('.graphql') && !path.startsWith('fragments'))
    .map((path) => path.slice(0, -'.graphql'.length).replace('/', '.'))
}

describe('commands for every resource', () => {
  let world: SdkWorld
  let keyward: Command
  const run = (...args: string[]) => keyward.run(args)
  const json = async (...args: string[]) => {
    const { code, stdout, stderr } = await keyward.run([...args, '--json'])
    expect({ code, stderr }, args.join(' ')).toEqual({ code: 0, stderr: '' })
    return JSON.parse(stdout)
  }

  beforeAll(async () => {
    world = await startSdkWorld()
    keyward = await startCommand(world.app, world.ownerToken)
  })
  afterAll(async () => {
    await keyward.close()
    await world.close()
  })

  test('every SDK operation has a command, or a documented reason to have none', async () => {
    const covered = new Set([...RESOURCE_COMMANDS.map(({ operation }) => operation), ...Object.keys(WITHOUT_COMMAND)])
    expect((await operations()).filter((operation) => !covered.has(operation))).toEqual([])
    const { stdout } = await run('complete', '--', '')
    for (const target of new Set(Object.values(WITHOUT_COMMAND))) {
      // A reason ends with a full stop. Everything else is a command.
      if (target.endsWith('.')) continue
      const [group = '', name] = target.split(' ')
      expect(stdout, target).toMatch(new RegExp(`^${group}\\t`, 'm'))
      if (name) expect((await run('complete', '--', group, '')).stdout, target).toMatch(new RegExp(`^${name}\\t`, 'm'))
    }
  })

  // Failed with two groups whose summary was their name.
  test('every command group has a summary that says more than its name', async () => {
    const { stdout } = await run('complete', '--', '')
    const summaries = stdout.split('\n').flatMap((line) => (line.includes('\t') ? [line.split('\t')] : []))
    expect(summaries.length).toBeGreaterThan(25)
    expect(summaries.filter(([, summary = '']) => !summary.includes(' '))).toEqual([])
  })

  test('webhooks create prints only the signing secret, and webhooks update replaces or clears values', async () => {
    const create = ['webhooks', 'create', '--target-url', 'https://hooks.example.com/keys', '--description', 'CI']
    const created = await run(...create, '--events', 'api-key-created', 'api-key-revoked')
    expect(created.code).toBe(0)
    expect(created.stdout).toMatch(/^whsec_\S+\n$/)
    expect(created.stderr).not.toContain(created.stdout.trim())
    const [webhook] = await json('webhooks', 'list')
    expect(webhook).toMatchObject({ description: 'CI', events: ['API_KEY_CREATED', 'API_KEY_REVOKED'] })
    // Failed while it said "Id of an object of any type".
    for (const command of ['get', 'deliveries'])
      expect((await run('webhooks', command, '--help')).stdout).toMatch(/^ {2}id +.*`whk_…`/m)
    const updated = await json(
      'webhooks',
      'update',
      webhook.id,
      '--description',
      '',
      '--enabled',
      'false',
      '--events',
      'none',
    )
    expect(updated).toMatchObject({ id: webhook.id, description: null, enabled: false, events: [] })
    // Failed with "-", which reads as no events.
    expect((await run('webhooks', 'list')).stdout).toMatch(/ all +no /)
    expect((await run('webhooks', 'get', webhook.id)).stdout).toMatch(/^events +all$/im)

    const unconfirmed = await run('webhooks', 'remove', webhook.id)
    expect(unconfirmed).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--yes') })
    expect(await json('webhooks', 'list')).toHaveLength(1)
    await json('webhooks', 'remove', webhook.id, '--yes')
    expect(await json('webhooks', 'list')).toEqual([])
  })

  test('the error about a rejected value names its option', async () => {
    const { code, stderr } = await run('webhooks', 'create', '--target-url', 'ftp://example.com')
    expect(code).toBe(6)
    expect(stderr).toContain('--target-url')
    const missing = await run('webhooks', 'create')
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('--target-url') })
  })

  test('commands manage members, invitations and service accounts', async () => {
    const invited = await run('members', 'invite', '--email', 'new@example.com', '--role', 'member')
    expect(invited).toMatchObject({ code: 0, stdout: expect.stringMatching(/^http\S+\n$/) })
    const [invitation] = await json('invitations', 'list')
    expect(invitation).toMatchObject({ email: 'new@example.com' })
    await json('invitations', 'cancel', invitation.id, '--yes')

    const account = await run('service-accounts', 'create', '--name', 'deploy', '--role', 'member')
    expect(account).toMatchObject({ code: 0, stdout: expect.stringMatching(/^kw_svc_\S+\n$/) })
    // Failed while the id was missing, without which the account could not become a collaborator.
    expect(account.stderr).toMatch(/^Created the service account "deploy" \(svc_\w{26}\)\.$/m)
    const listed = await run('service-accounts', 'list')
    expect(listed.stdout).toMatch(/^NAME +ID/)
    expect(listed.stdout).toContain('deploy')

    const invite = await run('members', 'invite', '--email', 'new@example.com', '--role', 'owner')
    expect(invite).toMatchObject({ code: 2, stderr: expect.stringContaining('admin, member') })

    // Failed while it printed an invitation that there was not, and not who got which role.
    const added = await run(...'collaborators add -p Production --principal-id deploy --role member'.split(' '))
    expect(added.stdout).toMatch(/principal +deploy \(svc_\w{26}\)\n/)
    expect(added.stdout).toMatch(/role +MEMBER\n/)
    expect(added.stdout).not.toMatch(/invitation|acceptUrl|mailed/)
    const stranger = await run(...'collaborators add -p Production --principal-id nobody --role member'.split(' '))
    expect(stranger).toMatchObject({ code: 5, stderr: expect.stringContaining('member called "nobody"') })

    // A member of the organization with no role in the project. Failed while the error did not say how to give one.
    const outsider = await run('service-accounts', 'create', '--name', 'ci', '--role', 'member')
    const rotated = await world.owner.projects.create({ organizationId: world.organizationId, name: 'Rotated' })
    const { apiKey } = await world.owner.apiKeys.create({ projectId: rotated.id, name: 'to rotate' })
    const asOutsider = { env: { KEYWARD_TOKEN: outsider.stdout.trim() } }
    const forbidden = await keyward.run(['keys', 'list', '-p', rotated.id], asOutsider)
    expect(forbidden).toMatchObject({ code: 4, stdout: '' })
    expect(forbidden.stderr).toContain('keyward collaborators add --project PROJECT --principal-id ID --role member')
    await run(...'collaborators add -p Rotated --principal-id ci --role member'.split(' '))
    expect((await keyward.run(['keys', 'rotate', apiKey.id], asOutsider)).code).toBe(0)

    const [{ id }] = await json('service-accounts', 'list', '--jq', '[.[] | select(.name == "ci")]')
    const soon = await json(
      'service-accounts',
      'rotate-token',
      id,
      '--expires-in-seconds',
      '30d',
      '--overlap-seconds',
      '60',
    )
    const lifetime = Date.parse(soon.serviceAccount.tokenExpiresAt) - world.database.clock.now().getTime()
    expect(Math.round(lifetime / 86_400_000)).toBe(30)
    const wrong = await run('service-accounts', 'rotate-token', id, '--expires-in-seconds', 'soon')
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('a number of seconds, or a span') })

    const events = await json('audit', 'list', '--limit', '2')
    expect(events).toHaveLength(2)
    const filtered = await json('audit', 'list', '--actions', 'serviceAccount.created', '--from', '1d')
    expect(filtered).toMatchObject(Array.from({ length: 2 }, () => ({ action: 'serviceAccount.created' })))
  })

  test('limit options accept JSON, and options of nested inputs have their parent’s name as a prefix', async () => {
    const limits = '[{"period":"MONTH","usd":"100","onLimit":"REJECT"}]'
    await json('projects', 'set-usage-limits', '--project', 'Production', '--budgets', limits)
    expect(await json('projects', 'get-usage-limits', '--project', 'Production')).toMatchObject({
      budgets: [{ period: 'MONTH', usd: '100', onLimit: 'REJECT' }],
    })
    const wrong = await run(
      'projects',
      'set-usage-limits',
      '--project',
      'Production',
      '--budgets',
      limits.replace('100', '-1'),
    )
    expect(wrong).toMatchObject({ code: 6, stderr: expect.stringContaining('--budgets (0.usd)') })
    const broken = await run('projects', 'set-usage-limits', '--project', 'Production', '--budgets', '[')
    expect(broken).toMatchObject({ code: 2, stderr: expect.stringContaining('--budgets takes JSON') })
  })

  test('api sends a document with variables, and --jq filters the output', async () => {
    const document = 'query ($id: ID!, $first: Int) { project(id: $id) { name apiKeys(first: $first) { totalCount } } }'
    const variables = ['--var', `id=${world.projectId}`, '--var', 'first:=1']
    expect(await json('api', document, ...variables)).toMatchObject({ project: { name: 'Production' } })
    const filtered = await run('api', document, ...variables, '--jq', '.project.name')
    expect(filtered).toEqual({ code: 0, stdout: 'Production\n', stderr: '' })
    expect((await run('projects', 'list', '--jq', '.[].name')).stdout.split('\n')).toContain('Production')
    const wrong = await keyward.run(['projects', 'list', '--jq', '.['])
    expect(wrong.code).toBe(2)
    expect(JSON.parse(wrong.stderr).error).toMatchObject({ code: 'USAGE', message: expect.stringContaining('--jq') })
    // The sources, as `npx pnpm keyward` runs them. Failed while jq was the package's default export.
    const fromSources = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', 'cli/src/main.ts', 'projects', 'list', '--jq', '.[0].name'],
      { env: { ...process.env, KEYWARD_URL: keyward.url, KEYWARD_TOKEN: world.ownerToken } },
    )
    expect(fromSources.stdout).toMatch(/^\w.*\n$/)
    const unreadable = await run('api', '@/nowhere/query.graphql')
    expect(unreadable).toMatchObject({ code: 2, stderr: expect.stringContaining('/nowhere/query.graphql') })
    const given = await keyward.run(['api', '-', '--jq', '.viewer.kind'], { input: '{ viewer { kind } }' })
    expect(given).toEqual({ code: 0, stdout: 'USER\n', stderr: '' })
  })

  test('every error document has a code', async () => {
    const missing = await keyward.run(['keys', 'get', 'nowhere', '--project', 'Production', '--json'])
    expect(JSON.parse(missing.stderr).error).toMatchObject({ code: 'NOT_FOUND', exitCode: 5 })
    const away = await keyward.run(['whoami', '--json'], { env: { KEYWARD_URL: 'http://127.0.0.1:9' } })
    expect(JSON.parse(away.stderr).error).toMatchObject({ code: 'CONNECTION', exitCode: 8 })
    const unknown = await keyward.run(['kyes', '--json'])
    expect(JSON.parse(unknown.stderr).error).toMatchObject({ code: 'USAGE', exitCode: 2 })
  })

  test('use sets the default organization and project, which options and variables can override', async () => {
    const other = await world.owner.projects.create({ organizationId: world.organizationId, name: 'Other' })
    await world.owner.apiKeys.create({ projectId: other.id, name: 'elsewhere' })
    const ambiguous = await run('keys', 'list')
    expect(ambiguous).toMatchObject({ code: 2, stderr: expect.stringContaining('--project') })
    expect(await json('use', '--project', 'Other')).toMatchObject({ project: other.id })
    expect(await json('keys', 'list', '--jq', '[.[].name]')).toEqual(['elsewhere'])
    expect(await json('keys', 'list', '--project', 'Production')).toEqual([])
    const variable = await keyward.run(['keys', 'list', '--json'], { env: { KEYWARD_PROJECT: 'Production' } })
    expect(JSON.parse(variable.stdout)).toEqual([])
    // CI systems set variables that a job lacks to an empty text. Failed as a project called "".
    const empty = { KEYWARD_PROJECT: '', KEYWARD_ORGANIZATION: '', KEYWARD_PROFILE: '', KEYWARD_TRUST: '' }
    expect((await keyward.run(['keys', 'list', '--jq', '.[].name'], { env: empty })).stdout).toBe('elsewhere\n')
    expect(await readFile(join(keyward.home, 'keyward', 'credentials.json'), 'utf8')).not.toContain(world.ownerToken)
    await json('use', '--clear')
    expect((await run('keys', 'list')).code).toBe(2)
  })

  test('keys commands ignore the case of names, and sort and limit lists', async () => {
    for (const name of ['ci', 'api', 'web']) {
      await world.owner.apiKeys.create({ projectId: world.projectId, name })
    }
    expect(await json('keys', 'get', 'CI', '--project', 'Production')).toMatchObject({ name: 'ci' })
    const names = (...args: string[]) => json('keys', 'list', '--project', 'Production', '--jq', '[.[].name]', ...args)
    expect(await names('--sort', 'name')).toEqual(['api', 'ci', 'web'])
    expect(await names('--sort', 'name', '--reverse', '--limit', '2')).toEqual(['web', 'ci'])
    expect(await names()).toEqual(['web', 'api', 'ci'])
    expect(await names('--limit', '1')).toEqual(['web'])
    const zero = await run('keys', 'list', '--project', 'Production', '--limit', '0')
    expect(zero).toMatchObject({ code: 2, stderr: expect.stringContaining('--limit') })
  })

  test('complete suggests commands, options and values, and prints a script for each shell', async () => {
    expect((await run('complete', '--', 'keys', 're')).stdout).toMatch(/^revoke\t/m)
    expect((await run('complete', '--', 'keys', 'list', '--st')).stdout).toMatch(/^--status\t/m)
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { code, stdout } = await run('complete', shell)
      expect({ code, isScript: stdout.includes('keyward') }, shell).toEqual({ code: 0, isScript: true })
    }
  })
})
