import { readFile, rename, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { readMigrations } from './migrations-folder.ts'
import { pgliteVersion } from './pglite-version.ts'

/** The directory with the prepared, migrated database that `pnpm generate` creates. */
const SNAPSHOT = fileURLToPath(new URL('./generated/snapshot.tar.gz', import.meta.url))
const DESCRIPTION = fileURLToPath(new URL('./generated/snapshot.json', import.meta.url))

/** The versions on which a snapshot depends. */
export interface SnapshotInputs {
  readonly pglite: string
  /** The checksum of each applied migration, by name. */
  readonly migrations: Record<string, string>
}

/** The versions of the current code. */
export async function presentInputs(): Promise<SnapshotInputs> {
  const migrations = await readMigrations()
  return {
    pglite: await pgliteVersion(),
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

/** Whether the stored snapshot matches the current code. */
export async function isSnapshotCurrent(): Promise<boolean> {
  const packed = await readFile(SNAPSHOT).catch(() => null)
  return packed !== null && JSON.stringify(await describedInputs()) === JSON.stringify(await presentInputs())
}

/**
 * The snapshot. Null if a new database cannot start from it. Missing migrations are applied later, but an edited
 * migration makes the snapshot unusable.
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

/** Writes a snapshot. Its description is written last, so that an interrupted write leaves an unusable snapshot. */
export async function writeSnapshot(packed: Buffer, inputs: SnapshotInputs): Promise<void> {
  await writeFile(DESCRIPTION, '')
  const temporary = `${SNAPSHOT}.${process.pid}`
  await writeFile(temporary, packed)
  await rename(temporary, SNAPSHOT)
  await writeFile(DESCRIPTION, JSON.stringify(inputs))
}
