import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../../../prisma/database.ts'
import type { Prisma } from '../../../prisma/generated/prisma/client.ts'
import { TABLES } from '../../../prisma/rows/tables.ts'
import { BACKGROUND } from '../background-statements.ts'
import { startWorld, type World } from '../world.ts'

/*
 * `database.rows` reads what a selection of the graph asks for. Prisma reads the same rows, by its own statements: the two
 * are compared.
 */

let world: World
let database: Database
const statements: string[] = []

beforeAll(async () => {
  world = await startWorld({ onStatement: (sql) => statements.push(sql) })
  database = world.app.runtime.database
  const { prisma } = database
  const [key] = await prisma.apiKey.findMany({ orderBy: { id: 'asc' } })
  if (!key) throw new Error('A world without keys')
  await prisma.apiKeyTag.createMany({
    data: ['a', 'b', 'c'].map((name) => ({
      apiKeyId: key.id,
      key: name,
      value: 'v',
    })),
  })
  await prisma.apiKey.update({
    where: { id: key.id },
    data: {
      workloads: ['INFERENCE', 'BATCH'],
      models: ['meta/*', 'a "b", \\ c'],
      expiresAt: new Date(8_640_000_000_123),
    },
  })
})
afterAll(() => world?.close())

/** Statements, except those that the change feed and the clock send at any time. */
const sent = () => statements.filter((sql) => !BACKGROUND.test(sql))

/** Statements of `statement.ts`, which begin with their first level. */
const trees = () => sent().filter((sql) => sql.startsWith('WITH l0 AS')).length

/** Reads rows in both ways. Returns the number of rows. */
async function compare<Args>(
  args: Args,
  read: (client: Database['prisma'], args: Args) => Promise<unknown>,
): Promise<unknown> {
  const expected = await read(database.prisma, args)
  statements.length = 0
  const actual = await read(database.rows, args)
  expect(actual).toEqual(expected)
  return actual
}

const NEWEST = { id: 'desc' } as const

// Failed with columns named like fields: the names of the two differ by their case.
test('every table and column that the data model names exists in the database', async () => {
  const rows = await database.sql<{ name: string }>(
    `SELECT quote_ident(table_name) || '.' || quote_ident(column_name) AS name FROM information_schema.columns
      WHERE table_schema = 'public'`,
  )
  const known = new Set(rows.map(({ name }) => name.replaceAll('"', '')))
  const named = [...TABLES.values()].flatMap(({ name, columns }) =>
    [...columns.values()].map(({ column }) => `${name}.${column}`.replaceAll('"', '')),
  )
  expect(named.length).toBeGreaterThan(300)
  expect(named.filter((name) => !known.has(name))).toEqual([])
})

const PROJECTS: [string, Prisma.ProjectFindManyArgs][] = [
  [
    'all relations of a level',
    {
      include: {
        apiKeys: { orderBy: NEWEST },
        collaborators: { orderBy: NEWEST },
        organization: true,
        legacyKey: true,
      },
      orderBy: NEWEST,
    },
  ],
  ['a page of each list', { include: { apiKeys: { orderBy: { nameKey: 'asc' }, take: 1 } }, orderBy: { name: 'asc' } }],
  ['a later page of each list', { include: { apiKeys: { orderBy: NEWEST, take: 1, skip: 1 } }, orderBy: NEWEST }],
  ['the last rows of each list', { include: { apiKeys: { orderBy: NEWEST, take: -2 } }, orderBy: NEWEST, take: -2 }],
  [
    'nulls last',
    { include: { apiKeys: { orderBy: [{ expiresAt: { sort: 'desc', nulls: 'last' } }, NEWEST] } }, orderBy: NEWEST },
  ],
  [
    'nulls last, from the end',
    {
      include: { apiKeys: { orderBy: [{ expiresAt: { sort: 'asc', nulls: 'last' } }, NEWEST], take: -3 } },
      orderBy: NEWEST,
    },
  ],
  [
    'the order of descending nulls',
    { include: { apiKeys: { orderBy: [{ lastUsedAt: 'desc' }, NEWEST] } }, orderBy: NEWEST },
  ],
  [
    'selected columns',
    {
      select: {
        name: true,
        isDefault: true,
        apiKeys: { select: { start: true, createdByUser: { select: { email: true } } }, orderBy: NEWEST },
      },
      orderBy: NEWEST,
    },
  ],
  [
    'deep relations',
    {
      include: {
        apiKeys: {
          include: {
            createdByUser: { include: { members: { orderBy: NEWEST } } },
            tags: { orderBy: { key: 'asc' } },
            secrets: { orderBy: { version: 'desc' }, take: 1 },
          },
          orderBy: NEWEST,
        },
      },
      orderBy: NEWEST,
    },
  ],
  [
    'one to one, from the other side',
    {
      select: { collaborators: { select: { serviceAccount: { select: { member: true } } }, orderBy: NEWEST } },
      orderBy: NEWEST,
    },
  ],
]

