import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from './database.ts'
import { migrate } from './migrate.ts'
import { isSnapshotCurrent, presentInputs, writeSnapshot } from './snapshot-file.ts'
import { packDirectory } from './tarball.ts'

// Prepares the directory from which new embedded databases start. It runs during the installation of the packages,
// which must not fail because of it. Without a snapshot, the first start only takes some seconds longer.
try {
  if (!(await isSnapshotCurrent())) {
    const began = performance.now()
    const size = await makeSnapshot()
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    console.log(`Prepared the embedded database: ${(size / 1e6).toFixed(1)} MB in ${seconds} s.`)
  }
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error)
  console.warn(`The embedded database could not be prepared, so its first start will take longer: ${reason}`)
}

async function makeSnapshot(): Promise<number> {
  const inputs = await presentInputs()
  const directory = await mkdtemp(join(tmpdir(), 'keyward-snapshot-'))
  try {
    const database = await openDatabase(`embedded:${directory}`)
    try {
      await migrate(database)
      await dropTemplates(database)
    } finally {
      await database.close()
    }
    const packed = await packDirectory(join(directory, 'data'))
    await writeSnapshot(packed, inputs)
    return packed.length
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/**
 * Removes the two template databases. An embedded directory contains only one other database, so they would be two
 * thirds of its files and of the time of a first start. A directory that starts from an older snapshot does not have
 * them either.
 */
async function dropTemplates(database: Database): Promise<void> {
  await database.sql("UPDATE pg_database SET datistemplate = false WHERE datname LIKE 'template_'")
  await database.sql('DROP DATABASE IF EXISTS template0')
  await database.sql('DROP DATABASE IF EXISTS template1')
}
