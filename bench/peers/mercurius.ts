import { fastify } from 'fastify'
import { mercurius } from 'mercurius'
import { Pool } from 'pg'
import { announce } from '../serving.ts'
import {
  type Collaborator,
  createLoaders,
  inOrderOf,
  type Key,
  type Loaders,
  type Rows,
  resolvers,
  typeDefs,
  type User,
} from './nested-schema.ts'

/*
 * Mercurius with its compiler and data loaders on Keyward's tables, with prepared SQL statements. Without
 * authentication.
 */

declare module 'mercurius' {
  interface MercuriusContext extends Loaders {}
}

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 })

/** Runs a prepared statement. */
async function select<Row extends object>(name: string, text: string, values: unknown[]): Promise<Row[]> {
  return (await pool.query<Row>({ name, text, values })).rows
}

/** Reads a page of each project with a single statement. */
async function pages<Row extends object>(
  name: string,
  columns: string,
  table: string,
  order: string,
  values: unknown[],
) {
  const found = await select<Row & { place: string }>(
    name,
    `SELECT p.place, r.* FROM unnest($1::uuid[]) WITH ORDINALITY AS p(id, place)
      CROSS JOIN LATERAL (SELECT ${columns} FROM ${table} WHERE project_id = p.id ORDER BY id ${order} LIMIT $2) r`,
    values,
  )
  return found
}

/** Groups rows by the position of their project. */
function grouped<Row extends { place: string }>(count: number, rows: readonly Row[]): Row[][] {
  const groups = Array.from({ length: count }, (): Row[] => [])
  for (const row of rows) groups[Number(row.place) - 1]?.push(row)
  return groups
}

const KEY = `id, name, start, expires_at AS "expiresAt", last_used_at AS "lastUsedAt", created_by_name AS "createdByName",
             created_by_user_id AS "createdByUserId"`

const rows: Rows = {
  async organization(id) {
    const text = 'SELECT id, name FROM organization WHERE id = $1'
    return (await select<{ id: string; name: string }>('organization', text, [id]))[0] ?? null
  },
  projects: (organizationId, first) =>
    select('projects', 'SELECT id, name FROM project WHERE organization_id = $1 ORDER BY id LIMIT $2', [
      organizationId,
      first,
    ]),
  keys: async (ids, first) => grouped(ids.length, await pages<Key>('keys', KEY, 'api_key', 'DESC', [ids, first])),
  async collaborators(ids, first) {
    const columns = 'id, role::text AS role, user_id AS "userId"'
    const found = await pages<Collaborator>('collaborators', columns, 'collaborator', 'ASC', [ids, first])
    return grouped(ids.length, found)
  },
  async users(ids) {
    const text = 'SELECT id, name, email FROM "user" WHERE id = ANY($1)'
    return inOrderOf(ids, await select<User>('users', text, [ids]), ({ id }) => id)
  },
}

const app = fastify()
app.register(mercurius, { schema: typeDefs, resolvers, context: () => createLoaders(rows), jit: 1, graphiql: false })
announce(await app.listen({ port: 0, host: '127.0.0.1' }))
