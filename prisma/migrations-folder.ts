import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of this code's migrations. */
export const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url))

/** One migration as it is on disk. */
export interface Migration {
  readonly name: string
  readonly script: string
  /** The SHA-256 of the file in hexadecimal, as Prisma computes it. */
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
