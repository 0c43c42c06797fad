import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import type { MigrationList, SchemaEngine, SchemaFilter } from '@prisma/schema-engine-wasm'
import type { Pool, QueryArrayConfig } from 'pg'
import type { Migration } from './migrations-folder.ts'

// A development tool that compares schema.prisma with the migrations. Tests compare migrate.ts with it. The server
// never loads it, and its packages are development dependencies.

/** A filter that exempts nothing from a comparison. */
export const NO_FILTER: SchemaFilter = { externalTables: [], externalEnums: [] }

/** Migrations in the form that the engine expects. */
export function toMigrationList(migrations: readonly Migration[]): MigrationList {
  return {
    baseDir: '.',
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, script }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: script } },
    })),
  }
}

let engineClass: Promise<typeof SchemaEngine> | undefined

/** Loads the WebAssembly by hand, because Node cannot import it as a module without a flag. */
async function loadEngineClass(): Promise<typeof SchemaEngine> {
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg')
  const entry = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const bytes = await readFile(join(dirname(entry), 'schema_engine_bg.wasm'))
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': { ...bindings } })
  bindings.__wbg_set_wasm(instance.exports)
  const { __wbindgen_start: start } = instance.exports
  if (typeof start === 'function') start()
  return bindings.SchemaEngine
}

/** The type "char" of PostgreSQL's catalogue. The engine reads it, but the official adapter does not support it. */
const CHAR = 18
const TEXT = 25

/** Returns columns of the type "char" as text, and records their indexes under the query's text. */
function withoutChar(pool: Pool, charColumns: Map<string, number[]>): Pool {
  const query = async (config: QueryArrayConfig) => {
    const result = await pool.query(config)
    const columns = [...result.fields.keys()].filter((index) => result.fields[index]?.dataTypeID === CHAR)
    charColumns.set(config.text, columns)
    for (const field of result.fields) if (field.dataTypeID === CHAR) field.dataTypeID = TEXT
    return result
  }
  return new Proxy(pool, { get: (target, key) => (key === 'query' ? query : Reflect.get(target, key)) })
}

/**
 * Opens Prisma's schema engine over a pool of one connection, because its lock belongs to the session. Free the engine
 * after use.
 */
export async function openEngine(pool: Pool): Promise<SchemaEngine> {
  const charColumns = new Map<string, number[]>()
  const official = new PrismaPg(withoutChar(pool, charColumns))
  const connect = async (): Promise<SqlDriverAdapter> => {
    const adapter = await official.connect()
    const queryRaw = adapter.queryRaw.bind(adapter)
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query)
      for (const index of charColumns.get(query.sql) ?? []) result.columnTypes[index] = ColumnTypeEnum.Character
      return result
    }
    // The official adapter would split the script at every semicolon, even inside functions.
    adapter.executeScript = async (script) => {
      await pool.query(script)
    }
    return adapter
  }
  const factory: SqlMigrationAwareDriverAdapterFactory = {
    provider: official.provider,
    adapterName: official.adapterName,
    connect,
    connectToShadowDb: () => Promise.reject(new Error('There is no shadow database')),
  }
  engineClass ??= loadEngineClass()
  const Engine = await engineClass
  return Engine.new({ datamodels: undefined }, () => undefined, bindMigrationAwareSqlAdapterFactory(factory))
}
