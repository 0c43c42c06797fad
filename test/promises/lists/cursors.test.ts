import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeId } from '../../../schema/core/ids.ts'
import { loadModels } from '../../../schema/model/load.ts'
import type { Json } from '../../infra/app.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { KEY_ORDERS } from './lists.ts'
import { pageSelection, readAll, type Setting, startSetting } from './setting.ts'

// A cursor is a position in an order. It works in both directions and contains nothing else of any row. Failed without
// the order's columns in the selection, with nulls ignored, and with lenient base64 decoding.

const KEYS = 9
/** The limits of a DateTime. */
const [FIRST_MS, LAST_MS] = [Date.parse('0001-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')]

let setting: Setting
let projectId: string
beforeAll(async () => {
  setting = await startSetting()
  const { app, database, newProject, ofKeys, owner } = setting
  projectId = await newProject()
  const later = (hours: number) => new Date(database.clock.now().getTime() + hours * 3_600_000).toISOString()
  for (let index = 0; index < KEYS; index += 1) {
    await createKey(owner, projectId, `k${index} é"\\`, index % 3 === 0 ? {} : { expiresAt: later((index % 4) + 1) })
  }
  // Two thirds of the keys were used, at one of two times.
  await ofKeys(
    projectId,
    `UPDATE api_key SET last_used_at = now() - (ascii(substr(name, 2)) % 2) * interval '1 hour'
      WHERE project_id = $1 AND ascii(substr(name, 2)) % 3 > 0`,
  )
  const models = ['a/a', 'a/b', 'b/a', 'b/b'].map((slug) => ({ slug, displayName: slug, workload: 'INFERENCE' }))
  await loadModels(app.runtime, { models })
})
afterAll(() => setting?.close())

type OfArguments = (args: string) => string

const keysIn =
  (field: string, direction: string): OfArguments =>
  (args) =>
    `list: apiKeys(${[args, `orderBy: { field: ${field}, direction: ${direction} }`].filter(Boolean).join(', ')})`

/** A list for each order, by its name here. All of one project, which has every kind of object. */
const LISTS = new Map<string, OfArguments>([
  ...KEY_ORDERS.map(({ field, direction }): [string, OfArguments] => [
    `keys by ${field} ${direction}`,
    keysIn(field, direction),
  ]),
  ['audit log', (args) => `list: auditLog(${args})`],
  ['models', (args) => `list: models(${args})`],
])

const ask = (list: string, selection = pageSelection('id')) =>
  setting.owner.ask(`query ($id: ID!) { project(id: $id) { ${list} ${selection} } }`, { id: projectId })

async function read(list: string): Promise<Json> {
  const { data, errors } = await ask(list)
  expect(errors).toBeUndefined()
  return data.project.list
}

const idsOf = (page: Json): string[] => page.nodes.map(({ id }: Json) => id)
const cursor = (said: string): string => Buffer.from(said).toString('base64')

/** Packs cursors into few requests, two with 30 aliases each, because a document has a size cap. */
function requestsOf(cursors: string[]): string[][] {
  const requests: string[][] = [[]]
  for (const each of cursors) {
    const last = requests.at(-1) ?? []
    if (last.length === 15 || last.join('').length + each.length > 8_000) requests.push([each])
    else last.push(each)
  }
  return requests
}

