import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeId } from '../../../schema/core/ids.ts'
import { type Client, type Json, startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization, createProject } from '../../infra/world.ts'
import { pageSelection, readAll } from '../../promises/lists/setting.ts'

/*
 * The keys of an organization by nullable times. A table of its own has the order of last uses by the minute. It must agree
 * with the keys: pages are compared with an order that the test computes.
 */

let app: TestApp
let owner: Client & { email: string }
let organization: string
let projects: string[]
let secret: string

const KEYS = 24

beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Owner')
  organization = (await createOrganization(owner, 'Acme')).id
  projects = [await createProject(owner, organization, 'One'), await createProject(owner, organization, 'Two')]
  for (let index = 0; index < KEYS; index += 1) {
    const created = await createKey(owner, projects[index % 2] ?? '', `key ${index}`)
    if (index === 0) secret = created.secret
  }
  // Another organization, used at the same times, whose keys are never listed.
  const other = await createOrganization(owner, 'Other')
  await createKey(owner, other.defaultProject, 'elsewhere')
  // Never used, in seconds of one minute, at the same time, and in other minutes.
  await app.database.sql(`
    UPDATE api_key SET last_used_at = CASE n % 6 WHEN 0 THEN NULL WHEN 1 THEN t WHEN 2 THEN t + n * interval '2 seconds'
                                     WHEN 3 THEN t - n * interval '1 minute' WHEN 4 THEN t + interval '59.999 seconds'
                                     ELSE t + interval '1 minute' END,
                       expires_at = CASE n % 4 WHEN 0 THEN NULL ELSE now() + (n % 5 + 1) * interval '1 day' END
      FROM (SELECT id, coalesce(substring(name FROM '\\d+')::int, 1) AS n, date_trunc('minute', now()) - interval '1 day' AS t
              FROM api_key) numbered WHERE numbered.id = api_key.id`)
})
afterAll(() => app?.close())

interface Row {
  id: string
  time: number | null
}

/** All keys of the organization in an order, without an index. */
async function expected(field: 'lastUsedAt' | 'expiresAt', direction: string): Promise<string[]> {
  const keys = await app.database.prisma.apiKey.findMany({
    where: { organizationId: decodeId('Organization', organization) ?? '' },
  })
  const rows: Row[] = keys.map((key) => ({ id: key.name + key.id, time: key[field]?.getTime() ?? null }))
  const ids = new Map(keys.map(({ id, name }) => [name + id, { id, name }]))
  const sign = direction === 'ASC' ? 1 : -1
  const idOf = (row: Row) => ids.get(row.id)?.id ?? ''
  rows.sort((a, b) => {
    if (a.time === null || b.time === null) {
      if (a.time !== b.time) return a.time === null ? 1 : -1
    } else if (a.time !== b.time) return sign * (a.time - b.time)
    return idOf(a) < idOf(b) ? -sign : sign
  })
  return rows.map((row) => ids.get(row.id)?.name ?? '')
}

const listed = (way: 'first' | 'last', size: number, field: string, direction: string): Promise<Json[]> =>
  readAll(way, size, async (args) => {
    const list = `apiKeys(${args}, orderBy: { field: ${field}, direction: ${direction} }) ${pageSelection('name lastUsedAt expiresAt')}`
    const { data, errors } = await owner.ask(`query ($id: ID!) { organization(id: $id) { ${list} } }`, {
      id: organization,
    })
    expect(errors).toBeUndefined()
    return data.organization.apiKeys
  })

const names = (rows: Json[]): string[] => rows.map(({ name }) => name)

const ORDERS = ['ASC', 'DESC'].flatMap((direction) =>
  (
    [
      ['LAST_USED_AT', 'lastUsedAt'],
      ['EXPIRES_AT', 'expiresAt'],
    ] as const
  ).flatMap(([field, column]) => (['first', 'last'] as const).map((way) => ({ way, field, column, direction }))),
)

test.each(ORDERS)(
  'keys sorted by $field $direction and read from the $way have the same order at every page size',
  async ({ way, field, column, direction }) => {
    const all = await expected(column, direction)
    expect(all).toHaveLength(KEYS)
    for (const size of [1, 3, 7, KEYS, 100]) expect(names(await listed(way, size, field, direction))).toEqual(all)
  },
)

test('a key that is used moves to the start of the order by last use', async () => {
  expect(names(await listed('first', 100, 'LAST_USED_AT', 'DESC'))[0]).not.toBe('key 0')
  const { id } = await createKey(owner, projects[0] ?? '', 'new key')
  await app.client(secret).ask('{ viewer { kind } }')
  await app.app.runtime.lastUsed.flush()
  const rows = await listed('first', 2, 'LAST_USED_AT', 'DESC')
  expect(rows[0]).toMatchObject({ name: 'key 0', lastUsedAt: expect.any(String) })
  expect(names(rows)).toEqual(await expected('lastUsedAt', 'DESC'))
  expect(rows.find(({ name }) => name === 'new key')).toMatchObject({ lastUsedAt: null })
  expect(names(await listed('last', 2, 'LAST_USED_AT', 'ASC'))).toEqual(await expected('lastUsedAt', 'ASC'))
  await owner.mutate('apiKeyRevoke', { id })
})

// Failed with a trigger that wrote only the first use.
test('the stored minutes of last use match the keys after every kind of write', async () => {
  const wrong = () =>
    app.database.sql(
      `SELECT k.name FROM api_key k LEFT JOIN api_key_last_use u ON u.api_key_id = k.id
        WHERE u.api_key_id IS NULL OR u.organization_id <> k.organization_id
           OR u.minute IS DISTINCT FROM date_trunc('minute', k.last_used_at, 'UTC')`,
    )
  expect(await wrong()).toEqual([])
  for (const value of [
    `now() + interval '1 minute'`,
    `now() + interval '2 hours'`,
    'NULL',
    `'infinity'`,
    `'2001-02-03 04:05:59.999Z'`,
  ]) {
    await app.database.sql(`UPDATE api_key SET last_used_at = ${value} WHERE name = 'key 3'`)
    expect(await wrong()).toEqual([])
  }
  const rows = ['x', 'y'].map((name) => ({
    name,
    projectId: projects[0],
    sha256: name.repeat(64).replace(/[xy]/g, (c) => (c === 'x' ? 'a' : 'b')),
  }))
  await owner.mutate('apiKeysImport', { organizationId: organization, rows })
  expect(await wrong()).toEqual([])
})

// Failed while the trigger only updated the rows that were there: the key stayed missing from the order.
test('a key that is missing from the table of last uses is listed again after its next use', async () => {
  const listedNames = async () => (await listed('first', 100, 'LAST_USED_AT', 'DESC')).map(({ name }: Json) => name)
  const before = await listedNames()
  expect(before).toContain('key 3')
  await app.database.sql(
    `DELETE FROM api_key_last_use WHERE api_key_id = (SELECT id FROM api_key WHERE name = 'key 3')`,
  )
  expect(await listedNames()).not.toContain('key 3')
  await app.database.sql(`UPDATE api_key SET last_used_at = now() + interval '1 day' WHERE name = 'key 3'`)
  expect((await listedNames())[0]).toBe('key 3')
})