test.each(PROJECTS)('a Prisma query and its single-statement form read the same rows: %s', async (_what, args) => {
  const rows = await compare(args, (client, given) => client.project.findMany(given))
  expect(rows).not.toEqual([])
  expect([trees(), sent().length]).toEqual([1, 1])
})

const WHERES: [string, Prisma.ApiKeyWhereInput][] = [
  ['no condition', {}],
  ['a null', { revokedAt: null }],
  ['not null', { revokedAt: { not: null } }],
  ['an empty AND', { AND: [] }],
  ['an empty list', { id: { in: [] } }],
  ['either', { OR: [{ revokedAt: null }, { expiresAt: { lt: new Date() } }] }],
  ['not', { NOT: { revokedAt: null } }],
  ['none of several', { NOT: [{ revokedAt: null }, { imported: true }] }],
  ['several in one object', { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date(0) } }] }],
  ['another value', { name: { not: 'live' } }],
  ['a pattern', { nameKey: { contains: 'e\\_' } }],
  ['the start of a text', { start: { startsWith: 'kw_' } }],
  ['an enum in a list', { workloads: { has: 'BATCH' } }],
  ['an empty list of enums', { workloads: { isEmpty: true } }],
  ['a list with values', { workloads: { isEmpty: false } }],
  ['the enum of a column', { revocationReason: { in: ['OTHER', 'LEAKED'] } }],
  ['some of a relation', { tags: { some: { key: 'b', value: 'v' } } }],
  ['none of a relation', { tags: { none: { key: 'b' } } }],
  ['no other row', { createdByServiceAccount: null }],
  ['no other row of the other row', { createdByServiceAccount: { member: null } }],
  ['the other row', { project: { archivedAt: null, organization: { name: { not: '' } } } }],
]

test.each(WHERES)('a Prisma filter and its SQL condition find the same rows: %s', async (_what, where) => {
  await compare({ where, include: { project: true }, orderBy: NEWEST }, (client, given) =>
    client.apiKey.findMany(given),
  )
  expect([trees(), sent().length]).toEqual([1, 1])
})

// Rows of these differed while the statement wrote them: an `OR` with an empty condition found every row.
const LEFT_TO_PRISMA: [string, Prisma.ApiKeyWhereInput][] = [
  ['an empty OR', { OR: [] }],
  ['an empty OR in an AND', { AND: [{ OR: [] }] }],
  ['an empty OR and another condition', { AND: [{ OR: [] }, { imported: false }] }],
  ['an OR of nothing', { OR: [{}] }],
  ['an OR of nothing and another condition', { OR: [{}, { name: 'no such name' }] }],
  ['an OR of an empty AND', { OR: [{ AND: [] }, { name: 'no such name' }] }],
  ['a NOT of nothing', { NOT: {} }],
  ['a NOT of an empty list member', { NOT: [{}] }],
  ['another value than none', { name: { not: {} } }],
  ['any other row', { project: {} }],
  ['a NOT of another row', { NOT: { project: { description: 'x' } } }],
  ['a NOT of one of several rows', { NOT: { tags: { some: { key: 'b' } } } }],
]

test.each(LEFT_TO_PRISMA)('Prisma runs a condition that SQL would evaluate differently: %s', async (_what, where) => {
  await compare({ where, include: { project: true }, orderBy: NEWEST }, (client, given) =>
    client.apiKey.findMany(given),
  )
  expect(trees()).toBe(0)
})

