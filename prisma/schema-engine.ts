import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlQuery,
} from '@prisma/driver-adapter-utils'
import type { SchemaEngine } from '@prisma/schema-engine-wasm'
import type { Pool, QueryArrayConfig } from 'pg'

/** Prisma's own schema engine, running in this process against one database. */
export interface OpenEngine {
  readonly engine: SchemaEngine
  /** The error of the last script that failed, as PostgreSQL gave it: the engine passes on less. */
  lastScriptError(): unknown
  close(): Promise<void>
}

const UUID = /^[0-9a-f-]{36}$/

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

/** The engine records a migration before it runs its script, and once more when it is done. */
function idOfNewRecord({ sql, args }: SqlQuery): string | null {
  const [id] = args
  return sql.startsWith('INSERT INTO "_prisma_migrations"') && typeof id === 'string' && UUID.test(id) ? id : null
}

/**
 * Records the success in the transaction of the script itself. The engine does so in a second one: killed between the
 * two, a migration that is applied would look unfinished, and begin again where its tables already are.
 */
function withRecord(script: string, id: string): string {
  // That statement refuses to run within a transaction, even an implicit one.
  if (/\bCONCURRENTLY\b/i.test(script)) return script
  return `${script}\n;UPDATE "_prisma_migrations" SET "finished_at" = now() WHERE "id" = '${id}';`
}

/** The type "char" of PostgreSQL's catalogue, which the engine asks for and the official adapter does not know. */
const CHAR = 18
const TEXT = 25

/** Answers columns of the type "char" as text, and remembers by the query's text which ones they were. */
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

/** Opens the engine over a pool of exactly one connection, so that its lock and its statements share a session. */
export async function openEngine(pool: Pool): Promise<OpenEngine> {
  let scriptError: unknown
  let recordId: string | null = null
  const charColumns = new Map<string, number[]>()
  const official = new PrismaPg(withoutChar(pool, charColumns))
  const connect = async (): Promise<SqlDriverAdapter> => {
    const adapter = await official.connect()
    const queryRaw = adapter.queryRaw.bind(adapter)
    adapter.queryRaw = async (query) => {
      recordId = idOfNewRecord(query) ?? recordId
      const result = await queryRaw(query)
      for (const index of charColumns.get(query.sql) ?? []) result.columnTypes[index] = ColumnTypeEnum.Character
      return result
    }
    // The official one splits the script at every semicolon, those within functions included. Sent whole, it is one
    // transaction.
    adapter.executeScript = async (script) => {
      try {
        await pool.query(recordId === null ? script : withRecord(script, recordId))
      } catch (error) {
        scriptError = error
        throw error
      }
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
  const engine = await Engine.new(
    { datamodels: undefined },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(factory),
  )
  return {
    engine,
    lastScriptError: () => scriptError,
    close: async () => engine.free(),
  }
}
