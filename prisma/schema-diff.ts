import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { DiffTarget } from '@prisma/schema-engine-wasm'
import { type Database, openDatabase } from './database.ts'
import { migrate } from './migrate.ts'
import { readMigrations } from './migrations-folder.ts'
import { NO_FILTER, openEngine } from './schema-engine.ts'

const SCHEMA = fileURLToPath(new URL('./schema.prisma', import.meta.url))

/** Relations without a foreign key in the database, because the audit log outlives its organization and projects. */
const WITHOUT_FOREIGN_KEY =
  /-- AddForeignKey\nALTER TABLE "(?:audit_event|audit_head)" ADD CONSTRAINT "audit_(?:event_organization_id|event_project_id|head_organization_id)_fkey" [^;]*;\s*/g

/** The SQL that turns the result of the migrations into schema.prisma. Empty if they agree. */
export async function diffMigrationsToSchema(): Promise<string> {
  const database = await openDatabase('embedded-memory:')
  try {
    await migrate(database)
    return await diff(database, (await readMigrations()).length > 0)
  } finally {
    await database.close()
  }
}

async function diff(database: Database, hasTables: boolean): Promise<string> {
  const content = await readFile(SCHEMA, 'utf8')
  const pool = database.openPool(1)
  const engine = await openEngine(pool)
  try {
    const head = { files: [{ path: 'schema.prisma', content: headOf(content) }] }
    // The engine keeps the generator and datasource of the schema it is given and describes the tables again.
    const options = { schema: head, baseDirectoryPath: '.', force: true, compositeTypeDepth: -1, namespaces: null }
    // The engine cannot describe a database without tables.
    const schema = hasTables ? (await engine.introspect(options)).schema : head
    const from: DiffTarget = { tag: 'schemaDatamodel', ...schema }
    const to: DiffTarget = { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content }] }
    const result = await engine.diff({ from, to, script: true, exitCode: true, filters: NO_FILTER })
    return result.exitCode === 0 ? '' : (result.stdout ?? '').replaceAll(WITHOUT_FOREIGN_KEY, '')
  } finally {
    engine.free()
    await pool.end()
  }
}

function headOf(schema: string): string {
  return [...schema.matchAll(/^(?:generator|datasource) \w+ \{[^}]*\}/gm)].map(([block]) => block).join('\n')
}