test('a Prisma query and its single-statement form return the same values for every type', async () => {
  const include = { organization: true }
  await compare({ include }, (client, given) => client.apiKeySecret.findMany({ ...given, orderBy: NEWEST }))
  await compare({ include }, (client, given) => client.auditEvent.findMany({ ...given, orderBy: { sequence: 'asc' } }))
  await compare({ include }, (client, given) => client.usageLimit.findMany({ ...given, orderBy: { setAt: 'asc' } }))
  await compare({ include: { members: true } }, (client, given) =>
    client.organization.findFirst({ ...given, orderBy: NEWEST }),
  )
})

test('Prisma runs a query that a single statement cannot express', async () => {
  const queries: Prisma.ProjectFindManyArgs[] = [
    { include: { _count: { select: { apiKeys: true } } }, orderBy: NEWEST },
    { include: { apiKeys: { where: { name: { contains: 'LIVE', mode: 'insensitive' } } } }, orderBy: NEWEST },
    { include: { apiKeys: { orderBy: { createdByUser: { name: 'asc' } } } }, orderBy: NEWEST },
    { include: { apiKeys: { distinct: ['name'], orderBy: NEWEST } }, orderBy: NEWEST },
  ]
  for (const query of queries) {
    await compare(query, (client, given) => client.project.findMany(given))
    expect(trees()).toBe(0)
  }
})

test('concurrent requests for rows by id are read with one statement', async () => {
  const { prisma, rows } = database
  const ids = (await prisma.project.findMany({ select: { id: true } })).map(({ id }) => id)
  expect(ids.length).toBeGreaterThan(2)
  const missing = '00000000-0000-7000-8000-000000000000'
  const find = (client: Database['prisma'], id: string) =>
    client.project.findUnique({ where: { id }, include: { organization: true } })
  const expected = await Promise.all(ids.map((id) => find(prisma, id)))
  statements.length = 0
  expect(await Promise.all(ids.map((id) => find(rows, id)))).toEqual(expected)
  expect([trees(), sent().length]).toEqual([1, 1])
  expect(await find(rows, missing)).toBeNull()
  await expect(
    rows.project.findUniqueOrThrow({ where: { id: missing }, include: { organization: true } }),
  ).rejects.toMatchObject({ code: 'P2025' })
})

// Failed while queries of all requests were one batch: both were given up, and got the same object.
test('a cancelled request does not fail another request for the same row', async () => {
  const [first] = await database.prisma.project.findMany({ take: 1 })
  const id = first?.id ?? ''
  const giveUp = new AbortController()
  const find = (signal: AbortSignal) =>
    Promise.resolve(
      database.wantedBy(signal).rows.project.findUnique({ where: { id }, include: { organization: true } }),
    )
  const [given, kept, other] = [
    find(giveUp.signal),
    find(new AbortController().signal),
    find(new AbortController().signal),
  ]
  giveUp.abort()
  await expect(given).rejects.toThrow(/was cancelled/)
  expect(await kept).toMatchObject({ id })
  expect(await other).toEqual(await kept)
  expect(await other).not.toBe(await kept)
})

test('reading selected rows through the root client inside a transaction throws', async () => {
  await expect(
    database.transaction(async () => database.rows.project.findMany({ include: { organization: true } })),
  ).rejects.toThrow(/inside a transaction/)
})

// Two organizations at least: the parts of each page are of one parent, and no row of another one fills them.
test.each(
  (['expiresAt', 'lastUsedAt'] as const).flatMap((column) =>
    (['asc', 'desc'] as const).flatMap((sort) => [1, 3, -1, -3].map((take) => ({ column, sort, take }))),
  ),
)('a page of $take keys by $column $sort, nulls last, is read for several organizations', async (page) => {
  const { column, sort, take } = page
  const orderBy = [{ [column]: { sort, nulls: 'last' } }, { id: sort }] as Prisma.ApiKeyOrderByWithRelationInput[]
  const args = { include: { apiKeys: { orderBy, take } }, orderBy: NEWEST } satisfies Prisma.OrganizationFindManyArgs
  const rows = await compare(args, (client, given) => client.organization.findMany(given))
  expect(trees()).toBe(1)
  expect(Array.isArray(rows) && rows.filter(({ apiKeys }) => apiKeys.length > 0).length).toBeGreaterThan(1)
})