describe.each([...LISTS])('the list %s', (_title, list) => {
  test.each([1, 2, 4])('returns the same rows in pages of %i as in one page, forwards and backwards', async (size) => {
    const all = (await read(list('first: 100'))).nodes
    expect(all.length).toBeGreaterThanOrEqual(4)
    for (const way of ['first', 'last'] as const) {
      expect(await readAll(way, size, (args) => read(list(args)))).toEqual(all)
    }
  })

  test('continues after the row at the given cursor', async () => {
    const page = await read(list('first: 100'))
    const all = idsOf(page)
    const cursors: string[] = page.edges.map((edge: Json) => edge.cursor)
    expect(page.pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: cursors[0],
      endCursor: cursors.at(-1),
    })
    for (const [index, place] of cursors.entries()) {
      const after = await read(list(`first: 3, after: "${place}"`))
      expect(idsOf(after)).toEqual(all.slice(index + 1, index + 4))
      expect(after.pageInfo).toMatchObject({ hasNextPage: index + 4 < all.length, hasPreviousPage: true })
      const before = await read(list(`last: 3, before: "${place}"`))
      expect(idsOf(before)).toEqual(all.slice(Math.max(0, index - 3), index))
      expect(before.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: index > 3 })
    }
  })

  test('returns the same cursors when the query selects nothing else', async () => {
    const { edges, pageInfo } = await read(list('first: 3'))
    for (const selection of ['edges { cursor } pageInfo { endCursor }', 'pageInfo { endCursor }', '__typename']) {
      const { data, errors } = await ask(list('first: 3'), `{ ${selection} }`)
      expect(errors).toBeUndefined()
      const { endCursor } = pageInfo
      const all = { edges, pageInfo: { endCursor }, __typename: data.project.list.__typename }
      for (const [name, value] of Object.entries(data.project.list)) expect(all).toMatchObject({ [name]: value })
    }
  })

  test('does not mix up the pages of concurrent requests', async () => {
    const page = await read(list('first: 100'))
    const all = idsOf(page)
    const pages = page.edges.slice(0, 4).map((edge: Json, index: number) => {
      const of = list(`first: 2, after: "${edge.cursor}"`).replace('list:', `list${index}:`)
      return `${of} { nodes { id } totalCount }`
    })
    const { data } = await ask(pages.join(' '), '')
    for (let index = 0; index < 4; index += 1) {
      const { nodes, totalCount } = data.project[`list${index}`]
      expect(idsOf({ nodes })).toEqual(all.slice(index + 1, index + 3))
      expect(totalCount).toBe(all.length)
    }
  })

  test('rejects a malformed cursor or a cursor with another sort order', async () => {
    const uuid = decodeId('Project', projectId)
    const own = Buffer.from((await read(list('first: 1'))).pageInfo.endCursor, 'base64').toString()
    const said = [
      '',
      'GPC:S:',
      'GPC:S:x',
      `GPC:S:${uuid}x`,
      `GPC:S:${uuid?.toUpperCase()}`,
      `GPC:D:${uuid}`,
      'GPC:D:1',
      'GPC:I:1',
      'GPC:T:[]',
      'GPC:J:{}',
      'GPC:S:null',
      'GPC:S:{}',
      'GPC:S:[]',
      'GPC:S:[null]',
      `${own}x`,
    ]
    const values: unknown[] = [
      null,
      true,
      0,
      -1,
      1.5,
      1e300,
      FIRST_MS,
      LAST_MS,
      '',
      'x',
      '\u0000',
      '\ud800',
      '-1',
      '9'.repeat(30),
    ]
    values.push('x'.repeat(5_000), uuid, {}, [])
    const held = [[], ...values.flatMap((value) => [[value], ...values.map((second) => [value, second])])]
    for (const label of ['id', 'nameKey', 'expiresAt', 'lastUsedAt', 'sequence', 'slug', '__proto__', 'secret']) {
      const some = own.includes(`"${label}"`) ? held : [[], ['x'], ['x', uuid]]
      for (const value of some) said.push(`GPC:S:${JSON.stringify([label, ...value])}`)
    }
    const encoded = [...said.map(cursor), `${cursor(own)}=`, ` ${cursor(own)}`, `${cursor(own)}!`, 'GPC', 'é']
    let right = 0
    // Many in one request, each under its own project, because a rejection nulls the parent.
    for (const places of requestsOf(encoded)) {
      const asked = places.map(
        (place, index) =>
          `p${index}: project(id: $id) { ${list(`first: 1, after: ${JSON.stringify(place)}`)} { nodes { id } } }`,
      )
      const { data, errors = [] } = await setting.owner.ask(`query ($id: ID!) { ${asked.join(' ')} }`, {
        id: projectId,
      })
      for (const [index, place] of places.entries()) {
        const error = errors.find(({ path }) => path?.[0] === `p${index}`)
        // A made-up cursor that follows the format is a valid position.
        if (error === undefined) {
          expect(data[`p${index}`].list.nodes.length).toBeLessThanOrEqual(1)
          right += 1
        } else {
          expect(error.extensions.code, place).toBe('BAD_REQUEST')
          expect(error.message, place).toMatch(
            /`after` is (not a cursor of this list\. Take|a cursor of another list or order\. Use)/,
          )
        }
      }
    }
    expect(right).toBeLessThan(20)
  })
})

