import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openDatabase } from '@keyward/prisma/database'
import type { Config } from '../config/config.ts'
import { DEMO_EMAILS, DEMO_GATEWAY } from './people.ts'
import { demoModels } from './usage.ts'

const markerOf = ({ dataDirectory }: Config): string => join(dataDirectory, 'demo-unfinished')

/** Marks the demo as unfinished until the returned function is called. */
export async function markUnfinished(config: Config): Promise<() => Promise<void>> {
  const marker = markerOf(config)
  await writeFile(marker, '', { mode: 0o600 })
  return () => rm(marker, { force: true })
}

/**
 * Removes an embedded database that contains only an incomplete demo, because the process that created it ended early.
 * This start then creates the demo again. A database with another account, gateway or model is kept.
 */
export async function removeUnfinishedDemo(config: Config): Promise<void> {
  const marker = markerOf(config)
  if (config.databaseKind !== 'embedded' || !existsSync(marker)) return
  const directory = config.databaseUrl.slice('embedded:'.length)
  if (!existsSync(directory) || !(await hasOthers(config.databaseUrl))) {
    await rm(directory, { recursive: true, force: true })
    // The file contains signed heads of the removed database.
    await rm(config.auditHeadsFile, { force: true })
  }
  await rm(marker, { force: true })
}

async function hasOthers(url: string): Promise<boolean> {
  const database = await openDatabase(url)
  try {
    const [found] = await database.sql<{ others: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM "user" WHERE email <> ALL ($1))
           OR EXISTS (SELECT 1 FROM gateway WHERE name <> $2)
           OR EXISTS (SELECT 1 FROM model WHERE slug <> ALL ($3)) AS others`,
      [DEMO_EMAILS, DEMO_GATEWAY, (await demoModels()).map(({ slug }) => slug)],
    )
    return found?.others ?? true
  } catch {
    // The database is not migrated, or it is damaged. The start reports the problem.
    return true
  } finally {
    await database.close()
  }
}
