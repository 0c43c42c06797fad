import { readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readMigrations } from './migrations-folder.ts'

/** The prepared, migrated database directory that `pnpm generate` makes. */
const SNAPSHOT = fileURLToPath(new URL('./generated/snapshot.tar.gz', import.meta.url))
const DESCRIPTION = fileURLToPath(new URL('./generated/snapshot.json', import.meta.url))

/** What a snapshot was made from. */
export interface SnapshotInputs {
  readonly pglite: string
  /** Name and checksum of each migration that is in it. */
  readonly migrations: Record<string, string>
}

/** What a snapshot made now would be made from. */
export async function presentInputs(): Promise<SnapshotInputs> {
  // The package exports no package.json; its entry lies one folder below it.
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite')
  const manifest: { version: string } = JSON.parse(await readFile(join(dirname(entry), '..', 'package.json'), 'utf8'))
  const migrations = await readMigrations()
  return {
    pglite: manifest.version,
    migrations: Object.fromEntries(migrations.map(({ name, checksum }) => [name, checksum])),
  }
}

async function describedInputs(): Promise<SnapshotInputs | null> {
  try {
    return JSON.parse(await readFile(DESCRIPTION, 'utf8'))
  } catch {
    return null
  }
}

/** Whether the snapshot on disk is the one that would be made now. */
export async function isSnapshotCurrent(): Promise<boolean> {
  const packed = await readFile(SNAPSHOT).catch(() => null)
  return packed !== null && JSON.stringify(await describedInputs()) === JSON.stringify(await presentInputs())
}

/**
 * The snapshot, if a new database may begin with it: one that lacks the latest migrations is as good, they are applied
 * after it; one with migrations that have been changed since is not.
 */
export async function readUsableSnapshot(): Promise<Buffer | null> {
  const described = await describedInputs()
  if (described === null) return null
  const present = await presentInputs()
  const usable =
    described.pglite === present.pglite &&
    Object.entries(described.migrations).every(([name, checksum]) => present.migrations[name] === checksum)
  return usable ? readFile(SNAPSHOT).catch(() => null) : null
}

/** Puts a snapshot in place; its description comes last, so that an interrupted write leaves none that counts. */
export async function writeSnapshot(packed: Buffer, inputs: SnapshotInputs): Promise<void> {
  await writeFile(DESCRIPTION, '')
  const temporary = `${SNAPSHOT}.${process.pid}`
  await writeFile(temporary, packed)
  await rename(temporary, SNAPSHOT)
  await writeFile(DESCRIPTION, JSON.stringify(inputs))
}
