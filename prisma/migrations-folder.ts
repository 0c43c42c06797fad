import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MigrationList, SchemaFilter } from '@prisma/schema-engine-wasm'

/** Where the migrations of this code are. */
export const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url))

/** Nothing is exempt from comparisons. */
export const NO_FILTER: SchemaFilter = { externalTables: [], externalEnums: [] }

/** One migration as it is on disk. */
export interface Migration {
  readonly name: string
  readonly script: string
  /** As Prisma computes it: the SHA-256 of the file, in hexadecimal. */
  readonly checksum: string
}

/** Reads the migrations in the order in which they apply. */
export async function readMigrations(folder = MIGRATIONS): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const script = await readFile(join(folder, name, 'migration.sql'), 'utf8')
      return { name, script, checksum: createHash('sha256').update(script).digest('hex') }
    }),
  )
}

/** The same in the form that the schema engine takes. */
export function toMigrationList(migrations: readonly Migration[], folder = MIGRATIONS): MigrationList {
  return {
    baseDir: folder,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, script }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: script } },
    })),
  }
}