test('a cursor works in both directions, but only with its sort order', async () => {
  for (const { field, direction } of KEY_ORDERS) {
    const page = await read(keysIn(field, direction)('first: 4'))
    const place = page.pageInfo.endCursor
    for (const other of KEY_ORDERS) {
      const list = keysIn(other.field, other.direction)
      const { data, errors } = await ask(list(`first: 100, after: "${place}"`))
      if (other.field === field) {
        const all = idsOf(await read(list('first: 100')))
        expect(idsOf(data.project.list)).toEqual(all.slice(all.indexOf(page.nodes[3].id) + 1))
      } else {
        expect(errors?.[0]).toMatchObject({
          message:
            '`after` is a cursor of another list or order. Use the order in which you got the cursor, or start without a cursor.',
          extensions: { code: 'BAD_REQUEST' },
        })
      }
    }
  }
})

// Failed while a cursor of any length was decoded, encoded again and parsed, by each connection that it was given to.
test('a cursor that exceeds the maximum length is rejected', async () => {
  const { endCursor } = (await read(keysIn('NAME', 'ASC')('first: 1'))).pageInfo
  const said = Buffer.from(endCursor, 'base64').toString()
  const after = (spaces: number) => cursor(said.replace('[', `[${' '.repeat(spaces)}`))
  const answerOf = (place: string) => ask(keysIn('NAME', 'ASC')(`first: 1, after: "${place}"`))
  expect((await answerOf(after(3))).errors).toBeUndefined()
  const { errors } = await answerOf(after(2_048))
  expect(errors?.[0]).toMatchObject({
    message: expect.stringContaining('`after` is not a cursor of this list.'),
    extensions: { code: 'BAD_REQUEST' },
  })
})

test('a cursor for another tenant’s key gives the same response as a cursor for a missing key', async () => {
  const { database, owner, signUp } = setting
  const stranger = await signUp('Stranger')
  const elsewhere = await createOrganization(stranger, 'Elsewhere')
  const { id } = await createKey(stranger, elsewhere.defaultProject, 'k5 secret plan')
  await database.sql('UPDATE api_key SET last_used_at = now() WHERE id = $1', [decodeId('ApiKey', id)])
  for (const { field, direction } of KEY_ORDERS) {
    const list = (args: string) => `project(id: $id) { ${keysIn(field, direction)(args)} ${pageSelection('id name')} }`
    const page = await stranger.ask(`query ($id: ID!) { ${list('first: 1')} }`, { id: elsewhere.defaultProject })
    const foreign: string = Buffer.from(page.data.project.list.pageInfo.endCursor, 'base64').toString()
    const uuid = decodeId('ApiKey', id) ?? ''
    expect(foreign).toContain(uuid)
    const made = foreign.replace(uuid, `${uuid.slice(0, -1)}${uuid.endsWith('0') ? '1' : '0'}`)
    const seen = async (said: string) =>
      (await owner.ask(`query ($id: ID!) { ${list(`first: 100, after: "${cursor(said)}"`)} }`, { id: projectId })).data
    const found = await seen(foreign)
    expect(found).toEqual(await seen(made))
    expect(JSON.stringify(found)).not.toContain('secret plan')
  }
})
