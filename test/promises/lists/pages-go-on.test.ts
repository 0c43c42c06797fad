import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '../../infra/app.ts'
import { createKey } from '../../infra/world.ts'
import { LISTS, type List, ROWS } from './lists.ts'
import { pageSelection, readAll, type Setting, startSetting } from './setting.ts'

/*
 * Pages of a list are read while rows are removed. Every remaining row is returned once, even if the row of a cursor is
 * gone or no longer matches the filter. Failed with cursors that identify the row itself: the next page was empty and
 * claimed to be the last.
 */

let setting: Setting
beforeAll(async () => {
  setting = await startSetting()
})
afterAll(() => setting?.close())

const idOf = (row: Json): string => row.id ?? row.model.id

/** Reads a page of a list with these arguments. */
const reader =
  ({ query, row = 'id' }: List, id: string) =>
  async (args: string): Promise<Json> => {
    const list = query((own) => `(${args}${own ? `, ${own}` : ''}) ${pageSelection(row)}`)
    const { data, errors } = await setting.owner.ask(`query ($id: ID!) { ${list} }`, { id })
    expect(errors).toBeUndefined()
    return (data.owner ?? data.viewer?.owner ?? data).list
  }

test.each([...LISTS])(
  'paging through %s lists each row once, even if listed rows are removed meanwhile',
  async (_title, list) => {
    for (const way of ['first', 'last'] as const) {
      const read = reader(list, await list.fill(setting))
      const all = (await read('first: 100')).nodes
      expect(all.length).toBeGreaterThanOrEqual(ROWS)
      expect(await readAll(way, 2, read, (row) => list.leave(setting, idOf(row)))).toEqual(all)
    }
  },
)

test('paging through keys by last use lists each key once, even if keys are used meanwhile', async () => {
  const { newProject, ofKeys, owner } = setting
  const id = await newProject()
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await createKey(owner, id, name)
  await ofKeys(id, `UPDATE api_key SET last_used_at = now() - ascii(name) * interval '1 hour' WHERE project_id = $1`)
  const read = async (args: string): Promise<Json> => {
    const list = `apiKeys(${args}, orderBy: { field: LAST_USED_AT, direction: DESC }) ${pageSelection('name')}`
    const { data } = await owner.ask(`query ($id: ID!) { project(id: $id) { ${list} } }`, { id })
    return data.project.apiKeys
  }
  // The last key of the first page moves to the start of the list.
  const use = async ({ name }: Json) => {
    if (name === 'b') await ofKeys(id, `UPDATE api_key SET last_used_at = now() WHERE project_id = $1 AND name = 'b'`)
  }
  expect((await readAll('first', 2, read, use)).map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
})
