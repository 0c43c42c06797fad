import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../../../prisma/database.ts'
import { migrate, pendingMigrations } from '../../../prisma/migrate.ts'
import { MIGRATIONS } from '../../../prisma/migrations-folder.ts'
import { createTestDatabase, type TestDatabase, testDatabaseKind } from '../database.ts'

let db: TestDatabase | null = null
let folder: string
let url: string
let child: ChildProcess | null = null
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyward-killed-'))
  if (testDatabaseKind === 'postgresql') {
    db = await createTestDatabase()
    url = db.url
  } else url = `embedded:${join(folder, 'database')}`
})
afterEach(async () => {
  child?.kill('SIGKILL')
  await db?.drop()
  await rm(folder, { recursive: true, force: true })
})

const BEGIN = `
  import { openDatabase } from 'PRISMA/database.ts'
  import { migrate } from 'PRISMA/migrate.ts'
  const [url, folder] = process.argv.slice(-2)
  const database = await openDatabase(url)
  console.log('begins')
  await migrate(database, folder)
`

test('the next process resumes a migration whose process was killed', async () => {
  const name = '29000000000001_slow'
  const migrations = join(folder, 'migrations')
  await cp(MIGRATIONS, migrations, { recursive: true })
  await mkdir(join(migrations, name))
  const script = 'CREATE TABLE apple (id int); SELECT pg_sleep(3); INSERT INTO apple VALUES (1);'
  await writeFile(join(migrations, name, 'migration.sql'), script)
  const file = join(folder, 'begin.mts')
  await writeFile(file, BEGIN.replaceAll('PRISMA', `${process.cwd()}/prisma`))
  child = spawn(process.execPath, ['--import', 'tsx', file, url, migrations], { stdio: ['ignore', 'pipe', 'inherit'] })
  await Promise.race([
    once(child.stdout ?? child, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('The process ended before it began'))),
  ])
  await new Promise((resolve) => setTimeout(resolve, 1500))
  child.kill('SIGKILL')
  await once(child, 'exit')

  // PostgreSQL does not notice the killed process, completes the script and commits, so the migration is applied. The
  // embedded database dies with its process, so the migration is only started.
  const database = await openDatabase(url)
  await migrate(database, migrations)
  expect(await pendingMigrations(database, migrations)).toEqual([])
  expect(await database.sql('SELECT id FROM apple')).toEqual([{ id: 1 }])
  await database.close()
})
