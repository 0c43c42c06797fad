import { createHash, randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SdkWorld, startSdkWorld } from '../sdk/world.ts'
import { type Command, noTerminal, startCommand } from './command.ts'

const sha256 = (secret: string) => createHash('sha256').update(secret).digest('hex')
const oldSecret = () => `old_${randomBytes(24).toString('hex')}`

describe('keyward keys import', () => {
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

  const write = async (name: string, lines: string[]) => {
    const path = join(keyward.home, name)
    await writeFile(path, lines.join('\n'))
    return path
  }
  const nameOf = async (secret: string) => {
    const { actor } = await world.as(secret).viewer.get()
    return actor?.__typename === 'ApiKey' ? `${actor.name} of ${actor.project.name}` : null
  }
  const count = async () => {
    const { defaultProject } = await world.owner.organizations.get(world.organizationId)
    const sizes = [world.projectId, defaultProject?.id ?? ''].map(async (projectId) => {
      const { totalCount } = await world.owner.apiKeys.list({ projectId, totalCount: true })
      return totalCount ?? 0
    })
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
  }

  test('a CSV import reports each row, and rerunning it imports no key twice', async () => {
    const secrets = Array.from({ length: 250 }, oldSecret)
    await world.owner.apiKeys.create({ projectId: world.projectId, name: 'taken' })
    const lines = secrets.map(
      (secret, index) => `mobile ${index},${sha256(secret)},Production,old_,inference;batch,a=b;c=d`,
    )
    const path = await write('keys.csv', [
      'name,SHA256,project,start,workloads,tags',
      ...lines,
      `taken,${sha256(oldSecret())},Production,,,`,
      `homeless,${sha256('homeless')},,,,`,
    ])
    const before = await count()
    const first = await keyward.run(['keys', 'import', path])
    expect(first.code).toBe(9)
    expect(first.stderr).toContain('251 imported, 0 there already, 1 rejected.')
    expect(first.stdout).toMatch(/^ *252 +taken +rejected +- +.*already has this name/m)
    expect(await count()).toBe(before + 251)
    expect(await nameOf(secrets[249] ?? '')).toBe('mobile 249 of Production')
    expect(await nameOf('homeless')).not.toMatch(/Production/)
    const { items } = await world.owner.apiKeys.list({ projectId: world.projectId, filter: { search: 'mobile 7' } })
    expect(items.find(({ name }) => name === 'mobile 7')).toMatchObject({
      imported: true,
      start: 'old_',
      tags: [
        { key: 'a', value: 'b' },
        { key: 'c', value: 'd' },
      ],
    })

    // The same file without the rejected row and with a new one.
    const added = oldSecret()
    const longer = await write('more.csv', [
      'name,sha256,project',
      ...lines.map((line) => line.split(',', 3).join(',')),
      `new,${sha256(added)},Production`,
    ])
    const second = await keyward.run(['keys', 'import', longer, '--json'])
    const outcomes = JSON.parse(second.stdout)
    expect({ code: second.code, stderr: second.stderr }).toEqual({ code: 0, stderr: '' })
    expect(outcomes.map(({ row }: { row: number }) => row)).toEqual([...outcomes.keys()])
    expect(outcomes.filter(({ apiKey }: { apiKey: unknown }) => apiKey !== null)).toHaveLength(1)
    expect(outcomes[250].apiKey).toMatchObject({ name: 'new', imported: true })
    expect(await count()).toBe(before + 252)
  })

  test('JSON lines are imported from standard input', async () => {
    const secret = oldSecret()
    const row = { name: 'line', sha256: sha256(secret), expiresAt: '2040-01-01', tags: [{ key: 'a', value: 'b' }] }
    const { code, stdout } = await keyward.run(['keys', 'import', '-', '-p', 'Production'], {
      input: `${JSON.stringify(row)}\n\n`,
    })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ *1 +line +imported +key_/m)
    expect(await nameOf(secret)).toBe('line of Production')
  })

  test('importing a file with an invalid line sends nothing and reports errors without values', async () => {
    const before = await count()
    const good = JSON.stringify({ name: 'good', sha256: sha256(oldSecret()) })
    const secret = oldSecret()
    const files = {
      'line 2: sha256 must be': [good, JSON.stringify({ name: 'secret', sha256: secret })],
      'line 2: There is no field "secret"': [good, JSON.stringify({ name: 'x', sha256: sha256('x'), secret })],
      'Line 2 is not a JSON object': [good, `{ ${secret}`],
      'Every entry of workloads': [JSON.stringify({ name: 'x', sha256: sha256('x'), workloads: [secret] })],
      'is not valid comma-separated values': ['name,sha256', `a,b,c,${secret}`],
      'no rows': ['name,sha256'],
      'There is no field with a long name': [`name,sha256,${secret}`, `a,${sha256('a')},x`],
      'The first line is not a header': [`a,${secret}`, `b,${oldSecret()}`],
      'separates its columns by ";"': ['name;sha256;project', `a;${secret};Production, Staging`],
      'has no column "sha256"': ['name,project', `${secret},Production`],
      // Every problem of a row is reported. A problem of many rows is reported once.
      '  line 2: name is missing. sha256 must be 64': ['name,sha256,createdAt', `,${secret},2024`],
      'the SHA-256 of the whole secret, never the secret itself. createdAt takes': [
        'name,sha256,createdAt',
        `,${secret},2024`,
      ],
      '  lines 2, 3, 4, 5, 6 and 7 more: sha256 must be': ['name,sha256', ...Array(12).fill(`a,${secret}`)],
    }
    for (const [message, lines] of Object.entries(files)) {
      const { code, stdout, stderr } = await keyward.run(['keys', 'import', await write('wrong', lines)])
      expect({ code, stdout }, message).toEqual({ code: 2, stdout: '' })
      expect(stderr).toContain(message)
      expect(stderr).not.toContain(secret)
    }
    const missing = await keyward.run(['keys', 'import', join(keyward.home, 'nowhere.csv')])
    expect(missing.stderr).toContain('ENOENT')
    const elsewhere = await write('elsewhere.csv', ['name,sha256,project', `a,${sha256('a')},Nowhere`])
    expect((await keyward.run(['keys', 'import', elsewhere])).code).toBe(5)
    expect(await count()).toBe(before)
  })

  test('an unknown column is reported once, regardless of the number of rows', async () => {
    const row = `a,${sha256('a')},x,y`
    const path = await write('column.csv', ['name,sha256,Owner Team,expiry', ...Array(40).fill(row)])
    const { code, stderr } = await keyward.run(['keys', 'import', path])
    expect(code).toBe(2)
    expect(stderr.match(/Owner Team/g)).toHaveLength(1)
    expect(stderr).toContain('There is no field "Owner Team" or "expiry".')
    expect(stderr).not.toMatch(/line \d/)
  })

  test('the examples in docs/cli.md can be imported as written', async () => {
    const text = await readFile('docs/cli.md', 'utf8')
    for (const form of ['csv', 'jsonl']) {
      const [, example = ''] = new RegExp(`\n\`\`\`${form}\n([^]*?)\n\`\`\`\n`).exec(text) ?? []
      const { id } = await world.owner.projects.create({ organizationId: world.organizationId, name: `Of ${form}` })
      const elsewhere = example.replaceAll('Production', id)
      const path = await write(`example.${form}`, [`${elsewhere}\n`])
      const { code, stdout, stderr } = await keyward.run(['keys', 'import', path, '--json'])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(JSON.parse(stdout)).toHaveLength(form === 'csv' ? 1 : 2)
    }
  })

  test.skipIf(noTerminal !== null)('a terminal shows the rejected rows and counts the others', async () => {
    await world.owner.apiKeys.create({ projectId: world.projectId, name: 'held' })
    const lines = ['fine', 'held', 'good'].map((name) => `${name},${sha256(oldSecret())},Production`)
    const path = await write('some.csv', ['name,sha256,project', ...lines])
    const { code, shown } = await keyward.onTerminal(['keys', 'import', path], '')
    expect(code).toBe(9)
    expect(shown).toMatch(/^ *3 +held +.*already/m)
    expect(shown).not.toMatch(/fine|good/)
    expect(shown).toContain('2 imported, 0 there already, 1 rejected.')
    // A pipe gets every row.
    const piped = await keyward.run(['keys', 'import', path])
    expect(piped.stdout).toMatch(/^ *2 +fine +there already/m)
  })

  test.skipIf(noTerminal !== null)('a terminal shows the progress of an import', async () => {
    const lines = Array.from({ length: 120 }, (_, index) => `bar ${index},${sha256(oldSecret())}`)
    const path = await write('bar.csv', ['name,sha256', ...lines])
    const { code, shown } = await keyward.onTerminal(['keys', 'import', path], '')
    expect(code).toBe(0)
    expect(shown).toMatch(/\[#{25}\.{5}\] 100 of 120 rows/)
    expect(shown).toMatch(/\[#{30}\] 120 of 120 rows/)
  })
})
