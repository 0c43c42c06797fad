import { expect } from 'vitest'
import type { World } from '../../infra/world.ts'

/** People's sessions come and go with signing in; they are no part of what a refused request could half do. */
const APART = ['session', 'account', 'verification', '_prisma_migrations']

/** How many rows every table has, and a hash over all of their values but when credentials were used. */
async function fingerprint({ database }: World): Promise<Map<string, string>> {
  const tables = await database.sql<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 1`,
  )
  const found = new Map<string, string>()
  for (const { name } of tables) {
    if (APART.includes(name)) continue
    const [row] = await database.sql<{ print: string }>(
      `SELECT count(*) || ' rows ' || coalesce(md5(string_agg(t.row, ',' ORDER BY t.row)), '') AS print
         FROM (SELECT (to_jsonb(t) - 'first_used_at' - 'last_used_at' - 'last_seen_at')::text AS row FROM "${name}" t) t`,
    )
    found.set(name, row?.print ?? '')
  }
  return found
}

/** Does something and makes sure that no table has changed by it, but perhaps the ones named. */
export async function changingNothing<T>(world: World, work: () => Promise<T>, but: string[] = []): Promise<T> {
  const before = await fingerprint(world)
  const result = await work()
  const after = await fingerprint(world)
  expect([...after.keys()]).toEqual([...before.keys()])
  const changed = [...after].flatMap(([name, print]) => (before.get(name) === print ? [] : [name]))
  expect(changed.filter((name) => !but.includes(name))).toEqual([])
  return result
}
